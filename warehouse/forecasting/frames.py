"""Forecasts of frames: rows of ``unique_id, ds, y`` in, a row for each series and month out.

In a frame, ``unique_id`` names the series, ``ds`` is a day in its month and ``y`` an amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from warehouse.forecasting.calendar import Integers
from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import BANDS, Spread, forecast_rows
from warehouse.forecasting.series import Series, blocks_of, series_of_months

COLUMNS: Final = ("unique_id", "ds", "y")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is ahead of each series: by month, and added up from the first month ahead on.

    ``months`` and ``totals`` have the columns ``unique_id``, ``ds`` (first day of the month),
    ``mean``, and ``lo-N`` and ``hi-N`` for each band. ``too_little_history`` names the series of
    fewer than twelve points, whose last value is repeated.
    """

    months: pd.DataFrame
    totals: pd.DataFrame
    too_little_history: tuple[str, ...]


def forecast_frame(
    frame: pd.DataFrame,
    horizon: int,
    bands: Sequence[float] = BANDS,
    as_of: dt.date | None = None,
) -> Outlook:
    """Forecast every series of a frame; months not over on the day ``as_of`` don't count."""
    return forecast_series(series_of(frame, as_of), horizon, bands)


def forecast_series(series: Sequence[Series], horizon: int, bands: Sequence[float]) -> Outlook:
    """Forecast series, each from the month after its last."""
    shape = (len(series), horizon, 1 + 2 * len(bands))
    months, totals = np.empty(shape), np.empty(shape)
    for block in blocks_of(series):
        forecast = forecast_rows(block.amounts, block.months, horizon)
        months[block.places] = _columns(forecast.month, bands)
        totals[block.places] = _columns(forecast.total, bands)
    short = tuple(one.name for one in series if len(one.amounts) < LEAST_POINTS)
    return Outlook(_framed(series, months, bands), _framed(series, totals, bands), short)


def series_of(frame: pd.DataFrame, as_of: dt.date | None = None) -> list[Series]:
    """Read the series of a frame in any order of rows; amounts of one month are added.

    A month that isn't over at the start of the day ``as_of`` is left out: its part says nothing
    of its whole.
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
    return [
        series_of_months(str(names[keys[part[0]]]), months[part], amounts[part]) for part in parts
    ]


def month_numbers(days: pd.Series[pd.Timestamp]) -> Integers:
    """Count months from January 1970."""
    dates = pd.to_datetime(days).to_numpy(dtype="datetime64[M]")
    return np.asarray(dates.astype(np.int64))


def _columns(spread: Spread, bands: Sequence[float]) -> np.ndarray[tuple[int, ...], np.dtype]:
    bounds = [bound for band in bands for bound in spread.bounds(band)]
    return np.stack([spread.mean, *bounds], axis=2)


def _framed(
    series: Sequence[Series],
    figures: np.ndarray[tuple[int, ...], np.dtype],
    bands: Sequence[float],
) -> pd.DataFrame:
    horizon = figures.shape[1]
    ends = np.array([one.first_month + len(one.amounts) for one in series], dtype=np.int64)
    months = (ends[:, None] + np.arange(horizon)).ravel().astype("datetime64[M]")
    names = ["mean", *(f"{side}-{band:g}" for band in bands for side in ("lo", "hi"))]
    flat = figures.reshape(-1, figures.shape[2])
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.array([one.name for one in series], dtype=object), horizon),
            "ds": pd.to_datetime(months.astype("datetime64[s]")),
            **{name: flat[:, at] for at, name in enumerate(names)},
        }
    )
