"""The forecaster on series that it was developed on: as good as said, and its bounds as wide."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from portal.cli.forecast import known_and_came
from warehouse.forecasting.agencies import Agency, months_ahead
from warehouse.forecasting.backtest import past_forecasts
from warehouse.forecasting.reading import read_series
from warehouse.forecasting.scoring import CASES, score
from warehouse.forecasting.series import Series
from warehouse.forecasting.together import members_of, past_sums, sum_ahead

BOUNDS = {
    "m3m_dev300": (0.81, 0.79, 0.76),
    "m4t_dev300": (0.91, 0.72, 0.63),
    "cloud_dev300": (0.82, 0.88, 0.93),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_forecasts_beat_the_bounds_and_bands_hold(exchequer_samples: Path, name: str) -> None:
    known, came = known_and_came(read_series(exchequer_samples / "forecast" / f"{name}.csv.gz"))
    assert len(known) == 300
    for case, bound in zip(CASES, BOUNDS[name], strict=True):
        found = score(known, came, case)
        assert found.owa < bound
        for held in (found.held, found.held_totals):
            assert 0.77 <= held[80] <= 0.84
            assert 0.92 <= held[95] <= 0.97


@pytest.mark.parametrize("name", BOUNDS)
def test_the_bounds_of_twenty_series_together_hold(exchequer_samples: Path, name: str) -> None:
    frame = read_series(exchequer_samples / "forecast" / f"{name}.csv.gz")
    known, came = known_and_came(frame)
    draw = np.random.default_rng(5)
    inside = []
    for _ in range(8):
        group, after = [], np.zeros(6)
        for place in draw.choice(len(known), 20, replace=False):
            amounts = known[place].amounts[-36:]
            size = amounts.mean() / draw.lognormal(0, 0.8)
            group.append(Agency(len(group), Series("", 600, amounts / size), {}, {}, {}))
            after += came[place][:6] / size
        series = [one.series for one in group]
        (sums,) = past_sums([(series, past_forecasts(series))])
        centre = sum_ahead(members_of(group, months_ahead(group)), sums)
        assert centre is not None
        inside.append(
            (centre.figures[:6, 1] <= after * 100) & (after * 100 <= centre.figures[:6, 2])
        )
    assert 0.65 <= np.mean(inside) <= 0.97
