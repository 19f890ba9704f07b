"""Figures in relation to a whole, a budget or what was before: what sentences tell in per cent."""

from __future__ import annotations

from typing import Final

from warehouse.measures import formulas
from warehouse.measures.dimensions import AGENCY, COST, PERFORMANCE_CHANGE
from warehouse.measures.measure import Floats, Kind, Measure, Sums
from warehouse.measures.reliability import STABILITY

_NOT_ADDITIVE: Final = "not additive: made anew from sums at every level"


def _over_budget(sums: Sums) -> Floats:
    above = sums["budgeted_forecast_usd"] - sums["year_budget_usd"]
    return formulas.ratio(above, sums["year_budget_usd"])


MEASURES = (
    Measure(
        name="agency_share",
        label="Share of the agency",
        term="agency share",
        description="An agency's spend, or that of some, against all agencies of the same group.",
        formula="sum(spend) / sum(spend of all agencies)",
        unit="ratio",
        dimensions=COST,
        additivity=_NOT_ADDITIVE,
        good=None,
        source="fact_cost_monthly",
        group="Cost",
        decimals=1,
        family="cost",
        components=("cost_usd",),
        compute=formulas.mean("cost_usd", "all_cost_usd"),
        undefined="nothing spent in the period",
        kind=Kind.SHARE,
        share_of="agency",
    ),
    Measure(
        name="forecast_over_budget_pct",
        label="Forecast above the year's budget, share",
        term="forecast budget variance, relative",
        description=(
            "Forecast for the year minus the year's budget, against that budget, of agencies with "
            "a budget for all of its months."
        ),
        formula="(sum(forecast for the year) - sum(budget of the year)) / sum(budget of the year)",
        unit="ratio",
        dimensions=AGENCY,
        additivity=_NOT_ADDITIVE,
        good="low",
        source="fact_forecast_year",
        group="Forecast",
        decimals=1,
        family="forecast_year",
        components=("budgeted_forecast_usd", "year_budget_usd"),
        compute=_over_budget,
        undefined="no budget recorded for the whole year",
        kind=Kind.YEAR_END,
    ),
    Measure(
        name="stability_change_pct",
        label="Change of stability by migration, share",
        term="relative stability delta",
        description="Stability after migration against before, of agencies that have both.",
        formula="(stability_score(Post) - stability_score(Pre)) / stability_score(Pre), same "
        "agencies",
        unit="ratio",
        dimensions=PERFORMANCE_CHANGE,
        additivity=_NOT_ADDITIVE,
        good="high",
        source="fact_performance",
        group="Reliability",
        decimals=1,
        family="performance",
        components=STABILITY,
        compute=formulas.stability,
        undefined="no agency with records both before and after migration",
        kind=Kind.RELATIVE_CHANGE,
    ),
)
