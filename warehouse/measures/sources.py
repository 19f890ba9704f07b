"""Which tables hold which sums, the smallest table of each family first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Table, case, distinct, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from warehouse.measures.dimensions import AGENCY
from warehouse.schema import facts, summaries
from warehouse.schema.types import SCALE, Exact

Form = Literal["exact", "count", "text"]

LOCAL = {
    "cost_usd": "cost_local",
    "budget_usd": "budget_local",
    "budget_reported_usd": "budget_reported_local",
    "actual_budgeted_usd": "actual_budgeted_local",
    "budget_variance_usd": "budget_variance_local",
}
"""Amounts in US dollars that are also kept in the agency's own currency."""

RATE_MARKS = {
    "budget_usd": "missing_budget_rate",
    "budget_reported_usd": "missing_reported_budget_rate",
    "actual_budgeted_usd": "missing_reported_budget_rate",
    "budget_variance_usd": "missing_reported_budget_rate",
}
"""By amount, the component that names the first month whose budget has no rate to dollars."""

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
}


PeerFigure = Literal[
    "tagged_pct", "waste_pct", "cost_per_unit", "budget_variance_pct", "mom_growth", "error_rate"
]
"""The measures that agg_peer_agency_month holds of an agency's peers."""


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

    def holds(self, components: frozenset[str], dimensions: frozenset[str]) -> bool:
        """Tell whether these sums can be had by these dimensions."""
        return components <= self.components.keys() and dimensions <= self.dimensions


def _exact(expression: ColumnElement[Any]) -> Component:
    return Component(func.sum(expression, type_=NullType()), "exact")


def _difference(left: ColumnElement[Any], right: ColumnElement[Any]) -> Component:
    """Subtract before the sums become floating-point numbers, so that cents stay cents."""
    sums = func.sum(left, type_=NullType()) - func.sum(right, type_=NullType())
    return Component(sums, "exact")


def _count(expression: ColumnElement[Any]) -> Component:
    return Component(expression, "count")


def _rows_where(condition: ColumnElement[Any]) -> Component:
    return _count(func.sum(case((condition, 1), else_=0)))


def _source(table: Table, extra: Mapping[str, Component]) -> Source:
    components = {"row_count": _count(func.count()), **_distinct(table), **_sums(table), **extra}
    columns = {name: table.c[column] for column, name in _DIRECT.items() if column in table.c}
    dimensions = set(columns)
    if "month" in table.c:
        dimensions |= {"quarter", "year"}
    if "year" in table.c:
        columns["year"] = table.c.year
        dimensions.add("year")
    if "agency_id" in table.c:
        dimensions |= set(AGENCY)
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
            found[column.name] = _exact(column)
        elif column.name.endswith("_count") or column.name.startswith("sla_breaches"):
            found[column.name] = _count(func.sum(column))
    return found


def _distinct(table: Table) -> dict[str, Component]:
    found = {}
    if "month" in table.c:
        found["months"] = _count(func.count(distinct(table.c.month)))
    if "agency_id" in table.c:
        found["agencies"] = _count(func.count(distinct(table.c.agency_id)))
    if "currency" in table.c:
        found["currency_low"] = Component(func.min(table.c.currency), "text")
        found["currency_high"] = Component(func.max(table.c.currency), "text")
    return found


def _usage(table: Table) -> Source:
    missing = table.c.cost_local_missing_count > 0
    return _source(
        table,
        {"missing_cost_local": _first_month(table, missing)},
    )


def _cost_rows(table: Table) -> Source:
    return _source(
        table,
        {
            "missing_cost_local": _missing(table, "cost_usd", "cost_local"),
            "utilisation_sum": _exact(table.c.utilisation_pct),
            "utilisation_count": _count(func.count(table.c.utilisation_pct)),
            "idle_row_count": _rows_where(table.c.idle_cost_usd > 0),
        },
    )


def _usage_rows(table: Table) -> Source:
    return _source(
        table,
        {
            "utilisation_sum": _exact(table.c.utilisation_pct),
            "utilisation_count": _count(func.count(table.c.utilisation_pct)),
        },
    )


def _performance_rows(table: Table) -> Source:
    c = table.c
    targeted = c.slo_target_ratio.is_not(None)
    flags = ("latency_breach", "error_breach", "capacity_breach", "sla_breach", "latency_warning",
             "error_warning")  # fmt: skip
    means = {
        "error_rate": c.error_rate_pct,
        "response_time_score": c.response_time_score,
        "health_score": c.health_score,
        "utilisation": c.utilisation_pct,
    }
    one = literal(Decimal(1), Exact())
    timed = c.latency_ms.is_not(None)
    return _source(
        table,
        {
            **{f"{name}_count": _rows_where(c[f"is_{name}"].is_(True)) for name in flags},
            **{f"{name}_sum": _exact(column) for name, column in means.items()},
            **{f"{name}_count": _count(func.count(column)) for name, column in means.items()},
            "latency_weight": _exact(case((timed, c.latency_weight))),
            "latency_weighted_s_sum": _exact(WeightedSeconds(c.latency_ms, c.latency_weight)),
            "targeted_error_sum": _exact(case((targeted, c.error_count))),
            "targeted_request_sum": _exact(case((targeted, c.request_count))),
            "allowed_error_sum": _exact((one - c.slo_target_ratio) * Whole(c.request_count)),
        },
    )


