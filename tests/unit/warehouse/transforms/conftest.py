from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from ibis.backends.duckdb import Backend

from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine


@pytest.fixture
def con() -> Iterator[Backend]:
    connection = connect_engine("duckdb://", threads=1)
    yield connection
    connection.disconnect()


@pytest.fixture
def staging(con: Backend, plans: Path, request: pytest.FixtureRequest) -> Staging:
    """Give empty staging, of which is built what leads to the ``TABLES`` of the test's module."""
    return Staging(con, plans=plans, tables=getattr(request.module, "TABLES", ()))


@pytest.fixture(autouse=True)
def _quiet_engine() -> Iterator[None]:
    # Ibis 12 calls a method that DuckDB 1.5 renamed; both versions are pinned.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        yield
