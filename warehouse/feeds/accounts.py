"""Which agency owns which cloud account, and since when."""

from __future__ import annotations

from warehouse.feeds.feed import Column, Feed, Kind, agency_id, month, text

ACCOUNTS = Feed(
    name="accounts",
    folder="accounts",
    comment="One row for each account and time of ownership.",
    columns=(
        text("provider", "Cloud provider."),
        text("account_id", "Account, subscription or project; text, so leading zeros stay."),
        agency_id(),
        month("valid_from", "First month of ownership."),
        Column("valid_to", Kind.MONTH, "Last month of ownership; blank if open.", required=False),
    ),
    key=("provider", "account_id", "valid_from"),
    agency="agency_id",
)
