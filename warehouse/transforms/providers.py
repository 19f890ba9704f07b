"""Yearly spend by provider, of bills or as handed in, and each provider's share of a year."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.cost_sources import BILL, SUMMARY
from warehouse.transforms.exact import add_quotients, as_decimal, rounded, total
from warehouse.transforms.months import year_of

_YEAR = ("agency_id", "year")


def build_fact_provider_spend(spend: ir.Table) -> ir.Table:
    """Build fact_provider_spend: the rows handed in, each amount rounded once."""
    return spend.rename(provider="cloud_provider").mutate(spend_usd=rounded(spend.spend_usd))


def build_fact_provider_finance(
    spend: ir.Table, taken: ir.Table, reconciled: ir.Table, agencies: ir.Table
) -> ir.Table:
    """Build fact_provider_finance: of bills where they are the whole year's, else as handed in.

    ``taken`` are the charges of months whose cost is taken from bills. A year is theirs if all its
    months with cost are: those in which bills are cut short must not make a provider shrink.
    """
    with_cost = reconciled.filter(reconciled.source.isin([BILL, SUMMARY]))
    years = with_cost.group_by("agency_id", year=year_of(with_cost.month)).aggregate(
        is_billed=(with_cost.source == BILL).all()
    )
    billed = years.filter(years.is_billed)
    charged = taken.group_by("agency_id", "provider", year=year_of(taken.month)).aggregate(
        spend_usd=total(taken.effective_cost_usd)
    )
    columns = ("agency_id", "year", "provider", "spend_usd", "source")
    charged = charged.semi_join(billed, list(_YEAR)).mutate(source=ibis.literal(BILL))
    given = spend.anti_join(billed, list(_YEAR)).mutate(source=ibis.literal(SUMMARY))
    rows = given.select(*columns).union(charged.select(*columns))
    rows = rows.join(agencies.select("agency_id", "country_code"), "agency_id")
    year = as_decimal(rows.spend_usd.sum().over(group_by=[rows.agency_id, rows.year]))
    rows = rows.mutate(year_usd=year)
    return add_quotients(rows, provider_share_ratio=(rows.spend_usd, rows.year_usd))
