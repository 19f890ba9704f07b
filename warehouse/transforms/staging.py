"""What the transforms read: staging and record tables with the columns and types they rely on.

Reading casts to these types, so that a transform never meets a type it didn't expect. A table
may be empty but not missing. An amount staged with six places stays as narrow as that: the
engine counts with 64 bits many times as fast as with more.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from warehouse.errors import BuildError

_WORK = "decimal(28, 12)"
_NARROW = "decimal(18, 6)"
_NARROW_WORK = "decimal(18, 12)"
_SOURCE = {"source_id": "int32", "source_row": "int32"}

STAGING: Mapping[str, Mapping[str, str]] = {
    "stg_agencies": {
        "agency_id": "int32",
        "country": "string",
        "country_code": "string",
        "agency_name": "string",
        "org_size": "string",
        "sector_type": "string",
        "aws_pref_region": "string",
        "currency": "string",
        "region_group": "string",
        "parent_id": "int32",
        "valid_from": "string",
        "valid_to": "string",
        "predecessor_id": "int32",
    },
    "stg_baseline_adoption": {
        "country": "string",
        "country_code": "string",
        "year": "int32",
        "org_size": "string",
        "adoption_pct": _WORK,
        **_SOURCE,
    },
    "stg_usage_monthly": {
        "agency_id": "int32",
        "month": "string",
        "service_type": "string",
        "compute_hours": _WORK,
        "storage_gb": _WORK,
        "data_egress_gb": _WORK,
        "utilisation_pct": _WORK,
        "cost_usd": _WORK,
        "aws_region": "string",
        "migration_status": "string",
        "resource_count": "int64",
        **_SOURCE,
    },
    "stg_provider_spend": {
        "agency_id": "int32",
        "year": "int32",
        "cloud_provider": "string",
        "spend_usd": _WORK,
        **_SOURCE,
    },
    "stg_migration_summary": {
        "agency_id": "int32",
        "migrated": "boolean",
        "migration_date": "date",
        "pre_migration_cost_usd": _WORK,
        "post_migration_cost_usd": _WORK,
        "expected_savings_pct": _WORK,
        "realized_savings_pct": _WORK,
        "sla_breaches_pre": "int64",
        "sla_breaches_post": "int64",
        **_SOURCE,
    },
    "stg_tagging_compliance": {
        "agency_id": "int32",
        "month": "string",
        "tagged_pct": _WORK,
        "untagged_cost_usd": _WORK,
        **_SOURCE,
    },
    "stg_telemetry": {
        "agency_id": "int32",
        "digital_service_id": "string",
        "region": "string",
        "provider": "string",
        "period_start": "string",
        "requests": "int64",
        "errors": "int64",
        "latency_mean_ms": _WORK,
        "requests_le_100ms": "int64",
        "requests_le_250ms": "int64",
        "requests_le_500ms": "int64",
        "requests_le_1000ms": "int64",
        "requests_le_2500ms": "int64",
        "successful_minutes": _WORK,
        "total_minutes": _WORK,
        **_SOURCE,
    },
    "stg_services": {
        "digital_service_id": "string",
        "digital_service_name": "string",
        "agency_id": "int32",
        "service_type": "string",
        "criticality": "string",
        "service_hours": "string",
        "peak_months": "string",
        "accounts": "string",
        "regions": "string",
        "slo_target_pct": _WORK,
    },
    "stg_invoices": {
        "invoice_id": "string",
        "issuer": "string",
        "provider": "string",
        "agency_id": "int32",
        "billing_month": "string",
        "amount": _WORK,
        "tax_amount": _WORK,
        "currency": "string",
        "paid_amount": _WORK,
        "ledger_code": "string",
        **_SOURCE,
    },
    "stg_contracts": {
        "contract_id": "string",
        "supplier": "string",
        "provider": "string",
        "account_id": "string",
        "agency_id": "int32",
        "purchase_order": "string",
        "ceiling": _WORK,
        "currency": "string",
        "starts_on": "string",
        "ends_on": "string",
        **_SOURCE,
    },
    "stg_inventories": {
        "taken_on": "string",
        "provider": "string",
        "account_id": "string",
        "resource_id": "string",
        "resource_name": "string",
        "resource_type": "string",
        "region": "string",
        "tags": "string",
        "listed_by": "string",
    },
    "stg_organisation_units": {
        "provider": "string",
        "unit_id": "string",
        "unit_type": "string",
        "parent_id": "string",
    },
    "stg_provider_policies": {
        "taken_on": "string",
        "provider": "string",
        "target": "string",
        "statement": "string",
        "document": "string",
    },
    "stg_provider_recommendations": {
        "taken_on": "string",
        "provider": "string",
        "account_id": "string",
        "recommendation_id": "string",
        "resource_id": "string",
        "recommendation": "string",
        "effort": "string",
        "yearly_saving": _WORK,
        "currency": "string",
        **_SOURCE,
    },
    "stg_charge": {
        "provider": "string",
        "account_id": "string",
        "billing_account_id": "string",
        "billing_account_name": "string",
        "sub_account_name": "string",
        "billing_currency": "string",
        "billing_month": "string",
        "charge_day": "date",
        "charge_category": "string",
        "commitment_discount_status": "string",
        "service_category": "string",
        "service_name": "string",
        "region_id": "string",
        "region_name": "string",
        "resource_id": "string",
        "resource_name": "string",
        "resource_type": "string",
        "tags": "string",
        "invoice_id": "string",
        "invoice_issuer_name": "string",
        "billed_cost": _WORK,
        "effective_cost": _WORK,
        "list_cost": _WORK,
        "contracted_cost": _WORK,
    },
}

RECORDS: Mapping[str, Mapping[str, str]] = {
    "rec_threshold": {"name": "string", "value": _WORK, "effective_from": "string"},
    "rec_fiscal_calendar": {
        "country_code": "string",
        "start_month_number": "int32",
        "effective_from": "string",
    },
    "rec_peak_calendar": {
        "country_code": "string",
        "month_number": "int32",
        "effective_from": "string",
    },
    "rec_exchange_rate": {"month": "string", "currency": "string", "usd_per_unit": _WORK},
    "rec_budget": {
        "agency_id": "int32",
        "period": "string",
        "amount": _WORK,
        "currency": "string",
        "phasing": "string",
        "version": "string",
    },
    "rec_service_target": {
        "digital_service_id": "string",
        "agency_id": "int32",
        "availability_ratio": _WORK,
        "effective_from": "string",
    },
    "rec_tagging_policy": {
        "policy": "string",
        "version": "int32",
        "position": "int32",
        "effective_from": "string",
        "document": "string",
    },
    "rec_spend_event": {
        "agency_id": "int32",
        "month_from": "string",
        "month_to": "string",
        "change_usd": _WORK,
        "change_ratio": _WORK,
    },
    "rec_kept_forecast": {
        "agency_id": "int32",
        "service_type": "string",
        "origin_month": "string",
        "month": "string",
        "step": "int32",
        "forecaster": "string",
        "forecast_usd": _WORK,
        "low_80_usd": _WORK,
        "high_80_usd": _WORK,
        "members": "string",
    },
    "rec_anomaly_case": {
        "case_id": "int32",
        "agency_id": "int32",
        "subject": "string",
        "period": "string",
        "level": "string",
        "part": "string",
        "first_day": "string",
        "last_day": "string",
        "state": "string",
        "days_to_find": "int32",
        "days_to_resolve": "int32",
    },
    "rec_value_list": {"list": "string", "value": "string"},
    "rec_tag_exemption": {
        "agency_id": "int32",
        "provider": "string",
        "account_id": "string",
        "resource_id": "string",
        "tag": "string",
        "expires_on": "string",
    },
    "rec_tag_rule": {
        "rule": "string",
        "priority": "int64",
        "tag_key": "string",
        "value_pattern": "string",
        "agency_id": "int32",
        "valid_from": "string",
        "valid_to": "string",
    },
    "rec_allocation_rule": {
        "rule": "string",
        "priority": "int64",
        "provider": "string",
        "account_id": "string",
        "service_name": "string",
        "method": "string",
        "agency_id": "int32",
        "share": _WORK,
        "valid_from": "string",
        "valid_to": "string",
        "measure": "string",
    },
    "rec_account_owner": {
        "provider": "string",
        "account_id": "string",
        "agency_id": "int32",
        "valid_from": "string",
        "valid_to": "string",
    },
}

_OPTIONAL = frozenset({"parent_id", "valid_from", "valid_to", "predecessor_id"})
"""Columns of agencies.csv that an older file may lack."""


InputTypes = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""By table, the types of its columns: all that the statements of a build depend on."""


