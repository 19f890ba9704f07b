"""Bring what a transform built to the declared table, and check it before it lands."""

from __future__ import annotations

from typing import Any

from ibis.backends.duckdb import Backend
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir
from sqlalchemy import Boolean, Date, Integer, Table

from warehouse.errors import BuildError
from warehouse.schema.types import Exact
from warehouse.transforms.exact import as_decimal
from warehouse.transforms.inforce import THRESHOLDS


def conform(expression: ir.Table, table: Table) -> ir.Table:
    """Give the declared columns in their declared order and types, and no others.

    Raises BuildError naming the columns that weren't built.
    """
    lacking = [column.name for column in table.columns if column.name not in expression.columns]
    if lacking:
        raise BuildError(
            f"The transform of {table.name} gives no {', '.join(lacking)}, which warehouse/schema "
            "declares. Change the one or the other."
        )
    return expression.select(**{c.name: _typed(expression[c.name], c.type) for c in table.columns})


def settle(expression: ir.Table) -> ir.Table:
    """Give every column exactly the type that Ibis believes it has."""
    return expression.select(
        **{name: _cast(expression[name], type_) for name, type_ in expression.schema().items()}
    )


def expect_sound(con: Backend, table: Table) -> int:
    """Check that keys are unique and nothing required is missing; give the number of rows.

    Raises BuildError with the table, the column and the number of rows concerned.
    """
    required = [c.name for c in table.columns if not c.nullable]
    keys = ", ".join(table.primary_key.columns.keys())
    rows, different, *present = _row(
        con,
        f"select count(*), count(distinct hash({keys})), "
        f"{', '.join(f'count({name})' for name in required)} from {table.name}",
    )
    if different != rows:
        # Rarely two keys have one hash; counting the keys themselves takes several times as long.
        distinct = f"(select distinct {keys} from {table.name})"
        (different,) = _row(con, f"select count(*) from {distinct} k")
    for name, count in zip(required, present, strict=True):
        if count != rows:
            raise BuildError(
                f"{table.name}.{name} is empty in {rows - count} of {rows} rows and may not be. "
                "A quality rule of its feed should have caught those rows."
            )
    if different != rows:
        raise BuildError(
            f"{table.name} has {rows} rows but only {different} different keys ({keys}). A row "
            "was handed in twice, or a join multiplied rows."
        )
    return int(rows)


def expect_rows(name: str, rows: int, expected: int, origin: str) -> None:
    """Check that no join added or lost a row.

    Raises BuildError with both counts.
    """
    if rows != expected:
        raise BuildError(
            f"{name} has {rows} rows, but {origin} has {expected}: a join may neither add nor "
            "lose rows. Look for a row that names an agency missing from agencies.csv, or for "
            "doubled exchange rates or agencies."
        )


def expect_references(con: Backend, table: Table) -> None:
    """Check that what a table refers to exists.

    Raises BuildError with the column and one of the values.
    """
    keys = [(column, key.column) for column in table.columns for key in column.foreign_keys]
    if not keys:
        return
    found = (
        f"(select min({column.name}) from (select distinct {column.name} from {table.name}) c "
        f"where {column.name} not in (select {target.name} from {target.table.name}))"
        for column, target in keys
    )
    for (column, target), lost in zip(keys, _row(con, f"select {', '.join(found)}"), strict=True):
        if lost is not None:
            raise BuildError(
                f"{table.name}.{column.name} names {lost!r}, which {target.table.name} "
                "doesn't have. Hand in the row that defines it."
            )


def expect_thresholds(con: Backend, table: str) -> None:
    """Check that every threshold is in force in every month.

    Raises BuildError with the threshold and the first month without it.
    """
    gaps = ", ".join(f"min(month) filter ({name} is null)" for name in THRESHOLDS)
    for name, gap in zip(THRESHOLDS, _row(con, f"select {gaps} from {table}"), strict=True):
        if gap is not None:
            raise BuildError(
                f"No value of the threshold {name} is in force in {gap}. Record one that "
                "is effective from that month or earlier."
            )


def count_rows(con: Backend, table: str) -> int:
    """Count the rows of a table."""
    (rows,) = _row(con, f"select count(*) from {table}")
    return int(rows)


def _row(con: Backend, sql: str) -> tuple[Any, ...]:
    # Plain SQL: these are sixty small checks, and writing an expression costs more than running it.
    found: tuple[Any, ...] = con.raw_sql(sql).fetchone()
    return found


def _typed(value: ir.Value, type_: object) -> ir.Value:
    if isinstance(type_, Exact):
        return as_decimal(value)
    if isinstance(type_, Integer):
        return _cast(value, "int32")
    if isinstance(type_, Boolean):
        return _cast(value, "boolean")
    return _cast(value, "date" if isinstance(type_, Date) else "string")


def _cast(value: ir.Value, to: str | dt.DataType) -> ir.Value:
    # Always written out: a sum of integers is wider on the engine than Ibis believes.
    return ops.Cast(value, to=to).to_expr()
