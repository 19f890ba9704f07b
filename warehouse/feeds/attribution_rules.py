"""Who bears what no account's owner does: rules over tags, and over shared accounts."""

from __future__ import annotations

from decimal import Decimal

from warehouse.feeds.feed import Column, Feed, Kind, agency_id, count, month, text
from warehouse.feeds.shared_by import DIRECT, SHARED_BY

METHODS = ("fixed", "even", "proportional")
ANY = "*"
"""Stands for every provider, account or service."""

_LAST_MONTH = Column("valid_to", Kind.MONTH, "Last month; blank if open.", required=False)

TAG_RULES = Feed(
    name="tag_rules",
    folder="accounts",
    comment="One row for each rule and time of validity: cost with this tag is this agency's.",
    columns=(
        text("rule", "Name of the rule."),
        count("priority", "The lowest number that applies decides."),
        text("tag_key", "Key of the tag; capitals, spaces, - and _ make no difference."),
        text("value_pattern", "Value of the tag, * for any run of characters; capitals alike."),
        agency_id(),
        month("valid_from", "First month."),
        _LAST_MONTH,
    ),
    key=("rule", "valid_from"),
    agency="agency_id",
)

ALLOCATION_RULES = Feed(
    name="allocation_rules",
    folder="accounts",
    comment="One row for each rule, time of validity and agency that bears a part.",
    columns=(
        text("rule", "Name of the rule."),
        count("priority", "The lowest number that applies decides."),
        text("provider", f"Provider whose cost is shared; {ANY} for every one."),
        text("account_id", f"Account whose cost is shared; {ANY} for every one without an owner."),
        text("service_name", f"Service whose cost is shared; {ANY} for every one."),
        text("method", "fixed by share, even, or proportional to a measure.", allowed=METHODS),
        Column("agency_id", Kind.IDENTIFIER, "Who bears a part; blank for every agency that is "
               "billed directly in the month, or of which the measure is known.", required=False,
               least=Decimal(1), most=Decimal(2_147_483_647)),
        Column("share", Kind.AMOUNT, "Of a fixed rule, the part of this agency; what is left "
               "to 1 stays unallocated.", unit="0 to 1", required=False, least=Decimal(0),
               most=Decimal(1)),
        month("valid_from", "First month."),
        _LAST_MONTH,
        text("measure", f"Of a proportional rule, what it goes by; blank for {DIRECT}. Where it "
             "is known of none who bears a part, the month stays unallocated.",
             required=False, optional=True, allowed=tuple(SHARED_BY)),
    ),
    key=("rule", "valid_from", "agency_id"),
    agency="agency_id",
)  # fmt: skip
