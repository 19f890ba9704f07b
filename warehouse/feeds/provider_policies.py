"""Policies of tags in force at providers, as they export them."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, text
from warehouse.feeds.inventories import TAKEN_ON

PROVIDER_POLICIES = Feed(
    name="provider_policies",
    folder="provider_policies",
    comment="One row for each policy of tags in force at a provider, read from its export.",
    columns=(
        text("taken_on", "Day or month that it was exported, from the file's path.",
             pattern=TAKEN_ON, pattern_hint="a day, YYYY-MM-DD, or a month, YYYY-MM"),
        text("provider", "Cloud provider.", allowed=("AWS", "Azure")),
        text("target", "Account, subscription or management group at which it is in force."),
        text("statement", "What tells it from others in force there."),
        text("document", "What it says, in the provider's form."),
    ),
    key=("taken_on", "provider", "target", "statement"),
    endings=(".json",),
    takes_any_name=True,
)  # fmt: skip
