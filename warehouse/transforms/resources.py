"""Resources, month by month: what bills charge for, with the tags that they show."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.schema.charges import NOBODY
from warehouse.transforms.exact import (
    PLACES,
    WORK_PLACES,
    Pair,
    add_products,
    as_decimal,
    number,
    rounded,
)
from warehouse.transforms.joining import add_columns
from warehouse.transforms.rates import DOLLAR, rate_of
from warehouse.transforms.reference import UNKNOWN_REGION
from warehouse.transforms.tag_pairs import pairs_of, plain

RESOURCE = ("month", "provider", "account_id", "resource_id", "currency")
"""What a resource of a month is told apart by."""

ENVIRONMENTS = ("environment", "env", "stage")
"""Keys, in plain form, whose value says what a resource serves."""

_DAY = len("2026-01-31")
_KINDS = (
    (r"^arn:[^:]*:([^:]+):[^:]*:[^:]*:([A-Za-z0-9-]+)[:/].*$", r"\1:\2"),
    (r"(?i)^.*/providers/([^/]+/[^/]+)/.*$", r"\1"),
    (r"^//([a-z.-]+\.googleapis\.com)/.*/([A-Za-z]+)/[^/]*$", r"\1/\2"),
)
"""How identifiers of providers say the kind of a resource: AWS, Azure, Google."""


def build_resources(lines: ir.Table) -> ir.Table:
    """Build one row for each resource of a month, from the lines of bills.

    A charge without a resource belongs to nothing that could carry a tag; if the bill shows tags
    on it all the same, somebody could, and it stands for itself. Tags are those of the last day.
    """
    has_tags = lines.tags.notnull() & (lines.tags != "{}")
    without = ibis.literal("no id: ") + lines.service_name
    named = lines.mutate(
        month=lines.billing_month,
        resource_id=ibis.coalesce(
            lines.resource_id, ibis.ifelse(has_tags, without + " " + lines.tags, without)
        ),
        currency=lines.billing_currency,
        has_tags=has_tags,
        is_taggable=lines.resource_id.notnull() | has_tags,
        # The greatest of these is the last day's; of one day, the same on every engine.
        dated_tags=ibis.ifelse(
            has_tags, lines.charge_day.cast("string") + lines.tags, ibis.null("string")
        ),
    )
    cost = as_decimal(named.effective_cost.sum(), 38, WORK_PLACES)
    rows = named.group_by(*RESOURCE).aggregate(
        billing_account_id=named.billing_account_id.max(),
        resource_name=named.resource_name.max(),
        said_kind=named.resource_type.max(),
        service_name=named.service_name.max(),
        service_category=named.service_category.max(),
        region=ibis.coalesce(named.region_id, named.region_name).max(),
        dated_tags=named.dated_tags.max(),
        line_count=named.count(),
        effective_cost=cost,
        is_taggable=named.is_taggable.any(),
    )
    return rows.mutate(
        region=rows.region.fill_null(UNKNOWN_REGION),
        resource_type=kind_of(rows).lower(),
        effective_cost=rounded(rows.effective_cost),
        tags=rows.dated_tags.substr(_DAY),
        # Sets are joined by what is shorter than they are and as good as never the same by chance.
        tag_set=rows.dated_tags.substr(_DAY).hexdigest("md5"),
        tag_source=ibis.literal("bill"),
    ).drop("said_kind", "dated_tags")


def kind_of(rows: ir.Table) -> ir.StringValue:
    """Give the kind of each resource: by its identifier, else as it is said."""
    found = [
        (rows.resource_id.re_search(form), rows.resource_id.re_replace(form, kind))
        for form, kind in _KINDS
    ]
    return ibis.cases(*found, else_=rows.said_kind.fill_null(""))


def build_tag_entries(resources: ir.Table) -> ir.Table:
    """Build one row for each key of each different set of tags."""
    shown = [
        resources.select(tag_set=resources[name].hexdigest("md5"), tags=resources[name])
        for name in ("billed_tags", "account_tags")
    ]
    sets = resources.select("tag_set", "tags").union(*shown)
    sets = sets.filter(sets.tag_set.notnull()).distinct()
    sets = sets.select("tag_set", pairs=pairs_of(sets.tags))
    entries = sets.mutate(key=sets.pairs.keys().unnest())
    entries = entries.filter(entries.key.notnull())
    value = entries.pairs.get(entries.key).fill_null("")
    return entries.select("tag_set", "key", value=value)


def build_named_entries(entries: ir.Table, names: ir.Table) -> ir.Table:
    """Build the entries whose key, in plain form, is one of the ``names``; with that form.

    Keys are few: they are put into plain form once, and not once for each resource.
    """
    keys = entries.select("key").distinct()
    known = keys.mutate(name=plain(keys.key)).semi_join(names.distinct(), "name")
    return entries.join(known, "key").select("tag_set", "key", "value", "name")


def with_bearers(
    resources: ir.Table, bearers: ir.Table, tagged: ir.Table, *, with_tags: bool
) -> ir.Table:
    """Add who answers for each resource: the account's owner, else whom its tags name."""
    rows = add_columns(resources, bearers, "provider", "account_id", "month")
    nobody = ibis.literal(NOBODY, type="int32")
    if not with_tags:
        return rows.mutate(agency_id=ibis.coalesce(rows.bearer, nobody)).drop("bearer")
    rows = add_columns(rows, tagged, "tags", "month")
    bearer = ibis.coalesce(rows.bearer, rows.tagged, nobody)
    return rows.mutate(agency_id=bearer).drop("bearer", "tagged")


def with_environments(resources: ir.Table, entries: ir.Table) -> ir.Table:
    """Add what each resource serves, in lower case; empty text where no tag says it."""
    said = entries.filter(entries.name.isin(ENVIRONMENTS))
    found = said.group_by("tag_set").aggregate(environment=said.value.strip().lower().min())
    rows = add_columns(resources, found, "tag_set")
    return rows.mutate(environment=rows.environment.fill_null(""))


def in_dollars(resources: ir.Table, rates: ir.Table) -> ir.Table:
    """Add what each resource cost in dollars; empty where the month has no rate.

    ``weight_usd`` leaves refunds out: what shares are weighed by.
    """
    own = resources.filter(resources.currency == DOLLAR)
    own = own.mutate(effective_cost_usd=own.effective_cost)
    foreign = rate_of(resources.filter(resources.currency != DOLLAR), rates)
    pairs: dict[str, Pair] = {"effective_cost_usd": (foreign.usd_per_unit, foreign.effective_cost)}
    rows = own.union(add_products(foreign, PLACES, **pairs).select(*own.columns))
    cost, nothing = rows.effective_cost_usd, as_decimal(number("0"))
    return rows.mutate(weight_usd=ibis.ifelse(cost < nothing, nothing, cost))
