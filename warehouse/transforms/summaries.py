"""Sums and counts at the grains that pages ask for, made from the facts as they are stored.

A summary adds up rounded facts, so that it equals to the last place what a reader gets who adds
up the rows behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ibis.expr import types as ir

from warehouse.transforms.exact import (
    PLACES,
    as_decimal,
    count_where,
    number,
    rounded,
    total,
    total_or_zero,
)

FINEST_USAGE = "agg_usage_agency_region_month"
"""The summary of usage and cost that all the coarser ones of them are made from."""

PERFORMANCE_GRAINS: Mapping[str, tuple[str, ...]] = {
    "agg_performance_agency_service_month": (
        "agency_id", "month", "country_code", "digital_service_id", "service_type",
        "migration_status", "is_modelled",
    ),
    "agg_performance_country_service_month": (
        "month", "country_code", "service_type", "region", "provider", "migration_status",
        "is_modelled",
    ),
}  # fmt: skip

COARSER_GRAINS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "agg_usage_agency_service_month": (
        FINEST_USAGE,
        ("agency_id", "month", "country_code", "currency", "service_type", "migration_status"),
    ),
    "agg_usage_country_service_month": (
        FINEST_USAGE,
        ("month", "country_code", "currency", "service_type", "region", "migration_status"),
    ),
    "agg_usage_agency_month": (
        "agg_usage_agency_service_month", ("agency_id", "month", "country_code", "currency"),
    ),
    "agg_usage_country_month": (
        "agg_usage_country_service_month", ("month", "country_code", "currency"),
    ),
    "agg_performance_agency_month": (
        "agg_performance_agency_service_month",
        ("agency_id", "month", "country_code", "migration_status", "is_modelled"),
    ),
    "agg_performance_country_month": (
        "agg_performance_country_service_month",
        ("month", "country_code", "migration_status", "is_modelled"),
    ),
    "agg_finance_country_month": (
        "agg_finance_agency_month", ("month", "country_code", "currency"),
    ),
}  # fmt: skip
"""Summaries made from a finer one: its name and the coarser grain."""

_DIMENSIONS = (
    "agency_id", "month", "country_code", "currency", "digital_service_id", "service_type",
    "region", "provider", "migration_status", "is_modelled", "category",
)  # fmt: skip
_USED = (
    "cost_usd", "cost_local", "bill_cost_usd", "usage_cost_usd", "usage_cost_local",
    "idle_cost_usd", "workload_units", "unit_cost_usd", "unit_cost_local", "costed_units",
    "compute_hours", "storage_gb", "data_egress_gb",
)  # fmt: skip
_REQUESTS = (
    "request_count", "error_count", "successful_minutes", "total_minutes", "requests_le_100ms",
    "requests_le_250ms", "requests_le_500ms", "requests_le_1000ms", "requests_le_2500ms",
)  # fmt: skip


def build_coarser(finer: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Add a summary up further; its sums are null only where all they are made of are."""
    keys = {*_DIMENSIONS, *grain}
    sums = [name for name in finer.columns if name not in keys]
    return finer.group_by(*grain).aggregate(**{name: finer[name].sum() for name in sums})


def build_usage_summary(rows: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Add up usage and cost to a grain; a sum is null where nothing of the kind is known."""
    lacks_rate = rows.cost_usd.notnull() & rows.cost_local.isnull()
    return rows.group_by(*grain).aggregate(
        row_count=count_where(rows.is_usage),
        cost_count=rows.cost_usd.count(),
        bill_count=count_where(rows.is_billed),
        cost_local_missing_count=count_where(lacks_rate),
        utilisation_sum=total(rows.utilisation_pct),
        utilisation_count=rows.utilisation_pct.count(),
        resource_count=rows.resource_count.sum().cast("int64"),
        **{name: total(rows[name]) for name in _USED},
    )


def build_performance_rows(performance: ir.Table, agencies: ir.Table) -> ir.Table:
    """Add the agency's country, and what a mean or an error budget is made of."""
    rows = performance.join(agencies.select("agency_id", "country_code"), "agency_id")
    allowed = rounded((number("1") - rows.slo_target_ratio) * rows.request_count)
    has_target = rows.slo_target_ratio.notnull()
    return rows.mutate(
        latency_weighted=as_decimal(rows.latency_ms * rows.latency_weight, 38, 2 * PLACES),
        allowed_errors=allowed,
        targeted_errors=has_target.ifelse(rows.error_count, as_decimal(number("0"))),
    )


def build_performance_summary(rows: ir.Table, grain: tuple[str, ...]) -> ir.Table:
    """Add up reliability to a grain."""
    return rows.group_by(*grain).aggregate(
        row_count=rows.count(),
        latency_weighted_s_sum=rounded(_seconds(rows.latency_weighted.sum())),
        latency_weight=total_or_zero(rows.latency_weight),
        error_rate_sum=total_or_zero(rows.error_rate_pct),
        error_rate_count=rows.error_rate_pct.count(),
        latency_breach_count=count_where(rows.is_latency_breach),
        error_breach_count=count_where(rows.is_error_breach),
        capacity_breach_count=count_where(rows.is_capacity_breach),
        sla_breach_count=count_where(rows.is_sla_breach),
        latency_warning_count=count_where(rows.is_latency_warning),
        error_warning_count=count_where(rows.is_error_warning),
        response_time_score_sum=total_or_zero(rows.response_time_score),
        response_time_score_count=rows.response_time_score.count(),
        health_score_sum=total_or_zero(rows.health_score),
        health_score_count=rows.health_score.count(),
        utilisation_sum=total_or_zero(rows.utilisation_pct),
        utilisation_count=rows.utilisation_pct.count(),
        allowed_error_sum=total_or_zero(rows.allowed_errors),
        targeted_error_sum=total_or_zero(rows.targeted_errors),
        **{name: total_or_zero(rows[name]) for name in _REQUESTS},
    )


def build_finance_summary(governance: ir.Table) -> ir.Table:
    """Turn fact_finance_governance, which has the same grain, into sums and counts of one row."""
    rows = governance
    return rows.mutate(
        tagged_pct_sum=rows.tagged_pct,
        seasonality_index_sum=rows.seasonality_index,
        cost_count=rows.cost_usd.notnull(),
        tagged_count=rows.tagged_pct.notnull(),
        governance_risk_count=rows.is_governance_risk.fill_null(False),
        spend_spike_count=rows.is_spend_spike.fill_null(False),
        growth_count=rows.is_spend_spike.notnull(),
        high_season_count=rows.is_high_season.fill_null(False),
        seasonality_count=rows.seasonality_index.notnull(),
        budget_count=rows.budget_usd.notnull(),
        budget_reported_count=rows.budget_reported_usd.notnull(),
    )


def _seconds(milliseconds: ir.NumericValue) -> ir.DecimalValue:
    seconds = milliseconds.fill_null(as_decimal(number("0"))) * number("0.001")
    return as_decimal(seconds, 38, 2 * PLACES + 3)


def build_provider_summary(provider_finance: ir.Table) -> ir.Table:
    """Add up provider spend to country, year and provider."""
    rows = provider_finance
    return rows.group_by("year", "country_code", "provider").aggregate(
        spend_usd=total(rows.spend_usd), row_count=rows.count()
    )
