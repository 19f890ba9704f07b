"""Forecasts: months ahead, the year's end against its budget, and how wrong forecasts have been.

Middles add up from agencies to the centre. Bounds and chances don't: they are told of one agency,
or of all together, which have their own; bounds so of one service type, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from warehouse.measures import formulas
from warehouse.measures.dimensions import AGENCY
from warehouse.measures.forecast_sources import ERROR_STEPS
from warehouse.measures.measure import Floats, Kind, Measure, Sums
from warehouse.measures.what_if import what_if_measures

BANDS: Final = (80, 95)

_ALONE = "bounds don't add up: ask for one MDA, or for all of them"
_NOT_ADDITIVE = "not additive: of one agency, or of all together"
_FROM_ORIGINS = "past forecasts of the last twelve months, each made of the months before it"

_measure = partial(Measure, group="Forecast", good=None)
_month = partial(
    _measure,
    unit="usd",
    decimals=2,
    source="fact_forecast",
    family="forecast",
    dimensions=(*AGENCY, "month"),
)
_part = partial(_month, dimensions=(*AGENCY, "month", "service_type"))
_year = partial(
    _measure,
    source="fact_forecast_year",
    family="forecast_year",
    kind=Kind.YEAR_END,
    dimensions=AGENCY,
)
_past = partial(
    _measure,
    source="fact_forecast_error",
    family="forecast_error",
    dimensions=(*AGENCY, "service_type"),
    undefined="too little history to look back on",
)
_published = partial(
    _measure,
    source="fact_kept_forecast",
    family="kept_forecast",
    dimensions=(*AGENCY, "month", "service_type"),
    undefined="no month of a forecast published here has come yet",
)


def _of_one(component: str) -> Callable[[Sums], Floats]:
    """Give a figure where it is that of a single row."""
    return lambda sums: np.where(sums["row_count"] == 1, sums[component], np.nan)


def _bounds(define: Callable[..., Measure], name: str, label: str, what: str) -> list[Measure]:
    return [
        define(
            name=f"{name}_{side}_{band}",
            label=f"{label}, {'lower' if side == 'low' else 'upper'} bound of {band} %",
            term=f"{band} % prediction interval, {'lower' if side == 'low' else 'upper'}",
            description=(
                f"The {'lower' if side == 'low' else 'upper'} end of the band that {band} of a "
                f"hundred such forecasts held for {what}, by measured past errors."
            ),
            formula=f"forecast moved by the {band} % quantile of past errors",
            additivity=_NOT_ADDITIVE,
            components=(f"{side}_{band}_usd", "row_count"),
            compute=_of_one(f"{side}_{band}_usd"),
            undefined=f"{_ALONE}, for one month, and for one service type or all"
            if define is _part
            else _ALONE,
        )
        for band in BANDS
        for side in ("low", "high")
    ]


def _ratio(above: str, below: str) -> Callable[[Sums], Floats]:
    return formulas.mean(above, below)


def _skill(sums: Sums) -> Floats:
    return 1 - formulas.mean("missed_usd", "repeating_missed_usd")(sums)


def _needed(sums: Sums) -> Floats:
    ahead = sums["budgeted_forecast_usd"] - sums["budgeted_spent_usd"]
    left = sums["year_budget_usd"] - sums["budgeted_spent_usd"]
    return np.where(ahead > 0, left / np.where(ahead > 0, ahead, 1) - 1, np.nan)


MEASURES = (
    _part(
        name="forecast_spend",
        label="Forecast spend",
        term="forecast",
        description=(
            "Spend of the months ahead, most likely: from each agency's own last month on, made at "
            "the last build. A part month is never used. Of a service type it is the part that "
            "its own months give it of the agency's forecast."
        ),
        formula="mean of damped Holt, Theta and a line, on logs, times month effects and days",
        additivity="additive over all dimensions",
        components=("forecast_usd",),
        compute=formulas.total("forecast_usd"),
        undefined="no month ahead in the period",
    ),
    *_bounds(_part, "forecast", "Forecast spend", "a month"),
    _year(
        name="forecast_year_end",
        label="Forecast for the year",
        term="year-end forecast",
        description=(
            "What the year comes to: its months so far, and the forecast of the others. The year "
            "is the one that the agency's last month is in, whatever the period asked for."
        ),
        formula="sum(cost of the year so far) + sum(forecast of its other months)",
        unit="usd",
        decimals=2,
        additivity="additive over agencies",
        components=("forecast_usd",),
        compute=formulas.total("forecast_usd"),
    ),
    *_bounds(
        partial(_year, unit="usd", decimals=2),
        "forecast_year_end",
        "Forecast for the year",
        "the rest of a year",
    ),
    _year(
        name="forecast_over_budget",
        label="Forecast above the year's budget",
        term="forecast budget variance",
        description=(
            "Forecast for the year minus the year's budget, of agencies with a budget for all of "
            "its months; below 0 is under budget."
        ),
        formula="sum(forecast for the year) - sum(budget of the year)",
        unit="usd",
        decimals=2,
        additivity="additive over agencies",
        components=("budgeted_forecast_usd", "year_budget_usd"),
        compute=lambda sums: sums["budgeted_forecast_usd"] - sums["year_budget_usd"],
        undefined="no budget recorded for the whole year",
    ),
    *what_if_measures(_year, _month),
    _year(
        name="change_to_meet_budget",
        label="Change of what is ahead that meets the budget",
        term="required change to complete",
        description=(
            "By how much the months ahead would have to differ from their forecast for the year to "
            "end exactly on its budget; below 0 they would have to fall."
        ),
        formula="(budget - cost so far) / forecast of the other months - 1",
        unit="ratio",
        decimals=1,
        additivity="not additive: made anew from sums at every level",
        components=("budgeted_forecast_usd", "budgeted_spent_usd", "year_budget_usd"),
        compute=_needed,
        undefined="no budget recorded for the whole year, or the year is over",
    ),
    _year(
        name="overrun_probability",
        label="Chance of exceeding the budget",
        term="overrun probability",
        description=(
            "The share of past errors of such totals that would carry the year above its budget: "
            "on track below 20 %, watch below 50, likely over below 80, very likely over above."
        ),
        formula="share of past cumulative errors above what the budget leaves",
        unit="ratio",
        decimals=0,
        additivity=_NOT_ADDITIVE,
        components=("overrun_ratio", "row_count"),
        compute=_of_one("overrun_ratio"),
        undefined="no budget recorded for the whole year, or several agencies but not all",
    ),
    _year(
        name="months_to_budget_break",
        label="Months until the budget is spent",
        term="budget exhaustion",
        description=(
            "Months from the last one known until spend and forecast exceed the year's budget; 0 "
            "if they do already."
        ),
        formula="first month of sum(cost + forecast) > budget of the year, counted from the last",
        unit="count",
        decimals=0,
        additivity=_NOT_ADDITIVE,
        components=("months_to_break_count", "row_count"),
        compute=_of_one("months_to_break_count"),
        undefined="the forecast stays within the budget, or there is none, or several agencies",
    ),
    *(
        _past(
            name=f"forecast_error_{step}",
            label=f"Past forecast error, {step} month{'s' if step > 1 else ''} ahead",
            term=f"WAPE at {step}",
            description=(
                f"How far forecasts of the past missed the month {step} ahead, in relation to what "
                f"came: {_FROM_ORIGINS}. Those of a service type are judged as they would have "
                "been told, drawn to their agency's."
            ),
            formula="sum(|actual - forecast|) / sum(|actual|)",
            unit="ratio",
            decimals=1,
            additivity="not additive: made anew from sums at every level",
            components=(f"missed_{step}_usd", f"came_{step}_usd"),
            compute=_ratio(f"missed_{step}_usd", f"came_{step}_usd"),
        )
        for step in ERROR_STEPS
    ),
    _past(
        name="forecast_skill",
        label="Forecast against repeating the last month",
        term="skill score",
        description=(
            "How much less forecasts of the past missed than repeating the last month would have, "
            "one to six months ahead; below 0 they were worse than that."
        ),
        formula="1 - sum(|actual - forecast|) / sum(|actual - last month|)",
        unit="ratio",
        decimals=1,
        additivity="not additive: made anew from sums at every level",
        components=("missed_usd", "repeating_missed_usd"),
        compute=_skill,
        undefined="too little history, or nothing ever changed",
    ),
    _past(
        name="forecast_band_held",
        label="How often the 80 % band held",
        term="interval coverage",
        description=f"Share of months inside the 80 % band: {_FROM_ORIGINS}.",
        formula="months inside / months compared",
        unit="ratio",
        decimals=0,
        additivity="not additive: made anew from sums at every level",
        components=("held_count", "compared_count"),
        compute=_ratio("held_count", "compared_count"),
    ),
    _past(
        name="forecast_months_held",
        label="Months inside the 80 % band",
        term="interval hits",
        description=f"Months that lay inside the 80 % band: {_FROM_ORIGINS}.",
        formula="count(months inside)",
        unit="count",
        decimals=0,
        additivity="not additive: all together are judged by their sums",
        components=("held_count",),
        compute=formulas.count("held_count"),
    ),
    _past(
        name="forecast_months_compared",
        label="Months forecast and come",
        term="interval trials",
        description=f"Months that have come, of {_FROM_ORIGINS}.",
        formula="count(months compared)",
        unit="count",
        decimals=0,
        additivity="not additive: all together are judged by their sums",
        components=("compared_count",),
        compute=formulas.count("compared_count"),
    ),
    *(
        _published(
            name=f"published_error_{step}",
            label=f"Error of published forecasts, {step} month{'s' if step > 1 else ''} ahead",
            term=f"published WAPE at {step}",
            description=(
                f"How far forecasts that were published here missed the month {step} ahead, in "
                "relation to what came: of each last month known, the last one published."
            ),
            formula="sum(|actual - published forecast|) / sum(|actual|)",
            unit="ratio",
            decimals=1,
            additivity="not additive: made anew from sums at every level",
            components=(f"missed_{step}_usd", f"came_{step}_usd"),
            compute=_ratio(f"missed_{step}_usd", f"came_{step}_usd"),
        )
        for step in ERROR_STEPS
    ),
    _published(
        name="published_band_held",
        label="How often the published 80 % band held",
        term="published interval coverage",
        description="Share of months, one to six ahead, inside the 80 % band as it was published.",
        formula="months inside / months compared",
        unit="ratio",
        decimals=0,
        additivity="not additive: made anew from sums at every level",
        components=("held_count", "compared_count"),
        compute=_ratio("held_count", "compared_count"),
    ),
    _published(
        name="published_months_held",
        label="Months inside the published 80 % band",
        term="published interval hits",
        description="Months, one to six ahead, that lay inside the 80 % band as it was published.",
        formula="count(months inside)",
        unit="count",
        decimals=0,
        additivity="not additive: all together are judged by their sums",
        components=("held_count",),
        compute=formulas.count("held_count"),
    ),
    _published(
        name="published_months_compared",
        label="Published forecasts whose month has come",
        term="published interval trials",
        description="Months, one to six ahead, that were forecast here and have come.",
        formula="count(months compared)",
        unit="count",
        decimals=0,
        additivity="not additive: all together are judged by their sums",
        components=("compared_count",),
        compute=formulas.count("compared_count"),
    ),
)
