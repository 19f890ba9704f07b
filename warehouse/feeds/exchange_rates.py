"""What a unit of each currency was worth in a month."""

from __future__ import annotations

from decimal import Decimal

from warehouse.feeds.feed import Column, Feed, Kind, currency, month

EXCHANGE_RATES = Feed(
    name="exchange_rates",
    folder="fx",
    comment="One row for each month and currency.",
    columns=(
        month(),
        currency("Currency."),
        Column(
            "usd_per_unit",
            Kind.AMOUNT,
            "US dollars for one unit of the currency; never zero.",
            unit="US dollars",
            least=Decimal("0.000000001"),
            most=Decimal(1000),
        ),
    ),
    key=("month", "currency"),
)
