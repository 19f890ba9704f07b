"""The centre: months, year and past errors of all agencies together, from the bottom up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warehouse.forecasting.agencies import (
    MONTHS_AHEAD,
    YEAR,
    Agency,
    Ahead,
    YearEnd,
    centre_spread,
    cents,
    chance_over,
    figures_of,
    together,
    year_figures,
)
from warehouse.forecasting.backtest import STEPS, Judgement, Past, judged
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.intervals import forecast_rows

_BAND = 80


def centre_ahead(agencies: Sequence[Agency], ahead: Sequence[Ahead]) -> Ahead | None:
    """Add up the agencies' middles for the months after the last that any has."""
    spread = centre_spread(agencies)
    if spread is None:
        return None
    common, month, total = spread
    last = max(one.origin for one in ahead)
    middles = np.zeros(MONTHS_AHEAD)
    for one in ahead:
        own = one.figures[last - one.origin :, 0]
        middles[: len(own)] += own
    padded = np.concatenate([np.zeros(last - common), middles / 100])
    figures = cents(figures_of(month.about(padded[None, :]))[0, last - common :])
    figures[:, 0] = middles
    return Ahead(last, figures, total, is_too_short=False)


def centre_year(ends: Sequence[YearEnd], centre: Ahead) -> YearEnd | None:
    """Add up the years that the last month is in; those with a budget stand against it.

    Years may start in different months. What is left of them is as uncertain as what is left of a
    year that ends when they do on average, each weighed by what it is still to take.
    """
    now = [end for end in ends if end.year_start <= centre.origin < end.year_start + YEAR]
    if not now:
        return None
    left = _mean_left(now)
    spent = sum(end.spent for end in now)
    middle = sum(float(end.figures[0]) - end.spent for end in now)
    figures = year_figures(centre.total, left, middle, spent)
    budgeted = [end for end in now if end.budget is not None]
    budget = sum(end.budget or 0.0 for end in budgeted) if budgeted else None
    chance = None
    if budget is not None:
        of_them = sum(float(end.figures[0]) - end.spent for end in budgeted)
        about = centre.total.about(np.full(centre.total.mean.shape, of_them / 100))
        still = budget - sum(end.spent for end in budgeted)
        chance = chance_over(about, _mean_left(budgeted), still)
    starts = {end.year_start for end in now}
    return YearEnd(min(starts), centre.origin, spent, figures, budget, chance, None)


def judge_centre(agencies: Sequence[Agency], past: Past) -> Judgement | None:
    """Judge the sums of the agencies' past forecasts, with the bounds that the centre had then.

    At each origin only agencies count that could be forecast from it, in what was foreseen and in
    what came.
    """
    rows = [_centre_row(agencies, past, int(origin)) for origin in np.unique(past.origin)]
    if not rows:
        return None
    mean, low, high, repeated, actual = (np.array(column) for column in zip(*rows, strict=True))
    place = np.zeros(len(rows), dtype=np.int64)
    return judged(Past(place, np.unique(past.origin), mean, low, high, repeated, actual), 1)


def _centre_row(agencies: Sequence[Agency], past: Past, origin: int) -> list[Floats]:
    at = past.origin == origin
    mean, repeated = past.mean[at].sum(axis=0), past.repeated[at].sum(axis=0)
    series = [agencies[place].series for place in past.place[at].tolist()]
    whole = together(series, origin)
    months = whole.first_month + np.arange(len(whole.amounts))
    forecast = forecast_rows(whole.amounts[None, :], months[None, :], STEPS)
    low, high = forecast.month.about(mean[None, :]).bounds(_BAND)
    # A month counts when all of them have it.
    return [mean, low[0], high[0], repeated, past.actual[at].sum(axis=0)]


def _mean_left(ends: Sequence[YearEnd]) -> int:
    left = np.array([end.year_start + YEAR - 1 - end.origin for end in ends], dtype=float)
    weight = np.array([max(float(end.figures[0]) - end.spent, 0.0) for end in ends])
    if not left.any():
        return 0
    mean = np.average(left, weights=weight) if weight.sum() > 0 else left.mean()
    return max(round(float(mean)), 1)
