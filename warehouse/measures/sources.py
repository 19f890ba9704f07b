"""Which tables hold which sums, the smallest table of each family first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal, get_args

from sqlalchemy import Table, case, distinct, func, literal
from sqlalchemy.types import NullType

from warehouse.measures.anomaly_sources import anomaly_sources, point_sources
from warehouse.measures.charge_sources import CHARGES, MISSING_CHARGE_RATE, charge_sources
from warehouse.measures.components import (
    Component,
    Source,
    WeightedSeconds,
    Whole,
    count,
    difference,
    exact_sum,
    first_month,
    rows_where,
    source_of,
)
from warehouse.measures.forecast_sources import forecast_sources
from warehouse.measures.tag_sources import (
    MISSING_TAG_RATE,
    TAG_AMOUNTS,
    resource_sources,
    tag_sources,
)
from warehouse.schema import FACTS, facts, summaries
from warehouse.schema.charges import REASONS, fact_bill_reconciliation
from warehouse.schema.recommendations import fact_provider_recommendation
from warehouse.schema.types import Exact

LOCAL = {
    "cost_usd": "cost_local",
    "usage_cost_usd": "usage_cost_local",
    "unit_cost_usd": "unit_cost_local",
    "budget_usd": "budget_local",
    "budget_reported_usd": "budget_reported_local",
    "actual_budgeted_usd": "actual_budgeted_local",
    "budget_variance_usd": "budget_variance_local",
}
"""Amounts in US dollars that are also kept in the agency's own currency."""

RATE_MARKS = {
    **dict.fromkeys(CHARGES, MISSING_CHARGE_RATE),
    **dict.fromkeys(TAG_AMOUNTS, MISSING_TAG_RATE),
    "budget_usd": "missing_budget_rate",
    "budget_reported_usd": "missing_reported_budget_rate",
    "actual_budgeted_usd": "missing_reported_budget_rate",
    "budget_variance_usd": "missing_reported_budget_rate",
}
"""By amount, the component that names the first month without the rate to dollars it takes."""

PeerFigure = Literal[
    "tagged_pct", "waste_pct", "cost_per_unit", "budget_variance_pct", "mom_growth", "error_rate"
]
"""The measures that agg_peer_agency_month holds of an agency's peers."""


def _activity(table: Table) -> Source:
    """Give usage and cost; its months are those with cost, its agencies those with usage."""
    c = table.c
    found = {
        "missing_cost_local": first_month(table, c.cost_local_missing_count > 0),
        "missing_usage_cost_local": _missing(table, "usage_cost_usd", "usage_cost_local"),
        "missing_unit_cost_local": _missing(table, "unit_cost_usd", "unit_cost_local"),
        "months": count(func.count(distinct(case((c.cost_count > 0, c.month))))),
    }
    if "agency_id" in c:
        found["agencies"] = count(func.count(distinct(case((c.row_count > 0, c.agency_id)))))
    if "category" in c:
        # As fine as usage rows: each of them is one row of the summary.
        found["idle_row_count"] = rows_where(c.idle_cost_usd > 0)
    return source_of(table, found)


