"""What providers recommend to save."""

from __future__ import annotations

from sqlalchemy import Table

from warehouse.schema.star import STAR, exact, flag, month, source, text, whole

fact_provider_recommendation = Table(
    "fact_provider_recommendation", STAR,
    whole("agency_id", "Who owns the account, else whom the resource's tags name; 0 for nobody.",
          key=True),
    month("Month of the export."),
    text("provider", "Short name.", key=True, to="dim_cloud_provider.provider"),
    text("account_id", "Account, subscription or project.", key=True),
    text("recommendation_id", "The provider's identifier of it.", key=True),
    text("taken_on", "When it was exported."),
    text("resource_id", "The resource, as bills name it where they do; empty if about several.",
         nullable=True),
    flag("is_most_of_resource", "Whether it saves the most that is recommended for its resource."),
    text("recommendation", "What is recommended, in the provider's words."),
    text("effort", "How hard that is, in the provider's words; empty if unsaid.", nullable=True),
    text("currency", "Currency of the saving, ISO 4217."),
    exact("yearly_saving", "As the provider estimates it; empty where it doesn't.", nullable=True),
    exact("yearly_saving_usd", "The same, US dollars; empty without a rate.", nullable=True),
    whole("recommendation_count", "1."),
    *source(),
    comment="Grain: agency, month, provider, account, recommendation: the last export of each "
    "account.",
)  # fmt: skip

RECOMMENDATION_FACTS = (fact_provider_recommendation,)
