"""Turn what a measure needs into one SQL statement over the smallest table that has it.

A statement's shape (table, columns, conditions) is compiled once and kept; values travel as
bound parameters, so that two questions that differ in values alone share one statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)

from warehouse.measures.components import Source
from warehouse.measures.sources import FAMILIES
from warehouse.question import YearKind
from warehouse.schema.dimensions import dim_agency, dim_country_month, dim_date, dim_day
from warehouse.schema.star import READER_LIMIT
from warehouse.schema.summaries import agg_finance_agency_month, agg_usage_agency_month

OF_AGENCY: Mapping[str, ColumnElement[Any]] = {
    "agency": dim_agency.c.agency_id,
    "parent": dim_agency.c.parent_id,
    "country": dim_agency.c.country_code,
    "sector": dim_agency.c.sector_type,
    "org_size": dim_agency.c.org_size,
    "region_group": dim_agency.c.region_group,
    "migrated": dim_agency.c.is_migrated,
    "currency": dim_agency.c.currency,
}
"""Dimensions that are columns of dim_agency."""

_OF_MONTH: Mapping[YearKind, Mapping[str, ColumnElement[Any]]] = {
    "calendar": {"quarter": dim_date.c.quarter, "year": dim_date.c.year},
    "fiscal": {
        "quarter": dim_country_month.c.fiscal_quarter,
        "year": dim_country_month.c.fiscal_year,
    },
}
_OF_COUNTRY_MONTH: Mapping[str, ColumnElement[Any]] = {
    "peak": dim_country_month.c.is_peak,
    "fiscal_year_start": dim_country_month.c.fiscal_year_start,
}

_OF_DAY: Mapping[str, ColumnElement[Any]] = {"weekday": dim_day.c.weekday}


BudgetedYear = Literal["", "this", "before"]


@dataclass(frozen=True, slots=True)
class Span:
    """Months from ``start`` to ``end``, both included; for these countries only, if any named."""

    start: str | None = None
    end: str | None = None
    countries: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be read: sums by keys, under filters, over spans of months.

    ``hidden`` keys split a group further than was asked, for the formula alone. With
    ``same_agencies`` only agencies with rows both before and after migration count. With
    ``budgeted`` only agency-months count that have spend, a budget in the currency asked, and
    spend a year before: their own rows (``this``) or those of the year before (``before``).
    """

    family: str
    components: frozenset[str]
    keys: tuple[str, ...]
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    spans: tuple[Span, ...] = (Span(),)
    hidden: tuple[str, ...] = ()
    year: YearKind = "calendar"
    same_agencies: bool = False
    budgeted: BudgetedYear = ""
    in_own_currency: bool = False

    @property
    def dimensions(self) -> frozenset[str]:
        """Every dimension that the table must have."""
        asked = {*self.keys, *self.hidden, *(name for name, _ in self.filters)}
        if any(span.countries is not None for span in self.spans):
            asked.add("country")
        if self.same_agencies or self.budgeted:
            asked.add("agency")
        return frozenset(asked - {"is_modelled", "fiscal_year_start"})


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a statement that isn't a value."""

    family: str
    table: str
    components: tuple[str, ...]
    keys: tuple[str, ...]
    filters: tuple[str, ...]
    spans: tuple[tuple[bool, bool, bool], ...]
    year: YearKind
    is_limited: bool
    same_agencies: bool
    budgeted: BudgetedYear
    in_own_currency: bool


def choose(need: Need, *, is_limited: bool) -> Source | None:
    """Take the smallest table that holds all of it and, for a limited reader, knows agencies."""
    is_fiscal = need.year == "fiscal" and bool(need.dimensions & {"quarter", "year"})
    for source in FAMILIES[need.family]:
        if is_fiscal and not source.has_country:
            continue
        if (source.has_agency or not is_limited) and source.holds(need.components, need.dimensions):
            return source
    return None


def plan(
    need: Need, source: Source, components: tuple[str, ...], agencies: frozenset[int] | None
) -> tuple[Select[Any], dict[str, Any]]:
    """Give the statement and its parameters; ``agencies`` is the reader's scope."""
    shape = Shape(
        family=need.family,
        table=source.table.name,
        components=components,
        keys=(*need.keys, *need.hidden),
        filters=tuple(name for name, _ in need.filters),
        spans=tuple(
            (span.start is not None, span.end is not None, span.countries is not None)
            for span in need.spans
        ),
        year=need.year,
        is_limited=agencies is not None,
        same_agencies=need.same_agencies,
        budgeted=need.budgeted,
        in_own_currency=need.in_own_currency,
    )
    values: dict[str, Any] = {f"where_{name}": list(chosen) for name, chosen in need.filters}
    for index, span in enumerate(need.spans):
        values |= _span_values(index, span, source)
    if agencies is not None:
        values["scope"] = sorted(agencies)
        if READER_LIMIT in source.table.c:
            values["scope_size"] = len(agencies)
    return _statement(shape), values


def _span_values(index: int, span: Span, source: Source) -> dict[str, Any]:
    by_year = "month" not in source.table.c
    values: dict[str, Any] = {}
    for end, month in (("start", span.start), ("end", span.end)):
        if month is not None:
            values[f"{end}_{index}"] = int(month[:4]) if by_year else month
    if span.countries is not None:
        values[f"countries_{index}"] = list(span.countries)
    return values


