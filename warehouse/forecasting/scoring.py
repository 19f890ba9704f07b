"""How good the forecaster is, by the protocol of the forecasting competitions.

OWA is the mean of two ratios, of sMAPE and of MASE, to those of Naive 2: the last value, adjusted
for seasons where a test finds some (M4 competition, 2018). Below 1 is better than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.intervals import BANDS, Forecast, forecast_rows
from warehouse.forecasting.month_effects import YEAR
from warehouse.forecasting.series import Block, Series, blocks_of

HELD_OUT: Final = 18
"""Months kept for the test where a file doesn't say which they are."""
_TEST_BOUND: Final = 1.645


@dataclass(frozen=True, slots=True)
class Case:
    """How much of the history is given, and how many months are asked for."""

    name: str
    points: int | None
    horizon: int


CASES: Final = (Case("all points", None, 18), Case("36 points", 36, 6), Case("24 points", 24, 6))


@dataclass(frozen=True, slots=True)
class Score:
    """What was found on one collection in one case; shares are 0 to 1."""

    case: Case
    series: int
    owa: float
    held: Mapping[int, float]
    """Share of months inside each band."""
    held_totals: Mapping[int, float]
    """Share of running totals inside each band."""


Forecaster = Callable[[Floats, Integers, int], Forecast]


def score(
    known: Sequence[Series],
    came: Sequence[Floats],
    case: Case,
    forecaster: Forecaster = forecast_rows,
) -> Score:
    """Forecast each series from what is known, and compare with what came."""
    recent = [_last(one, case.points) for one in known]
    errors = np.zeros((len(recent), 4))
    held = {band: np.zeros((len(recent), case.horizon, 2), dtype=bool) for band in BANDS}
    for block in blocks_of(recent):
        actual = np.array([came[place][: case.horizon] for place in block.places])
        forecast = forecaster(block.amounts, block.months, case.horizon)
        errors[block.places] = _errors(block, actual, forecast.month.mean)
        for band in BANDS:
            both = ((forecast.month, actual), (forecast.total, actual.cumsum(axis=1)))
            for kind, (spread, amounts) in enumerate(both):
                low, high = spread.bounds(band)
                held[band][block.places, :, kind] = (low <= amounts) & (amounts <= high)
    smape, mase, naive_smape, naive_mase = np.nanmean(errors, axis=0)
    return Score(
        case,
        len(recent),
        float((smape / naive_smape + mase / naive_mase) / 2),
        {band: float(inside[..., 0].mean()) for band, inside in held.items()},
        {band: float(inside[..., 1].mean()) for band, inside in held.items()},
    )


def naive2(row: Floats, horizon: int) -> Floats:
    """Repeat the last value, adjusted for seasons where the test finds them."""
    seasons = _seasons(row) if _is_seasonal(row) else np.ones(YEAR)
    last = row[-1] / seasons[(len(row) - 1) % YEAR]
    return np.asarray(last * seasons[(len(row) + np.arange(horizon)) % YEAR])


def _last(series: Series, points: int | None) -> Series:
    if points is None or points >= len(series.amounts):
        return series
    left_out = len(series.amounts) - points
    return Series(series.name, series.first_month + left_out, series.amounts[left_out:])


def _errors(block: Block, actual: Floats, mean: Floats) -> Floats:
    """Give sMAPE and MASE of the forecast and of Naive 2; MASE is open for an unchanging series."""
    naive = np.array([naive2(row, mean.shape[1]) for row in block.amounts])
    yearly = np.abs(block.amounts[:, YEAR:] - block.amounts[:, :-YEAR]).mean(axis=1)
    yearly = np.where(yearly > 0, yearly, np.nan)
    columns = []
    for given in (mean, naive):
        missed = np.abs(actual - given)
        sizes = np.abs(actual) + np.abs(given)
        columns.append(200 * np.where(sizes > 0, missed / np.where(sizes > 0, sizes, 1), 0).mean(1))
        columns.append(missed.mean(axis=1) / yearly)
    return np.column_stack(columns)


def _is_seasonal(row: Floats) -> bool:
    if len(row) < 3 * YEAR or (row <= 0).any():
        return False
    away = row - row.mean()
    whole = away @ away
    if whole == 0:
        return False
    lags = np.array([away[lag:] @ away[:-lag] for lag in range(1, YEAR + 1)]) / whole
    bound = _TEST_BOUND * np.sqrt((1 + 2 * (lags[:-1] ** 2).sum()) / len(row))
    return bool(abs(lags[-1]) > bound)


def _seasons(row: Floats) -> Floats:
    half = YEAR // 2
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    ratios = row[half : len(row) - half] / np.convolve(row, weights, "valid")
    of_month = np.arange(half, len(row) - half) % YEAR
    means = np.array([ratios[of_month == month].mean() for month in range(YEAR)])
    return np.asarray(means / means.mean())
