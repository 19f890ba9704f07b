"""Events: neighbouring points that stand out on one side, in money, and which deserve an alert."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np
import pandas as pd

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.daily_anomalies import DAILY, judge_days
from warehouse.forecasting.event_kinds import DROP, LEVEL, RETURN, RISE, SPIKE
from warehouse.forecasting.frames import month_numbers, series_of
from warehouse.forecasting.monthly_anomalies import MONTHLY, floors, judge_months
from warehouse.forecasting.series import Series, blocks_of, first_day
from warehouse.forecasting.watching import Rule, Watched

DAYS_AROUND: Final = 21
MONTHS_AROUND: Final = 12
"""How many days or months before an event, and after it, are kept with it."""
_HARDLY_ANYTHING: Final = 1.05


@dataclass(frozen=True, slots=True)
class Alerting:
    """What an event's excess has to pass, in money and as a share, to be an alert."""

    least_excess: float = 0.0
    least_share: float = 0.12


@dataclass(frozen=True, slots=True)
class Event:
    """Points of a row that stand out; amounts are sums over them."""

    first: int
    last: int
    expected: float
    actual: float
    lower: float
    upper: float
    excess: float
    share: float
    """Excess in relation to what was expected; not a number where nothing was."""
    kind: str
    is_alert: bool


Point = tuple[dt.date, float, float, float, float]
"""Of a day, or of the first day of a month: the amount, what was expected, and its bounds."""


@dataclass(frozen=True, slots=True)
class Found:
    """Events of the series of a frame, and the series with too little history to be judged.

    Each event has the ``points`` of its series around it.
    """

    events: pd.DataFrame
    too_little_history: tuple[str, ...]


def events_of(
    watched: Watched,
    amounts: Floats,
    rule: Rule,
    alerting: Alerting,
    weights: Floats | None = None,
) -> Iterator[tuple[int, Event]]:
    """Give each row's events, as the row and the event.

    With weights, amounts of an event are means over its points, not sums.
    """
    expected, lower, upper = _bounds(watched.expected, watched.margin, amounts)
    for row in map(int, np.flatnonzero((watched.signs != 0).any(axis=1))):
        for places in _runs(watched.signs[row], watched.returned[row], rule.reach):
            own = np.ones(len(places)) if weights is None else weights[row, places]
            own = own if weights is None else own / own.sum()
            due, actual, low, high = (
                float((of[row, places] * own).sum()) for of in (expected, amounts, lower, upper)
            )
            kind = _kind(watched, row, places)
            share = (actual - due) / due if due > 0 else math.nan
            is_alert = kind not in (DROP, RETURN) and actual - due >= alerting.least_excess
            yield (
                row,
                Event(
                    first=int(places[0]),
                    last=int(places[-1]),
                    expected=due,
                    actual=actual,
                    lower=low,
                    upper=high,
                    excess=actual - due,
                    share=share,
                    kind=kind,
                    is_alert=is_alert and not share < alerting.least_share,
                ),
            )


def points_around(
    watched: Watched, amounts: Floats, row: int, event: Event, dates: Sequence[dt.date], reach: int
) -> tuple[Point, ...]:
    """Give the points of a row from ``reach`` before an event to as many after it.

    Points that nothing is known of are left out; bounds are NaN where nothing was judged.
    """
    only = slice(row, row + 1)
    bounds = _bounds(watched.expected[only], watched.margin[only], amounts[only])
    expected, lower, upper = (of[0].tolist() for of in bounds)
    return tuple(
        (dates[at], float(amounts[row, at]), expected[at], lower[at], upper[at])
        for at in range(max(event.first - reach, 0), min(event.last + reach + 1, len(dates)))
        if not np.isnan(amounts[row, at])
    )


def find_monthly(
    frame: pd.DataFrame,
    as_of: dt.date | None = None,
    alerting: Alerting | None = None,
    rule: Rule = MONTHLY,
) -> Found:
    """Find events in months of ``unique_id, ds, y``; a month not over on ``as_of`` is left out."""
    series, rows = series_of(frame, as_of), []
    reported = set(zip(frame["unique_id"].astype(str), month_numbers(frame["ds"]), strict=True))
    for block in blocks_of(series):
        found = judge_months(block.amounts, block.months, rule)
        there = np.array(
            [
                [(series[place].name, month) in reported for month in block.months[row]]
                for row, place in enumerate(block.places)
            ]
        )
        # A month that is only bridged says nothing.
        found.signs[~there] = 0
        known = np.where(there, block.amounts, np.nan)
        for row, event in events_of(found, block.amounts, rule, alerting or Alerting()):
            days = [first_day(int(month)) for month in block.months[row]]
            around = points_around(found, known, row, event, days, MONTHS_AROUND)
            rows.append(_told(series[block.places[row]].name, event, days, around))
    short = tuple(one.name for one in series if len(one.amounts) <= rule.history)
    return Found(_framed(rows), short)


