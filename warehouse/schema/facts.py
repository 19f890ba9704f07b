"""The facts. Each says its grain; the primary key is that grain."""

from __future__ import annotations

from sqlalchemy import Table

from warehouse.schema.star import STAR, agency, exact, flag, month, source, text, whole

_SERVICE = "dim_service.service_type"
_REGION = "dim_region.region"
_PROVIDER = "dim_cloud_provider.provider"

fact_usage_monthly = Table(
    "fact_usage_monthly",
    STAR,
    agency(),
    month(),
    text("service_type", "IaaS, PaaS or SaaS.", key=True, to=_SERVICE),
    text("region", "Provider region.", key=True, to=_REGION),
    text("migration_status", "Pre or Post.", key=True),
    exact("compute_hours", "Hours of compute."),
    exact("storage_gb", "Gigabytes stored."),
    exact("data_egress_gb", "Gigabytes sent out."),
    exact("utilisation_pct", "Mean utilisation, 0 to 100."),
    exact("cost_usd", "Cost, US dollars."),
    whole("resource_count", "Resources in use."),
    *source(),
    comment="Grain: agency, month, service type, region, migration status. From usage_monthly.csv.",
)

fact_cost_monthly = Table(
    "fact_cost_monthly",
    STAR,
    agency(),
    month(),
    text("service_type", "IaaS, PaaS or SaaS.", key=True, to=_SERVICE),
    text("region", "Provider region.", key=True, to=_REGION),
    text("migration_status", "Pre or Post.", key=True),
    text("category", "FOCUS ChargeCategory.", key=True, to="dim_cost_category.category"),
    text("source", "bill or summary: which of them the agency's month is taken from."),
    exact("cost_usd", "Cost, US dollars; of a bill what was consumed (effective cost)."),
    exact("cost_local", "Cost in the agency's currency; empty without a rate.", nullable=True),
    text("currency", "The agency's currency, ISO 4217."),
    exact("usd_per_unit", "The month's exchange rate used; empty if none.", nullable=True),
    exact("utilisation_pct", "Mean utilisation, 0 to 100; empty of a bill.", nullable=True),
    exact(
        "workload_units",
        "Compute hours + 0.05 x GB stored + 0.5 x GB sent; empty of a bill.",
        nullable=True,
    ),
    exact("cost_per_unit", "Cost / workload units, US dollars; empty without.", nullable=True),
    exact(
        "idle_cost_usd",
        "The cost when utilisation is below the idle limit, else 0; empty of a bill.",
        nullable=True,
    ),
    *source(),
    comment="Grain: agency, month, service type, region, migration status, charge category. Of "
    "bills where they count (see fact_bill_reconciliation), else of usage_monthly.csv; an "
    "agency's month is never of both, and of bills has no single file and row.",
)

fact_performance = Table(
    "fact_performance",
    STAR,
    agency(),
    month(),
    text("digital_service_id", "Digital service; the service type where none is named.", key=True),
    text("service_type", "IaaS, PaaS or SaaS.", key=True, to=_SERVICE),
    text("region", "Provider region.", key=True, to=_REGION),
    text("provider", "Provider; empty text where not reported.", key=True),
    text("migration_status", "Pre or Post.", key=True),
    flag("is_modelled", "Latency and errors modelled from utilisation, not measured.", key=True),
    exact("utilisation_pct", "Mean utilisation, 0 to 100; empty if unknown.", nullable=True),
    exact("latency_ms", "Mean latency, milliseconds.", nullable=True),
    exact("latency_weight", "Weight of latency_ms in a mean: requests, or 1 if modelled."),
    exact("error_rate_pct", "Errors per hundred requests.", nullable=True),
    exact("request_count", "Requests; 0 if modelled."),
    exact("error_count", "Failed requests; 0 if modelled."),
    exact("successful_minutes", "Minutes in which the service worked; 0 if modelled."),
    exact("total_minutes", "Minutes in which it should have; 0 if modelled."),
    exact("requests_le_100ms", "Requests answered within 100 ms."),
    exact("requests_le_250ms", "Requests answered within 250 ms (these included)."),
    exact("requests_le_500ms", "Requests answered within 500 ms (these included)."),
    exact("requests_le_1000ms", "Requests answered within 1 s (these included)."),
    exact("requests_le_2500ms", "Requests answered within 2.5 s (these included)."),
    flag("is_latency_breach", "Latency above the SLA limit."),
    flag("is_error_breach", "Error rate above the SLA limit."),
    flag("is_capacity_breach", "Utilisation above the capacity limit."),
    flag("is_sla_breach", "Any of the three."),
    flag("is_latency_warning", "Latency above the warning limit."),
    flag("is_error_warning", "Error rate above the warning limit."),
    exact("response_time_score", "100, 70 or 40.", nullable=True),
    exact("health_score", "Composite of the three bands, 0 to 100.", nullable=True),
    exact("slo_target_ratio", "Availability target of the service; empty if none.", nullable=True),
    *source(),
    comment=(
        "Grain: agency, month, digital service, service type, region, provider, migration status. "
        "Measured where telemetry was handed in for the agency, month and service type, else "
        "modelled from that agency's usage row."
    ),
)

fact_tagging_compliance = Table(
    "fact_tagging_compliance",
    STAR,
    agency(),
    month(),
    exact("tagged_pct", "Share of resources tagged as reported, 0 to 100."),
    exact("untagged_cost_usd", "Cost of untagged resources, US dollars."),
    *source(),
    comment="Grain: agency, month. From tagging_compliance.csv.",
)

