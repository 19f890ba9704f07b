"""Budgets in force, spread over months.

A month budgeted on its own replaces the part that an annual budget would give it: it is the
later and more particular decision. An annual amount is spread in whole cents and what is left
goes to its last month, so that the months add up to the amount that was voted.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.calendar import build_fiscal_starts
from warehouse.transforms.exact import (
    WORK_PLACES,
    add_products,
    add_quotients,
    as_decimal,
    number,
    rounded,
)
from warehouse.transforms.months import month_index, month_text
from warehouse.transforms.rates import rate_of

CENTS = 2
MONTHS = 12
_YEAR, _MONTH = len("YYYY"), len("YYYY-MM")
"""Lengths of a budget's period, by which a year and a month are told apart."""
_PART = ("agency_id", "month", "rate_month", "amount", "currency", "phasing", "version", "year")


def build_fact_budget(
    budgets: ir.Table,
    agencies: ir.Table,
    monthly_cost: ir.Table,
    fiscal: ir.Table,
    rates: ir.Table,
) -> ir.Table:
    """Build fact_budget from the budgets in force; those of unknown agencies have no place in it.

    ``monthly_cost`` has agency_id, month, cost_usd. US dollars are at the rate of the budget's
    first month and empty without one; a budget in the agency's own currency needs none.
    """
    known = _known(budgets, agencies)
    given = _given(known.filter(known.period.length() == _MONTH))
    phased = _phased(known.filter(known.period.length() == _YEAR), monthly_cost, fiscal)
    parts = _one_a_month(given.union(phased.select(*given.columns)))
    return _converted(parts.join(_owners(agencies), "agency_id"), rates)


def build_budgeted_months(budgets: ir.Table, agencies: ir.Table, fiscal: ir.Table) -> ir.Table:
    """Build the months that have a budget, known before what was spent in them."""
    known = _known(budgets, agencies)
    spread = _spread(known.filter(known.period.length() == _YEAR), fiscal)
    given = known.filter(known.period.length() == _MONTH).select(month="period")
    return given.union(spread.select(month=month_text(spread["index"])), distinct=True)


def _owners(agencies: ir.Table) -> ir.Table:
    return agencies.select("agency_id", "country_code", own_currency="currency")


def _known(budgets: ir.Table, agencies: ir.Table) -> ir.Table:
    return budgets.join(_owners(agencies), "agency_id")


def _given(budgets: ir.Table) -> ir.Table:
    return budgets.select(
        "agency_id",
        "currency",
        "version",
        month=budgets.period,
        rate_month=budgets.period,
        amount=rounded(budgets.amount),
        phasing=ibis.literal("given"),
        year=ibis.literal(9999, type="int32"),
    ).select(*_PART)


def _phased(budgets: ir.Table, monthly_cost: ir.Table, fiscal: ir.Table) -> ir.Table:
    parts = _spread(budgets, fiscal)
    costs = monthly_cost.select(
        cost_agency="agency_id",
        cost_index=month_index(monthly_cost.month) + MONTHS,
        cost_usd="cost_usd",
    )
    parts = parts.left_join(
        costs, [costs.cost_agency == parts.agency_id, costs.cost_index == parts.index]
    )
    whole = ibis.window(group_by=[parts.agency_id, parts.period])
    parts = parts.mutate(
        last_year=as_decimal(parts.cost_usd.sum().over(whole)),
        reported_months=parts.cost_usd.count().over(whole),
    )
    is_complete = (parts.reported_months == MONTHS) & (parts.last_year > 0)
    has_shape = ((parts.phasing == "last_year") & is_complete).fill_null(False)
    parts = parts.mutate(has_shape=has_shape)
    parts = add_quotients(parts, WORK_PLACES, share=(parts.cost_usd, parts.last_year))
    parts = add_products(parts, CENTS, by_shape=(parts.share, parts.amount))
    parts = add_quotients(parts, CENTS, evenly=(parts.amount, ibis.literal(MONTHS)))
    part = as_decimal(ibis.ifelse(parts.has_shape, parts.by_shape, parts.evenly))
    return _with_remainder(parts.mutate(part=part))


def _spread(budgets: ir.Table, fiscal: ir.Table) -> ir.Table:
    """Give each annual budget a row for each of its twelve months."""
    dated = budgets.mutate(month=budgets.period + "-12")
    grid = dated.select("country_code", "month").distinct()
    starts = build_fiscal_starts(grid, fiscal)
    dated = dated.join(starts, ["country_code", "month"])
    return dated.select(
        "agency_id",
        "period",
        "currency",
        "phasing",
        "version",
        amount=rounded(dated.amount),
        year=dated.period.cast("int32"),
        first=dated.period.cast("int32") * 12 + dated.fiscal_start_month - 1,
        place=ibis.range(0, MONTHS).unnest(),
    ).mutate(index=lambda t: t["first"] + t["place"])


def _with_remainder(parts: ir.Table) -> ir.Table:
    is_last = parts.place == MONTHS - 1
    earlier = ibis.ifelse(is_last, as_decimal(number("0")), parts.part)
    before = as_decimal(earlier.sum().over(group_by=[parts.agency_id, parts.period]))
    return parts.select(
        "agency_id",
        "currency",
        "version",
        month=month_text(parts["index"]),
        rate_month=month_text(parts["first"]),
        amount=as_decimal(ibis.ifelse(is_last, parts.amount - before, parts.part)),
        phasing=ibis.ifelse(parts.has_shape, "last_year", "even"),
        year=parts.year,
    ).select(*_PART)


def _one_a_month(parts: ir.Table) -> ir.Table:
    """Keep one part a month: the given one, else that of the later fiscal year.

    Two fiscal years overlap only where a country moved the start of its year.
    """
    rank = ibis.row_number().over(
        group_by=[parts.agency_id, parts.month], order_by=parts.year.desc()
    )
    return parts.mutate(rank=rank).filter(lambda t: t["rank"] == 0).drop("rank")


def _converted(parts: ir.Table, rates: ir.Table) -> ir.Table:
    dated = parts.rename(budget_month="month").mutate(month=lambda t: t["rate_month"])
    priced = rate_of(dated, rates).rename(set_currency="currency", set_rate="usd_per_unit")
    priced = rate_of(priced.mutate(currency=priced.own_currency), rates)
    priced = add_products(priced, budget_usd=(priced.set_rate, priced.amount))
    priced = add_quotients(priced, bought=(priced.budget_usd, priced.usd_per_unit))
    is_own = priced.set_currency == priced.own_currency
    return priced.select(
        "agency_id",
        "phasing",
        "version",
        "budget_usd",
        month=priced.budget_month,
        budget_local=ibis.ifelse(is_own, priced.amount, priced.bought),
        currency=priced.set_currency,
    )
