"""How good the search for anomalies is: events of known place and size are put into series.

An event counts as found if an alert lies in it or reaches into it; every other alert in the judged
stretch is false, also on what a real series did by itself. Drops are put in too, and an alert on
one is false. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from warehouse.forecasting.anomaly_events import find_daily, find_monthly, rows_of
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.frames import month_numbers
from warehouse.forecasting.series import Series, first_day

POINTS: Final = 60
"""Months of each series that are used; the last of them are judged."""
JUDGED: Final = 24
DAYS: Final = 240
JUDGED_DAYS: Final = 120
SIZES: Final = (0.3, 0.5, 0.8, 1.5)
DAILY_SIZES: Final = (0.5, 0.8, 1.5, 3.0)
SHAPES: Final = ("spike", "spike of two", "new level", "slow onset", "drop", "fall and return")
DAILY_SHAPES: Final = ("spike", "spike of three", "new level", "slow onset", "first", "drop",
                       "none")  # fmt: skip
_HARMLESS: Final = ("drop", "fall and return", "none", "busy", "better")
_LEAST_POINTS: Final = 36
_MARGIN: Final = 6
_FIRST_DAY: Final = np.datetime64("2025-01-01").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Injected:
    """What was put into a series, and between which days an alert finds it."""

    name: str
    shape: str
    first: pd.Timestamp
    last: pd.Timestamp


@dataclass(frozen=True, slots=True)
class Case:
    """Series with events in them, and from when on each series is judged."""

    frame: pd.DataFrame
    injected: tuple[Injected, ...]
    judged_from: dict[str, pd.Timestamp]


@dataclass(frozen=True, slots=True)
class Score:
    """What was found: shares are 0 to 1."""

    events: int
    alerts: int
    precision: float
    recall: float
    recall_by_shape: dict[str, float]


Detector = Callable[[pd.DataFrame], pd.DataFrame]
"""Gives alerts as rows of unique_id, first and last."""


def monthly_case(series: Sequence[Series], seed: int = 1) -> Case:
    """Put an event into the last two years of each series of three years or more."""
    draw = np.random.default_rng(seed)
    changed, injected, starts = [], [], {}
    for one in series:
        if len(one.amounts) < _LEAST_POINTS:
            continue
        amounts = one.amounts[-POINTS:].copy()
        first_month = one.first_month + len(one.amounts) - len(amounts)
        judged = max(len(amounts) - JUDGED, 24)
        at = int(draw.integers(judged, max(len(amounts) - _MARGIN, judged + 1)))
        shape, size = str(draw.choice(SHAPES)), float(draw.choice(SIZES))
        end = min(_inject(amounts, shape, size, at), len(amounts) - 1)
        changed.append(Series(one.name, first_month, amounts))
        days = [pd.Timestamp(first_day(first_month + month)) for month in (at, end, judged)]
        injected.append(Injected(one.name, shape, days[0], days[1]))
        starts[one.name] = days[2]
    return Case(rows_of(changed), tuple(injected), starts)


def daily_case(count: int = 300, seed: int = 1) -> Case:
    """Make daily bills with weekdays, drifting levels and fees on firsts, and put events in."""
    draw = np.random.default_rng(seed)
    days = _FIRST_DAY + np.arange(DAYS)
    dates = days.astype("datetime64[D]")
    is_first = dates == dates.astype("datetime64[M]").astype("datetime64[D]")
    bills, injected = [], []
    for number in range(count):
        amounts = _bill(draw, days, is_first)
        shape, size = str(draw.choice(DAILY_SHAPES)), float(draw.choice(DAILY_SIZES))
        at = int(draw.integers(DAYS - JUDGED_DAYS, DAYS - 2 * _MARGIN))
        if shape == "first":
            at = int(draw.choice(np.flatnonzero(is_first & (days >= days[DAYS - JUDGED_DAYS]))))
        end = min(_inject_daily(amounts, shape, size, at), DAYS - 1)
        name = f"b{number:04d}"
        bills.append(pd.DataFrame({"unique_id": name, "ds": pd.to_datetime(dates), "y": amounts}))
        injected.append(Injected(name, shape, *(pd.Timestamp(dates[day]) for day in (at, end))))
    start = pd.Timestamp(dates[DAYS - JUDGED_DAYS])
    return Case(pd.concat(bills), tuple(injected), {one.name: start for one in injected})


def score(case: Case, detector: Detector) -> Score:
    """Compare a detector's alerts with what was put in."""
    alerts = detector(case.frame)
    alerts = alerts[alerts["last"] >= alerts["unique_id"].map(case.judged_from)]
    by_series = dict(tuple(alerts.groupby("unique_id")))
    hits: dict[str, list[bool]] = {}
    true = 0
    for event in case.injected:
        if event.shape in _HARMLESS:
            continue
        own = by_series.get(event.name)
        inside = 0
        if own is not None:
            inside = int(((own["first"] <= event.last) & (own["last"] >= event.first)).sum())
        true += inside
        hits.setdefault(event.shape, []).append(inside > 0)
    found = [hit for part in hits.values() for hit in part]
    return Score(
        events=len(found),
        alerts=len(alerts),
        precision=true / len(alerts) if len(alerts) else 1.0,
        recall=float(np.mean(found)),
        recall_by_shape={shape: float(np.mean(part)) for shape, part in sorted(hits.items())},
    )


