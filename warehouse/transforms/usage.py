"""Usage and what is made of it: cost by category, and the series that forecasts start from."""

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


def build_fact_usage_monthly(usage: ir.Table) -> ir.Table:
    """Build fact_usage_monthly: the rows handed in, each amount rounded once."""
    return usage.select(
        "agency_id",
        "month",
        "service_type",
        "migration_status",
        "resource_count",
        "source_id",
        "source_row",
        region=usage.aws_region.fill_null(UNKNOWN_REGION),
        compute_hours=rounded(usage.compute_hours),
        storage_gb=rounded(usage.storage_gb),
        data_egress_gb=rounded(usage.data_egress_gb),
        utilisation_pct=rounded(usage.utilisation_pct),
        cost_usd=rounded(usage.cost_usd),
    )


def build_fact_cost_monthly(
    usage: ir.Table, agencies: ir.Table, rates: ir.Table, thresholds: ir.Table
) -> ir.Table:
    """Build fact_cost_monthly; all cost of usage_monthly.csv is of category Usage.

    ``cost_local`` is empty where no exchange rate of the month is recorded.
    """
    owners = agencies.select("agency_id", "currency")
    rows = usage.join(owners, "agency_id")
    rows = add_columns(rows, thresholds.select("month", "idle_utilisation_pct"), "month")
    rows = rate_of(rows, rates)
    rows = rows.mutate(workload_units=rounded(_units(rows)))
    rows = add_quotients(
        rows,
        cost_local=(rows.cost_usd, rows.usd_per_unit),
        cost_per_unit=(rows.cost_usd, rows.workload_units),
    )
    cost = rounded(rows.cost_usd)
    is_idle = rows.utilisation_pct < rows.idle_utilisation_pct
    return rows.select(
        "agency_id",
        "month",
        "service_type",
        "migration_status",
        "currency",
        "source_id",
        "source_row",
        "cost_local",
        "workload_units",
        "cost_per_unit",
        region=rows.aws_region.fill_null(UNKNOWN_REGION),
        category=ibis.literal("Usage"),
        cost_usd=cost,
        usd_per_unit=rounded(rows.usd_per_unit),
        utilisation_pct=rounded(rows.utilisation_pct),
        idle_cost_usd=ibis.ifelse(is_idle, cost, number("0")),
    )


def build_fact_forecast_input(costs: ir.Table) -> ir.Table:
    """Build fact_forecast_input: each agency's monthly cost, months counted from its first."""
    monthly = costs.group_by("agency_id", "month").aggregate(cost_usd=total(costs.cost_usd))
    index = month_index(monthly.month)
    first = index.min().over(group_by=monthly.agency_id)
    return monthly.mutate(month_index=index - first + 1)


def _units(usage: ir.Table) -> ir.DecimalValue:
    parts = (usage.compute_hours, usage.storage_gb, usage.data_egress_gb)
    places = max(int(part.type().scale or 0) for part in parts)
    hours, stored, sent = (as_decimal(part, 28, places) for part in parts)
    units = hours + stored * number(STORED_GB_UNITS) + sent * number(SENT_GB_UNITS)
    return as_decimal(units, 38, places + 2)
