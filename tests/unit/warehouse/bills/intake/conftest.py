"""A data directory for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.warehouse.quality.hand_in import HandIn, agency, usage


@pytest.fixture
def hand_in(tmp_path: Path) -> HandIn:
    """One agency with one row of usage, which no build can do without."""
    made = HandIn(tmp_path)
    made.agencies(agency(1))
    made.usage(usage(1))
    return made
