"""Cost and usage side by side: cost from bills or from summaries, usage from summaries alone.

What is reckoned from both (idle cost, cost of a unit) takes each side from the same agencies,
months and services: bills have no utilisation and summaries no discounts, so that a share of one
in the other would say nothing.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.cost_sources import BILL, SUMMARY
from warehouse.transforms.exact import add_quotients, as_decimal, number, rounded, total
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import rate_of
from warehouse.transforms.reference import CATEGORY_TYPES, OTHER_TYPE

COST_GRAIN = (
    "agency_id", "month", "country_code", "currency", "service_type", "region",
    "migration_status", "category",
)  # fmt: skip
_KEY = ("agency_id", "month")
_TYPED = (*_KEY, "service_type")
_STATUSES = ("Pre", "Post")


def build_bill_costs(
    taken: ir.Table, usage: ir.Table, agencies: ir.Table, rates: ir.Table
) -> ir.Table:
    """Add up what was consumed by bills to the grain of fact_cost_monthly.

    ``taken`` are the charges of agencies and months whose cost is taken from bills.
    """
    types = [(taken.service_category == name, type_) for name, type_ in CATEGORY_TYPES.items()]
    rows = taken.mutate(service_type=ibis.cases(*types, else_=OTHER_TYPE))
    rows = rows.group_by(*_TYPED, "region", "category").aggregate(
        cost_usd=total(rows.effective_cost_usd)
    )
    owners = agencies.select("agency_id", "country_code", "currency", "migration_month")
    rows = rate_of(_with_status(rows.join(owners, "agency_id"), usage), rates)
    rows = rows.mutate(exact_rate=rows.usd_per_unit, usd_per_unit=rounded(rows.usd_per_unit))
    rows = add_quotients(rows, cost_local=(rows.cost_usd, rows.exact_rate))
    return rows.select(*COST_GRAIN, "cost_usd", "cost_local", "usd_per_unit")


def build_cost_rows(usage: ir.Table, billed: ir.Table, reconciled: ir.Table) -> ir.Table:
    """Give what fact_cost_monthly holds: of each agency's month the rows of one source."""
    summed = usage.semi_join(reconciled.filter(reconciled.source == SUMMARY), list(_KEY))
    summed = summed.mutate(source=ibis.literal(SUMMARY))
    lacking = (name for name in summed.columns if name not in (*billed.columns, "source"))
    unknown = {name: ibis.null(summed[name].type()) for name in lacking}
    rows = billed.mutate(source=ibis.literal(BILL), **unknown)
    return summed.union(rows.select(*summed.columns))


def build_activity(usage: ir.Table, costs: ir.Table, reconciled: ir.Table) -> ir.Table:
    """Put cost rows and usage rows under each other, with what each adds to the summaries.

    A row whose cost is the usage row's own is one row; of a month taken from bills the rows of
    bills have cost alone, and the usage rows all but cost.
    """
    of_bills = reconciled.filter(reconciled.source == BILL)
    own = usage.anti_join(of_bills, list(_KEY))
    apart = usage.semi_join(of_bills, list(_KEY))
    billed = costs.filter(costs.source == BILL)
    nothing = as_decimal(number("0"))
    none = ibis.null("decimal(28, 6)")
    own = own.mutate(
        bill_cost_usd=nothing,
        usage_cost_usd=own.cost_usd,
        usage_cost_local=own.cost_local,
        unit_cost_usd=own.cost_usd,
        unit_cost_local=own.cost_local,
        costed_units=own.workload_units,
        is_usage=True,
        is_billed=False,
    )
    has_cost = _marked(apart, billed)
    apart = has_cost.mutate(
        bill_cost_usd=none,
        usage_cost_usd=has_cost.cost_usd,
        usage_cost_local=has_cost.cost_local,
        unit_cost_usd=none,
        unit_cost_local=none,
        costed_units=ibis.ifelse(has_cost.is_matched, has_cost.workload_units, none),
        is_usage=True,
        is_billed=False,
    ).mutate(cost_usd=none, cost_local=none)
    has_usage = _marked(billed, usage)
    billed = has_usage.mutate(
        bill_cost_usd=has_usage.cost_usd,
        usage_cost_usd=none,
        usage_cost_local=none,
        unit_cost_usd=ibis.ifelse(has_usage.is_matched, has_usage.cost_usd, none),
        unit_cost_local=ibis.ifelse(has_usage.is_matched, has_usage.cost_local, none),
        costed_units=none,
        is_usage=False,
        is_billed=True,
    )
    columns = own.columns
    return ibis.union(own, apart.select(*columns), billed.select(*columns))


def _marked(rows: ir.Table, others: ir.Table) -> ir.Table:
    """Add whether the others have rows of the same agency, month and service type."""
    found = others.select(*_TYPED).distinct().mutate(is_matched=True)
    joined = add_columns(rows, found, *_TYPED)
    return joined.mutate(is_matched=joined.is_matched.fill_null(False))


def _with_status(rows: ir.Table, usage: ir.Table) -> ir.Table:
    """Add the migration status: that of the usage of the same type, else of the agency's month.

    Where usage stands on both sides, or there is none, the month of the migration decides.
    """
    of_type = _only_status(usage, *_TYPED).rename(type_status="status")
    of_month = _only_status(usage, *_KEY).rename(month_status="status")
    rows = add_columns(add_columns(rows, of_type, *_TYPED), of_month, *_KEY)
    has_moved = (rows.month >= rows.migration_month).fill_null(False)
    before, after = _STATUSES
    by_date = ibis.ifelse(has_moved, after, before)
    return rows.mutate(migration_status=ibis.coalesce(rows.type_status, rows.month_status, by_date))


def _only_status(usage: ir.Table, *keys: str) -> ir.Table:
    found = usage.group_by(*keys).aggregate(
        low=usage.migration_status.min(), high=usage.migration_status.max()
    )
    return found.filter(found.low == found.high).select(*keys, status="low")
