"""Rows of logs walked from the earliest point on, each point held against what came before it.

A point is expected at a level: several smoothings of the earlier points, weighed by how well each
foresaw the row. It stands out where it misses that by more than a multiple of what the row usually
misses (median and MAD of earlier misses). What stands out doesn't move the level, until so many
points in a row confirm a new one: then the level is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats

Signs = NDArray[np.int8]
Flags = NDArray[np.bool_]

_NORMAL: Final = 1.4826
"""What a median absolute deviation is multiplied by to stand for a standard deviation."""
_FADING: Final = 0.93
_LEAST: Final = 1e-9
_SHARPNESS: Final = 2
_DRAWN: Final = 6
_REMEMBERED: Final = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """When a point stands out."""

    spreads: float
    """Robust standard deviations beyond which it does."""
    least_change: float
    """And the part of what is expected beyond which it does."""
    history: int
    """Earlier points without which nothing is judged."""
    memory: int
    """Earlier points whose misses are remembered."""
    confirming: int
    """Points in a row on one side that make a new level."""
    smoothings: tuple[float, ...]
    """Shares of a miss by which levels follow it."""
    reach: int = 1
    """Points on one side no further apart than this are one event."""
    caution: float = 0.0
    """By how much spreads count for more when they rest on one miss; on many, by nothing."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was expected of each point on logs, how far it might have been off, and what it was."""

    expected: Floats
    margin: Floats
    signs: Signs
    """1 where a point is above its bounds, -1 below, 0 inside or not judged."""
    judged: Flags
    confirmed: Flags
    """Where a run of such points has made a new level."""
    returned: Flags
    """Where a point above its bounds only comes back to a level from before a fall."""


def watch(logs: Floats, known: Flags, rule: Rule, unrest: Floats | None = None) -> Watched:
    """Judge every point of rows by the points before it; what isn't ``known`` is passed over.

    ``unrest`` is, on logs, what a point may be off by for reasons that stand behind the row: where
    it is given, a point has to be off by more than that too, however little the row misses. It
    counts for less as the row stands above nought.
    """
    walk = _Walk(logs, rule, unrest)
    for at in range(logs.shape[1]):
        walk.step(at, known[:, at])
    return Watched(
        walk.expected, walk.margin, walk.signs, walk.judged, walk.confirmed, walk.returned
    )


class _Walk:
    """The state of all rows at one point."""

    def __init__(self, logs: Floats, rule: Rule, unrest: Floats | None) -> None:
        count, points = logs.shape
        self._logs, self._rule, self._unrest = logs, rule, unrest
        self._gains = np.array(rule.smoothings)
        self._levels = np.zeros((count, len(self._gains)))
        self._errors = np.full((count, len(self._gains)), _LEAST)
        self._misses = np.full((count, rule.memory), np.nan)
        self._seen = np.zeros(count, dtype=np.int64)
        self._run = np.zeros(count, dtype=np.int64)
        self._run_sum = np.zeros(count)
        self._former = np.full(count, -np.inf)
        self._fallen = np.zeros(count, dtype=np.int64)
        self.expected = np.full((count, points), np.nan)
        self.margin = np.full((count, points), np.nan)
        self.signs = np.zeros((count, points), dtype=np.int8)
        self.judged = np.zeros((count, points), dtype=bool)
        self.confirmed = np.zeros((count, points), dtype=bool)
        self.returned = np.zeros((count, points), dtype=bool)

    def step(self, at: int, known: Flags) -> None:
        """Judge one point of each row, then learn from it."""
        value, rule = self._logs[:, at], self._rule
        first = known & (self._seen == 0)
        self._levels[first] = value[first, None]
        drift, spread = self._usual()
        weights = self._errors**-_SHARPNESS
        level = (weights * self._levels).sum(axis=1) / weights.sum(axis=1)
        expected = level + drift
        wary = 1 + rule.caution / np.maximum(self._seen - 1, 1)
        margin = np.maximum(rule.spreads * wary * spread, np.log1p(rule.least_change))
        if self._unrest is not None:
            behind = np.expm1(np.nan_to_num(self._unrest[:, at])) * np.exp(-np.maximum(expected, 0))
            margin = np.maximum(margin, np.log1p(behind))
        ready = self._seen >= rule.history
        missed = value - expected
        beyond = known & ready & (np.abs(missed) > margin)
        out = np.where(beyond, np.sign(missed), 0).astype(np.int8)
        self.expected[:, at] = np.where(ready, expected, np.nan)
        self.margin[:, at] = np.where(ready, margin, np.nan)
        self.signs[:, at] = out
        self.judged[:, at] = known & ready
        self._learn(value, value - level, margin, known & (out == 0))
        self._settle(at, value, level, margin, known)

    def _usual(self) -> tuple[Floats, Floats]:
        """Give the middle of remembered misses, and how far they usually are from it."""
        known = ~np.isnan(self._misses)
        counts = known.sum(axis=1)
        misses = np.where((counts == 0)[:, None], 0.0, self._misses)
        middle = _middle(misses)
        spread = _NORMAL * _middle(np.abs(misses - middle[:, None]))
        # A few misses say little about a trend: their middle is drawn to nought.
        return middle * counts / (counts + _DRAWN), spread

    def _learn(self, value: Floats, missed: Floats, margin: Floats, quiet: Flags) -> None:
        """Move levels, and remember misses, where a point is as it used to be."""
        learnt = np.flatnonzero(quiet & (self._seen > 0))
        gap = value[:, None] - self._levels
        bounded = np.abs(np.clip(gap, -margin[:, None], margin[:, None]))[learnt]
        self._errors[learnt] = _FADING * self._errors[learnt] + (1 - _FADING) * bounded + _LEAST
        self._misses[learnt, (self._seen[learnt] - 1) % self._rule.memory] = missed[learnt]
        self._levels[quiet] += self._gains * gap[quiet]
        self._seen[quiet] += 1

    def _settle(self, at: int, value: Floats, level: Floats, margin: Floats, known: Flags) -> None:
        """Take a new level where enough points in a row confirm it, or where a former is back."""
        out = self.signs[:, at]
        same = (out != 0) & (np.sign(self._run) == out)
        self._run = np.where(same, self._run + out, np.where(known, out, self._run))
        self._run_sum = np.where(same, self._run_sum + value, np.where(known, value, self._run_sum))
        back = (out > 0) & (self._fallen > 0) & (value <= self._former + margin)
        self.returned[:, at] = back
        fresh = known & (out != 0) & (np.abs(self._run) >= self._rule.confirming)
        self.confirmed[:, at] = fresh & ~back
        fell = fresh & (out < 0)
        self._former[fell] = np.maximum(level, np.where(self._fallen > 0, self._former, level))[
            fell
        ]
        self._fallen = np.where(fell, _REMEMBERED, np.maximum(self._fallen - known, 0))
        middle = self._run_sum / np.maximum(np.abs(self._run), 1)
        self._levels[fresh] = middle[fresh, None]
        self._levels[back] = value[back, None]
        self._fallen[back] = 0
        self._run[fresh | back] = 0


def _middle(rows: Floats) -> Floats:
    """Give the median of what is known in each row; a tenth of the time NumPy's own takes."""
    known = (~np.isnan(rows)).sum(axis=1)
    ordered, each = np.sort(rows, axis=1), np.arange(len(rows))
    middle: Floats = (ordered[each, (known - 1) // 2] + ordered[each, known // 2]) / 2
    return middle
