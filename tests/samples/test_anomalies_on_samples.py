"""The search for anomalies on series that events were put into: as good as said."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.forecasting.anomaly_scoring import (
    changed_by_a_fifth,
    monthly_alerts,
    monthly_case,
    score,
)
from warehouse.forecasting.frames import series_of
from warehouse.forecasting.reading import read_series

BOUNDS = {"m3m_dev300": (0.75, 0.70), "m4t_dev300": (0.87, 0.90)}


@pytest.mark.parametrize("name", BOUNDS)
def test_events_are_found_and_little_else(exchequer_samples: Path, name: str) -> None:
    series = series_of(read_series(exchequer_samples / "forecast" / f"{name}.csv.gz"))
    precision, recall = BOUNDS[name]
    case = monthly_case(series, seed=1)
    found = score(case, monthly_alerts)
    assert found.precision >= precision
    assert found.recall >= recall
    assert found.precision > 2 * score(case, changed_by_a_fifth).precision
