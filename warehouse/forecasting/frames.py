"""Forecasts of frames: rows of ``unique_id, ds, y`` in, a row for each series and month out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import BANDS, Spread, forecast_rows
from warehouse.forecasting.series import Series, blocks_of, series_of


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
