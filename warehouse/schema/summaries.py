"""Summaries: sums that add up further, at the grains pages ask for.

Every column that is not a key is a sum over the rows below, so a mean or a ratio is made from
two of them at the end and never averaged twice. ``*_count`` of a mean counts the rows it is over.
The one of peers alone holds ratios: sums would let members be told apart.
Tables without ``agency_id`` mix agencies and are for those who see the whole government.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table

from warehouse.schema.star import STAR, agency, exact, flag, month, text, whole


def _usage_sums() -> tuple[Column[Any], ...]:
    return (
        whole("row_count", "Rows of fact_usage_monthly."),
        whole("cost_count", "Rows of fact_cost_monthly."),
        whole("bill_count", "Those of them taken from bills."),
        exact("cost_usd", "Cost, US dollars; of bills or summaries.", nullable=True),
        exact("cost_local", "Cost in own currency; add only within one.", nullable=True),
        whole("cost_local_missing_count", "Rows of cost without an exchange rate."),
        exact("bill_cost_usd", "Of the cost what bills say.", nullable=True),
        exact("usage_cost_usd", "Cost as the usage rows themselves have it.", nullable=True),
        exact("usage_cost_local", "The same in own currency.", nullable=True),
        exact("idle_cost_usd", "Of that, below the idle limit.", nullable=True),
        exact("workload_units", "Workload units.", nullable=True),
        exact("unit_cost_usd", "Cost of services with usage in the month.", nullable=True),
        exact("unit_cost_local", "The same in own currency.", nullable=True),
        exact("costed_units", "Workload units of services with cost.", nullable=True),
        exact("compute_hours", "Hours.", nullable=True),
        exact("storage_gb", "Gigabytes.", nullable=True),
        exact("data_egress_gb", "Gigabytes.", nullable=True),
        exact("utilisation_sum", "Sum of utilisation_pct over rows.", nullable=True),
        whole("utilisation_count", "Rows with utilisation."),
        whole("resource_count", "Resources.", nullable=True),
    )


def _performance_sums() -> tuple[Column[Any], ...]:
    return (
        whole("row_count", "Rows of fact_performance."),
        # In seconds: milliseconds x requests outgrow 64 bits of millionths at government scale.
        exact("latency_weighted_s_sum", "Sum of latency x latency_weight, seconds."),
        exact("latency_weight", "Sum of weights."),
        exact("error_rate_sum", "Sum of error_rate_pct over rows."),
        whole("error_rate_count", "Rows with an error rate."),
        exact("request_count", "Requests."),
        exact("error_count", "Failed requests."),
        exact("successful_minutes", "Minutes."),
        exact("total_minutes", "Minutes."),
        exact("requests_le_100ms", "Requests within 100 ms."),
        exact("requests_le_250ms", "Requests within 250 ms."),
        exact("requests_le_500ms", "Requests within 500 ms."),
        exact("requests_le_1000ms", "Requests within 1 s."),
        exact("requests_le_2500ms", "Requests within 2.5 s."),
        whole("latency_breach_count", "Rows."),
        whole("error_breach_count", "Rows."),
        whole("capacity_breach_count", "Rows."),
        whole("sla_breach_count", "Rows."),
        whole("latency_warning_count", "Rows."),
        whole("error_warning_count", "Rows."),
        exact("response_time_score_sum", "Sum over rows."),
        whole("response_time_score_count", "Rows."),
        exact("health_score_sum", "Sum over rows."),
        whole("health_score_count", "Rows."),
        exact("utilisation_sum", "Sum of utilisation_pct over rows."),
        whole("utilisation_count", "Rows with utilisation."),
        exact("allowed_error_sum", "Sum of (1 - target) x requests, rows with a target."),
        exact("targeted_error_sum", "Failed requests of rows with a target."),
    )


def _finance_sums() -> tuple[Column[Any], ...]:
    names = (
        "cost_usd", "cost_local", "idle_cost_usd", "untagged_cost_usd", "untagged_base_usd",
        "untagged_of_base_usd",
        "tagged_pct_sum", "tagged_weighted", "high_risk_usd", "budget_usd", "budget_local",
        "budget_reported_usd", "budget_reported_local", "actual_budgeted_usd",
        "actual_budgeted_local", "seasonality_index_sum",
    )  # fmt: skip
    counts = (
        "cost_count", "tagged_count", "governance_risk_count", "spend_spike_count",
        "growth_count", "high_season_count", "seasonality_count", "fast_growth_count",
        "budget_count", "budget_rate_missing_count", "budget_reported_count",
    )  # fmt: skip
    return (
        *(exact(name, f"Sum of {name.removesuffix('_sum')}.", nullable=True) for name in names),
        *(whole(name, "Agency-months; service-type-months for fast growth.") for name in counts),
    )


def _country() -> Column[Any]:
    return text("country_code", "Country of the agency.", key=True)


def _currency() -> Column[Any]:
    return text("currency", "Own currency of the agencies added.", key=True)


def _service() -> Column[Any]:
    return text("service_type", "IaaS, PaaS or SaaS.", key=True)


def _status() -> Column[Any]:
    return text("migration_status", "Pre or Post.", key=True)


def _region() -> Column[Any]:
    return text("region", "Provider region.", key=True)


def _modelled() -> Column[Any]:
    return flag("is_modelled", "Modelled, not measured.", key=True)


agg_usage_agency_region_month = Table(
    "agg_usage_agency_region_month", STAR,
    agency(), month(), _country(), _currency(), _service(), _region(), _status(),
    text("category", "FOCUS ChargeCategory; of usage rows Usage.", key=True), *_usage_sums(),
    comment="Usage and cost by agency, month, service type, region, status, charge category.",
)  # fmt: skip

agg_usage_agency_service_month = Table(
    "agg_usage_agency_service_month", STAR,
    agency(), month(), _country(), _currency(), _service(), _status(), *_usage_sums(),
    comment="Usage and cost by agency, month, service type, migration status.",
)  # fmt: skip

agg_usage_agency_month = Table(
    "agg_usage_agency_month", STAR,
    agency(), month(), _country(), _currency(), *_usage_sums(),
    comment="Usage and cost by agency and month.",
)  # fmt: skip

agg_usage_country_service_month = Table(
    "agg_usage_country_service_month", STAR,
    month(), _country(), _currency(), _service(), _region(), _status(), *_usage_sums(),
    comment="Usage and cost of all agencies by country, month, service type, region, status.",
)  # fmt: skip

agg_usage_country_month = Table(
    "agg_usage_country_month", STAR,
    month(), _country(), _currency(), *_usage_sums(),
    comment="Usage and cost of all agencies by country and month.",
)  # fmt: skip

agg_performance_agency_service_month = Table(
    "agg_performance_agency_service_month", STAR,
    agency(), month(), _country(), text("digital_service_id", "Digital service.", key=True),
    _service(), _status(), _modelled(), *_performance_sums(),
    comment="Reliability by agency, month, digital service, service type, migration status.",
)  # fmt: skip

agg_performance_agency_month = Table(
    "agg_performance_agency_month", STAR,
    agency(), month(), _country(), _status(), _modelled(), *_performance_sums(),
    comment="Reliability by agency, month and migration status.",
)  # fmt: skip

agg_performance_country_service_month = Table(
    "agg_performance_country_service_month", STAR,
    month(), _country(), _service(), _region(), text("provider", "Provider.", key=True),
    _status(), _modelled(), *_performance_sums(),
    comment="Reliability of all agencies by country, month, service type, region, provider.",
)  # fmt: skip

agg_performance_country_month = Table(
    "agg_performance_country_month", STAR,
    month(), _country(), _status(), _modelled(), *_performance_sums(),
    comment="Reliability of all agencies by country, month and migration status.",
)  # fmt: skip

agg_finance_agency_month = Table(
    "agg_finance_agency_month", STAR,
    agency(), month(), _country(), _currency(), *_finance_sums(),
    comment="Cost, tagging, waste and budget by agency and month, as sums and counts.",
)  # fmt: skip

agg_finance_country_month = Table(
    "agg_finance_country_month", STAR,
    month(), _country(), _currency(), *_finance_sums(),
    comment="Cost, tagging, waste and budget of all agencies by country and month.",
)  # fmt: skip

agg_provider_country_year = Table(
    "agg_provider_country_year", STAR,
    whole("year", "Calendar year.", key=True), _country(),
    text("provider", "Cloud provider.", key=True),
    exact("spend_usd", "Spend of the year, US dollars."), whole("row_count", "Rows."),
    comment="Provider spend of all agencies by country and year.",
)  # fmt: skip

agg_peer_agency_month = Table(
    "agg_peer_agency_month", STAR,
    agency(), month(),
    text("figure", "The measure that the peers' figure stands beside.", key=True),
    exact("value", "That measure of the other members together, rounded: a ratio to three "
          "decimals (errors four), or US dollars a unit of work to three significant digits."),
    text("basis", "What the members have in common: sector and size, sector, size, country, "
         "remaining (no closer group had room for them) or government."),
    whole("reader_agencies_most", "A reader of more agencies than this is not shown the row, "
          "as taking its own out of the group would leave too few."),
    comment="What the peers of the agency come to: the other members of a group fixed at build, "
    "at least five, none of them more than half. The row belongs to the agency that reads it.",
)  # fmt: skip

SUMMARIES = (
    agg_usage_agency_region_month,
    agg_usage_agency_service_month,
    agg_usage_agency_month,
    agg_usage_country_service_month,
    agg_usage_country_month,
    agg_performance_agency_service_month,
    agg_performance_agency_month,
    agg_performance_country_service_month,
    agg_performance_country_month,
    agg_finance_agency_month,
    agg_finance_country_month,
    agg_provider_country_year,
    agg_peer_agency_month,
)
