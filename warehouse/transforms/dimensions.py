"""The dimensions other than the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ibis
from ibis.expr import types as ir

from warehouse.transforms.joining import add_columns
from warehouse.transforms.reference import (
    CATEGORIES,
    PROVIDERS,
    REGIONS,
    SERVICE_TYPES,
    UNKNOWN_REGION,
)

_UNKNOWN_AREA = "Unknown"
_UNJUDGED = "Medium"
"""Criticality of a service that nobody has judged."""


def build_dim_agency(agencies: ir.Table, migrations: ir.Table) -> ir.Table:
    """Build dim_agency, with what migration_summary.csv says of each agency."""
    reported = migrations.select(
        "agency_id",
        is_migrated="migrated",
        migration_month=migrations.migration_date.strftime("%Y-%m"),
    )
    return add_columns(agencies, reported, "agency_id")


def build_dim_service() -> ir.Table:
    """Build dim_service: the three types of cloud service."""
    return _constant(SERVICE_TYPES, ("service_type", "service_name", "criticality"))


def build_dim_digital_service(services: ir.Table, telemetry: ir.Table) -> ir.Table:
    """Build dim_digital_service.

    Besides those of services.csv it holds each service type, for usage that names no service
    (agency 0), and services that only telemetry names, of the agency that sent it.
    """
    named = services.select(
        "digital_service_id",
        digital_service_name=services.digital_service_name.coalesce(services.digital_service_id),
        agency_id=services.agency_id,
        service_type=services.service_type,
        criticality=services.criticality.fill_null(_UNJUDGED),
        service_hours=services.service_hours,
        peak_months=services.peak_months,
        accounts=services.accounts,
        regions=services.regions,
    )
    types = build_dim_service().select(
        digital_service_id="service_type",
        digital_service_name="service_name",
        agency_id=ibis.literal(0, type="int32"),
        service_type="service_type",
        criticality="criticality",
    )
    by_type = _without_details(types)
    by_type = by_type.anti_join(named, "digital_service_id")
    known = named.union(by_type.select(*named.columns))
    senders = telemetry.group_by("digital_service_id").aggregate(sender=telemetry.agency_id.min())
    unlisted = senders.anti_join(known, "digital_service_id")
    extra = unlisted.select(
        "digital_service_id",
        digital_service_name="digital_service_id",
        agency_id="sender",
        service_type=ibis.null("string"),
        criticality=ibis.literal(_UNJUDGED),
    )
    return known.union(_without_details(extra).select(*named.columns))


def build_dim_region(*sightings: ir.StringColumn) -> ir.Table:
    """Build dim_region: one row for each code that any of the columns holds."""
    tables = [
        column.fill_null(UNKNOWN_REGION).name("region").as_table().distinct()
        for column in sightings
    ]
    seen = ibis.union(*tables, distinct=True)
    known = _constant(
        [(code, *words) for code, words in REGIONS.items()], ("code", "region_name", "region_area")
    )
    named = seen.left_join(known, seen.region == known.code)
    return named.select(
        region=named.region,
        region_name=named.region_name.coalesce(named.region),
        region_area=named.region_area.fill_null(_UNKNOWN_AREA),
    )


def build_dim_cloud_provider(*sightings: ir.StringColumn) -> ir.Table:
    """Build dim_cloud_provider: one row for each provider that any of the columns holds."""
    tables = [column.name("provider").as_table().distinct() for column in sightings]
    seen = ibis.union(*tables, distinct=True)
    seen = seen.filter(seen.provider.notnull())
    known = _constant(list(PROVIDERS.items()), ("code", "provider_name"))
    named = seen.left_join(known, seen.provider == known.code)
    return named.select(
        provider=named.provider, provider_name=named.provider_name.coalesce(named.provider)
    )


def build_dim_cost_category() -> ir.Table:
    """Build dim_cost_category: the values of FOCUS ChargeCategory."""
    return _constant(CATEGORIES, ("category", "category_name"))


def build_dim_account(owners: ir.Table) -> ir.Table:
    """Build dim_account from the records of ownership."""
    return owners


def _without_details(services: ir.Table) -> ir.Table:
    unstated = ("service_hours", "peak_months", "accounts", "regions")
    return services.mutate(**dict.fromkeys(unstated, ibis.null("string")))


def _constant(rows: Iterable[Sequence[str]], columns: Sequence[str]) -> ir.Table:
    kind = f"array<struct<{', '.join(f'{name}: string' for name in columns)}>>"
    listed = [dict(zip(columns, row, strict=True)) for row in rows]
    return ibis.literal(listed, type=kind).unnest().name("row").as_table().unpack("row")