def find_daily(
    frame: pd.DataFrame,
    as_of: dt.date | None = None,
    alerting: Alerting | None = None,
    rule: Rule = DAILY,
) -> Found:
    """Find events in days of ``unique_id, ds, y``; the day ``as_of`` and later are left out."""
    if as_of is not None:
        frame = frame[frame["ds"] < pd.Timestamp(as_of)]
    rows, short = [], []
    for block in day_blocks(frame):
        amounts = block.laid(frame["y"])
        found = judge_days(amounts, block.days, rule)
        for row, event in events_of(found, amounts, rule, alerting or Alerting()):
            around = points_around(found, amounts, row, event, block.dates, DAYS_AROUND)
            rows.append(_told(block.names[row], event, block.dates, around))
        few = (~np.isnan(amounts)).sum(axis=1) <= rule.history
        short += [name for name, is_short in zip(block.names, few, strict=True) if is_short]
    return Found(_framed(rows), tuple(sorted(short)))


@dataclass(frozen=True, slots=True)
class DayBlock:
    """Series of a frame that cover the same days."""

    names: tuple[str, ...]
    days: Integers
    """Counted from January 1970."""
    _chosen: Integers
    _rows: Integers
    _columns: Integers

    @property
    def dates(self) -> list[dt.date]:
        """Its days as dates."""
        found: list[dt.date] = self.days.astype("datetime64[D]").tolist()
        return found

    def laid(self, values: pd.Series[float]) -> Floats:
        """Lay a column out by series and day, adding up what is of one day; gaps are NaN."""
        chosen = values.to_numpy(dtype=np.float64)[self._chosen]
        # In an order of their own, so that the order of rows moves no sum.
        order = np.lexsort((chosen, self._columns, self._rows))
        amounts = np.full((len(self.names), len(self.days)), np.nan)
        amounts[self._rows, self._columns] = 0.0
        np.add.at(amounts, (self._rows[order], self._columns[order]), chosen[order])
        return amounts


def day_blocks(frame: pd.DataFrame) -> Iterator[DayBlock]:
    """Give the series of ``unique_id, ds`` that cover the same days, together.

    What is found in one depends on no other's days.
    """
    if frame.empty:
        return
    keys, names = pd.factorize(frame["unique_id"].astype(str), sort=True)
    numbers = frame["ds"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    firsts = np.full(len(names), numbers.max())
    lasts = np.full(len(names), numbers.min())
    np.minimum.at(firsts, keys, numbers)
    np.maximum.at(lasts, keys, numbers)
    for first, last in sorted(set(zip(firsts.tolist(), lasts.tolist(), strict=True))):
        members = np.flatnonzero((firsts == first) & (lasts == last))
        chosen = np.flatnonzero(np.isin(keys, members))
        yield DayBlock(
            tuple(str(name) for name in names[members]),
            np.arange(first, last + 1),
            chosen,
            np.searchsorted(members, keys[chosen]),
            numbers[chosen] - first,
        )


def is_daily(frame: pd.DataFrame) -> bool:
    """Say whether some series has several days in a month."""
    seen = pd.DataFrame({"series": frame["unique_id"], "month": month_numbers(frame["ds"])})
    return bool((frame["ds"].groupby([seen["series"], seen["month"]]).nunique() > 1).any())


def rows_of(series: list[Series]) -> pd.DataFrame:
    """Write series as a frame again."""
    return pd.DataFrame(
        {
            "unique_id": np.repeat([one.name for one in series], [len(s.amounts) for s in series]),
            "ds": pd.to_datetime(
                [
                    first_day(one.first_month + at)
                    for one in series
                    for at in range(len(one.amounts))
                ]
            ),
            "y": np.concatenate([one.amounts for one in series]),
        }
    )


def _bounds(expected: Floats, margin: Floats, amounts: Floats) -> tuple[Floats, Floats, Floats]:
    """Give what was expected of rows of logs, as amounts, and between which they are usual."""
    least = _HARDLY_ANYTHING * floors(amounts)[:, None]
    middle = np.exp(expected)
    return (
        np.where(middle <= least, 0.0, middle),
        np.where(middle <= least, 0.0, np.exp(expected - margin)),
        np.exp(expected + margin),
    )


def _told(
    name: str, event: Event, dates: Sequence[dt.date], around: tuple[Point, ...]
) -> tuple[object, ...]:
    return name, dates[event.first], dates[event.last], *astuple(event)[2:], around


def _runs(signs: np.ndarray, returned: np.ndarray, reach: int) -> Iterator[np.ndarray]:
    """Give the places of each event: of one side, near one another; a return is its own."""
    run: list[int] = []
    for at in np.flatnonzero(signs):
        same = run and signs[run[-1]] == signs[at] and returned[run[-1]] == returned[at]
        if run and not (same and at - run[-1] <= reach):
            yield np.array(run)
            run = []
        run.append(int(at))
    yield np.array(run)


def _kind(watched: Watched, row: int, places: np.ndarray) -> str:
    if watched.signs[row, places[0]] < 0:
        return DROP
    if watched.returned[row, places[0]]:
        return RETURN
    if watched.confirmed[row, places].any():
        return LEVEL
    judged = np.flatnonzero(watched.judged[row])
    return RISE if places[-1] == judged[-1] else SPIKE


def _framed(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = ("unique_id", "first", "last", "expected", "actual", "lower", "upper", "excess",
               "share", "kind", "is_alert", "points")  # fmt: skip
    return pd.DataFrame(rows, columns=list(columns)).sort_values(
        ["unique_id", "first", "last"], ignore_index=True
    )
