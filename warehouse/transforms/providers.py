"""Yearly spend by provider, and each provider's share of an agency's year."""

from __future__ import annotations

from ibis.expr import types as ir

from warehouse.transforms.exact import add_quotients, as_decimal, rounded


def build_fact_provider_spend(spend: ir.Table) -> ir.Table:
    """Build fact_provider_spend: the rows handed in, each amount rounded once."""
    return spend.rename(provider="cloud_provider").mutate(spend_usd=rounded(spend.spend_usd))


def build_fact_provider_finance(spend: ir.Table, agencies: ir.Table) -> ir.Table:
    """Build fact_provider_finance from fact_provider_spend."""
    rows = spend.join(agencies.select("agency_id", "country_code"), "agency_id")
    year = as_decimal(rows.spend_usd.sum().over(group_by=[rows.agency_id, rows.year]))
    rows = rows.mutate(year_usd=year)
    return add_quotients(rows, provider_share_ratio=(rows.spend_usd, rows.year_usd))
