"""Reliability: measured from telemetry where there is any, else modelled from utilisation."""

from __future__ import annotations

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from warehouse.transforms.exact import (
    WORK_PLACES,
    add_quotients,
    as_decimal,
    count_up,
    number,
    rounded,
)
from warehouse.transforms.inforce import latest_in_force
from warehouse.transforms.joining import add_columns
from warehouse.transforms.reference import UNKNOWN_REGION
from warehouse.transforms.scores import (
    health_score,
    modelled_error_rate_pct,
    modelled_latency_ms,
    response_time_score,
)

FALLBACK_SERVICE_TYPE = "SaaS"
"""Type of a digital service whose type nobody stated: what its users see is an application."""

BUCKETS = (
    "requests_le_100ms",
    "requests_le_250ms",
    "requests_le_500ms",
    "requests_le_1000ms",
    "requests_le_2500ms",
)
_COUNTS = ("request_count", "error_count", "successful_minutes", "total_minutes", *BUCKETS)
_SLICE = ("agency_id", "month", "service_type")
_GRAIN = ("agency_id", "month", "digital_service_id", "service_type", "region", "provider")


def build_measured(telemetry: ir.Table, digital_services: ir.Table) -> ir.Table:
    """Add telemetry up to agency, month, digital service, region and provider.

    Latency is weighted by requests, over the periods that state one.
    """
    types = digital_services.select("digital_service_id", typed="service_type")
    rows = add_columns(telemetry, types, "digital_service_id")
    rows = rows.mutate(
        month=rows.period_start.left(7),
        service_type=rows.typed.fill_null(FALLBACK_SERVICE_TYPE),
        region=rows.region.fill_null(UNKNOWN_REGION),
        provider=rows.provider.fill_null(""),
    )
    weight = ibis.ifelse(rows.latency_mean_ms.notnull(), rows.requests, 0)
    sums = rows.group_by(*_GRAIN).aggregate(
        request_count=count_up(rows.requests),
        error_count=count_up(rows.errors),
        successful_minutes=count_up(rows.successful_minutes),
        total_minutes=count_up(rows.total_minutes),
        latency_weight=count_up(weight),
        weight_whole=_whole(weight.sum()),
        requests_whole=_whole(rows.requests.sum()),
        latency_sum=as_decimal(
            (as_decimal(rows.latency_mean_ms, 28, 12) * as_decimal(weight, 18, 0)).sum(), 38, 12
        ),
        **{name: count_up(rows[name]) for name in BUCKETS},
    )
    sums = sums.mutate(errors_pct=as_decimal(sums.error_count * number("100")))
    sums = add_quotients(
        sums,
        WORK_PLACES,
        latency_exact=(sums.latency_sum, sums.weight_whole),
        error_rate_exact=(sums.errors_pct, sums.requests_whole),
    )
    return sums.drop("latency_sum", "errors_pct", "weight_whole", "requests_whole")


def build_fact_performance(
    usage: ir.Table,
    measured: ir.Table,
    thresholds: ir.Table,
    targets: ir.Table,
    migrations: ir.Table,
) -> ir.Table:
    """Build fact_performance: no slice of agency, month and service type is both kinds at once.

    ``targets`` has a digital service's availability target by agency and month, see
    ``build_targets``; ``migrations`` has each agency's ``is_migrated`` and ``migration_month``.
    """
    typed = _measured_rows(usage, measured, targets, migrations)
    modelled = _modelled_rows(usage.anti_join(measured.select(*_SLICE).distinct(), _SLICE))
    return _judged(modelled.union(typed.select(*modelled.columns)), thresholds)


