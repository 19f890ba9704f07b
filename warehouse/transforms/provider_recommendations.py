"""What providers recommend, with the owner of each account and in US dollars."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms.charges import build_account_bearers, short_name
from warehouse.transforms.exact import PLACES, add_products, as_decimal
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import rate_of

_MONTH = len("2026-10")


def build_fact_provider_recommendation(
    listed: ir.Table, owners: ir.Table, agencies: ir.Table, rates: ir.Table
) -> ir.Table:
    """Build fact_provider_recommendation from the last export of each account."""
    rows = listed.mutate(provider=short_name(listed.provider), month=listed.taken_on.left(_MONTH))
    last = rows.taken_on.max().over(group_by=[rows.provider, rows.account_id])
    rows = rows.mutate(last=last)
    rows = rows.filter(rows.taken_on == rows["last"]).drop("last")
    # One provider under two names may list one twice.
    rank = ibis.row_number().over(
        group_by=[rows.provider, rows.account_id, rows.recommendation_id],
        order_by=[rows.source_id, rows.source_row],
    )
    rows = rows.mutate(rank=rank).filter(lambda t: t["rank"] == 0).drop("rank")
    bearers = build_account_bearers(rows, owners, agencies)
    owned = add_columns(rows, bearers, "provider", "account_id", "month")
    owned = owned.mutate(
        agency_id=owned.bearer.fill_null(NOBODY),
        recommendation_count=ibis.literal(1, "int32"),
    )
    rated = rate_of(owned, rates)
    valued = add_products(
        rated, PLACES, yearly_saving_usd=(rated.usd_per_unit, rated.yearly_saving)
    )
    return valued.mutate(yearly_saving=as_decimal(valued.yearly_saving))
