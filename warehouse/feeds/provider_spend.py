"""What each agency paid each cloud provider in a year."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, agency_id, amount, country_code, text, year

PROVIDER_SPEND = Feed(
    name="provider_spend",
    folder="mda",
    comment="One row for each agency, year and provider.",
    columns=(
        agency_id(),
        text("country", "Country's name."),
        country_code(),
        year("Calendar year."),
        text("cloud_provider", "Provider's name."),
        amount("spend_usd", "Spend of the year.", "US dollars"),
    ),
    key=("agency_id", "year", "cloud_provider"),
    agency="agency_id",
    amount="spend_usd",
)
