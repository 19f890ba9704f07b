"""What providers recommend, with the owner of each and in US dollars."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.attribution import build_tag_bearers
from warehouse.transforms.charges import build_account_bearers, short_name
from warehouse.transforms.exact import PLACES, add_products, as_decimal, number
from warehouse.transforms.inventories import build_matches, key_of
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import rate_of
from warehouse.transforms.resources import with_bearers

_ACCOUNT = ("provider", "account_id")
_MONTH = len("2026-10")


def build_recommended(listed: ir.Table) -> ir.Table:
    """Build the recommendations of the last export of each account."""
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
    return rows.mutate(listed_key=key_of(rows))


def build_recommended_resources(recommended: ir.Table, billed: ir.Table) -> ir.Table:
    """Build by what name bills know each resource that is recommended about, and its last tags.

    Where several billed ones may be it, it is the one billed last. ``billed`` has one set of tags
    for each month and currency, that of the last day. Of one that is billed in two currencies with
    different tags nobody can tell whose it is: then it has none.
    """
    about = recommended.filter(recommended.resource_id.notnull())
    about = about.select(*_ACCOUNT, "listed_key").distinct()
    of_account = billed.semi_join(about, list(_ACCOUNT))
    group = [of_account[name] for name in (*_ACCOUNT, "resource_id")]
    latest = of_account.mutate(last_month=of_account.month.max().over(group_by=group))
    latest = latest.filter(latest.month == latest.last_month)
    shown = latest.tags.fill_null("")
    latest = latest.group_by(*_ACCOUNT, "resource_id").aggregate(
        last_month=latest.last_month.max(), least_tags=shown.min(), most_tags=shown.max()
    )
    rows = add_columns(build_matches(latest, about, _ACCOUNT), latest, *_ACCOUNT, "resource_id")
    rank = ibis.row_number().over(
        group_by=[rows.provider, rows.account_id, rows.listed_key],
        order_by=[rows.last_month.desc(), rows.resource_id],
    )
    rows = rows.mutate(rank=rank).filter(lambda t: t["rank"] == 0)
    is_clear = (rows.least_tags == rows.most_tags) & (rows.least_tags != "")
    return rows.select(
        *_ACCOUNT,
        "listed_key",
        billed_name="resource_id",
        tags=ibis.ifelse(is_clear, rows.least_tags, ibis.null("string")),
    )


def build_fact_provider_recommendation(
    recommended: ir.Table,
    named: ir.Table,
    owners: ir.Table,
    rules: ir.Table,
    agencies: ir.Table,
    rates: ir.Table,
    *,
    with_tags: bool,
) -> ir.Table:
    """Build fact_provider_recommendation: each given to who bears what it is about.

    That is as with charges: the account's owner in the month of the export, else whom the tags of
    the resource name, by the rules of that month.
    """
    rows = add_columns(recommended, named, *_ACCOUNT, "listed_key")
    rows = rows.mutate(resource_id=ibis.coalesce(rows.billed_name, rows.resource_id))
    bearers = build_account_bearers(rows, owners, agencies)
    unowned = rows.anti_join(bearers, [*_ACCOUNT, "month"])
    tagged = build_tag_bearers(unowned, rules, agencies)
    owned = with_bearers(rows, bearers, tagged, with_tags=with_tags)
    owned = owned.mutate(recommendation_count=ibis.literal(1, "int32"))
    rated = rate_of(owned, rates)
    valued = add_products(
        rated, PLACES, yearly_saving_usd=(rated.usd_per_unit, rated.yearly_saving)
    )
    saving = ibis.coalesce(valued.yearly_saving_usd, as_decimal(number("-1")))
    place = ibis.row_number().over(
        group_by=[valued[name] for name in (*_ACCOUNT, "resource_id")],
        order_by=[saving.desc(), valued.recommendation_id],
    )
    ranked = valued.mutate(place=place)
    return ranked.mutate(
        is_most_of_resource=ranked.resource_id.notnull() & (ranked.place == 0),
        yearly_saving=as_decimal(ranked.yearly_saving),
    )
