"""What each agency used of the cloud in a month, and what it cost."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, agency_id, amount, count, country_code, month, text

USAGE_MONTHLY = Feed(
    name="usage_monthly",
    folder="mda",
    comment="One row for each agency, month, service type, region and migration status.",
    columns=(
        agency_id(),
        text("country", "Country's name."),
        country_code(),
        month(),
        text("service_type", "Kind of service.", allowed=("IaaS", "PaaS", "SaaS")),
        amount("compute_hours", "Hours of computing.", "hours"),
        amount("storage_gb", "Storage held.", "GB"),
        amount("data_egress_gb", "Data sent out.", "GB"),
        amount("utilisation_pct", "Share of the capacity that was used.", "percent", most=100),
        amount("cost_usd", "Cost of the month.", "US dollars"),
        text("aws_region", "Cloud region."),
        text(
            "migration_status",
            "Before or after the agency moved to the cloud.",
            allowed=("Pre", "Post"),
        ),
        count("resource_count", "Resources in use.", unit="resources"),
    ),
    key=("agency_id", "month", "service_type", "aws_region", "migration_status"),
    agency="agency_id",
    month="month",
    amount="cost_usd",
)
