"""Days on which a service answered slower, or failed more often, than its own past led to expect.

Latency and the share of requests that failed are judged day by day. The failures that a target
allows are judged as they burn, over two windows at once: seven days say that it matters, the last
day that it still goes on. Telemetry is of days, so no window is shorter than one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from warehouse.forecasting.anomaly_events import (
    DAYS_AROUND,
    Alerting,
    DayBlock,
    Event,
    Point,
    day_blocks,
    events_of,
    points_around,
)
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.daily_anomalies import DAILY, judge_days
from warehouse.forecasting.monthly_anomalies import floored_logs
from warehouse.forecasting.watching import Rule, Watched, watch

LATENCY: Final = "latency"
ERRORS: Final = "errors"
BURN: Final = "burn rate"

WINDOW: Final = 7
"""Days of the longer window of a burn rate; the shorter is one day."""

SLOWER: Final = replace(DAILY, least_change=0.35)
FAILING: Final = replace(DAILY, least_change=0.5)
BURNING: Final = Rule(
    spreads=5.0,
    least_change=0.5,
    history=8,
    memory=26,
    confirming=2,
    smoothings=(0.15, 0.3, 0.5),
    reach=WINDOW,
    caution=2.0,
)
"""Of windows, each held against those of whole weeks before it."""

_CHANCE: Final = 5.0
"""Standard deviations by which a count of failures may differ by chance alone."""
_LEAST_DAYS: Final = 5
"""Days with traffic that a window needs."""
_HALF: Final = 0.5
"""Added to counts, so that none failing has a logarithm."""
_COLUMNS: Final = ("signal", "unique_id", "first", "last", "expected", "actual", "lower", "upper",
                   "excess", "share", "kind", "is_above", "requests", "failures", "burn_day",
                   "burn_week", "points")  # fmt: skip
_Seen = tuple[int, Event, tuple[Point, ...], Floats | None]
"""A row, an event of it, the points around that, and how many were expected to fail."""


@dataclass(frozen=True, slots=True)
class _Days:
    """What telemetry counted of series over the same days; NaN where nothing was."""

    block: DayBlock
    requests: Floats
    errors: Floats
    latency: Floats
    timed: Floats
    allowed: Floats
    """Failures that the target allows; NaN without a target."""

    @property
    def rates(self) -> Floats:
        return _quotient(self.errors, self.requests)


def find_in_telemetry(frame: pd.DataFrame, target: float = 1.0) -> pd.DataFrame:
    """Find events in days of telemetry.

    ``frame`` has ``unique_id, ds``, and of each day its ``requests``, ``errors``, the milliseconds
    ``waited`` in all by the ``timed`` requests, and the failures ``allowed`` by a target, empty
    without one. A burn rate up to ``target`` never stands out. Amounts of an event are means over
    its days: milliseconds, shares of requests, times what is allowed over seven days. ``failures``
    is how many more requests failed than expected, ``points`` are the days around it.
    """
    rows: list[tuple[object, ...]] = []
    for block in day_blocks(frame):
        days = _laid(block, frame)
        rows += [_row(days, LATENCY, *one) for one in _slower(days)]
        rows += [_row(days, ERRORS, *one) for one in _failing(days)]
        rows += [_row(days, BURN, *one) for one in _burning(days, target)]
    events = pd.DataFrame(rows, columns=list(_COLUMNS))
    return events.sort_values(["unique_id", "first", "last", "signal"], ignore_index=True)


def _laid(block: DayBlock, frame: pd.DataFrame) -> _Days:
    requests, errors, timed, waited, allowed = (
        block.laid(frame[name]) for name in ("requests", "errors", "timed", "waited", "allowed")
    )
    return _Days(
        block,
        np.where(requests > 0, requests, np.nan),
        np.where(requests > 0, errors, np.nan),
        _quotient(waited, timed),
        np.where(timed > 0, timed, np.nan),
        np.where(allowed > 0, allowed, np.nan),
    )


def _slower(days: _Days) -> Iterator[_Seen]:
    found = _as_new(judge_days(days.latency, days.block.days, SLOWER, firsts=None))
    for row, event in events_of(found, days.latency, SLOWER, Alerting(), days.timed):
        yield row, event, _around(days, found, days.latency, row, event), None


def _failing(days: _Days) -> Iterator[_Seen]:
    smoothed = (days.errors + _HALF) / (days.requests + 2 * _HALF)
    unrest = _by_chance(days.errors, days.requests)
    judged = judge_days(smoothed, days.block.days, FAILING, firsts=None, unrest=unrest)
    found = _as_new(judged)
    expected = np.exp(found.expected) * days.requests
    for row, event in events_of(found, days.rates, FAILING, Alerting(), days.requests):
        yield row, event, _around(days, found, days.rates, row, event), expected


def _burning(days: _Days, target: float) -> Iterator[_Seen]:
    """Give where both windows burn faster than the target allows and than they used to."""
    if days.errors.shape[1] < WINDOW or np.isnan(days.allowed).all():
        return
    errors, allowed, requests = (
        _over_window(np.where(np.isnan(days.allowed), np.nan, of))
        for of in (days.errors, days.allowed, days.requests)
    )
    week, day = _quotient(errors, allowed), _quotient(days.errors, days.allowed)
    smoothed = _quotient(errors + _HALF, allowed)
    unrest = _by_chance(errors, requests, WINDOW)
    logs = np.where(np.isnan(smoothed), 0.0, floored_logs(smoothed))
    found = _by_weeks(logs, ~np.isnan(smoothed), np.where(np.isnan(unrest), 0.0, unrest))
    usual = np.maximum(np.exp(found.expected + found.margin), target)
    expected = np.exp(found.expected) * days.allowed
    with np.errstate(invalid="ignore"):
        # Of what only echoes in the longer window, the last day burns slower than that.
        is_on = (day >= week) & (day > usual)
        is_on &= days.errors - expected > _CHANCE * np.sqrt(expected + 1)
        found.signs[:] = np.where(is_on & (week > usual), 1, 0)
    for row, event in events_of(found, week, BURNING, Alerting(0, 0), np.ones_like(week)):
        yield row, event, _around(days, found, week, row, event), expected


def _around(
    days: _Days, found: Watched, amounts: Floats, row: int, event: Event
) -> tuple[Point, ...]:
    return points_around(found, amounts, row, event, days.block.dates, DAYS_AROUND)


def _as_new(found: Watched) -> Watched:
    """Take what is as bad as before it got better for bad again: of cost that is no news."""
    return replace(found, returned=np.zeros_like(found.returned))


def _by_weeks(logs: Floats, known: np.ndarray, unrest: Floats) -> Watched:
    """Watch windows that end on the same weekday as one row: so none shares a day with another."""
    count, points = logs.shape
    before = -points % WINDOW

    def folded(of: np.ndarray) -> np.ndarray:
        padded = np.pad(of, ((0, 0), (before, 0)))
        return padded.reshape(count, -1, WINDOW).swapaxes(1, 2).reshape(count * WINDOW, -1)

    def unfolded(of: np.ndarray) -> np.ndarray:
        return of.reshape(count, WINDOW, -1).swapaxes(1, 2).reshape(count, -1)[:, before:].copy()

    found = watch(folded(logs), folded(known), BURNING, folded(unrest))
    expected, margin = unfolded(found.expected), unfolded(found.margin)
    return Watched(
        _of_a_week(expected), _of_a_week(margin), unfolded(found.signs),
        unfolded(found.judged), unfolded(found.confirmed),
        np.zeros_like(logs, dtype=bool),
    )  # fmt: skip


def _of_a_week(of: Floats) -> Floats:
    """Give the middle of each day's and the six before it: each weekday alone knows little."""
    padded = np.pad(of, ((0, 0), (WINDOW - 1, 0)), constant_values=np.nan)
    windows = sliding_window_view(padded, WINDOW, axis=1)
    known = ~np.isnan(windows).all(axis=2)
    middle = np.full(of.shape, np.nan)
    middle[known] = np.nanmedian(windows[known], axis=1)
    return middle