def input_types(con: Backend) -> InputTypes:
    """Give the types of every staging and record table.

    Raises BuildError naming the tables that are missing.
    """
    present = frozenset(con.list_tables())
    expected = (*STAGING, *RECORDS)
    missing = sorted(frozenset(expected) - present)
    if missing:
        raise BuildError(
            f"The tables {', '.join(missing)} are missing. Stage the files and load the records "
            "before the transforms; a feed without files still needs its empty table."
        )
    return tuple(
        (name, tuple((column, str(type_)) for column, type_ in con.get_schema(name).items()))
        for name in expected
    )


def read_inputs(types: InputTypes) -> dict[str, ir.Table]:
    """Give every staging and record table, typed.

    Raises BuildError naming the columns that are missing.
    """
    expected = {**STAGING, **RECORDS}
    return {name: _typed(name, dict(found), expected[name]) for name, found in types}


def _typed(name: str, found: Mapping[str, str], columns: Mapping[str, str]) -> ir.Table:
    lacking = [c for c in columns if c not in found and c not in _OPTIONAL]
    if lacking:
        raise BuildError(f"{name} lacks the columns {', '.join(lacking)}; stage that feed again.")
    table = ibis.table({c: found[c] for c in columns if c in found}, name=name)
    changed = {
        column: table[column].cast(type_) if column in found else ibis.null(type_)
        for column, type_ in columns.items()
        if not _is_as_expected(found.get(column), type_)
    }
    return table.mutate(**changed).select(*columns) if changed else table


def _is_as_expected(found: str | None, expected: str) -> bool:
    return found == expected or (expected == _WORK and found in (_NARROW, _NARROW_WORK, "int64"))
