"""The forecaster on series that it was developed on: as good as said, and its bounds as wide."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli.forecast import known_and_came
from warehouse.forecasting.reading import read_series
from warehouse.forecasting.scoring import CASES, score

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
