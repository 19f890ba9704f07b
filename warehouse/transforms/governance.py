"""The finance view of each agency's month: cost, tagging, waste, growth, season, budget."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import (
    add_products,
    add_quotients,
    as_decimal,
    count_where,
    number,
    total,
)
from warehouse.transforms.joining import add_columns
from warehouse.transforms.months import month_index

TRAILING_MONTHS = 6
_KEY = ("agency_id", "month")


def build_monthly_cost(costs: ir.Table) -> ir.Table:
    """Add cost and usage up to agency and month.

    ``cost_local`` is empty where any row of cost lacks it: a part is not the whole. Idle cost is
    empty where the agency reported no usage.
    """
    is_whole = costs.cost_local.count() == costs.cost_usd.count()
    return costs.group_by(*_KEY).aggregate(
        cost_usd=total(costs.cost_usd),
        cost_local=ibis.ifelse(is_whole, total(costs.cost_local), ibis.null("decimal(28, 6)")),
        idle_cost_usd=total(costs.idle_cost_usd),
        is_billed=costs.is_billed.any(),
    )


def build_growth(monthly_cost: ir.Table, thresholds: ir.Table) -> ir.Table:
    """Add the month before and the trailing mean to each reported month.

    "Before" means the calendar month before: after a gap there is no growth to speak of.
    """
    rows = monthly_cost.mutate(index=month_index(monthly_cost.month))
    limits = _limits(thresholds, "spend_spike_ratio", "high_season_index")
    rows = add_columns(rows, limits, "month")
    by_time = ibis.window(group_by=rows.agency_id, order_by=rows["index"])
    follows = rows["index"].lag().over(by_time) == rows["index"] - 1
    is_alike = rows.is_billed.lag().over(by_time) == rows.is_billed
    previous = ibis.ifelse(follows, rows.cost_usd.lag().over(by_time), ibis.null("decimal(28, 6)"))
    trailing = ibis.range_window(
        group_by=rows.agency_id, order_by=rows["index"], preceding=TRAILING_MONTHS - 1, following=0
    )
    rows = rows.mutate(
        is_alike=is_alike,
        previous_cost_usd=previous,
        trailing_sum=as_decimal(rows.cost_usd.sum().over(trailing)),
        trailing_count=rows.cost_usd.count().over(trailing),
    )
    rows = rows.mutate(season=as_decimal(rows.cost_usd * rows.trailing_count, 28, 6))
    rows = add_quotients(
        rows,
        trailing_6m_mean_usd=(rows.trailing_sum, rows.trailing_count),
        seasonality_index=(rows.season, rows.trailing_sum),
    )
    is_high = rows.season > rows.trailing_sum * rows.high_season_index
    # A month of bills after one of a summary may jump though nothing did.
    is_spike = _grows_beyond(rows.cost_usd, rows.previous_cost_usd, rows.spend_spike_ratio)
    return rows.select(
        *_KEY,
        "previous_cost_usd",
        "trailing_6m_mean_usd",
        "seasonality_index",
        is_spend_spike=ibis.ifelse(rows.is_alike, is_spike, ibis.null("boolean")),
        is_high_season=ibis.ifelse(rows.trailing_sum > 0, is_high, ibis.null("boolean")),
    )


def build_fast_growth(costs: ir.Table, thresholds: ir.Table) -> ir.Table:
    """Count for each agency and month the service types that grew beyond the limit.

    ``costs`` are the rows of fact_cost_monthly. Bills and summaries sort services into types each
    in their own way: months of one are never compared with months of the other.
    """
    rows = costs.group_by("agency_id", "service_type", "month").aggregate(
        cost_usd=total(costs.cost_usd), source=costs.source.max()
    )
    rows = rows.mutate(index=month_index(rows.month))
    rows = add_columns(rows, _limits(thresholds, "fast_growth_ratio"), "month")
    by_time = ibis.window(group_by=[rows.agency_id, rows.service_type], order_by=rows["index"])
    follows = rows["index"].lag().over(by_time) == rows["index"] - 1
    follows = follows & (rows.source.lag().over(by_time) == rows.source)
    previous = rows.cost_usd.lag().over(by_time)
    rows = rows.mutate(
        is_fast=follows & _grows_beyond(rows.cost_usd, previous, rows.fast_growth_ratio)
    )
    return rows.group_by(*_KEY).aggregate(fast_growth_count=count_where(rows.is_fast))


def build_fact_finance_governance(
    agencies: ir.Table,
    monthly_cost: ir.Table,
    growth: ir.Table,
    fast_growth: ir.Table,
    tagging: ir.Table,
    budgets: ir.Table,
    thresholds: ir.Table,
) -> ir.Table:
    """Build fact_finance_governance: a row where cost, tagging or a budget is known."""
    keys = ibis.union(*(t.select(*_KEY) for t in (monthly_cost, tagging, budgets)), distinct=True)
    rows = keys.join(agencies.select("agency_id", "country_code", "currency"), "agency_id")
    parts = (
        monthly_cost.drop("is_billed"),
        growth,
        fast_growth,
        tagging.select(*_KEY, "tagged_pct", "untagged_cost_usd"),
        budgets.select(
            *_KEY,
            "budget_usd",
            "budget_local",
            budget_rate_missing_count=budgets.budget_usd.isnull().cast("int32"),
        ),
    )
    for part in parts:
        rows = add_columns(rows, part, *_KEY)
    return _governed(add_columns(rows, thresholds.select("month", "tag_target_pct"), "month"))


def _governed(rows: ir.Table) -> ir.Table:
    none = ibis.null("decimal(28, 6)")
    zero = as_decimal(number("0"))
    has_cost, has_tags = rows.cost_usd.notnull(), rows.tagged_pct.notnull()
    waste = rows.untagged_cost_usd.fill_null(zero) + rows.idle_cost_usd.fill_null(zero)
    knows_waste = rows.untagged_cost_usd.notnull() | rows.idle_cost_usd.notnull()
    rows = add_products(rows, tagged_weighted=(rows.tagged_pct, rows.cost_usd))
    return rows.mutate(
        untagged_base_usd=ibis.ifelse(has_tags, rows.cost_usd, none),
        # A month whose usage is held has tagging already: its part would have no whole.
        untagged_of_base_usd=ibis.ifelse(has_cost & has_tags, rows.untagged_cost_usd, none),
        high_risk_usd=ibis.ifelse(knows_waste, waste, none),
        is_governance_risk=rows.tagged_pct < rows.tag_target_pct,
        fast_growth_count=rows.fast_growth_count.fill_null(0),
        budget_rate_missing_count=rows.budget_rate_missing_count.fill_null(0),
        budget_reported_usd=ibis.ifelse(has_cost, rows.budget_usd, none),
        budget_reported_local=ibis.ifelse(rows.cost_local.notnull(), rows.budget_local, none),
        actual_budgeted_usd=ibis.ifelse(rows.budget_usd.notnull(), rows.cost_usd, none),
        actual_budgeted_local=ibis.ifelse(rows.budget_local.notnull(), rows.cost_local, none),
    )


def _limits(thresholds: ir.Table, *names: str) -> ir.Table:
    """Give limits short enough to multiply amounts with."""
    return thresholds.select("month", **{name: as_decimal(thresholds[name], 18) for name in names})


def _grows_beyond(
    cost: ir.NumericValue, previous: ir.NumericValue, limit: ir.NumericValue
) -> ir.BooleanValue:
    """Compare growth with a limit, without dividing; null where there is nothing to grow from."""
    grows = cost - previous > previous * limit
    return ibis.ifelse(previous > 0, grows, ibis.null("boolean"))
