"""Series of months from frames: put in order, part months left out, gaps bridged.

In a frame, ``unique_id`` names the series, ``ds`` is a day in its month and ``y`` an amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.cleaning import bridged

COLUMNS: Final = ("unique_id", "ds", "y")
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


def series_of(frame: pd.DataFrame, as_of: dt.date | None = None) -> list[Series]:
    """Read the series of a frame in any order of rows; amounts of one month are added.

    A month that isn't over at the start of the day ``as_of`` is left out: its part says nothing
    of its whole. Months that are missing between others are bridged by a straight line.
    """
    months = month_numbers(frame["ds"])
    amounts = frame["y"].to_numpy(dtype=np.float64)
    keys, names = pd.factorize(frame["unique_id"].astype(str), sort=True)
    whole = np.full(len(frame), True)
    if as_of is not None:
        whole = months < as_of.year * 12 + as_of.month - 1 - 1970 * 12
    keys, months, amounts = keys[whole], months[whole], amounts[whole]
    order = np.lexsort((amounts, months, keys))
    keys, months, amounts = keys[order], months[order], amounts[order]
    ends = np.flatnonzero(np.diff(keys)) + 1
    parts = np.split(np.arange(len(keys)), ends) if len(keys) else []
    return [_series(str(names[keys[part[0]]]), months[part], amounts[part]) for part in parts]


def month_numbers(days: pd.Series[pd.Timestamp]) -> Integers:
    """Count months from January 1970."""
    dates = pd.to_datetime(days).to_numpy(dtype="datetime64[M]")
    return np.asarray(dates.astype(np.int64))


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


def _series(name: str, months: Integers, amounts: Floats) -> Series:
    first = int(months[0])
    length = int(months[-1]) - first + 1
    filled = np.zeros(length)
    np.add.at(filled, months - first, amounts)
    missing = np.full(length, True)
    missing[months - first] = False
    if missing.any():
        filled = bridged(filled[None, :], missing[None, :])[0]
    return Series(name, first, filled)
