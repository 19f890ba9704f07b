"""Steps that people know of: a migration, a contract, a campaign, with what it is to change.

A month in which a step holds is freed of it before the course is read, and a month ahead in which
it holds gets it back. So a step that is over doesn't mislead, one that goes on lifts the level
from before it, and one still to come moves the months from its first on. What is said is taken as
said: a step of nothing changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.series import Series

_LEAST_LEFT: Final = 0.1
"""Of a month no step is taken for more than the rest: then what was said can't be so."""
_LEAST_FACTOR: Final = 0.05
_MOST_FACTOR: Final = 11.0
"""What steps of the same month make of it together, as far as one of them may: a few large ones
would otherwise go beyond every number that a build can keep."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change from a month on, to a last one or for good: an amount a month, or a share."""

    first: int
    last: int | None
    amount: float = 0.0
    share: float = 0.0

    def holds(self, months: Integers) -> Floats:
        """Give 1 for months in which it holds, else 0."""
        last = np.inf if self.last is None else self.last
        return np.asarray((months >= self.first) & (months <= last), dtype=np.float64)


def freed(series: Series, steps: Sequence[Step]) -> Series:
    """Give a series as it would have been without its steps."""
    months = series.first_month + np.arange(len(series.amounts))
    factor, added = _together(steps, months)
    if (factor == 1).all() and (added == 0).all():
        return series
    left = series.amounts - added
    least, most = _LEAST_LEFT * series.amounts, series.amounts / _LEAST_FACTOR
    left = np.where(series.amounts > 0, np.clip(left, least, most), left)
    return Series(series.name, series.first_month, left / factor)


def told(mean: Floats, months: Integers, steps: Sequence[Step]) -> Floats:
    """Give middles with the steps that hold in their months; none is sent below nothing by it."""
    factor, added = _together(steps, months)
    moved = mean * factor + added
    return np.asarray(np.where(mean >= 0, np.maximum(moved, 0), moved))


def _together(steps: Sequence[Step], months: Integers) -> tuple[Floats, Floats]:
    factor, added = np.ones(len(months)), np.zeros(len(months))
    for step in steps:
        holds = step.holds(months)
        factor = factor * (1 + holds * step.share)
        added = added + holds * step.amount
    return np.clip(factor, _LEAST_FACTOR, _MOST_FACTOR), added