def build_targets(measured: ir.Table, services: ir.Table, records: ir.Table) -> ir.Table:
    """Build each measured service's target in force; a record wins over services.csv."""
    subjects = measured.select("agency_id", "month", "digital_service_id").distinct()
    recorded = records.rename(target_agency="agency_id", target_service="digital_service_id")
    on = [
        recorded.target_service == subjects.digital_service_id,
        recorded.target_agency == subjects.agency_id,
    ]
    keys = ("agency_id", "month", "digital_service_id")
    found = latest_in_force(subjects, recorded, on, per=keys).select(*keys, "availability_ratio")
    listed = services.select("digital_service_id", "slo_target_pct")
    both = add_columns(subjects, found, *keys)
    both = add_columns(both, listed, "digital_service_id")
    places = WORK_PLACES + 2
    listed_ratio = as_decimal(both.slo_target_pct, 28, WORK_PLACES) * number("0.01")
    target = both.availability_ratio.coalesce(as_decimal(listed_ratio, 38, places))
    return both.select(*keys, slo_target_ratio=rounded(as_decimal(target, 38, places)))


def _whole(value: ir.NumericValue) -> ir.IntegerValue:
    # Always written out: the engine's sum of whole numbers is wider than Ibis believes.
    return ops.Cast(value, to="int64").to_expr()


def _modelled_rows(usage: ir.Table) -> ir.Table:
    load = usage.utilisation_pct
    zero = as_decimal(number("0"))
    return usage.select(
        "agency_id",
        "month",
        "service_type",
        "migration_status",
        "source_id",
        "source_row",
        digital_service_id=usage.service_type,
        region=usage.aws_region.fill_null(UNKNOWN_REGION),
        provider=ibis.literal(""),
        is_modelled=ibis.literal(True),
        utilisation_exact=as_decimal(load, 28, 12),
        latency_exact=as_decimal(modelled_latency_ms(load, usage.migration_status), 28, 12),
        error_rate_exact=as_decimal(modelled_error_rate_pct(load, usage.migration_status), 28, 12),
        latency_weight=as_decimal(number("1")),
        slo_target_ratio=ibis.null("decimal(28, 6)"),
        **dict.fromkeys(_COUNTS, zero),
    )


def _measured_rows(
    usage: ir.Table, measured: ir.Table, targets: ir.Table, migrations: ir.Table
) -> ir.Table:
    loads = usage.group_by(*_SLICE).aggregate(
        load_sum=as_decimal(usage.utilisation_pct.sum(), 28, 12),
        load_count=usage.utilisation_pct.count(),
        has_post=(usage.migration_status == "Post").any(),
    )
    rows = add_columns(measured, loads, *_SLICE)
    rows = add_columns(rows, targets, "agency_id", "month", "digital_service_id")
    stated = migrations.select("agency_id", "is_migrated", "migration_month")
    rows = add_columns(rows, stated, "agency_id")
    # Telemetry may come for a month without usage rows: then the reported month decides.
    by_report = (rows.is_migrated & (rows.migration_month <= rows.month)).fill_null(False)
    is_post = rows.has_post.coalesce(by_report)
    rows = rows.mutate(migration_status=ibis.ifelse(is_post, "Post", "Pre"))
    rows = add_quotients(rows, WORK_PLACES, utilisation_exact=(rows.load_sum, rows.load_count))
    return rows.mutate(
        is_modelled=ibis.literal(False),
        # Many telemetry rows make one of these; source_file lists the files.
        source_id=ibis.null("int32"),
        source_row=ibis.null("int32"),
    )


def _judged(rows: ir.Table, thresholds: ir.Table) -> ir.Table:
    rows = add_columns(rows, thresholds, "month")
    latency, errors, load = rows.latency_exact, rows.error_rate_exact, rows.utilisation_exact
    slow = (latency > rows.sla_latency_ms).fill_null(False)
    failing = (errors > rows.sla_error_rate_pct).fill_null(False)
    full = (load > rows.capacity_utilisation_pct).fill_null(False)
    return rows.mutate(
        latency_ms=rounded(latency),
        error_rate_pct=rounded(errors),
        utilisation_pct=rounded(load),
        is_latency_breach=slow,
        is_error_breach=failing,
        is_capacity_breach=full,
        is_sla_breach=slow | failing | full,
        is_latency_warning=(latency > rows.warning_latency_ms).fill_null(False),
        is_error_warning=(errors > rows.warning_error_rate_pct).fill_null(False),
        response_time_score=response_time_score(latency),
        health_score=health_score(latency, errors, load),
    )
