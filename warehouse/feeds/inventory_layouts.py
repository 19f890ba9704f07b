"""What providers' inventories look like: tables of data, and the one expression made from them.

Sources: AWS Resource Groups Tagging API, "GetResources"; AWS Config, "Example configuration
snapshot" and "SelectResourceConfig"; Azure Resource Graph, "resources table"; Google Cloud Asset
Inventory, "Asset" and "ResourceSearchResult".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import ibis
from ibis.expr import types as ir

from warehouse.feeds.inventories import INVENTORIES


@dataclass(frozen=True, slots=True)
class InventoryLayout:
    """One form of inventory.

    ``told_by``: sets of keys, one of which every entry of this form has. ``fields``: by column,
    where it stands in an entry, the first that is there; parts are divided by points. ``account``
    takes the account out of the identifier, by the first form that it has. One of ``shows_tags``
    is in some entry if the export shows tags at all. ``tag_pair``: how key and value of a listed
    tag are named. ``gone``: values, by place, of entries that are no more.
    """

    name: str
    provider: str
    told_by: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]]
    shows_tags: tuple[str, ...]
    account: tuple[str, ...] = ()
    region: str = ""
    tag_pair: tuple[str, str] = ("key", "value")
    gone: Mapping[str, tuple[str, ...]] | None = None
    exported_by: str = ""


_ARN_ACCOUNT = (
    r"^arn:[^:]*:organizations:[^:]*:[0-9]{12}:account/[^/]+/([0-9]{12})$",
    r"^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):",
)
_ARN_REGION = r"^arn:[^:]*:[^:]*:([a-z0-9-]+):"

PLAIN: Final = InventoryLayout(
    name="",
    provider="",
    told_by=(frozenset({"taken_on", "provider", "account_id", "resource_id", "tags"}),),
    fields={name: (name,) for name in INVENTORIES.column_names},
    shows_tags=("tags",),
)

LAYOUTS: Final = (
    InventoryLayout(
        name="AWS Resource Groups Tagging API",
        provider="AWS",
        told_by=(frozenset({"ResourceARN"}),),
        fields={"resource_id": ("ResourceARN",), "tags": ("Tags",)},
        shows_tags=("Tags",),
        account=_ARN_ACCOUNT,
        region=_ARN_REGION,
        tag_pair=("Key", "Value"),
        exported_by="aws resourcegroupstaggingapi get-resources",
    ),
    InventoryLayout(
        name="AWS Config",
        provider="AWS",
        told_by=(
            frozenset({"configurationItemStatus", "resourceType"}),
            frozenset({"configurationItemCaptureTime", "resourceType"}),
            frozenset({"accountId", "resourceType"}),
            frozenset({"arn", "resourceType"}),
            frozenset({"ARN", "resourceType"}),
            frozenset({"arn", "tags"}),
        ),
        fields={
            "account_id": ("awsAccountId", "accountId"),
            "resource_id": ("ARN", "arn", "resourceId"),
            "resource_name": ("resourceName",),
            "resource_type": ("resourceType",),
            "region": ("awsRegion",),
            "tags": ("tags",),
        },
        shows_tags=("tags",),
        account=_ARN_ACCOUNT,
        region=_ARN_REGION,
        gone={
            "configurationItemStatus": (
                "ResourceDeleted",
                "ResourceDeletedNotRecorded",
                "ResourceNotRecorded",
            )
        },
        exported_by="aws configservice select-aggregate-resource-config",
    ),
    InventoryLayout(
        name="Azure Resource Graph",
        provider="Azure",
        told_by=(frozenset({"id", "type"}), frozenset({"id", "tags"})),
        fields={
            "account_id": ("subscriptionId",),
            "resource_id": ("id",),
            "resource_name": ("name",),
            "resource_type": ("type",),
            "region": ("location",),
            "tags": ("tags",),
        },
        shows_tags=("tags",),
        account=(r"(?i)^/subscriptions/([^/]+)",),
        exported_by="az graph query",
    ),
    InventoryLayout(
        name="Google Cloud Asset",
        provider="GCP",
        told_by=(frozenset({"name", "asset_type"}), frozenset({"name", "assetType"})),
        fields={
            "account_id": ("resource.data.projectId",),
            "resource_id": ("name",),
            "resource_name": ("displayName", "resource.data.name"),
            "resource_type": ("asset_type", "assetType"),
            "region": ("resource.location", "location"),
            "tags": ("resource.data.labels", "labels"),
        },
        # An export of names alone has no resource: of its labels nothing can be said.
        shows_tags=("resource", "labels"),
        account=(r"^//[^/]+/projects/([^/]+)",),
        exported_by="gcloud asset export --content-type resource",
    ),
)  # fmt: skip

LISTS: Final = ("ResourceTagMappingList", "configurationItems", "Results", "data", "results",
                "assets", "value")  # fmt: skip
"""Under which key an export's one object lists its resources."""


