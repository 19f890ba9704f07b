"""Usage with its cost as the MDAs have it, and the series that forecasts start from."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import add_quotients, as_decimal, number, rounded, total
from warehouse.transforms.joining import add_columns
from warehouse.transforms.months import month_index
from warehouse.transforms.rates import rate_of
from warehouse.transforms.reference import UNKNOWN_REGION

STORED_GB_UNITS = "0.05"
SENT_GB_UNITS = "0.5"
"""Workload units of a gigabyte stored and of one sent; an hour of compute is one unit."""


_AMOUNTS = ("compute_hours", "storage_gb", "data_egress_gb", "utilisation_pct", "cost_usd")
_COLUMNS = (
    "agency_id", "month", "service_type", "region", "migration_status", "category",
    "country_code", "currency", "resource_count", "usd_per_unit", "cost_local",
    "workload_units", "cost_per_unit", "idle_cost_usd", "source_id", "source_row",
)  # fmt: skip


def build_usage(
    usage: ir.Table, agencies: ir.Table, rates: ir.Table, thresholds: ir.Table
) -> ir.Table:
    """Build what fact_usage_monthly and the summarised rows of fact_cost_monthly have in common.

    One row for each handed in, each amount rounded once, with its agency's country and currency;
    all cost of usage_monthly.csv is of category Usage. ``cost_local`` is empty where no exchange
    rate of the month is recorded.
    """
    owners = agencies.select("agency_id", "country_code", "currency")
    rows = usage.join(owners, "agency_id")
    rows = add_columns(rows, thresholds.select("month", "idle_utilisation_pct"), "month")
    rows = rate_of(rows, rates)
    rows = rows.mutate(
        region=rows.aws_region.fill_null(UNKNOWN_REGION),
        is_idle=rows.utilisation_pct < rows.idle_utilisation_pct,
        workload_units=rounded(_units(rows)),
        exact_cost_usd=rows.cost_usd,
        usd_per_unit=rounded(rows.usd_per_unit),
        exact_usd_per_unit=rows.usd_per_unit,
        **{name: rounded(rows[name]) for name in _AMOUNTS},
    )
    rows = add_quotients(
        rows,
        cost_local=(rows.exact_cost_usd, rows.exact_usd_per_unit),
        cost_per_unit=(rows.exact_cost_usd, rows.workload_units),
    )
    idle = ibis.ifelse(rows.is_idle, rows.cost_usd, as_decimal(number("0")))
    rows = rows.mutate(category=ibis.literal("Usage"), idle_cost_usd=idle)
    return rows.select(*_COLUMNS, *_AMOUNTS)


def build_summed_cost(usage: ir.Table) -> ir.Table:
    """Add an agency's own cost up to the month, as its summary says it."""
    return usage.group_by("agency_id", "month").aggregate(cost_usd=total(usage.cost_usd))


def build_fact_forecast_input(monthly_cost: ir.Table) -> ir.Table:
    """Build fact_forecast_input: each agency's monthly cost, months counted from its first."""
    monthly = monthly_cost.select("agency_id", "month", "cost_usd")
    index = month_index(monthly.month)
    first = index.min().over(group_by=monthly.agency_id)
    return monthly.mutate(month_index=index - first + 1)


def _units(usage: ir.Table) -> ir.DecimalValue:
    parts = (usage.compute_hours, usage.storage_gb, usage.data_egress_gb)
    places = max(int(part.type().scale or 0) for part in parts)
    hours, stored, sent = (as_decimal(part, 28, places) for part in parts)
    units = hours + stored * number(STORED_GB_UNITS) + sent * number(SENT_GB_UNITS)
    return as_decimal(units, 38, places + 2)