@lru_cache(maxsize=2048)
def _statement(shape: Shape) -> Select[Any]:
    source = next(s for s in FAMILIES[shape.family] if s.table.name == shape.table)
    keys = {name: _key(source, name, shape.year) for name in shape.keys}
    filters = {name: _key(source, name, shape.year) for name in shape.filters}
    has_countries = any(named for _, _, named in shape.spans)
    used = [*keys.values(), *filters.values()]
    if has_countries:
        used.append(_key(source, "country", shape.year))
    statement = select(
        *(column.label(f"key_{name}") for name, column in keys.items()),
        *(source.components[name].expression.label(name) for name in shape.components),
    ).select_from(_joined(source, used))
    for name, column in filters.items():
        statement = statement.where(column.in_(bindparam(f"where_{name}", expanding=True)))
    statement = statement.where(*_conditions(source, shape))
    return statement.group_by(*keys.values()) if keys else statement


def _conditions(source: Source, shape: Shape) -> list[ColumnElement[bool]]:
    found = []
    spans = [_within(source, shape, index) for index in range(len(shape.spans))]
    if "month" in source.table.c or "year" in source.table.c:
        found.append(or_(*spans))
    if shape.is_limited:
        found.append(source.table.c.agency_id.in_(bindparam("scope", expanding=True)))
        if READER_LIMIT in source.table.c:
            found.append(source.table.c[READER_LIMIT] >= bindparam("scope_size"))
    if shape.same_agencies:
        found.append(_before_and_after(source, shape))
    if shape.budgeted:
        found.append(_budgeted(source, shape))
    return found


def _within(source: Source, shape: Shape, index: int) -> ColumnElement[bool]:
    has_start, has_end, has_countries = shape.spans[index]
    table = source.table
    when = table.c.month if "month" in table.c else table.c.get("year")
    parts: list[ColumnElement[bool]] = [true()]
    if when is not None and has_start:
        parts.append(when >= bindparam(f"start_{index}"))
    if when is not None and has_end:
        parts.append(when <= bindparam(f"end_{index}"))
    if has_countries:
        country = _key(source, "country", shape.year)
        parts.append(country.in_(bindparam(f"countries_{index}", expanding=True)))
    return and_(*parts)


def _before_and_after(source: Source, shape: Shape) -> ColumnElement[bool]:
    """Keep agencies with both statuses within the spans; ``scope`` applies outside already."""
    table = source.table.alias("both")
    parts = []
    for index, (has_start, has_end, _) in enumerate(shape.spans):
        bounds: list[ColumnElement[bool]] = [true()]
        if has_start:
            bounds.append(table.c.month >= bindparam(f"start_{index}"))
        if has_end:
            bounds.append(table.c.month <= bindparam(f"end_{index}"))
        parts.append(and_(*bounds))
    both = (
        select(table.c.agency_id)
        .where(or_(*parts))
        .group_by(table.c.agency_id)
        .having(func.min(table.c.migration_status) != func.max(table.c.migration_status))
    )
    return source.table.c.agency_id.in_(both)


def _budgeted(source: Source, shape: Shape) -> ColumnElement[bool]:
    """Keep agency-months that can be followed from last year's spend over budget to this year's."""
    table, budget = source.table, agg_finance_agency_month.alias("budgeted")
    amount = budget.c.budget_reported_usd
    if shape.in_own_currency:
        amount = budget.c.budget_reported_local
    is_before = shape.budgeted == "before"
    month = _years_on(table.c.month, 1) if is_before else table.c.month
    has_budget = exists().where(
        budget.c.agency_id == table.c.agency_id, budget.c.month == month, amount.is_not(None)
    )
    if is_before:
        return has_budget
    earlier = agg_usage_agency_month.alias("earlier")
    return and_(
        has_budget,
        exists().where(
            earlier.c.agency_id == table.c.agency_id,
            earlier.c.month == _years_on(table.c.month, -1),
        ),
    )


def _years_on(month: ColumnElement[Any], by: int) -> ColumnElement[Any]:
    year = cast(func.substr(month, 1, 4), Integer) + by
    return cast(year, String).concat(func.substr(month, 5, 3))


def _key(source: Source, name: str, year: YearKind) -> ColumnElement[Any]:
    if name == "is_modelled":
        return source.table.c.is_modelled
    if name in source.columns:
        return source.columns[name]
    for columns in (OF_AGENCY, _OF_COUNTRY_MONTH, _OF_DAY, _OF_MONTH[year]):
        if name in columns:
            return columns[name]
    raise LookupError(f"{source.table.name} can't be grouped by {name}.")


def _joined(source: Source, used: list[ColumnElement[Any]]) -> FromClause:
    """Join the dimensions that the columns need; outer joins, which can't lose a fact.

    Each is joined on its whole primary key, so that none can multiply a fact either.
    """
    table: Any = source.table
    needed = {column.table for column in used if hasattr(column, "table")}
    joined: FromClause = table
    own_country = table.c.get("country_code")
    if dim_agency in needed or (dim_country_month in needed and own_country is None):
        joined = joined.outerjoin(dim_agency, dim_agency.c.agency_id == table.c.agency_id)
    if dim_day in needed:
        joined = joined.outerjoin(dim_day, dim_day.c.day == table.c.day)
    if dim_date in needed:
        joined = joined.outerjoin(dim_date, dim_date.c.month == table.c.month)
    if dim_country_month in needed:
        country = dim_agency.c.country_code if own_country is None else own_country
        joined = joined.outerjoin(
            dim_country_month,
            and_(
                dim_country_month.c.country_code == country,
                dim_country_month.c.month == table.c.month,
            ),
        )
    return joined
