"""Forecasts of many series, with past errors and bounds, beside merely reading the same frame."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd

from portal.bench.samples import Sample, measure
from warehouse.forecasting.backtest import judged, past_forecasts
from warehouse.forecasting.frames import forecast_series, series_of
from warehouse.forecasting.intervals import BANDS

_POINTS = 36
_HORIZON = 12
_AS_OF = dt.date(2026, 1, 1)


def time_forecasts(count: int, *, runs: int) -> tuple[Sample, Sample]:
    """Forecast so many series of three years, and group the rows they are read from."""
    frame = _made(count)
    forecast = measure(
        f"{count:,} series of {_POINTS} points: {_HORIZON} months ahead with bounds, past errors "
        "from twelve origins",
        lambda: _forecast(frame),
        runs=runs,
        unit="s",
    )
    grouped = measure(
        f"DuckDB reads and groups the {len(frame):,} rows of {count:,} series",
        lambda: _group(frame),
        runs=runs,
        unit="s",
    )
    return forecast, grouped


def _made(count: int) -> pd.DataFrame:
    """Make series that grow at their own pace, with noise and half of them with a season."""
    chance = np.random.default_rng(6)
    months = np.arange(_POINTS)
    pace = chance.normal(0.01, 0.02, (count, 1))
    season = chance.choice([0, 0.15], (count, 1)) * np.sin(months * np.pi / 6)
    logs = 10 + pace * months + season + chance.normal(0, 0.06, (count, _POINTS))
    days = pd.period_range("2023-01", periods=_POINTS, freq="M").to_timestamp()
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"s{at:06d}" for at in range(count)], _POINTS),
            "ds": np.tile(days.to_numpy(), count),
            "y": np.exp(logs).ravel(),
        }
    )


def _forecast(frame: pd.DataFrame) -> None:
    series = series_of(frame, _AS_OF)
    forecast_series(series, _HORIZON, BANDS)
    judged(past_forecasts(series), len(series))


def _group(frame: pd.DataFrame) -> None:
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(
            "SELECT unique_id, count(*), avg(y), stddev(y), max(ds) FROM frame GROUP BY ALL"
        ).fetchall()
