"""What each agency may spend, by month or by fiscal year."""

from __future__ import annotations

from warehouse.feeds.feed import Column, Feed, Kind, agency_id, amount, currency, text

BUDGETS = Feed(
    name="budgets",
    folder="budgets",
    comment="One row for each agency, period and version.",
    columns=(
        agency_id(),
        Column(
            "period",
            Kind.PERIOD,
            "A month, or the year in which the agency's fiscal year starts.",
        ),
        amount("amount", "Budget of the period.", "the row's currency"),
        currency("Currency of the amount."),
        text(
            "phasing",
            "How a year is spread over its months; blank or given for a month.",
            required=False,
            allowed=("given", "even", "last_year"),
        ),
        text("version", "Version, for example original or supplementary-1."),
    ),
    key=("agency_id", "period", "version"),
    agency="agency_id",
)
