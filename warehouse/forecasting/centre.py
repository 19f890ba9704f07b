"""The middle of a forecast: what is most likely spent in each of the months ahead.

1. Slips below zero and spikes that stand alone are bridged.
2. Amounts go to logs, so that growth and seasons are shares of the level, and the days in the
   month and the month effects are taken out.
3. Damped Holt makes half of it; Theta, a line through the last two years and, where history is
   short, a little of the last year's mean make the rest.
4. Month effects and days come back.

A series that isn't above zero throughout has no logs: it is forecast as it stands, without seasons.
Fewer than twelve points say nothing about a course: the last value stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats, Integers, days_exponents, relative_days
from warehouse.forecasting.cleaning import bridged, lone_spikes, single_slips
from warehouse.forecasting.methods import damped_holt, straight_line, theta, years_mean
from warehouse.forecasting.month_effects import YEAR, month_effects

LEAST_POINTS: Final = 12
"""Fewer points are too little history for anything but the last value."""
_SHARES: Final = (
    (48, (0.5, 0.3, 0.2, 0.0)),
    (30, (0.5, 0.35, 0.1, 0.05)),
    (0, (0.6, 0.2, 0.1, 0.1)),
)
"""From so many points on: the shares of damped Holt, Theta, the line and the last year's mean."""
_LEAST: Final = 1e-6
"""Less than that of a row's mean is as good as nothing; its log would lead out of all numbers."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Rows' middles per step, and what their errors are measured in.

    ``on_logs``: errors are logs of actual over expected, divided by ``scale``; where not, they are
    amounts, divided by ``scale`` times ``size``.
    """

    mean: Floats
    scale: Floats
    size: Floats
    on_logs: NDArray[np.bool_]


def forecast_centre(amounts: Floats, months: Integers, horizon: int) -> Centre:
    """Forecast rows of one length, ``months`` counted from January 1970, for a number of steps."""
    count, points = amounts.shape
    size = np.abs(amounts).mean(axis=1)
    size = np.where(size > 0, size, 1.0)
    relative = amounts / size[:, None]
    filled = bridged(relative, single_slips(relative))
    on_logs = np.asarray((filled > 0).all(axis=1))
    mean, scale = np.empty((count, horizon)), np.empty(count)
    for rows, forecast in ((on_logs, _on_logs), (~on_logs, _as_it_stands)):
        if rows.any():
            mean[rows], scale[rows] = forecast(filled[rows], months[rows], horizon)
    if points < LEAST_POINTS:
        mean = np.repeat(relative[:, -1:], horizon, axis=1)
    return Centre(mean * size[:, None], scale, size, on_logs)


def _on_logs(relative: Floats, months: Integers, horizon: int) -> tuple[Floats, Floats]:
    logs = np.log(np.maximum(relative, _LEAST))
    logs = bridged(logs, lone_spikes(logs))
    ahead = months[:, -1:] + np.arange(1, horizon + 1)
    exponents = days_exponents(logs, months)[:, None] if logs.shape[1] > 1 else 0.0
    logs = logs - exponents * np.log(relative_days(months))
    effects = month_effects(logs, months)
    rows = np.arange(len(logs))[:, None]
    steps, scale = _course(logs - effects[rows, months % YEAR], horizon)
    steps = steps + effects[rows, ahead % YEAR] + exponents * np.log(relative_days(ahead))
    return np.exp(steps), scale


def _as_it_stands(relative: Floats, months: Integers, horizon: int) -> tuple[Floats, Floats]:
    steps, scale = _course(relative, horizon)
    never_below = (relative >= 0).all(axis=1, keepdims=True)
    return np.where(never_below, np.maximum(steps, 0), steps), scale


def _course(rows: Floats, horizon: int) -> tuple[Floats, Floats]:
    middle = rows.mean(axis=1, keepdims=True)
    rows = rows - middle
    holt = damped_holt(rows, horizon)
    courses = (holt.steps, theta(rows, horizon), straight_line(rows, horizon))
    shares = next(shares for least, shares in _SHARES if rows.shape[1] >= least)
    calm = years_mean(rows, horizon)
    steps = sum(share * part for share, part in zip(shares, (*courses, calm), strict=True))
    return steps + middle, holt.missed
