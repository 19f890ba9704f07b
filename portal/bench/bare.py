"""The yardstick of a build: DuckDB merely reading and adding up the same files."""

from __future__ import annotations

from pathlib import Path

import duckdb

FILES = {
    "mda/agencies": "country_code, count(*)",
    "mda/baseline_adoption": "country_code, year, avg(adoption_pct)",
    "mda/usage_monthly": (
        "agency_id, month, service_type, migration_status, sum(compute_hours), sum(storage_gb), "
        "sum(data_egress_gb), avg(utilisation_pct), sum(cost_usd), sum(resource_count)"
    ),
    "mda/provider_spend": "agency_id, year, sum(spend_usd)",
    "mda/migration_summary": (
        "migrated, sum(pre_migration_cost_usd), sum(post_migration_cost_usd), "
        "sum(sla_breaches_pre), sum(sla_breaches_post)"
    ),
    "mda/tagging_compliance": "agency_id, month, avg(tagged_pct), sum(untagged_cost_usd)",
    "budgets/budgets": "agency_id, period, sum(amount)",
    "fx/exchange_rates": "currency, avg(usd_per_unit)",
    "accounts/accounts": "provider, count(*)",
    "services/services": "service_type, count(*)",
    "telemetry/telemetry": (
        "agency_id, digital_service_id, strftime(period_start, '%Y-%m') AS month, sum(requests), "
        "sum(errors), sum(latency_mean_ms * requests), sum(requests_le_500ms), "
        "sum(successful_minutes), sum(total_minutes)"
    ),
}


CHARGES = (
    "CAST(ChargePeriodStart AS DATE), ProviderName, SubAccountId, ServiceName, ServiceCategory, "
    "RegionId, ChargeCategory, BillingCurrency, sum(CAST(BilledCost AS DECIMAL(28,12))), "
    "sum(CAST(EffectiveCost AS DECIMAL(28,12))), sum(CAST(ListCost AS DECIMAL(28,12))), "
    "sum(CAST(ContractedCost AS DECIMAL(28,12))), count(*)"
)
"""The same for a bill, to the grain of fact_charge_daily."""


def read_and_add_up(data_dir: Path) -> int:
    """Read every file of the demo and aggregate it once; return the rows of the results."""
    rows = 0
    bills = [str(path) for path in sorted((data_dir / "bills").rglob("*.csv.gz"))]
    with duckdb.connect() as connection:
        if bills:
            query = f"SELECT {CHARGES} FROM read_csv(?) GROUP BY ALL"
            rows += len(connection.execute(query, [bills]).fetchall())
        for name, columns in FILES.items():
            path = data_dir / f"{name}.csv"
            query = f"SELECT {columns} FROM read_csv(?) GROUP BY ALL"
            rows += len(connection.execute(query, [str(path)]).fetchall())
    return rows
