"""How much of each agency's resources carried the tags that the policy asks for."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, agency_id, amount, country_code, month, text

TAGGING_COMPLIANCE = Feed(
    name="tagging_compliance",
    folder="mda",
    comment="One row for each agency and month.",
    columns=(
        agency_id(),
        text("country", "Country's name."),
        country_code(),
        month(),
        amount("tagged_pct", "Share of resources with all tags.", "percent", most=100),
        amount("untagged_cost_usd", "Cost of resources without tags.", "US dollars"),
    ),
    key=("agency_id", "month"),
    agency="agency_id",
    # Untagged cost falls and rises by orders of magnitude when a policy takes hold, so there is
    # no amount here that a jump would say anything about.
    month="month",
)
