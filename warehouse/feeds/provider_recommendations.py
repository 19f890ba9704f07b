"""What providers recommend to save, as they export it."""

from __future__ import annotations

from warehouse.feeds.feed import Feed, amount, currency, text
from warehouse.feeds.inventories import TAKEN_ON

PROVIDER_RECOMMENDATIONS = Feed(
    name="provider_recommendations",
    folder="provider_recommendations",
    comment="One row for each recommendation of a provider. Its exports are read as they are.",
    columns=(
        text("taken_on", "Day or month that it was exported; of an export, from the file's path.",
             pattern=TAKEN_ON, pattern_hint="a day, YYYY-MM-DD, or a month, YYYY-MM"),
        text("provider", "Cloud provider."),
        text("account_id", "Account, subscription or project that it is made to."),
        text("recommendation_id", "The provider's identifier of it."),
        text("resource_id", "The resource it is about; blank where it is about several.",
             required=False),
        text("recommendation", "What is recommended, in the provider's words."),
        text("effort", "How hard that is, in the provider's words.", required=False),
        amount("yearly_saving", "What the provider estimates it to save in a year; blank where it "
               "doesn't.", "currency", required=False),
        currency("Currency of the saving."),
    ),
    key=("taken_on", "provider", "account_id", "recommendation_id"),
    endings=(".csv", ".json"),
    takes_any_name=True,
)  # fmt: skip
