"""How many organisations of a country and size use the cloud at all."""

from __future__ import annotations

from warehouse.feeds.agencies import ORG_SIZES
from warehouse.feeds.feed import Feed, amount, country_code, text, year

BASELINE_ADOPTION = Feed(
    name="baseline_adoption",
    folder="mda",
    comment="One row for each country, year and size of organisation.",
    columns=(
        text("country", "Country's name."),
        country_code(),
        year("Calendar year."),
        text("org_size", "Size of the organisations.", allowed=ORG_SIZES),
        amount("adoption_pct", "Share of organisations that use the cloud.", "percent", most=100),
    ),
    key=("country_code", "year", "org_size"),
)
