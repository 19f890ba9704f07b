"""Past forecasts beside what came."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.forecasting.backtest import ORIGINS, STEPS, judged, past_forecasts
from warehouse.forecasting.intervals import forecast_rows
from warehouse.forecasting.series import Series


def series(points: int, name: str = "a") -> Series:
    chance = np.random.default_rng(points)
    return Series(name, 600, 100 + 5.0 * np.arange(points) + chance.normal(0, 1, points))


def test_an_origin_knows_only_the_months_before_it() -> None:
    one = series(36)
    past = past_forecasts([one])
    assert past.origin.tolist() == [600 + at - 1 for at in range(36 - ORIGINS, 36)]
    known = one.amounts[None, :30]
    expected = forecast_rows(known, np.arange(600, 630)[None, :], STEPS).month.mean
    row = past.origin.tolist().index(629)
    np.testing.assert_allclose(past.mean[row], expected[0])
    assert past.actual[row].tolist() == one.amounts[30:36].tolist()
    assert np.isnan(past.actual[-1]).tolist() == [False, *[True] * (STEPS - 1)]


def test_what_was_missed_is_added_up_beside_what_repeating_the_last_month_misses() -> None:
    past = past_forecasts([series(30)])
    found = judged(past, 1)
    missed = np.abs(past.actual - past.mean)
    assert found.missed[0].tolist() == pytest.approx(np.nansum(missed, axis=0).tolist())
    assert found.came[0, 0] == pytest.approx(past.actual[:, 0].sum())
    repeated = np.abs(past.actual - past.repeated)
    assert found.missed_by_repeating[0] == pytest.approx(np.nansum(repeated))
    assert found.missed_in_all[0] < 0.5 * found.missed_by_repeating[0]
    assert found.compared[0] == np.isfinite(past.actual).sum()
    assert 0 <= found.held[0] <= found.compared[0]


def test_a_series_too_short_to_have_been_forecast_is_not_judged() -> None:
    found = judged(past_forecasts([series(12), series(20, "b")]), 2)
    assert found.compared.tolist() == [0, 8 + 7 + 6 + 5 + 4 + 3]
    assert found.came[0].tolist() == [0] * STEPS
