"""What the forecaster would have said before, set beside what came: its honest past error.

Each origin knows only the months before it. In-sample fit is never shown: it flatters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
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
_FEWEST: Final = 3
PAST_BAND: Final = 80
"""The band that past forecasts are judged by, in per cent."""


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

    def rows(self, chosen: NDArray[np.bool_]) -> Past:
        """Give the rows that are chosen."""
        return Past(*(getattr(self, one.name)[chosen] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Cut:
    """Series as they were at past origins, a row for each, and what came after."""

    series: list[Series]
    place: NDArray[np.int64]
    origin: Integers
    actual: Floats


def cut_back(series: Sequence[Series], *, of_young: bool = False) -> Cut:
    """Cut each series back to each of its last origins that had twelve months behind it.

    ``of_young``: or half the months that it has by now, where those are fewer.
    """
    cut, places, came = [], [], []
    for place, one in enumerate(series):
        points = len(one.amounts)
        least = min(LEAST_POINTS, max(points // 2, _FEWEST)) if of_young else LEAST_POINTS
        for known in range(max(least, points - ORIGINS), points):
            cut.append(Series(one.name, one.first_month, one.amounts[:known]))
            places.append(place)
            ahead = np.full(STEPS, np.nan)
            ahead[: points - known] = one.amounts[known : known + STEPS]
            came.append(ahead)
    origin = np.array([one.first_month + len(one.amounts) - 1 for one in cut], dtype=np.int64)
    actual = np.array(came).reshape(len(cut), STEPS)
    return Cut(cut, np.array(places, dtype=np.int64), origin, actual)


def past_forecasts(series: Sequence[Series]) -> Past:
    """Forecast each series from its past origins."""
    cut = cut_back(series)
    mean, low, high, repeated = (np.empty(cut.actual.shape) for _ in range(4))
    for block in blocks_of(cut.series):
        month = forecast_rows(block.amounts, block.months, STEPS).month
        mean[block.places] = month.mean
        low[block.places], high[block.places] = month.bounds(PAST_BAND)
        repeated[block.places] = block.amounts[:, -1:]
    return Past(cut.place, cut.origin, mean, low, high, repeated, cut.actual)


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
