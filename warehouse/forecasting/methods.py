"""Methods on series without month effects: each takes rows of one length and gives steps ahead.

All are vectorised over rows and over a fixed grid of parameters. Instead of the one best point of
the grid, all points count, weighted by how well they foresaw the series' own months: nearly equal
points then share, and no figure jumps when a series changes a little.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

import numpy as np

from warehouse.forecasting.calendar import Floats

_LEVELS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
_SLOPES: Final = (0.0, 0.05, 0.1, 0.2, 0.4)
_DAMPINGS: Final = (0.8, 0.9, 0.95, 0.98)
_GRID: Final = np.array(list(product(_LEVELS, _SLOPES, _DAMPINGS))).T
_SMOOTHINGS: Final = np.linspace(0.05, 1, 20)
_WARMING: Final = 24
"""Points from which Holt's first level and slope are read."""
_LINE: Final = 24
"""Points through which the straight line goes."""
_LINE_DAMPING: Final = 0.95
_YEAR: Final = 12
_LEAST: Final = 1e-12


class Course(NamedTuple):
    """Steps ahead of each row, and how far its own months were missed one step ahead."""

    steps: Floats
    missed: Floats


def damped_holt(rows: Floats, horizon: int) -> Course:
    """Extrapolate level and slope, the slope fading, over a grid of smoothing parameters."""
    count, points = rows.shape
    level_gain, slope_gain, damping = (axis[None, :] for axis in _GRID)
    slope, middle = _straight(rows[:, :_WARMING])
    first = middle - slope * (min(points, _WARMING) + 1) / 2
    levels = np.repeat(first[:, None], _GRID.shape[1], axis=1)
    slopes = np.repeat(slope[:, None], _GRID.shape[1], axis=1)
    squares, missed, part = np.zeros_like(levels), np.empty_like(levels), np.empty_like(levels)
    both_gains = level_gain * slope_gain
    for at in range(points):
        # In place: most of what forecasts take goes here. Levels are first what was expected.
        slopes *= damping
        levels += slopes
        np.subtract(rows[:, at, None], levels, out=missed)
        squares += np.multiply(missed, missed, out=part)
        levels += np.multiply(missed, level_gain, out=part)
        slopes += np.multiply(missed, both_gains, out=part)
    weights = _weights(squares, points)
    steps = np.empty((count, horizon))
    reach, fading = np.zeros_like(damping), np.ones_like(damping)
    for step in range(horizon):
        fading = fading * damping
        reach = reach + fading
        steps[:, step] = (weights * (levels + reach * slopes)).sum(axis=1)
    return Course(steps, np.sqrt((weights * squares).sum(axis=1) / points))


def theta(rows: Floats, horizon: int) -> Floats:
    """Take the mean of a straight line and of the smoothed series bent away from it."""
    points = rows.shape[1]
    slope, middle = _straight(rows)
    line = middle[:, None] + slope[:, None] * (np.arange(points) - (points - 1) / 2)
    bent = 2 * rows - line
    levels = np.repeat(bent[:, :1], len(_SMOOTHINGS), axis=1)
    squares = np.zeros_like(levels)
    for at in range(1, points):
        missed = bent[:, at, None] - levels
        squares += missed * missed
        levels = levels + _SMOOTHINGS * missed
    last = (_weights(squares, points) * levels).sum(axis=1)
    ahead = line[:, -1:] + slope[:, None] * np.arange(1, horizon + 1)
    return np.asarray((ahead + last[:, None]) / 2)


def straight_line(rows: Floats, horizon: int) -> Floats:
    """Carry on the line through the last two years, fading a little."""
    recent = rows[:, -_LINE:]
    slope, middle = _straight(recent)
    reach = np.cumsum(_LINE_DAMPING ** np.arange(1, horizon + 1))
    return np.asarray(middle[:, None] + slope[:, None] * ((recent.shape[1] - 1) / 2 + reach))


def years_mean(rows: Floats, horizon: int) -> Floats:
    """Expect the mean of the last year in every month."""
    return np.repeat(rows[:, -_YEAR:].mean(axis=1, keepdims=True), horizon, axis=1)


def _straight(rows: Floats) -> tuple[Floats, Floats]:
    """Give slope and middle of the least-squares line through each row."""
    places = np.arange(rows.shape[1]) - (rows.shape[1] - 1) / 2
    return rows @ places / max((places * places).sum(), 1.0), rows.mean(axis=1)


def _weights(squares: Floats, points: int) -> Floats:
    """Weigh points of a grid by the likelihood of the months they missed by so much."""
    least = squares.min(axis=1, keepdims=True) + _LEAST
    weights = (least / (squares + _LEAST)) ** points
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