def monthly_alerts(frame: pd.DataFrame) -> pd.DataFrame:
    """Give what the search for anomalies would alert to."""
    events = find_monthly(frame).events
    return _dated(events[events["is_alert"]])


def daily_alerts(frame: pd.DataFrame) -> pd.DataFrame:
    """Give what the search in days would alert to."""
    events = find_daily(frame).events
    return _dated(events[events["is_alert"]])


def changed_by_a_fifth(frame: pd.DataFrame) -> pd.DataFrame:
    """Alert to every month more than 20 % above the month before: the naive rule."""
    ordered = frame.sort_values(["unique_id", "ds"])
    before = ordered.groupby("unique_id")["y"].shift(1)
    return _merged(ordered[ordered["y"] > 1.2 * before], month_numbers)


def above_last_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Alert to every day more than 30 % above the mean of the seven before: the naive rule."""
    ordered = frame.sort_values(["unique_id", "ds"])
    mean = ordered.groupby("unique_id")["y"].transform(lambda y: y.shift(1).rolling(7).mean())
    return _merged(ordered[ordered["y"] > 1.3 * mean], _day_numbers)


def _day_numbers(days: pd.Series[pd.Timestamp]) -> np.ndarray:
    return np.asarray(days.to_numpy(dtype="datetime64[D]").astype(np.int64))


def _merged(rows: pd.DataFrame, number: Callable[..., np.ndarray]) -> pd.DataFrame:
    """Take neighbours for one alert, so that a naive rule isn't blamed for each."""
    rows = rows.assign(number=number(rows["ds"]))
    follows = (rows["number"].diff() == 1) & (rows["unique_id"] == rows["unique_id"].shift())
    grouped = rows.groupby([rows["unique_id"], (~follows).cumsum().rename("run")])["ds"]
    return grouped.agg(first="min", last="max").reset_index()


def _dated(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(first=pd.to_datetime(events["first"]), last=pd.to_datetime(events["last"]))


def _inject(amounts: Floats, shape: str, size: float, at: int) -> int:
    """Change the amounts from a place on; give the last place at which it is still new."""
    if shape in ("spike", "spike of two"):
        end = at + (shape == "spike of two")
        amounts[at : end + 1] *= 1 + size
        return end
    if shape == "new level":
        amounts[at:] *= 1 + size
        return at + 1
    if shape == "slow onset":
        amounts[at:] *= 1 + size * np.minimum(np.arange(1, len(amounts) - at + 1) / 3, 1)
        return at + 4
    amounts[at : at + (3 if shape == "fall and return" else 1)] /= 1 + size
    return at


def _inject_daily(amounts: Floats, shape: str, size: float, at: int) -> int:
    if shape in ("spike", "first", "spike of three"):
        end = at + (2 if shape == "spike of three" else 0)
        amounts[at : end + 1] *= 1 + size
        return end
    if shape == "new level":
        amounts[at:] *= 1 + size
        return at + 6
    if shape == "slow onset":
        amounts[at:] *= 1 + size * np.minimum(np.arange(1, len(amounts) - at + 1) / 5, 1)
        return at + 10
    if shape == "drop":
        amounts[at : at + 3] /= 1 + size
    return at


def _bill(draw: np.random.Generator, days: np.ndarray, is_first: np.ndarray) -> Floats:
    """Draw a bill by days: a level that wanders, quiet weekends, noise with long tails."""
    noise = draw.uniform(0.02, 0.08)
    shocks = draw.standard_t(5, len(days)) * noise * 0.77
    wandering = np.zeros(len(days))
    for at in range(1, len(days)):
        wandering[at] = 0.4 * wandering[at - 1] + shocks[at]
    trend = draw.normal(0, 0.1) * np.arange(len(days)) / 90
    weekend = np.where(np.isin(days % 7, (2, 3)), draw.uniform(0.2, 1), 1.0)
    amounts = np.exp(draw.normal(6, 1.5) + wandering + trend) * weekend
    fee = amounts.mean() * float(draw.choice((0, 0, 0.5, 2, 8)))
    amounts[is_first] += fee * (1 + 0.05 * draw.normal(size=int(is_first.sum())))
    return np.asarray(amounts)