def _over_window(of: Floats) -> Floats:
    """Add up the days of each window; NaN where too few of them are known."""
    padded = np.pad(of, ((0, 0), (WINDOW - 1, 0)), constant_values=np.nan)
    windows = sliding_window_view(padded, WINDOW, axis=1)
    known = ~np.isnan(windows)
    return np.where(
        known.sum(axis=2) >= _LEAST_DAYS, np.where(known, windows, 0).sum(axis=2), np.nan
    )


def _by_chance(errors: Floats, requests: Floats, window: int = 1) -> Floats:
    """Say on logs how far a count of failures may be off by chance, from what failed before it."""
    failed, asked = (
        np.pad(np.nan_to_num(of).cumsum(axis=1), ((0, 0), (window, 0)))[:, : of.shape[1]]
        for of in (errors, requests)
    )
    usual = (failed + _HALF) / (asked + 2 * _HALF) * requests
    return np.asarray(np.log1p(_CHANCE * np.sqrt(usual + 1) / (usual + _HALF)))


def _row(
    days: _Days,
    signal: str,
    row: int,
    event: Event,
    points: tuple[Point, ...],
    expected: Floats | None,
) -> tuple[object, ...]:
    places = slice(event.first, event.last + 1)
    dates = days.block.days[[event.first, event.last]].astype("datetime64[D]").tolist()
    errors, allowed = days.errors[row], days.allowed[row]
    failures = np.nan if expected is None else float(np.nansum((errors - expected[row])[places]))
    # As it is judged: failures of days without a target are held against no target.
    held = np.where(np.isnan(allowed), np.nan, errors)
    week = _quotient(_over_window(held[None]), _over_window(allowed[None]))[0]
    day = _quotient(errors, allowed)
    return (
        signal, days.block.names[row], *dates, *astuple(event)[2:],
        float(np.nansum(days.requests[row, places])), failures,
        *(np.nan if np.isnan(of[places]).all() else float(np.nanmax(of[places]))
          for of in (day, week)),
        points,
    )  # fmt: skip


def _quotient(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(below > 0, above / below, np.nan))