def _finance(table: Table) -> Source:
    c = table.c
    by_agency: dict[str, Component] = {}
    if "agency_id" in c:
        by_agency = {
            "agencies_budgeted": _count(
                func.count(
                    distinct(case((c.budget_count + c.budget_rate_missing_count > 0, c.agency_id)))
                )
            ),
            **{
                f"missing_{own}": _missing(table, usd, own)
                for usd, own in LOCAL.items()
                if own in c
            },
            "missing_budget_variance_local": _missing(
                table, "actual_budgeted_usd", "actual_budgeted_local"
            ),
        }
    months = func.count(distinct(case((c.budget_reported_count > 0, c.month))))
    variances = {
        f"budget_variance_{unit}": _difference(
            c[f"actual_budgeted_{unit}"], c[f"budget_reported_{unit}"]
        )
        for unit in ("usd", "local")
    }
    unrated = c.budget_rate_missing_count > 0
    marks = {
        "missing_budget_rate": _first_month(table, unrated),
        # A month that others reported counts as reported: a part is never shown as the whole.
        "missing_reported_budget_rate": _first_month(table, unrated & (c.cost_count > 0)),
    }
    return _source(table, {"budget_months": _count(months), **variances, **marks, **by_agency})


def _migration(table: Table) -> Source:
    observed = table.c.observed_savings_ratio
    return _source(
        table,
        {
            "cost_delta_usd": _difference(
                table.c.post_migration_cost_usd, table.c.pre_migration_cost_usd
            ),
            "observed_savings_sum": _exact(observed),
            "observed_savings_count": _count(func.count(observed)),
            "migrated_count": _rows_where(table.c.is_migrated.is_(True)),
        },
    )


def _peers(table: Table) -> Source:
    """Give each figure's sum and count: of one agency's month there is one row at most."""
    found: dict[str, Component] = {}
    for name in get_args(PeerFigure):
        is_it = table.c.figure == name
        found[f"peer_{name}_sum"] = _exact(case((is_it, table.c.value)))
        found[f"peer_{name}_count"] = _rows_where(is_it)
    return _source(table, found)


def _missing(table: Table, usd: str, own: str) -> Component:
    return _first_month(table, table.c[usd].is_not(None) & table.c[own].is_(None))


def _first_month(table: Table, condition: ColumnElement[Any]) -> Component:
    return Component(func.min(case((condition, table.c.month))), "text")


def _plain(table: Table) -> Source:
    return _source(table, {})


def _each(make: Callable[[Table], Source], *tables: Table) -> tuple[Source, ...]:
    return tuple(make(table) for table in tables)


FAMILIES: Mapping[str, tuple[Source, ...]] = {
    "cost": (
        *_each(
            _usage,
            summaries.agg_usage_country_month,
            summaries.agg_usage_agency_month,
            summaries.agg_usage_country_service_month,
            summaries.agg_usage_agency_service_month,
        ),
        *_each(_cost_rows, facts.fact_cost_monthly),
    ),
    "usage": (
        *_each(
            _usage,
            summaries.agg_usage_country_month,
            summaries.agg_usage_agency_month,
            summaries.agg_usage_country_service_month,
            summaries.agg_usage_agency_service_month,
        ),
        *_each(_usage_rows, facts.fact_usage_monthly),
    ),
    "performance": (
        *_each(
            _plain,
            summaries.agg_performance_country_month,
            summaries.agg_performance_agency_month,
            summaries.agg_performance_country_service_month,
            summaries.agg_performance_agency_service_month,
        ),
        *_each(_performance_rows, facts.fact_performance),
    ),
    "finance": _each(
        _finance, summaries.agg_finance_country_month, summaries.agg_finance_agency_month
    ),
    "peers": _each(_peers, summaries.agg_peer_agency_month),
    "provider": _each(_plain, summaries.agg_provider_country_year, facts.fact_provider_spend),
    **{table.name: _each(_plain, table) for table in facts.FACTS},
    "fact_migration_summary": _each(_migration, facts.fact_migration_summary),
}
"""Tables that answer the same measures, smallest first; a fact's own rows under its name."""