def _usage_rows(table: Table) -> Source:
    return source_of(
        table,
        {
            "utilisation_sum": exact_sum(table.c.utilisation_pct),
            "utilisation_count": count(func.count(table.c.utilisation_pct)),
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
    return source_of(
        table,
        {
            **{f"{name}_count": rows_where(c[f"is_{name}"].is_(True)) for name in flags},
            **{f"{name}_sum": exact_sum(column) for name, column in means.items()},
            **{f"{name}_count": count(func.count(column)) for name, column in means.items()},
            "latency_weight": exact_sum(case((timed, c.latency_weight))),
            "latency_weighted_s_sum": exact_sum(WeightedSeconds(c.latency_ms, c.latency_weight)),
            "targeted_error_sum": exact_sum(case((targeted, c.error_count))),
            "targeted_request_sum": exact_sum(case((targeted, c.request_count))),
            "allowed_error_sum": exact_sum((one - c.slo_target_ratio) * Whole(c.request_count)),
        },
    )


def _finance(table: Table) -> Source:
    c = table.c
    by_agency: dict[str, Component] = {}
    if "agency_id" in c:
        by_agency = {
            "agencies_budgeted": count(
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
        f"budget_variance_{unit}": difference(
            c[f"actual_budgeted_{unit}"], c[f"budget_reported_{unit}"]
        )
        for unit in ("usd", "local")
    }
    unrated = c.budget_rate_missing_count > 0
    marks = {
        "missing_budget_rate": first_month(table, unrated),
        # A month that others reported counts as reported: a part is never shown as the whole.
        "missing_reported_budget_rate": first_month(table, unrated & (c.cost_count > 0)),
    }
    return source_of(table, {"budget_months": count(months), **variances, **marks, **by_agency})


def _migration(table: Table) -> Source:
    observed = table.c.observed_savings_ratio
    return source_of(
        table,
        {
            "cost_delta_usd": difference(
                table.c.post_migration_cost_usd, table.c.pre_migration_cost_usd
            ),
            "observed_savings_sum": exact_sum(observed),
            "observed_savings_count": count(func.count(observed)),
            "migrated_count": rows_where(table.c.is_migrated.is_(True)),
        },
    )


def _reconciliation(table: Table) -> Source:
    """Count agency-months by where their cost is taken from, and why it isn't from bills."""
    c = table.c
    sources = {f"{name}_month_count": c.source == name for name in ("bill", "summary", "none")}
    reasons = {f"{name}_count": c.reason == name for name in REASONS}
    return source_of(
        table, {name: rows_where(holds) for name, holds in (sources | reasons).items()}
    )


def _recommended(table: Table) -> Source:
    """Give the largest saving too: recommendations about one resource may exclude each other."""
    most = func.max(table.c.yearly_saving_usd, type_=NullType())
    return source_of(table, {"most_yearly_saving_usd": Component(most, "exact")})


def _peers(table: Table) -> Source:
    """Give each figure's sum and count: of one agency's month there is one row at most."""
    found: dict[str, Component] = {}
    for name in get_args(PeerFigure):
        is_it = table.c.figure == name
        found[f"peer_{name}_sum"] = exact_sum(case((is_it, table.c.value)))
        found[f"peer_{name}_count"] = rows_where(is_it)
    return source_of(table, found)


def _missing(table: Table, usd: str, own: str) -> Component:
    return first_month(table, table.c[usd].is_not(None) & table.c[own].is_(None))


def _plain(table: Table) -> Source:
    return source_of(table, {})


def _each(make: Callable[[Table], Source], *tables: Table) -> tuple[Source, ...]:
    return tuple(make(table) for table in tables)


_ACTIVITY = _each(
    _activity,
    summaries.agg_usage_country_month,
    summaries.agg_usage_agency_month,
    summaries.agg_usage_country_service_month,
    summaries.agg_usage_agency_service_month,
)

FAMILIES: Mapping[str, tuple[Source, ...]] = {
    "cost": (*_ACTIVITY, *_each(_activity, summaries.agg_usage_agency_region_month)),
    "usage": (*_ACTIVITY, *_each(_usage_rows, facts.fact_usage_monthly)),
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
    "provider": _each(_plain, summaries.agg_provider_country_year, facts.fact_provider_finance),
    **forecast_sources(),
    "charge": charge_sources(),
    "resource": resource_sources(),
    "tag": tag_sources(),
    "anomaly": anomaly_sources(),
    "anomaly_point": point_sources(),
    **{table.name: _each(_plain, table) for table in FACTS},
    "fact_provider_recommendation": _each(_recommended, fact_provider_recommendation),
    "fact_bill_reconciliation": _each(_reconciliation, fact_bill_reconciliation),
    "fact_migration_summary": _each(_migration, facts.fact_migration_summary),
}
"""Tables that answer the same measures, smallest first; a fact's own rows under its name.

A table in several families has the same sums in each: needs of one table are read together."""
