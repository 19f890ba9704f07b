"""What each agency reports about its move to the cloud."""

from __future__ import annotations

from warehouse.feeds.agencies import ORG_SIZES
from warehouse.feeds.feed import (
    Column,
    Feed,
    Kind,
    agency_id,
    amount,
    count,
    country_code,
    text,
)

MIGRATION_SUMMARY = Feed(
    name="migration_summary",
    folder="mda",
    comment="One row for each agency.",
    columns=(
        agency_id(),
        text("country", "Country's name."),
        country_code(),
        text("org_size", "Size of the organisation.", allowed=ORG_SIZES),
        Column("migrated", Kind.FLAG, "Whether the agency has moved."),
        Column("migration_date", Kind.DATE, "When it moved; blank if it hasn't.", required=False),
        amount("pre_migration_cost_usd", "Yearly cost before the move.", "US dollars"),
        amount("post_migration_cost_usd", "Yearly cost after the move.", "US dollars"),
        amount("expected_savings_pct", "Saving expected.", "percent", least=-1000, most=100),
        amount("realized_savings_pct", "Saving reported.", "percent", least=-1000, most=100),
        count("sla_breaches_pre", "Breaches of service levels before.", unit="breaches"),
        count("sla_breaches_post", "Breaches of service levels after.", unit="breaches"),
    ),
    key=("agency_id",),
    agency="agency_id",
)
