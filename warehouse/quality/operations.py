"""Write what a build says about itself into the operations tables, in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import BigInteger, Column, Integer, Table

from warehouse.schema.operations import (
    bill_conformance,
    bill_slice,
    finding,
    held_slice,
    quality_result,
    quarantined_row,
    source_count,
    source_file,
)
from warehouse.schema.types import SCALE, Exact

WRITTEN_HERE = (
    source_file,
    source_count,
    quality_result,
    quarantined_row,
    held_slice,
    bill_slice,
    finding,
    bill_conformance,
)
"""All operations tables but the build's own row, which the build writes."""


def create_operations(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the operations tables, empty, and the scratch tables that judging needs."""
    for table in WRITTEN_HERE:
        columns = ", ".join(f"{column.name} {_type_of(column)}" for column in table.columns)
        connection.execute(f"CREATE OR REPLACE TABLE {table.name} ({columns})")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE row_note "
        "(source_id INTEGER, source_row INTEGER, note VARCHAR)"
    )


def append_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows, given in the order of the table's columns."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    arrays = [_array(values, column) for values, column in zip(columns, table.columns, strict=True)]
    names = [column.name for column in table.columns]
    connection.register("appended", pa.table(arrays, names=names))
    connection.execute(f"INSERT INTO {table.name} SELECT * FROM appended")
    connection.unregister("appended")


def _array(values: Sequence[Any], column: Column[Any]) -> pa.Array:
    if isinstance(column.type, Exact):
        return pa.array([None if one is None else str(one) for one in values], pa.string())
    return pa.array(values, pa.int64() if isinstance(column.type, Integer) else pa.string())


def _type_of(column: Column[Any]) -> str:
    if isinstance(column.type, Exact):
        return f"DECIMAL(28,{SCALE})"
    if isinstance(column.type, BigInteger):
        return "BIGINT"
    return "INTEGER" if isinstance(column.type, Integer) else "VARCHAR"


def drop_scratch(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what judging left behind, so that only staging and operations tables remain."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE temporary OR starts_with(table_name, 'exact_')"
    ).fetchall()
    for (name,) in found:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    for name in ("previous_slice", "path_of"):
        connection.unregister(name)
