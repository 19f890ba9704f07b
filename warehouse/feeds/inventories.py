"""Inventories: which resources there are and the tags on them, as providers list them."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, text

TAKEN_ON = "20[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?"

INVENTORIES = Feed(
    name="inventories",
    folder="inventories",
    comment="One row for each resource of an inventory. Exports of providers are read as they are.",
    columns=(
        text("taken_on", "Day or month that it was taken; of an export, from the file's path.",
             pattern=TAKEN_ON, pattern_hint="a day, YYYY-MM-DD, or a month, YYYY-MM"),
        text("provider", "Cloud provider."),
        text("account_id", "Account, subscription or project; where AWS's identifier names none, "
             "the account number in the file's path."),
        text("resource_id", "The provider's identifier of the resource."),
        text("resource_name", "Its name.", required=False, optional=True),
        text("resource_type", "Its kind, in the provider's words.", required=False, optional=True),
        text("region", "The provider's code of the region.", required=False, optional=True),
        text("tags", "Its tags, a JSON object of texts by key; {} where it has none.",
             pattern=r"(?s)\{.*\}", pattern_hint="a JSON object of texts by key"),
        text("listed_by", "What listed it, as AWS Config.", required=False, optional=True),
    ),
    key=("taken_on", "listed_by", "provider", "resource_id"),
    endings=(".csv", ".csv.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson"),
    takes_any_name=True,
)  # fmt: skip

ORGANISATION_UNITS = Feed(
    name="organisation_units",
    folder="organisation",
    comment="One row for each organisation unit or management group, and each account in one.",
    columns=(
        text("provider", "Cloud provider."),
        text("unit_id", "Identifier of the unit, or of the account."),
        text("unit_name", "Its name.", required=False),
        text("unit_type", "Whether it is a unit or an account.", allowed=("unit", "account")),
        text("parent_id", "The unit that it is in; blank for the topmost.", required=False),
    ),
    key=("provider", "unit_id"),
)
