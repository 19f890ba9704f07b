"""Small bills, as a file's text, brought to lines by DuckDB."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import ibis
import pytest
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.bills.conformance import (
    DEFECTS,
    check_conformance,
    look_for_defects,
    mark_defects,
)
from warehouse.bills.layouts import Layout, layout_of
from warehouse.bills.layouts.column_map import ColumnMap
from warehouse.bills.layouts.normalising import normalise
from warehouse.bills.remarks import Remark

_STATEMENTS: dict[Hashable, str] = {}
"""Statements by the form of the bills that they read: writing one takes longer than a test."""

Lines = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def backend() -> Iterator[Backend]:
    backend = ibis.duckdb.connect(threads=1)
    yield backend
    backend.disconnect()


def raw_table(backend: Backend, text: str) -> ir.Table:
    """Load a CSV text as the reader does: every field as text, blank ones as nothing."""
    header, *records = csv.reader(io.StringIO(text))
    columns = ", ".join(f'"{name}" VARCHAR' for name in header)
    backend.con.execute(f"CREATE OR REPLACE TABLE raw (source_row INTEGER, {columns})")
    for row, record in enumerate(records, start=2):
        marks = ", ".join("?" for _ in record)
        values = [field or None for field in record]
        backend.con.execute(f"INSERT INTO raw VALUES ({row}, {marks})", values)
    return backend.table("raw")


def report_on(backend: Backend, layout: Layout, names: Sequence[str]) -> list[Remark]:
    """Make the table ``lines`` of the table ``raw``, and report on both."""
    checks = look_for_defects(backend.con, layout, names, "SELECT * FROM raw")
    backend.con.execute(
        f"CREATE OR REPLACE VIEW marked AS SELECT *, {mark_defects(checks)} AS {DEFECTS} FROM raw"
    )
    lines = backend.compile(normalise(layout, backend.table("marked")))
    backend.con.execute(f"CREATE OR REPLACE TABLE lines AS {lines}")
    return check_conformance(backend.con, layout, names, checks, "SELECT * FROM lines")


@pytest.fixture
def lines(backend: Backend) -> Lines:
    """Give a function that brings a CSV text to lines by the layout that its header tells."""

    def lines_of(
        text: str, *, wide: bool = False, maps: Iterable[ColumnMap] = ()
    ) -> list[dict[str, Any]]:
        raw = raw_table(backend, text)
        layout = layout_of([name for name in raw.columns if name != "source_row"], maps)
        assert isinstance(layout, Layout)
        form = (repr(layout), wide, tuple(raw.schema().items()))
        if form not in _STATEMENTS:
            _STATEMENTS[form] = backend.compile(normalise(layout, raw, wide=wide))
        found = backend.con.execute(_STATEMENTS[form]).to_arrow_table().to_pylist()
        return sorted(found, key=lambda line: line["source_row"])

    return lines_of


def csv_text(*rows: dict[str, str]) -> str:
    """Write rows as CSV; the first has all columns."""
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