def layout_of(keys: frozenset[str]) -> InventoryLayout | None:
    """Tell the layout of an entry by its keys."""
    return next(
        (one for one in (*LAYOUTS, PLAIN) if any(signs <= keys for signs in one.told_by)), None
    )


def build_rows(
    entries: ir.Table, layout: InventoryLayout, *, taken_on: str, account: str
) -> ir.Table:
    """Bring entries to the columns of the feed, all text, with ``source_row``.

    ``taken_on`` and ``account`` are what the file's path says; empty where it says nothing.
    """
    if layout.gone:
        for place, values in layout.gone.items():
            entries = entries.filter(~text_at(entries, place).fill_null("").isin(values))
    found = {
        name: _first(entries, layout.fields.get(name, ())) for name in INVENTORIES.column_names
    }
    identifier = found["resource_id"]
    if layout.account:
        found["account_id"] = ibis.coalesce(
            found["account_id"],
            *(identifier.re_extract(form, 1).nullif("") for form in layout.account),
            ibis.literal(account).nullif(""),
        )
    if layout.region:
        found["region"] = ibis.coalesce(
            found["region"], identifier.re_extract(layout.region, 1).nullif("")
        )
    if layout.name:
        found["taken_on"] = ibis.literal(taken_on)
        found["provider"] = ibis.literal(layout.provider)
        found["listed_by"] = ibis.literal(layout.name)
    else:
        found["listed_by"] = found["listed_by"].fill_null("inventory")
    found["tags"] = _tags(entries, layout)
    return entries.select("source_row", **found)


def text_at(entries: ir.Table, place: str) -> ir.StringValue:
    """Give the text at a place of each entry; empty where there is none."""
    return json_at(entries, place).str


def json_at(entries: ir.Table, place: str) -> ir.JSONValue:
    """Give what stands at a place of each entry."""
    found = entries.entry
    for part in place.split("."):
        found = found[part]
    return found


def _first(entries: ir.Table, places: tuple[str, ...]) -> ir.StringValue:
    texts = [text_at(entries, place).strip().nullif("") for place in places]
    return ibis.coalesce(*texts) if texts else ibis.null("string")


def _tags(entries: ir.Table, layout: InventoryLayout) -> ir.StringValue:
    """Write tags as a JSON object of texts; what is none of the forms of tags stays as it is."""
    written = ibis.coalesce(
        *(
            ibis.coalesce(text_at(entries, place), json_at(entries, place).cast("string"))
            for place in layout.fields["tags"]
        ),
        ibis.literal("{}"),
    ).strip()
    is_empty = written.isin(("", "null", "[]"))
    key, value = layout.tag_pair
    pairs = written.try_cast("json").try_cast(f"array<struct<{key}: string, {value}: string>>")
    keys = pairs.map(lambda pair: pair[key])
    values = pairs.map(lambda pair: pair[value].fill_null(""))
    # A key that stands twice, or none, would stop the build where a map is made of them.
    is_sound = (keys.length() == keys.unique().length()) & ~keys.contains("")
    listed = ibis.ifelse(
        is_sound, ibis.map(keys, values), ibis.null("map<string, string>")
    ).cast("json").cast("string")  # fmt: skip
    is_list = written.startswith("[")
    return ibis.cases((is_empty, "{}"), (is_list, listed.fill_null(written)), else_=written)
