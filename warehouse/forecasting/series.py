"""Series of months: made of months in any order, with gaps bridged, and gathered by length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.cleaning import bridged

_MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Series:
    """One series without gaps; its first month is counted from January 1970."""

    name: str
    first_month: int
    amounts: Floats

    def before(self, month: int) -> Series:
        """Give the months before one."""
        return Series(self.name, self.first_month, self.amounts[: max(month - self.first_month, 0)])


@dataclass(frozen=True, slots=True)
class Block:
    """Series of one length as rows, for one pass over all of them."""

    places: NDArray[np.int64]
    amounts: Floats
    months: Integers


def series_of_months(name: str, months: Integers, amounts: Floats) -> Series:
    """Make a series of months counted from January 1970, in order; those of one month are added.

    Months that are missing between others are bridged by a straight line.
    """
    first = int(months[0])
    length = int(months[-1]) - first + 1
    filled = np.zeros(length)
    np.add.at(filled, months - first, amounts)
    missing = np.full(length, True)
    missing[months - first] = False
    if missing.any():
        filled = bridged(filled[None, :], missing[None, :])[0]
    return Series(name, first, filled)


def first_day(month: int) -> dt.date:
    """Give the first day of a month counted from January 1970."""
    return dt.date(1970 + month // 12, month % 12 + 1, 1)


def blocks_of(series: Sequence[Series]) -> Iterator[Block]:
    """Gather series of equal length, the shortest first, so many at a time as a cache holds."""
    lengths = np.array([len(one.amounts) for one in series])
    for length in np.unique(lengths[lengths > 0]):
        equal = np.flatnonzero(lengths == length)
        for start in range(0, len(equal), _MOST_ROWS):
            yield _block(series, equal[start : start + _MOST_ROWS])


def _block(series: Sequence[Series], places: NDArray[np.int64]) -> Block:
    firsts = np.array([series[place].first_month for place in places])
    amounts = np.array([series[place].amounts for place in places])
    return Block(places, amounts, firsts[:, None] + np.arange(amounts.shape[1]))
