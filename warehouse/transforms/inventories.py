"""Resources as inventories list them, beside those that bills charge for.

What an inventory shows of a resource's tags beats what its bill shows. A resource that no bill
names is there all the same: its cost is unknown, which isn't nothing.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis.expr import types as ir

from warehouse.transforms.charges import short_name
from warehouse.transforms.exact import PLACES, as_decimal
from warehouse.transforms.joining import add_columns
from warehouse.transforms.reference import UNKNOWN_REGION
from warehouse.transforms.resources import kind_of

FROM_INVENTORY: Final = "inventory"
NO_BILL: Final = ""
"""The currency of what no bill names."""

_PLACE = ("month", "provider", "account_id")
_MONTH = len("2026-10")
_ACCOUNT_KINDS = ("account", "organizations:account", "microsoft.resources/subscriptions",
                  "microsoft.resources/subscriptions/subscriptions",
                  "cloudresourcemanager.googleapis.com/project",
                  "cloudresourcemanager.googleapis.com/projects")  # fmt: skip
"""Kinds that are accounts themselves: their tags may hold for what is in them."""
_WITHOUT_TAGS = (
    r"^(aws::config::|config:(config-rule-evaluation|resource-compliance))",
    r"^(aws::iam::group|iam:group|aws::cloudformation::stackresource)",
    r"^microsoft\.authorization/(roleassignments|policyassignments|locks)",
    r"^(serviceusage|iam|cloudbilling|orgpolicy|logging)\.googleapis\.com/",
)
"""Kinds that inventories list and that can carry no tag, as the providers say."""


def build_inventory(listed: ir.Table) -> ir.Table:
    """Build one row for each resource of a month, as it was listed last."""
    provider = short_name(listed.provider)
    rows = listed.mutate(
        provider=provider, month=listed.taken_on.left(_MONTH), said_kind=listed.resource_type
    )
    rows = rows.mutate(listed_key=key_of(rows), resource_type=kind_of(rows).lower())
    rank = ibis.row_number().over(
        group_by=[*_PLACE, "listed_key"],
        order_by=[rows.taken_on.desc(), rows.listed_by, rows.resource_id],
    )
    rows = rows.mutate(rank=rank).filter(lambda t: t["rank"] == 0)
    tags = ibis.ifelse(rows.tags.re_search(r"^\{\s*\}$"), ibis.null("string"), rows.tags)
    return rows.select(
        *_PLACE,
        "listed_key",
        "resource_id",
        "resource_name",
        "resource_type",
        "region",
        tags=tags,
        is_account=rows.resource_type.isin(_ACCOUNT_KINDS),
    )


def build_account_tags(inventory: ir.Table) -> ir.Table:
    """Build the tags of accounts themselves, which may hold for what is in them."""
    accounts = inventory.filter(inventory.is_account & inventory.tags.notnull())
    return accounts.group_by(*_PLACE).aggregate(account_tags=accounts.tags.max())


def build_matches(
    billed: ir.Table, inventory: ir.Table, place: tuple[str, ...] = _PLACE
) -> ir.Table:
    """Build which listed resource each billed one of the same ``place`` is.

    It has the same identifier; or its own is the last part of that of one resource alone, as bills
    say ``i-1`` of ``arn:aws:ec2:eu-west-1:111122223333:instance/i-1``.
    """
    named = billed.select(*place, "resource_id").distinct()
    named = named.mutate(listed_key=key_of(named))
    keys = inventory.select(*place, "listed_key")
    same = named.join(keys, [*place, "listed_key"]).select(*place, "resource_id", "listed_key")
    ends = keys.mutate(end=keys.listed_key.re_extract(r"([^/:]+)$", 1))
    ends = ends.group_by(*place, "end").aggregate(
        listed_key=ends.listed_key.min(), alike=ends.count()
    )
    ends = ends.filter(ends.alike == 1).drop("alike")
    bare = named.filter(~named.resource_id.re_search("[/:]")).anti_join(
        same, [*place, "resource_id"]
    )
    bare = bare.select(*place, "resource_id", end=bare.listed_key)
    by_end = bare.join(ends, [*place, "end"]).select(*place, "resource_id", "listed_key")
    return same.union(by_end)


def with_inventory(billed: ir.Table, matches: ir.Table, inventory: ir.Table) -> ir.Table:
    """Put what inventories show of billed resources in the place of what bills show.

    ``billed_tags`` keeps what the bill shows of those: it says which keys a bill can show.
    """
    listed = inventory.select(
        *_PLACE,
        "listed_key",
        listed_tags="tags",
        listed_name="resource_name",
        listed_kind="resource_type",
    )
    rows = add_columns(billed, matches, *_PLACE, "resource_id")
    rows = add_columns(rows, listed, *_PLACE, "listed_key")
    is_listed = rows.listed_key.notnull()
    nothing = ibis.null("string")
    rows = rows.mutate(
        billed_tags=ibis.ifelse(is_listed, rows.tags, nothing),
        tags=ibis.ifelse(is_listed, rows.listed_tags, rows.tags),
        tag_source=ibis.ifelse(is_listed, FROM_INVENTORY, rows.tag_source),
        resource_name=ibis.coalesce(rows.resource_name, rows.listed_name),
        resource_type=ibis.coalesce(rows.listed_kind.nullif(""), rows.resource_type),
        is_taggable=rows.is_taggable | is_listed,
        tag_set=ibis.ifelse(is_listed, rows.listed_tags.hexdigest("md5"), rows.tag_set),
    )
    return rows.drop("listed_key", "listed_tags", "listed_name", "listed_kind")


def build_unbilled(inventory: ir.Table, matches: ir.Table, billed: ir.Table) -> ir.Table:
    """Build what inventories list and no bill of the month names."""
    rows = inventory.filter(~inventory.is_account)
    rows = rows.anti_join(matches, [*_PLACE, "listed_key"])
    known = billed.filter(billed.resource_type != "").group_by("provider", "resource_type")
    known = known.aggregate(
        service_name=billed.service_name.min(), service_category=billed.service_category.min()
    )
    rows = add_columns(rows, known, "provider", "resource_type")
    own = rows.resource_type.re_extract("^([^:/]+)", 1).nullif("")
    unknown = as_decimal(ibis.null("decimal(28, 6)"), 28, PLACES)
    cannot = ibis.literal(False)
    for form in _WITHOUT_TAGS:
        cannot = cannot | rows.resource_type.re_search(form)
    return rows.select(
        *_PLACE,
        "resource_id",
        currency=ibis.literal(NO_BILL),
        billing_account_id=rows.account_id,
        resource_name=rows.resource_name,
        service_name=ibis.coalesce(rows.service_name, own, "unknown service"),
        service_category=rows.service_category.fill_null("Other"),
        region=rows.region.fill_null(UNKNOWN_REGION),
        line_count=ibis.literal(0, "int64"),
        effective_cost=unknown,
        is_taggable=~cannot | rows.tags.notnull(),
        resource_type=rows.resource_type,
        tags=rows.tags,
        tag_set=rows.tags.hexdigest("md5"),
        tag_source=ibis.literal(FROM_INVENTORY),
        billed_tags=ibis.null("string"),
        effective_cost_usd=unknown,
        weight_usd=unknown,
    )


def with_account_tags(resources: ir.Table, accounts: ir.Table) -> ir.Table:
    """Add the tags of each resource's account; empty where no inventory lists it."""
    return add_columns(resources, accounts, *_PLACE)


def key_of(rows: ir.Table) -> ir.StringValue:
    """Give what tells each resource apart."""
    # Azure's identifiers are written in any capitals and are one all the same.
    return ibis.ifelse(rows.provider == "Azure", rows.resource_id.lower(), rows.resource_id)
