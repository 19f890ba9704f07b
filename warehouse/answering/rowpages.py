"""Rows of the star's tables as they are, a page at a time, within a reader's scope."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, func, select

from warehouse.answering.column_values import read_value
from warehouse.errors import NoSuchTableError, UnknownColumnError
from warehouse.question import Value
from warehouse.schema import DIMENSIONS, FACTS, OPERATIONS, SUMMARIES
from warehouse.schema.operations import finding, source_count
from warehouse.schema.star import READER_LIMIT
from warehouse.scope import Scope

MOST_ROWS = 50_000

_TABLES: Mapping[str, Table] = {
    table.name: table for table in (*DIMENSIONS, *FACTS, *SUMMARIES, *OPERATIONS)
}
_PUBLIC = frozenset(
    {
        "build_info",
        "dim_date",
        "dim_day",
        "dim_service",
        "dim_cost_category",
    }
)
"""Tables of which nothing depends on any agency's rows."""

_FOR_LIMITED_MEASURES = _PUBLIC | {
    "dim_agency",
    "dim_country_month",
    "dim_region",
    "dim_cloud_provider",
    "dim_account",
    "dim_digital_service",
    "fact_policy_drift",
    "fact_tag_finding",
    "fact_tagging_compliance",
    "quality_result",
    "source_count",
    "source_file",
}
"""What a reader limited to some measures may see: nothing that holds other cost."""

_NUMBERED: Mapping[str, Table] = {"source_id": source_count, "finding_id": finding}
"""Columns that number things of all agencies together, and the table that says whose each is."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows of one table: column names, one mapping a row, and how many rows there are in all."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...]
    total: int


def read_rows(
    connection: Connection,
    name: str,
    scope: Scope,
    *,
    where: Mapping[str, Any] | None = None,
    limit: int = 100,
    offset: int = 0,
    order_by: tuple[str, ...] = (),
) -> RowPage:
    """Read a page of a table's rows.

    ``where`` maps columns to a value, or to a list or tuple of accepted values; ``None`` asks
    for empty. ``order_by`` names columns, with ``-`` in front for descending; the primary key
    decides ties. Files and findings are numbered within the scope.

    Raises:
        NoSuchTableError: the table doesn't exist or isn't for this reader; both alike.
        UnknownColumnError: it has no such column.
    """
    table = _require_table(name, scope)
    numbers = _own_numbers(connection, table, scope)
    statement = _scoped(select(table), table, scope)
    for column_name, wanted in (where or {}).items():
        column = _require_column(table, column_name)
        stored = _stored(numbers[column_name], wanted) if column_name in numbers else wanted
        statement = statement.where(_matches(column, stored))
    total = connection.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(*_ordering(table, order_by))
    page = page.limit(max(0, min(limit, MOST_ROWS))).offset(max(0, offset))
    columns = tuple(column.name for column in table.columns)
    rows = tuple(
        {
            column: numbers[column].get(value) if column in numbers else _plain(value)
            for column, value in zip(columns, row, strict=True)
        }
        for row in connection.execute(page)
    )
    return RowPage(columns, rows, total)


def _require_table(name: str, scope: Scope) -> Table:
    table = _TABLES.get(name)
    if table is None:
        raise NoSuchTableError(name)
    if scope.measures is not None and name not in _FOR_LIMITED_MEASURES:
        raise NoSuchTableError(name)
    if not scope.is_government and "agency_id" not in table.c and name not in _PUBLIC:
        raise NoSuchTableError(name)
    return table


def _scoped(statement: Select[Any], table: Table, scope: Scope) -> Select[Any]:
    """Limit to the reader's agencies; rows of no agency (0 or empty) are then left out too."""
    if scope.agencies is None or "agency_id" not in table.c:
        return statement
    if READER_LIMIT in table.c:
        statement = statement.where(table.c[READER_LIMIT] >= len(scope.agencies))
    return statement.where(table.c.agency_id.in_(sorted(scope.agencies - {0})))


def _own_numbers(
    connection: Connection, table: Table, scope: Scope
) -> Mapping[str, Mapping[int, int]]:
    """Count what is in scope from one; the stored numbers would tell how much others have."""
    if scope.is_government:
        return {}
    numbers = {}
    for name in _NUMBERED.keys() & table.c.keys():
        listed = _NUMBERED[name]
        own = _scoped(select(listed.c[name]).distinct(), listed, scope).order_by(listed.c[name])
        numbers[name] = {stored: number for number, stored in enumerate(connection.scalars(own), 1)}
    return numbers


def _stored(numbers: Mapping[int, int], wanted: Any) -> list[int]:
    """Give the stored numbers of those that were asked for; what isn't known matches nothing."""
    asked = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    texts = {str(one) for one in asked}
    return [stored for stored, number in numbers.items() if str(number) in texts]


def _require_column(table: Table, name: str) -> Column[Any]:
    if name not in table.c:
        raise UnknownColumnError(table.name, name, tuple(table.c.keys()))
    return table.c[name]


def _matches(column: Column[Any], wanted: Any) -> Any:
    if wanted is None:
        return column.is_(None)
    asked = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    values = []
    for one in asked:
        # PostgreSQL compares no number with text; what can't be read is in no row.
        with suppress(ValueError):
            values.append(read_value(column, one) if isinstance(one, str) else one)
    return column.in_(values)


def _ordering(table: Table, order_by: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    for name in order_by:
        column = _require_column(table, name.removeprefix("-"))
        is_down = name.startswith("-")
        ordered = column.desc() if is_down else column.asc()
        if column.nullable:
            # Databases differ in where they put what is empty.
            ordered = ordered.nulls_last() if is_down else ordered.nulls_first()
        found.append(ordered)
    return [*found, *table.primary_key.columns]


def _plain(value: Any) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    found: Value = value
    return found
