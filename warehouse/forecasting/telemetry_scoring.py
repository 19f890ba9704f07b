"""How good the search in telemetry is: events of known place and size are put into services.

Counted as in ``anomaly_scoring``. Besides, some services only get busier, or better: an alert on
these is false.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from warehouse.forecasting.anomaly_scoring import Case, Injected
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.reliability_anomalies import ERRORS, LATENCY, find_in_telemetry

DAYS: Final = 240
JUDGED: Final = 120
SHAPES: Final = ("outage", "failing", "burning slowly", "slow day", "slow", "busy", "better")
_FIRST_DAY: Final = "2025-01-01"
_MARGIN: Final = 20
_TARGETS: Final = (0.995, 0.999, np.nan)
LEAST: Final = {LATENCY: 50.0, ERRORS: 0.01}
"""Milliseconds, and share of requests, from which on a rise is an alert."""


def telemetry_case(count: int = 200, seed: int = 1) -> Case:
    """Make services with weekdays, noise and small incidents, and put an event into each."""
    draw = np.random.default_rng(seed)
    dates = pd.date_range(_FIRST_DAY, periods=DAYS, freq="D")
    frames, injected = [], []
    for number in range(count):
        name, shape = f"s{number:04d}", SHAPES[number % len(SHAPES)]
        at = int(draw.integers(DAYS - JUDGED, DAYS - _MARGIN))
        frame, length = _service(draw, dates, shape, at)
        frames.append(frame.assign(unique_id=name))
        injected.append(Injected(name, shape, dates[at], dates[at + length - 1]))
    start = dates[DAYS - JUDGED]
    return Case(pd.concat(frames), tuple(injected), {one.name: start for one in injected})


def telemetry_alerts(frame: pd.DataFrame) -> pd.DataFrame:
    """Give what would be alerted to; what a service shows at one time is one alert."""
    found = find_in_telemetry(frame)
    least = found["signal"].map(LEAST).fillna(0.0)
    return _as_one(found[(found["excess"] > 0) & (found["excess"] >= least)])


def above_last_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Alert to each day 30 % above the mean of the seven before, and beyond the same limits."""
    ordered = frame.sort_values(["unique_id", "ds"])
    alerts = []
    for signal, above, below in ((LATENCY, "waited", "timed"), (ERRORS, "errors", "requests")):
        values = ordered[above] / ordered[below]
        mean = values.groupby(ordered["unique_id"]).transform(
            lambda y: y.shift(1).rolling(7).mean()
        )
        out = ordered[(values > 1.3 * mean) & (values - mean >= LEAST[signal])]
        alerts.append(out[["unique_id"]].assign(first=out["ds"], last=out["ds"]))
    return _as_one(pd.concat(alerts))


def _service(
    draw: np.random.Generator, dates: pd.DatetimeIndex, shape: str, at: int
) -> tuple[pd.DataFrame, int]:
    """Draw a service's days, and for how long what was put in is new."""
    points = len(dates)
    weekend = np.where(dates.day_of_week >= 5, draw.uniform(0.3, 1), 1.0)
    requests = np.exp(draw.uniform(6, 11)) * weekend * draw.normal(1, 0.06, points)
    latency = draw.uniform(120, 500) * np.exp(_wandering(draw, points, draw.uniform(0.03, 0.08)))
    rate = np.exp(draw.uniform(-7, -5)) * np.exp(_wandering(draw, points, draw.uniform(0.1, 0.3)))
    rate = rate + np.where(draw.random(points) < 0.01, draw.exponential(0.002, points), 0)
    length = _put_in(draw, shape, at, requests, latency, rate)
    counted = np.maximum(np.rint(requests), 1)
    target = draw.choice(_TARGETS)
    return pd.DataFrame(
        {
            "ds": dates, "requests": counted, "timed": counted, "waited": latency * counted,
            "errors": draw.binomial(counted.astype(np.int64), np.minimum(rate, 1)),
            "allowed": (1 - target) * counted,
        }
    ), length  # fmt: skip


def _put_in(
    draw: np.random.Generator, shape: str, at: int, requests: Floats, latency: Floats, rate: Floats
) -> int:
    if shape == "outage":
        rate[at] += draw.choice((0.02, 0.05, 0.2))
        return 1
    if shape == "failing":
        rate[at:] += draw.choice((0.015, 0.03, 0.06))
        return 7
    if shape == "burning slowly":
        rate[at : at + 14] += draw.choice((0.005, 0.01))
        return 14
    if shape == "slow day":
        latency[at] *= draw.choice((1.6, 2.5, 5.0))
        return 1
    if shape == "slow":
        latency[at:] *= draw.choice((1.5, 2.0, 4.0))
        return 7
    if shape == "busy":
        requests[at : at + 7] *= 3
    else:
        latency[at:] *= 0.6
        rate[at:] *= 0.4
    return 1


def _wandering(draw: np.random.Generator, points: int, noise: float) -> Floats:
    shocks = draw.standard_t(5, points) * noise * 0.77
    for at in range(1, points):
        shocks[at] += 0.3 * shocks[at - 1]
    return np.asarray(shocks)


def _as_one(alerts: pd.DataFrame) -> pd.DataFrame:
    """Take alerts of a service that touch or follow one another for one."""
    rows = alerts.assign(first=pd.to_datetime(alerts["first"]), last=pd.to_datetime(alerts["last"]))
    rows = rows.sort_values(["unique_id", "first"], ignore_index=True)
    ends = rows.groupby("unique_id")["last"].cummax()
    follows = (rows["unique_id"] == rows["unique_id"].shift()) & (
        rows["first"] <= ends.shift() + pd.Timedelta(1, "D")
    )
    grouped = rows.groupby([rows["unique_id"], (~follows).cumsum().rename("run")])
    return grouped.agg(first=("first", "min"), last=("last", "max")).reset_index()
