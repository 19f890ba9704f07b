"""Where a measure comes from, in words: which records, not which table."""

from __future__ import annotations

from typing import Final

from portal.texts import later, say_known
from warehouse.measures import REGISTRY

_RECORDS: Final = {
    "fact_cost_monthly": later(
        "bills where they are here whole, else monthly usage and cost records of the MDAs"
    ),
    "fact_usage_monthly": later("monthly usage and cost records of the MDAs"),
    "fact_finance_governance": later(
        "cost from bills or from the MDAs' own records, and their budget and tagging records"
    ),
    "fact_tagging_compliance": later("tagging reports of the MDAs"),
    "fact_budget": later("budgets as recorded by the treasury or handed in"),
    "fact_forecast_input": later(
        "bills where they are here whole, else monthly usage and cost records of the MDAs"
    ),
    "fact_adoption_baseline": later("adoption records of the MDAs"),
    "fact_provider_finance": later(
        "bills where they are here for the whole year, else spend as the MDAs handed it in"
    ),
    "fact_performance": later("telemetry where it was handed in, else the usage records"),
    "fact_charge_daily": later("bills as they were handed in, by day"),
    "fact_bill_reconciliation": later("bills beside the MDAs' own summaries, month by month"),
    "fact_invoice": later("invoices as they were handed in, beside the lines of bills"),
    "fact_contract": later("contracts as they were handed in, and bills since they started"),
    "fact_resource_monthly": later("resources and their tags, as bills and inventories show them"),
    "fact_anomaly": later(
        "cost by month and day, and telemetry by day, beside what was expected of them"
    ),
    "fact_anomaly_point": later(
        "cost by month and day, and telemetry by day, around what stands out of them"
    ),
    "fact_forecast": later("cost of each MDA to its last whole month, carried on"),
    "fact_forecast_service": later(
        "the forecast of each MDA, split by what its services cost, carried on"
    ),
    "fact_forecast_year": later("cost of the year so far, the forecast of its rest, and budgets"),
    "fact_forecast_error": later("forecasts of the past beside what came"),
    "fact_forecast_service_error": later("forecasts of services in the past beside what came"),
    "fact_kept_forecast": later("forecasts published here beside what came"),
    "fact_kept_forecast_service": later("forecasts of services published here beside what came"),
    "fact_policy_drift": later("policies in force at providers, beside ours"),
    "fact_provider_recommendation": later(
        "recommendations as providers export them, of the last export of each account"
    ),
    "fact_tag_finding": later(
        "resources that break a tagging policy, as bills and inventories show them"
    ),
    "fact_provider_spend": later("provider spend as the MDAs handed it in, by calendar year"),
    "fact_migration_summary": later("migration summaries of the MDAs"),
}


def source_of(measure: str) -> str:
    """Say which records a measure is made from."""
    source = REGISTRY[measure].source
    return say_known(_RECORDS.get(source, source))
