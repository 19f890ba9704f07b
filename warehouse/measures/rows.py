"""Counts of rows, agencies and agency-months: what the other figures rest on."""

from __future__ import annotations

from warehouse.measures import formulas
from warehouse.measures.dimensions import (
    ADOPTION,
    ADVICE,
    AGENCY,
    ANOMALY,
    ANOMALY_POINT,
    CHARGE,
    CONTRACT,
    COST,
    DRIFT,
    FINANCE,
    INVOICE,
    PERFORMANCE,
    PROVIDER,
    RESOURCES,
    TAGS,
    USAGE,
)
from warehouse.measures.measure import Measure

_DIMENSIONS = {
    "fact_usage_monthly": USAGE,
    "fact_cost_monthly": COST,
    "fact_performance": PERFORMANCE,
    "fact_tagging_compliance": FINANCE,
    "fact_finance_governance": FINANCE,
    "fact_provider_spend": PROVIDER,
    "fact_provider_finance": PROVIDER,
    "fact_migration_summary": AGENCY,
    "fact_adoption_baseline": ADOPTION,
    "fact_forecast_input": FINANCE,
    "fact_budget": FINANCE,
    "fact_charge_daily": CHARGE,
    "fact_bill_reconciliation": FINANCE,
    "fact_invoice": INVOICE,
    "fact_contract": CONTRACT,
    "fact_resource_monthly": RESOURCES,
    "fact_tag_finding": TAGS,
    "fact_anomaly": ANOMALY,
    "fact_anomaly_point": ANOMALY_POINT,
    "fact_policy_drift": DRIFT,
    "fact_provider_recommendation": ADVICE,
    "fact_forecast": (*AGENCY, "month"),
    "fact_forecast_service": (*AGENCY, "service_type", "month"),
    "fact_forecast_year": AGENCY,
    "fact_forecast_error": AGENCY,
    "fact_forecast_service_error": (*AGENCY, "service_type"),
    "fact_kept_forecast": (*AGENCY, "month"),
    "fact_kept_forecast_service": (*AGENCY, "service_type", "month"),
}


def _count(
    name: str,
    label: str,
    description: str,
    *,
    fact: str,
    dimensions: tuple[str, ...],
    family: str = "",
    component: str = "row_count",
    additivity: str = "additive over all dimensions",
) -> Measure:
    return Measure(
        name=name,
        label=label,
        term=label.lower(),
        description=description,
        formula=f"count({component})",
        unit="count",
        dimensions=dimensions,
        additivity=additivity,
        good=None,
        source=fact,
        group="Counts",
        decimals=0,
        family=family or fact,
        components=(component,),
        compute=formulas.count(component),
    )


MEASURES = (
    _count(
        "row_count",
        "Usage records",
        "Rows of fact_usage_monthly.",
        fact="fact_usage_monthly",
        dimensions=USAGE,
        family="usage",
    ),
    *(
        _count(
            f"row_count_{fact.removeprefix('fact_')}",
            f"Rows of {fact}",
            f"Rows of {fact}.",
            fact=fact,
            dimensions=dimensions,
        )
        for fact, dimensions in _DIMENSIONS.items()
    ),
    _count(
        "agency_count",
        "Agencies",
        "Agencies with usage records in the period.",
        fact="fact_usage_monthly",
        dimensions=USAGE,
        family="usage",
        component="agencies",
        additivity="additive over agencies only",
    ),
    _count(
        "agency_month_count",
        "Agency-months",
        "Agencies times months with cost reported.",
        fact="fact_finance_governance",
        dimensions=FINANCE,
        family="finance",
        component="cost_count",
    ),
)
