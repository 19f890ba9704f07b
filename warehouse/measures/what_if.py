"""What-if measures: forecasts with what is ahead moved, and their bounds with them.

The parameter ``whatif`` of a question says by how much: a share of it, or what recommendations
that were accepted are estimated to save a month.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from warehouse.measures.measure import Floats, Kind, Measure, Sums

_BANDS: Final = (80, 95)
_ALONE = "bounds don't add up: ask for one MDA, or for all of them"
_MOVED = (
    "moved as the parameter whatif says: by a per cent, or, for accepted, by what recommendations "
    "that were accepted are estimated to save a month, from the next month on and at most what "
)
_MONTH = f"{_MOVED}the month is forecast at"
_REST = f"{_MOVED}all of them together are forecast at"
"""A year is kept as a whole: what one month is too small for, another takes."""
_BOUNDS_MOVED = "It is modelled: nobody has scored what-ifs, and how sure a saving is isn't known."

Define = Callable[..., Measure]


def what_if_measures(year: Define, month: Define) -> tuple[Measure, ...]:
    """Define them on the tables of forecasts: of the year's end, and of months ahead."""
    year = partial(year, unit="usd", decimals=2, kind=Kind.WHAT_IF)
    month = partial(month, kind=Kind.WHAT_IF_MONTHS)
    return (
        year(
            name="whatif_year_end",
            label="The year, if what is ahead were moved",
            term="what-if year-end",
            description=(
                f"What the year comes to with each month ahead {_REST}. It says nothing of how "
                "likely that is."
            ),
            formula="cost of the year so far + forecast of its other months, moved",
            additivity="additive over agencies",
            components=("spent_usd", "forecast_usd"),
            compute=_year,
        ),
        year(
            name="whatif_year_change",
            label="Change of the year, if what is ahead were moved",
            term="what-if change of the year",
            description=f"That year minus the forecast for the year; months ahead are {_REST}.",
            formula="what-if year - forecast for the year",
            additivity="additive over agencies",
            components=("spent_usd", "forecast_usd"),
            compute=_change,
        ),
        year(
            name="whatif_over_budget",
            label="Above the year's budget, if what is ahead were moved",
            term="what-if budget variance",
            description=(
                "That year minus its budget, of agencies with a budget for all of its months; "
                "below 0 is under budget."
            ),
            formula="sum(what-if year) - sum(budget of the year)",
            additivity="additive over agencies",
            components=("budgeted_forecast_usd", "budgeted_spent_usd", "year_budget_usd"),
            compute=_over,
            undefined="no budget recorded for the whole year",
        ),
        month(
            name="whatif_spend",
            label="Forecast spend, if what is ahead were moved",
            term="what-if forecast",
            description=f"Spend of the months ahead, each {_MONTH}.",
            formula="forecast spend, moved",
            additivity="additive over all dimensions",
            components=("forecast_usd",),
            compute=_month,
            undefined="no month ahead in the period",
        ),
        *_bounds(year, "whatif_year_end", "The year, if what is ahead were moved", _year_bound),
        *_bounds(month, "whatif", "Forecast spend, if what is ahead were moved", _month_bound),
    )


def _bounds(
    define: Define, name: str, label: str, bound: Callable[[str], Callable[[Sums], Floats]]
) -> list[Measure]:
    is_year = bound is _year_bound
    return [
        define(
            name=f"{name}_{side}_{band}",
            label=f"{label}, {word} bound of {band} %",
            term=f"{band} % what-if interval, {word}",
            description=(
                f"The {word} end of the forecast's {band} % band, moved with it. {_BOUNDS_MOVED}"
            ),
            formula=f"{word} bound of {band} %, moved as the forecast is",
            additivity="not additive: of one agency, or of all together",
            components=(
                f"{side}_{band}_usd", "row_count", *(("spent_usd",) if is_year else ()),
            ),
            compute=bound(f"{side}_{band}_usd"),
            undefined=_ALONE if is_year else f"{_ALONE}, and for one month",
        )
        for band in _BANDS
        for side, word in (("low", "lower"), ("high", "upper"))
    ]  # fmt: skip


def _month(sums: Sums) -> Floats:
    return sums["forecast_usd"] * sums["moved"] - sums["saved_usd"]


def _month_bound(component: str) -> Callable[[Sums], Floats]:
    def compute(sums: Sums) -> Floats:
        bound = sums[component] * sums["moved"]
        # A saving takes no bound below nothing that wasn't below it.
        moved = np.maximum(bound - sums["saved_usd"], np.minimum(bound, 0.0))
        return np.where(sums["row_count"] == 1, moved, np.nan)

    return compute


def _year(sums: Sums) -> Floats:
    ahead = sums["forecast_usd"] - sums["spent_usd"]
    return sums["spent_usd"] + ahead * sums["moved"] - sums["saved_usd"]


def _change(sums: Sums) -> Floats:
    ahead = sums["forecast_usd"] - sums["spent_usd"]
    return ahead * (sums["moved"] - 1) - sums["saved_usd"]


def _over(sums: Sums) -> Floats:
    ahead = sums["budgeted_forecast_usd"] - sums["budgeted_spent_usd"]
    year = sums["budgeted_spent_usd"] + ahead * sums["moved"] - sums["budgeted_saved_usd"]
    return year - sums["year_budget_usd"]


def _year_bound(component: str) -> Callable[[Sums], Floats]:
    def compute(sums: Sums) -> Floats:
        ahead = (sums[component] - sums["spent_usd"]) * sums["moved"]
        moved = np.maximum(ahead - sums["saved_usd"], np.minimum(ahead, 0.0))
        return np.where(sums["row_count"] == 1, sums["spent_usd"] + moved, np.nan)

    return compute
