"""Governance and waste: tags, idle resources and the spend at risk."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import COST, FINANCE, MONTHLY_FINANCE
from warehouse.measures.measure import Kind, Measure

_NO_TAGS = "no tagging reported"
_ANEW = "not additive: made anew from sums at every level"
_ADDS_UP = "additive over all dimensions"

_measure = partial(
    Measure,
    group="Governance and waste",
    source="fact_finance_governance",
    family="finance",
    dimensions=FINANCE,
    undefined=_NO_TAGS,
)
_idle = partial(_measure, source="fact_cost_monthly", family="cost", good="low", dimensions=COST)

MEASURES = (
    _measure(
        name="tagged_pct",
        label="Tagged",
        term="tag coverage, weighted by cost",
        description="Share tagged as reported, each month of an agency weighted by its cost.",
        formula="sum(tagged % x cost) / sum(cost) / 100",
        unit="ratio",
        decimals=2,
        additivity=_ANEW,
        good="high",
        components=("tagged_weighted", "untagged_base_usd"),
        compute=formulas.mean("tagged_weighted", "untagged_base_usd", 100),
    ),
    _measure(
        name="tagged_pct_unweighted",
        label="Tagged, plain mean",
        term="tag coverage, unweighted",
        description="Plain mean of the reported shares, whatever the cost behind them.",
        formula="mean(tagged %) / 100",
        unit="ratio",
        decimals=2,
        additivity=_ANEW,
        good="high",
        components=("tagged_pct_sum", "tagged_count"),
        compute=formulas.mean("tagged_pct_sum", "tagged_count", 100),
    ),
    _measure(
        name="untagged_cost",
        label="Spend nobody put a name to",
        term="untagged cost",
        description="Cost of untagged resources as reported.",
        formula="sum(untagged cost)",
        unit="usd",
        decimals=2,
        additivity=_ADDS_UP,
        good="low",
        components=("untagged_cost_usd",),
        compute=formulas.total("untagged_cost_usd"),
    ),
    _measure(
        name="untagged_share",
        label="Untagged share of spend",
        term="untagged share",
        description=(
            "Untagged cost in relation to spend, over the agencies and months with both: a month "
            "whose usage is held, or not yet handed in, is left out of both sides."
        ),
        formula="sum(untagged cost where cost is known) / sum(cost where tagging was reported)",
        unit="ratio",
        decimals=2,
        additivity=_ANEW,
        good="low",
        components=("untagged_of_base_usd", "untagged_base_usd"),
        compute=formulas.mean("untagged_of_base_usd", "untagged_base_usd"),
    ),
    _measure(
        name="governance_risk_count",
        label="Agency-months below the tag target",
        term="governance risks",
        description="Agency-months with less tagged than the target (at first 80 %).",
        formula="count(tagged % < target)",
        unit="count",
        decimals=0,
        additivity=_ADDS_UP,
        good="low",
        components=("governance_risk_count", "tagged_count"),
        compute=formulas.count_of("governance_risk_count", "tagged_count"),
    ),
    _measure(
        name="tagging_report_count",
        label="Agency-months with tagging reported",
        term="tagging reports",
        description="Agency-months for which tagging was reported: what the risks are out of.",
        formula="count(tagged % reported)",
        unit="count",
        decimals=0,
        additivity=_ADDS_UP,
        good="high",
        components=("tagged_count",),
        compute=formulas.count("tagged_count"),
    ),
    _measure(
        name="agencies_below_tag_target",
        label="Agencies below the tag target",
        term="agencies below tag target",
        description="Agencies with less tagged than the target in the period's last month.",
        formula="count(tagged % < target) in the last month",
        unit="count",
        decimals=0,
        dimensions=MONTHLY_FINANCE,
        additivity="additive over agencies, not over months",
        good="low",
        kind=Kind.LAST_MONTH,
        components=("governance_risk_count", "tagged_count"),
        compute=formulas.count_of("governance_risk_count", "tagged_count"),
    ),
    _measure(
        name="high_risk_spend",
        label="Spend untagged or idle",
        term="high-risk spend",
        description=(
            "Untagged plus idle spend. The records can't tell how much is both, so a dollar that "
            "is untagged and idle counts twice: an upper bound."
        ),
        formula="sum(untagged cost + idle cost)",
        unit="usd",
        decimals=2,
        additivity=_ADDS_UP,
        good="low",
        components=("high_risk_usd",),
        compute=formulas.total("high_risk_usd"),
        undefined="neither tagging nor idle cost recorded",
    ),
    _measure(
        name="ytd_high_risk_spend",
        label="Spend untagged or idle this year",
        term="year-to-date high-risk spend",
        description="Untagged plus idle spend of the year's months so far; an upper bound.",
        formula="sum(untagged cost + idle cost), from the year's first month",
        unit="usd",
        decimals=2,
        dimensions=MONTHLY_FINANCE,
        kind=Kind.YEAR_TO_DATE,
        additivity="additive over agencies, not over months",
        good="low",
        components=("high_risk_usd",),
        compute=formulas.total("high_risk_usd"),
        undefined="neither tagging nor idle cost recorded",
    ),
    _idle(
        name="idle_cost",
        label="Spend on idle resources",
        term="idle cost",
        description=(
            "Cost of rows used below the idle limit (at first 20 %), as the MDA's own summary has "
            "it: bills tell no utilisation. An upper bound with a cliff at the limit: what is used "
            "19 % counts whole, what is used 21 % not at all."
        ),
        formula="sum(cost where utilisation < limit)",
        unit="usd",
        decimals=2,
        additivity=_ADDS_UP,
        components=("idle_cost_usd",),
        compute=formulas.total("idle_cost_usd"),
        undefined="no records in the period",
    ),
    _idle(
        name="waste_pct",
        label="Idle share of spend",
        term="waste share",
        description=(
            "Idle cost in relation to the cost of the same records: the MDAs' own, also where "
            "spend is taken from bills. An upper bound with a cliff at the limit."
        ),
        formula="sum(idle cost) / sum(cost of the usage records)",
        unit="ratio",
        decimals=2,
        additivity=_ANEW,
        components=("idle_cost_usd", "usage_cost_usd"),
        compute=formulas.mean("idle_cost_usd", "usage_cost_usd"),
        undefined="nothing spent in the period",
    ),
    _idle(
        name="idle_row_count",
        label="Idle records",
        term="idle rows",
        description="Usage records below the idle limit that cost something.",
        formula="count(utilisation < limit and cost > 0)",
        unit="count",
        decimals=0,
        additivity=_ADDS_UP,
        components=("idle_row_count",),
        compute=formulas.count("idle_row_count"),
    ),
)
