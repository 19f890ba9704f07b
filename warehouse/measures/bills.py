"""Bills: what providers charge, from fact_charge_daily; credits, taxes and refunds included.

The four costs of FOCUS are kept apart. Statements use what was consumed, invoices what is
invoiced.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from warehouse.measures import formulas
from warehouse.measures.dimensions import CHARGE, CHARGE_GROUP, FINANCE
from warehouse.measures.measure import Floats, Kind, Measure, Sums

_NO_BILLS = "no bills in the period"

_measure = partial(
    Measure,
    group="Bills",
    source="fact_charge_daily",
    family="charge",
    dimensions=CHARGE,
    good=None,
    undefined=_NO_BILLS,
)
_made_anew = partial(_measure, additivity="not additive: made anew from sums at every level")

_compared = partial(
    _measure,
    source="fact_bill_reconciliation",
    family="fact_bill_reconciliation",
    dimensions=FINANCE,
    undefined="no month with both bills and a summary",
)


def _money(name: str, label: str, term: str, description: str, component: str) -> Measure:
    return _measure(
        name=name,
        label=label,
        term=term,
        description=description,
        formula=f"sum({component.removesuffix('_usd')})",
        unit="usd",
        decimals=2,
        additivity="additive over all dimensions",
        components=(component,),
        compute=formulas.total(component),
    )


def _allocation_rate(sums: Sums) -> Floats:
    billed = sums["billed_cost_usd"]
    return formulas.ratio(billed - sums["unallocated_cost_usd"], billed)


def _savings_rate(sums: Sums) -> Floats:
    listed = sums["usage_list_usd"]
    return formulas.ratio(listed - sums["usage_effective_usd"], listed)


def _utilisation(sums: Sums) -> Floats:
    used, unused = sums["commitment_used_cost_usd"], sums["commitment_unused_cost_usd"]
    return formulas.ratio(used, used + unused)


def _coverage(sums: Sums) -> Floats:
    consumed = sums["usage_effective_usd"] - sums["usage_unused_usd"]
    return formulas.ratio(sums["commitment_used_cost_usd"], consumed)


def _difference_share(sums: Sums) -> Floats:
    return formulas.ratio(sums["difference_usd"], sums["compared_usd"])


def _coverage_of_summary(sums: Sums) -> Floats:
    return 1 + _difference_share(sums)


def _month_count(name: str, label: str, description: str, component: str) -> Measure:
    return _compared(
        name=name,
        label=label,
        term=label.lower(),
        description=description,
        formula=f"count({component.removesuffix('_count')})",
        unit="count",
        decimals=0,
        additivity="additive over all dimensions",
        components=(component,),
        compute=formulas.count(component),
    )


def _trend(sums: Sums) -> Floats:
    first = np.where(sums["first_month"] > 0, sums["first_month"], np.nan)
    return formulas.ratio(sums["last_month"] - first, first)


MEASURES = (
    _money(
        "billed_cost",
        "Invoiced",
        "billed cost",
        "What the bills ask for, credits and taxes included.",
        "billed_cost_usd",
    ),
    _money(
        "effective_cost",
        "Consumed",
        "effective cost",
        "What was consumed, with what was paid ahead spread over its use.",
        "effective_cost_usd",
    ),
    _money(
        "list_cost",
        "At public prices",
        "list cost",
        "What it would have cost at the providers' public prices.",
        "list_cost_usd",
    ),
    _money(
        "contracted_cost",
        "At agreed prices",
        "contracted cost",
        "What it would have cost at agreed prices, without commitments.",
        "contracted_cost_usd",
    ),
    _money(
        "credit_amount",
        "Credits",
        "credits and refunds",
        "Invoiced amounts of category Credit; negative where a provider gives back.",
        "credit_usd",
    ),
    _money(
        "tax_amount",
        "Taxes",
        "taxes",
        "Invoiced amounts of category Tax.",
        "tax_usd",
    ),
    _money(
        "commitment_used_cost",
        "Consumed under commitments",
        "used commitment cost",
        "What was consumed under reservations and savings plans.",
        "commitment_used_cost_usd",
    ),
    _money(
        "commitment_unused_cost",
        "Commitments not used",
        "unused commitment cost",
        "What was paid for reservations and savings plans and used by nothing.",
        "commitment_unused_cost_usd",
    ),
    _money(
        "allocated_cost",
        "Shared cost given out",
        "allocated cost",
        "Invoiced cost of shared accounts that allocation rules give to agencies.",
        "allocated_cost_usd",
    ),
    _money(
        "unallocated_cost",
        "Borne by nobody yet",
        "unallocated cost",
        "Invoiced cost that no account, tag or allocation rule gives to an agency.",
        "unallocated_cost_usd",
    ),
    _made_anew(
        name="allocation_rate",
        label="Share that somebody bears",
        term="allocation rate",
        description="Invoiced cost that is given to an agency, against all invoiced cost.",
        formula="(sum(billed) - sum(unallocated)) / sum(billed)",
        unit="ratio",
        decimals=1,
        good="high",
        components=("billed_cost_usd", "unallocated_cost_usd"),
        compute=_allocation_rate,
    ),
    _made_anew(
        name="average_daily_cost",
        label="Consumed a day",
        term="average daily cost",
        description=(
            "Consumed cost divided by the days that bills of the same agencies and providers cover "
            "in the period, months without bills left out; of a day of the week, by those days."
        ),
        formula="sum(effective) / days from the first to the last with bills",
        unit="usd",
        decimals=2,
        dimensions=tuple(name for name in CHARGE if name != "peak"),
        kind=Kind.PER_DAY,
        components=("effective_cost_usd",),
        compute=formulas.mean("effective_cost_usd", "days"),
    ),
    _made_anew(
        name="daily_trend_pct",
        label="Last whole month against the first",
        term="trend",
        description=(
            "Consumed cost of the period's last whole month against that of its first; a month "
            "that bills cover in part is never compared."
        ),
        formula="(last whole month - first whole month) / first whole month",
        unit="ratio",
        decimals=1,
        dimensions=CHARGE_GROUP,
        kind=Kind.FULL_MONTHS,
        components=("effective_cost_usd",),
        compute=_trend,
        undefined="fewer than two months that bills cover whole, or nothing consumed in the first",
    ),
    _made_anew(
        name="weekend_share",
        label="Share of weekends",
        term="weekend share",
        description="Consumed cost of Saturdays and Sundays against that of all days.",
        formula="sum(effective on weekends) / sum(effective)",
        unit="ratio",
        decimals=1,
        components=("weekend_cost_usd", "effective_cost_usd"),
        compute=formulas.mean("weekend_cost_usd", "effective_cost_usd"),
    ),
    _made_anew(
        name="effective_savings_rate",
        label="Saved against public prices",
        term="effective savings rate",
        description="How much less usage costs than at public prices.",
        formula="(sum(list) - sum(effective)) / sum(list), over usage",
        unit="ratio",
        decimals=1,
        good="high",
        components=("usage_list_usd", "usage_effective_usd"),
        compute=_savings_rate,
        undefined="no usage at public prices in the bills",
    ),
    _made_anew(
        name="commitment_utilisation",
        label="Commitments used",
        term="commitment utilisation",
        description="Cost of commitments that was used, against all cost of commitments.",
        formula="sum(used) / (sum(used) + sum(unused))",
        unit="ratio",
        decimals=1,
        good="high",
        components=("commitment_used_cost_usd", "commitment_unused_cost_usd"),
        compute=_utilisation,
        undefined="no commitments in the bills",
    ),
    _made_anew(
        name="commitment_coverage",
        label="Usage under commitments",
        term="commitment coverage",
        description="Consumed cost of usage under commitments, against that of all usage.",
        formula="sum(used under commitment) / sum(effective usage but unused commitments)",
        unit="ratio",
        decimals=1,
        components=(
            "commitment_used_cost_usd", "usage_effective_usd", "usage_unused_usd",
        ),
        compute=_coverage,
        undefined="no usage in the bills",
    ),
    _measure(
        name="charge_line_count",
        label="Lines of bills",
        term="bill lines",
        description="Lines of bills; those of shared cost are spread as its cost is.",
        formula="sum(lines)",
        unit="count",
        decimals=0,
        additivity="additive over all dimensions",
        components=("line_count",),
        compute=formulas.count("line_count"),
    ),
    _compared(
        name="bill_difference",
        label="Bills above summaries",
        term="bill difference",
        description=(
            "What bills say was consumed, less what the MDA summed up, over the agency-months "
            "with both."
        ),
        formula="sum(effective cost of bills - cost of the summary)",
        unit="usd",
        decimals=2,
        additivity="additive over all dimensions",
        components=("difference_usd",),
        compute=formulas.total("difference_usd"),
    ),
    _compared(
        name="bill_difference_pct",
        label="Bills above summaries, share",
        term="bill difference in per cent",
        description="That difference against what the MDAs summed up in the same months.",
        formula="sum(effective cost of bills - cost of the summary) / sum(cost of the summary)",
        unit="ratio",
        decimals=1,
        additivity="not additive: made anew from sums at every level",
        components=("difference_usd", "compared_usd"),
        compute=_difference_share,
    ),
    _compared(
        name="bill_coverage",
        label="Of the summary, covered by bills",
        term="coverage by bills",
        description="What bills say was consumed against what the MDAs summed up, months of both.",
        formula="sum(effective cost of bills) / sum(cost of the summary)",
        unit="ratio",
        decimals=1,
        additivity="not additive: made anew from sums at every level",
        components=("difference_usd", "compared_usd"),
        compute=_coverage_of_summary,
    ),
    *(
        _month_count(f"{name}_months", label, description, f"{name}{suffix}_count")
        for name, label, description, suffix in (
            ("bill", "Months taken from bills",
             "Agency-months whose cost is taken from bills.", "_month"),
            ("summary", "Months taken from summaries",
             "Agency-months whose cost is taken from the MDA's own summary.", "_month"),
            ("no_bill", "Months without a bill",
             "Agency-months with a summary and no bill.", ""),
            ("part_of_month", "Months billed in part",
             "Agency-months whose bills don't reach from the first to the last day.", ""),
            ("no_rate", "Months without a rate",
             "Agency-months with charges in a currency that has no rate to US dollars.", ""),
            ("covers_too_little", "Months covered too little",
             "Agency-months whose bills come to less of the summary than the limit (at first "
             "80 %).", ""),
        )
    ),
    _compared(
        name="compared_month_count",
        label="Months with bills and a summary",
        term="reconciled agency-months",
        description="Agency-months for which both bills and a summary were handed in.",
        formula="count(agency-months with both)",
        unit="count",
        decimals=0,
        additivity="additive over all dimensions",
        components=("compared_count",),
        compute=formulas.count("compared_count"),
    ),
)  # fmt: skip