fact_finance_governance = Table(
    "fact_finance_governance",
    STAR,
    agency(),
    month(),
    text("country_code", "Of the agency."),
    text("currency", "The agency's currency."),
    exact("cost_usd", "Cost, US dollars; empty if the month was not reported.", nullable=True),
    exact("cost_local", "Cost in the agency's currency.", nullable=True),
    exact("idle_cost_usd", "Cost below the idle limit.", nullable=True),
    exact("tagged_pct", "As reported, 0 to 100; empty if not reported.", nullable=True),
    exact("untagged_cost_usd", "As reported, US dollars.", nullable=True),
    exact("untagged_base_usd", "Cost of the same month where tagging was reported.", nullable=True),
    exact("untagged_of_base_usd", "Untagged cost where the month's cost is known.", nullable=True),
    exact("tagged_weighted", "tagged_pct x cost, for the mean weighted by cost.", nullable=True),
    exact(
        "high_risk_usd",
        "Untagged plus idle (a sum: the records can't tell overlap).",
        nullable=True,
    ),
    flag("is_governance_risk", "Tagged below the target.", nullable=True),
    exact("previous_cost_usd", "Cost of the month before; empty if not reported.", nullable=True),
    flag("is_spend_spike", "Growth above the limit; empty without a month before.", nullable=True),
    exact("trailing_6m_mean_usd", "Mean of this and up to five months before.", nullable=True),
    exact("seasonality_index", "Cost / trailing mean; empty when that is 0.", nullable=True),
    flag("is_high_season", "Seasonality index above the limit.", nullable=True),
    whole("fast_growth_count", "Service types whose month's growth exceeds the limit."),
    exact("budget_usd", "Budget of the month, US dollars; empty if none recorded.", nullable=True),
    exact("budget_local", "Budget in the agency's currency.", nullable=True),
    whole(
        "budget_rate_missing_count",
        "1 where a budget is recorded that no exchange rate turns into US dollars, else 0.",
    ),
    exact("budget_reported_usd", "Budget where cost was reported too.", nullable=True),
    exact("budget_reported_local", "The same in the agency's currency.", nullable=True),
    exact("actual_budgeted_usd", "Cost where a budget is recorded.", nullable=True),
    exact("actual_budgeted_local", "The same in the agency's currency.", nullable=True),
    comment="Grain: agency, month; a month with cost, tagging or budget has a row.",
)

fact_provider_spend = Table(
    "fact_provider_spend",
    STAR,
    agency(),
    whole("year", "Calendar year.", key=True),
    text("provider", "Cloud provider.", key=True, to=_PROVIDER),
    exact("spend_usd", "Spend of the year, US dollars."),
    *source(),
    comment="Grain: agency, year, provider. From provider_spend.csv.",
)

fact_provider_finance = Table(
    "fact_provider_finance",
    STAR,
    agency(),
    whole("year", "Calendar year.", key=True),
    text("provider", "Cloud provider.", key=True, to=_PROVIDER),
    text("country_code", "Of the agency."),
    text("source", "bill or summary: which of them the agency's year is taken from."),
    exact("spend_usd", "Spend of the year, US dollars; of bills what was consumed."),
    exact("provider_share_ratio", "Of the agency's year, 0 to 1; empty at 0 spend.", nullable=True),
    comment="Grain: agency, year, provider. Of bills where all months of the year with cost are, "
    "else as handed in.",
)

fact_migration_summary = Table(
    "fact_migration_summary",
    STAR,
    agency(),
    text("country_code", "Of the agency."),
    flag("is_migrated", "Migrated, as reported."),
    text("migration_date", "As reported, YYYY-MM-DD; empty if blank.", nullable=True),
    exact("pre_migration_cost_usd", "Yearly cost before, US dollars."),
    exact("post_migration_cost_usd", "Yearly cost after, US dollars."),
    exact("cost_delta_usd", "Post - pre."),
    exact("expected_savings_pct", "Claimed beforehand, 0 to 100."),
    exact("realised_savings_pct", "As reported, 0 to 100."),
    exact("observed_savings_ratio", "(pre - post) / pre; empty when pre is 0.", nullable=True),
    whole("sla_breaches_pre", "Recorded breaches before."),
    whole("sla_breaches_post", "Recorded breaches after."),
    *source(),
    comment="Grain: agency. From migration_summary.csv.",
)

fact_adoption_baseline = Table(
    "fact_adoption_baseline",
    STAR,
    text("country_code", "ISO 3166 alpha-2 code.", key=True),
    whole("year", "Calendar year.", key=True),
    text("org_size", "Small, Medium or Large.", key=True),
    text("country", "Country name."),
    exact("adoption_pct", "Share of organisations using cloud, 0 to 100."),
    *source(),
    comment="Grain: country, year, organisation size. From baseline_adoption.csv.",
)

fact_forecast_input = Table(
    "fact_forecast_input",
    STAR,
    agency(),
    month(),
    whole("month_index", "1 for the agency's first month, counted on by calendar months."),
    exact("cost_usd", "Cost of the month, US dollars."),
    comment="Grain: agency, month: the series that forecasts are made from.",
)

fact_budget = Table(
    "fact_budget",
    STAR,
    agency(),
    month(),
    exact("budget_usd", "US dollars, at the budget's own rate; empty without one.", nullable=True),
    exact("budget_local", "In the agency's currency.", nullable=True),
    text("currency", "The currency the budget was set in."),
    text("phasing", "even, last_year or given: how an annual amount was spread."),
    text("version", "The version of the budget, e.g. original."),
    comment="Grain: agency, month: the budget in force. Made from the budget records.",
)

FACTS = (
    fact_usage_monthly,
    fact_cost_monthly,
    fact_performance,
    fact_tagging_compliance,
    fact_finance_governance,
    fact_provider_spend,
    fact_provider_finance,
    fact_migration_summary,
    fact_adoption_baseline,
    fact_forecast_input,
    fact_budget,
)
