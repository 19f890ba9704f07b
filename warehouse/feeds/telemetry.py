"""How the agencies' digital services ran, by hour or by day."""

from __future__ import annotations

from warehouse.feeds.feed import Column, Feed, Kind, agency_id, amount, count, text

BUCKETS_MS = (100, 250, 500, 1000, 2500)

TELEMETRY = Feed(
    name="telemetry",
    folder="telemetry",
    comment="One row for each agency, digital service, region, provider and hour or day.",
    columns=(
        agency_id(),
        text("digital_service_id", "The digital service, as in services.csv."),
        text("region", "Cloud region."),
        text("provider", "Cloud provider."),
        Column("period_start", Kind.INSTANT, "Start of the hour or day."),
        count("requests", "Requests served.", unit="requests"),
        count("errors", "Requests that failed.", unit="requests"),
        amount(
            "latency_mean_ms",
            "Mean latency; blank if there was no request.",
            "milliseconds",
            required=False,
        ),
        *(
            count(
                f"requests_le_{bound}ms", f"Requests answered within {bound} ms.", unit="requests"
            )
            for bound in BUCKETS_MS
        ),
        count("successful_minutes", "Minutes in which the service worked.", unit="minutes"),
        count("total_minutes", "Minutes in which the service should have worked.", unit="minutes"),
    ),
    key=("agency_id", "digital_service_id", "region", "provider", "period_start"),
    agency="agency_id",
    month="period_start",
    amount="requests",
    endings=(".csv", ".csv.gz", ".parquet"),
)
