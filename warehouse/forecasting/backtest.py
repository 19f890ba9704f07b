"""What the forecaster would have said before, set beside what came: its honest past error.

Each origin knows only the months before it. In-sample fit is never shown: it flatters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import forecast_rows
from warehouse.forecasting.series import Series, blocks_of

ORIGINS: Final = 12
"""Past origins, one a month, as far as history reaches."""
STEPS: Final = 6
SHOWN_STEPS: Final = (1, 3, 6)
_BAND: Final = 80


@dataclass(frozen=True, slots=True)
class Past:
    """Forecasts from past origins: a row for each series and origin, a column for each step.

    Steps whose month hasn't come are NaN in ``actual``. ``origin`` is the last month known.
    """

    place: NDArray[np.int64]
    origin: Integers
    mean: Floats
    low: Floats
    high: Floats
    repeated: Floats
    actual: Floats


def past_forecasts(series: Sequence[Series]) -> Past:
    """Forecast each series from each of its last origins that had twelve months behind it."""
    cut, places, came = [], [], []
    for place, one in enumerate(series):
        points = len(one.amounts)
        for known in range(max(LEAST_POINTS, points - ORIGINS), points):
            cut.append(Series(one.name, one.first_month, one.amounts[:known]))
            places.append(place)
            ahead = np.full(STEPS, np.nan)
            ahead[: points - known] = one.amounts[known : known + STEPS]
            came.append(ahead)
    rows = len(cut)
    mean, low, high, repeated = (np.empty((rows, STEPS)) for _ in range(4))
    for block in blocks_of(cut):
        month = forecast_rows(block.amounts, block.months, STEPS).month
        mean[block.places] = month.mean
        low[block.places], high[block.places] = month.bounds(_BAND)
        repeated[block.places] = block.amounts[:, -1:]
    origin = np.array([one.first_month + len(one.amounts) - 1 for one in cut], dtype=np.int64)
    actual = np.array(came).reshape(rows, STEPS)
    return Past(np.array(places, dtype=np.int64), origin, mean, low, high, repeated, actual)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How past forecasts of each series turned out, as sums, so that those of several add up.

    ``missed`` and ``came`` are amounts by series and step. Beside ``missed_in_all``, over all
    steps, stands what repeating the last month would have missed. ``held`` of ``compared`` months
    lay inside the 80 % band.
    """

    missed: Floats
    came: Floats
    missed_in_all: Floats
    missed_by_repeating: Floats
    held: Integers
    compared: Integers


def judged(past: Past, count: int) -> Judgement:
    """Judge past forecasts of so many series; one that never was forecast has nothing but zeros."""
    known = np.isfinite(past.actual)
    actual = np.where(known, past.actual, 0)
    missed = np.where(known, np.abs(actual - past.mean), 0)
    repeating = np.where(known, np.abs(actual - past.repeated), 0)
    inside = known & (past.low <= actual) & (actual <= past.high)

    def added(values: NDArray[Any]) -> Floats:
        found = np.zeros((count, *values.shape[1:]))
        np.add.at(found, past.place, values)
        return found

    return Judgement(
        missed=added(missed),
        came=added(np.abs(actual)),
        missed_in_all=added(missed.sum(axis=1)),
        missed_by_repeating=added(repeating.sum(axis=1)),
        held=added(inside.sum(axis=1)).astype(np.int64),
        compared=added(known.sum(axis=1)).astype(np.int64),
    )
