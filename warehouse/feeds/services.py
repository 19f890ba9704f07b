"""The digital services that citizens know, who owns them and what they are made of."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, agency_id, amount, text

SERVICES = Feed(
    name="services",
    folder="services",
    comment="One row for each digital service.",
    columns=(
        text("digital_service_id", "Short name of the service."),
        text("digital_service_name", "Name that citizens know."),
        agency_id(),
        text("service_type", "Kind of service."),
        text("criticality", "How much depends on it.", allowed=("High", "Medium", "Low")),
        text("service_hours", "When it should run.", required=False),
        text(
            "peak_months",
            "Months of high season, numbers separated by semicolons.",
            required=False,
            pattern="(1[0-2]|[1-9])(;(1[0-2]|[1-9]))*",
            pattern_hint="month numbers such as 1;2;3",
        ),
        text("accounts", "Its accounts, separated by semicolons.", required=False),
        text("regions", "Its regions, separated by semicolons.", required=False),
        amount(
            "slo_target_pct",
            "Availability aimed at; blank if none.",
            "percent",
            most=100,
            required=False,
        ),
    ),
    key=("digital_service_id",),
    agency="agency_id",
)
