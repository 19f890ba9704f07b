"""The bridge: why spend changed between two periods, and why it differs from the budget."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from warehouse.measures import formulas
from warehouse.measures.dimensions import AGENCY
from warehouse.measures.measure import Floats, Kind, Measure, Sums

SERVICES = (*AGENCY, "service_type", "region")
_ONE_SIDED = "no records in one of the two periods"
_NO_BUDGET = "no budget recorded"
_NO_YEAR_BEFORE = "no budget recorded, or no records of the same months a year before"

_between = partial(
    Measure,
    unit="usd",
    decimals=2,
    group="Change",
    good=None,
    source="fact_cost_monthly",
    family="cost",
    kind=Kind.BRIDGE,
    components=("cost_usd", "workload_units"),
    dimensions=SERVICES,
    undefined=_ONE_SIDED,
    additivity=(
        "additive over agencies and services, within one currency; by region each region of a "
        "service is set against itself, so that terms shift while the change stays"
    ),
)
_from_budget = partial(
    Measure,
    unit="usd",
    decimals=2,
    group="Budget",
    good=None,
    source="fact_finance_governance",
    family="finance",
    kind=Kind.BUDGET_BRIDGE,
    components=("budget_variance_usd", "budget_reported_usd"),
    dimensions=AGENCY,
    undefined=_NO_YEAR_BEFORE,
    additivity="additive over agencies, within one currency",
)


def _unknown(sums: Sums) -> Floats:
    return np.full_like(sums["change"], np.nan)


def _between_term(part: str, **said: Any) -> Measure:
    """Define a term of the bridge between two periods, named as its sum is."""
    return _between(name=f"bridge_{part}", compute=formulas.total(part), **said)


def _from_budget_term(part: str, **said: Any) -> Measure:
    """Define a term of the bridge from the budget, named as its sum is."""
    return _from_budget(name=f"budget_bridge_{part}", compute=formulas.total(part), **said)


MEASURES = (
    _between_term(
        "before",
        label="Spend before",
        term="base of the bridge",
        description=(
            "Spend of the period compared with, as far as an agency reported both of the months "
            "set against each other. "
            "Unless a period to compare with is named, it is the equally long one just before; "
            "without a period, the last month is compared with the month before."
        ),
        formula="sum(cost before)",
    ),
    _between_term(
        "now",
        label="Spend after",
        term="end of the bridge",
        description=(
            "Spend of the period, as far as an agency reported both of the months set against "
            "each other."
        ),
        formula="sum(cost now)",
    ),
    _between_term(
        "change",
        label="Change of spend",
        term="spend bridge, total",
        description=(
            "Spend of a period minus that of the period compared with. The first month of one is "
            "set against the first of the other, and so on; an agency's months of which only one "
            "was reported are left out: what wasn't reported is no spend that ended. Periods that "
            "differ in length count whole, of the agencies with records in both."
        ),
        formula="sum(cost now) - sum(cost before)",
    ),
    _between_term(
        "usage",
        label="Change by usage",
        term="volume effect",
        description=(
            "What more or fewer units of work cost at the unit price of before, for services of "
            "an agency with units in both periods; in own currency at the exchange rate of before."
        ),
        formula="sum((units now - units before) x unit price before)",
    ),
    _between_term(
        "unit_price",
        label="Change by unit price",
        term="price effect",
        description=(
            "What another price for a unit of work cost on the units used now, for services of an "
            "agency with units in both periods; in own currency at the exchange rate of before. "
            "A shift of work within a service type is a part of it."
        ),
        formula="sum((unit price now - unit price before) x units now)",
    ),
    _between_term(
        "new",
        label="New services",
        term="new services",
        description="Spend on service types that an agency has now and hadn't before.",
        formula="sum(cost now of services without records before)",
    ),
    _between_term(
        "ended",
        label="Ended services",
        term="ended services",
        description="What service types cost that an agency had before and hasn't now; negative.",
        formula="-sum(cost before of services without records now)",
    ),
    _between_term(
        "unsplit",
        label="Not split",
        term="unsplit change",
        description=(
            "Change of services in both periods for which units of work are missing on a side, so "
            "that usage and unit price can't be told apart; and what comes of taking an MDA's cost "
            "from bills in one of the periods and from its own summary in the other."
        ),
        formula="sum(cost now - cost before of services without units on a side)",
    ),
    _between_term(
        "exchange_rate",
        label="Change by exchange rate",
        term="exchange rate effect",
        description=(
            "In own currency, what the change of the rate to US dollars alone did to services in "
            "both periods; the records are in US dollars, in which it is 0. New services count "
            "at the rate of now."
        ),
        formula="sum(US dollars now x (1 / rate now - 1 / rate before))",
    ),
    _between(
        name="bridge_commitments",
        label="Change by commitments and credits",
        term="commitment and credit effect",
        description="What commitments and credits changed; told by bills alone.",
        formula="not available without bills",
        compute=_unknown,
        undefined="commitments and credits are not told apart from usage",
    ),
    _between(
        name="bridge_restatement",
        label="Change by restatement",
        term="restatement",
        description="What later corrections of records changed; told by bills alone.",
        formula="not available without bills",
        compute=_unknown,
        undefined="corrections of earlier months are not told apart",
    ),
    _from_budget_term(
        "budget",
        label="Budget compared",
        term="base of the budget bridge",
        description="Budget of the months with both a budget and spend.",
        formula="sum(budget), months with both",
        undefined=_NO_BUDGET,
    ),
    _from_budget_term(
        "spend",
        label="Spend compared",
        term="end of the budget bridge",
        description="Spend of the months with both a budget and spend.",
        formula="sum(cost), months with both",
        undefined=_NO_BUDGET,
    ),
    _from_budget_term(
        "planned",
        label="Foreseen by the budget",
        term="planned change, reversed",
        description=(
            "Spend of the same months a year before minus their budget: below zero where the "
            "budget foresaw growth, above where it foresaw a cut. With what changed since it adds "
            "up to spend minus budget."
        ),
        formula="sum(cost a year before) - sum(budget)",
    ),
    _from_budget_term(
        "usage",
        label="Usage since last year",
        term="volume effect against budget",
        description="What more or fewer units of work cost at last year's unit price.",
        formula="sum((units now - units a year before) x unit price a year before)",
    ),
    _from_budget_term(
        "unit_price",
        label="Unit price since last year",
        term="price effect against budget",
        description="What another price for a unit of work than last year's cost on today's units.",
        formula="sum((unit price now - unit price a year before) x units now)",
    ),
    _from_budget_term(
        "new",
        label="New services since last year",
        term="new services against budget",
        description="Spend on service types that an agency hadn't a year before.",
        formula="sum(cost of services without records a year before)",
    ),
    _from_budget_term(
        "ended",
        label="Services ended since last year",
        term="ended services against budget",
        description="What service types cost a year before that an agency no longer has; negative.",
        formula="-sum(cost a year before of services without records now)",
    ),
    _from_budget_term(
        "exchange_rate",
        label="Exchange rate since last year",
        term="exchange rate effect against budget",
        description="In own currency, what the rate to US dollars alone changed; in dollars 0.",
        formula="sum(US dollars now x (1 / rate now - 1 / rate a year before))",
    ),
    _from_budget_term(
        "unsplit",
        label="Not split",
        term="unsplit difference from budget",
        description=(
            "Spend minus budget of months without records a year before, and the change of "
            "services without units of work on a side."
        ),
        formula="sum(cost - budget), months without records a year before",
        undefined=_NO_BUDGET,
    ),
)
