"""Rows that are made in the process, laid out as the tables of the star that declare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Boolean, Date, Integer, Table

from warehouse.schema.types import SCALE, Exact


def kinds_of(table: Table) -> Mapping[str, str]:
    """Give the types of a table's columns by name, as Ibis writes them."""
    return {column.name: _kind(column.type)[1] for column in table.columns}


def lay_out(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Give rows in the columns and types of a table; each has a value, or None, for each of them.

    Exact amounts may come as floats: they are rounded to the places that the column keeps.
    """
    columns = {}
    for column in table.columns:
        kind, _ = _kind(column.type)
        values = [row[column.name] for row in rows]
        # No float becomes a decimal unless it is an array of floats first.
        made = pa.array(values) if pa.types.is_decimal(kind) else pa.array(values, kind)
        columns[column.name] = made.cast(kind)
    return pa.table(columns)


def _kind(type_: Any) -> tuple[pa.DataType, str]:
    if isinstance(type_, Exact):
        return pa.decimal128(28, SCALE), f"decimal(28, {SCALE})"
    if isinstance(type_, Boolean):
        return pa.bool_(), "boolean"
    if isinstance(type_, Date):
        return pa.date32(), "date"
    return (pa.int32(), "int32") if isinstance(type_, Integer) else (pa.string(), "string")
