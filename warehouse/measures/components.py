"""What a table can give: its aggregates, and the dimensions that it can be grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, case, distinct, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from warehouse.measures.dimensions import AGENCY
from warehouse.schema.types import SCALE, Exact

Form = Literal["exact", "count", "text"]

_DIRECT = {
    "agency_id": "agency",
    "country_code": "country",
    "currency": "currency",
    "service_type": "service_type",
    "region": "region",
    "provider": "provider",
    "category": "category",
    "digital_service_id": "digital_service",
    "migration_status": "migration_status",
    "month": "month",
    "org_size": "org_size",
    "account_id": "account",
    "service_name": "service",
    "service_category": "service_category",
    "attribution": "attribution",
    "policy": "policy",
    "tag": "tag",
    "outcome": "tag_outcome",
    "invoice_id": "invoice",
    "contract_id": "contract",
    "anomaly_id": "anomaly",
    "resource_id": "resource",
    "day": "day",
}


class Whole(FunctionElement[Any]):
    """A whole number kept as an exact amount, ready to be multiplied by another amount.

    On SQLite both are millionths: their product would be millionths of millionths and overflow.
    """

    inherit_cache = True
    type = Exact()


@compiles(Whole)
def _as_it_is(element: Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Whole, "sqlite")
def _divided(element: Whole, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} / {10**SCALE})"


class WeightedSeconds(FunctionElement[Any]):
    """Milliseconds times a whole number kept as an exact amount, in seconds.

    On SQLite the milliseconds are split before they are multiplied: the product of all their
    places with a large number of requests would overflow.
    """

    inherit_cache = True
    type = Exact()


@compiles(WeightedSeconds)
def _in_one(element: WeightedSeconds, compiler: SQLCompiler, **kw: Any) -> str:
    latency, weight = (compiler.process(each, **kw) for each in element.clauses)
    return f"({latency} * {weight} / 1000)"


@compiles(WeightedSeconds, "sqlite")
def _in_parts(element: WeightedSeconds, compiler: SQLCompiler, **kw: Any) -> str:
    latency, weight = (compiler.process(each, **kw) for each in element.clauses)
    whole = f"({weight} / {10**SCALE})"
    return f"({latency} / 1000 * {whole} + ({latency} % 1000 * {whole} + 500) / 1000)"


@dataclass(frozen=True, slots=True)
class Component:
    """One aggregate: an expression, and how its result is to be read."""

    expression: ColumnElement[Any]
    form: Form


@dataclass(frozen=True, slots=True)
class Source:
    """A table with the sums it can give and the dimensions it can be grouped by.

    ``columns`` maps a dimension to the table's own column; the others come by a join.
    """

    table: Table
    components: Mapping[str, Component]
    columns: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    dimensions: frozenset[str] = frozenset()

    @property
    def has_agency(self) -> bool:
        """Whether rows can be limited to agencies."""
        return "agency_id" in self.table.c

    @property
    def has_country(self) -> bool:
        """Whether a row's fiscal year can be told: each country has its own."""
        return self.has_agency or "country_code" in self.table.c

    def holds(self, components: frozenset[str], dimensions: frozenset[str]) -> bool:
        """Tell whether these sums can be had by these dimensions."""
        return components <= self.components.keys() and dimensions <= self.dimensions


def exact_sum(expression: ColumnElement[Any]) -> Component:
    """Add up an exact amount."""
    return Component(func.sum(expression, type_=NullType()), "exact")


def difference(left: ColumnElement[Any], right: ColumnElement[Any]) -> Component:
    """Subtract before the sums become floating-point numbers, so that cents stay cents."""
    sums = func.sum(left, type_=NullType()) - func.sum(right, type_=NullType())
    return Component(sums, "exact")


def count(expression: ColumnElement[Any]) -> Component:
    """Read a whole number."""
    return Component(expression, "count")


def rows_where(condition: ColumnElement[Any]) -> Component:
    """Count the rows for which something holds."""
    return count(func.sum(case((condition, 1), else_=0)))


def source_of(table: Table, extra: Mapping[str, Component]) -> Source:
    """Give a table with its own sums and counts, and further components."""
    components = {"row_count": count(func.count()), **_distinct(table), **_sums(table), **extra}
    columns = {name: table.c[column] for column, name in _DIRECT.items() if column in table.c}
    dimensions = set(columns)
    if "month" in table.c:
        dimensions |= {"quarter", "year"}
    if "year" in table.c:
        columns["year"] = table.c.year
        dimensions.add("year")
    if "agency_id" in table.c:
        dimensions |= set(AGENCY)
    if "day" in table.c:
        dimensions.add("weekday")
    if "month" in table.c and "country" in dimensions:
        dimensions.add("peak")
    return Source(table, components, columns, frozenset(dimensions))


def _sums(table: Table) -> dict[str, Component]:
    keys = set(table.primary_key.columns)
    found = {}
    for column in table.columns:
        if column in keys:
            continue
        if isinstance(column.type, Exact):
            found[column.name] = exact_sum(column)
        elif column.name.endswith("_count") or column.name.startswith("sla_breaches"):
            found[column.name] = count(func.sum(column))
    return found


def _distinct(table: Table) -> dict[str, Component]:
    found = {}
    if "month" in table.c:
        found["months"] = count(func.count(distinct(table.c.month)))
    if "agency_id" in table.c:
        found["agencies"] = count(func.count(distinct(table.c.agency_id)))
    if "currency" in table.c:
        found["currency_low"] = Component(func.min(table.c.currency), "text")
        found["currency_high"] = Component(func.max(table.c.currency), "text")
    return found


def first_month(table: Table, condition: ColumnElement[Any]) -> Component:
    """Give the first month for which something holds."""
    return Component(func.min(case((condition, table.c.month))), "text")
