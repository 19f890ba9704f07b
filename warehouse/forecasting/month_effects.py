"""Month effects: a year's shape in a series, drawn back by what chance would show."""

from __future__ import annotations

from typing import Final

import numpy as np

from warehouse.forecasting.calendar import Floats, Integers

YEAR: Final = 12
LEAST_POINTS: Final = 24
"""Two years: below this there are no month effects."""
_REGRESSED_POINTS: Final = 36
"""Up to so many points effects come from a regression; above, from ratios to a centred year."""
_RECENT_RATIOS: Final = 72
"""Of a long history only the last six years of ratios count: a year's shape changes."""
_TINY: Final = 1e-18


def month_effects(logs: Floats, months: Integers) -> Floats:
    """Give twelve effects per series, January first, on logs; zeros for less than two years.

    Effects are multiplied by max(0, 1 - 1/F), F being the ratio of the variance between months to
    that within: what chance alone would give is nought, and two years of a plain season are kept.
    """
    count, points = logs.shape
    effects = np.zeros((count, YEAR))
    if points < LEAST_POINTS:
        return effects
    phases = months[:, 0] % YEAR
    for phase in np.unique(phases):
        rows = np.flatnonzero(phases == phase)
        calendar_months = (phase + np.arange(points)) % YEAR
        if points <= _REGRESSED_POINTS:
            raw, ratio = _by_regression(logs[rows], calendar_months)
        else:
            raw, ratio = _by_ratios(logs[rows], calendar_months)
        kept = np.maximum(0, 1 - 1 / np.maximum(ratio, _TINY))
        effects[rows] = kept[:, None] * (raw - raw.mean(axis=1, keepdims=True))
    return effects


def _by_regression(logs: Floats, calendar_months: Integers) -> tuple[Floats, Floats]:
    points = logs.shape[1]
    trend = (np.arange(points) - (points - 1) / 2) / points
    dummies = (calendar_months[:, None] == np.arange(YEAR)).astype(np.float64)
    coefficients, within = _fitted(np.column_stack([dummies, trend]), logs)
    _, without = _fitted(np.column_stack([np.ones(points), trend]), logs)
    return coefficients[:YEAR].T, _f_ratio(without, within, points - YEAR - 1)


def _fitted(design: Floats, logs: Floats) -> tuple[Floats, Floats]:
    coefficients = np.linalg.lstsq(design, logs.T, rcond=None)[0]
    rest = logs.T - design @ coefficients
    return np.asarray(coefficients, dtype=np.float64), np.asarray((rest * rest).sum(axis=0))


def _by_ratios(logs: Floats, calendar_months: Integers) -> tuple[Floats, Floats]:
    points, half = logs.shape[1], YEAR // 2
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    length = points - YEAR
    centred = sum(weights[at] * logs[:, at : at + length] for at in range(YEAR + 1))
    ratios = (logs[:, half : half + length] - centred)[:, -_RECENT_RATIOS:]
    of_month = calendar_months[half : half + length][-_RECENT_RATIOS:]
    by_month = [ratios[:, of_month == month] for month in range(YEAR)]
    medians = np.column_stack([np.median(part, axis=1) for part in by_month])
    means = np.column_stack([part.mean(axis=1) for part in by_month])
    rest, whole = ratios - means[:, of_month], ratios - ratios.mean(axis=1, keepdims=True)
    within, without = (rest * rest).sum(axis=1), (whole * whole).sum(axis=1)
    return medians, _f_ratio(without, within, ratios.shape[1] - YEAR)


def _f_ratio(without: Floats, within: Floats, free: int) -> Floats:
    between = np.maximum(without - within, 0) / (YEAR - 1)
    return np.asarray(between / np.maximum(within / max(free, 1), _TINY))
