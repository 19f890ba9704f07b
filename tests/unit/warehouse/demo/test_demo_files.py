"""The files of the demo: their shape, their agreement with each other, their repeatability."""

from __future__ import annotations

import hashlib
import itertools
import time
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from warehouse.demo import DEMO_FISCAL_STARTS, DemoError, generate_demo

HEADERS = {
    "mda/agencies": "agency_id,country,country_code,agency_name,org_size,sector_type,"
    "aws_pref_region,currency,region_group,parent_id,valid_from,valid_to,predecessor_id",
    "mda/baseline_adoption": "country,country_code,year,org_size,adoption_pct",
    "mda/usage_monthly": "agency_id,country,country_code,month,service_type,compute_hours,"
    "storage_gb,data_egress_gb,utilisation_pct,cost_usd,aws_region,migration_status,"
    "resource_count",
    "mda/provider_spend": "agency_id,country,country_code,year,cloud_provider,spend_usd",
    "mda/migration_summary": "agency_id,country,country_code,org_size,migrated,migration_date,"
    "pre_migration_cost_usd,post_migration_cost_usd,expected_savings_pct,realized_savings_pct,"
    "sla_breaches_pre,sla_breaches_post",
    "mda/tagging_compliance": "agency_id,country,country_code,month,tagged_pct,untagged_cost_usd",
    "budgets/budgets": "agency_id,period,amount,currency,phasing,version",
    "fx/exchange_rates": "month,currency,usd_per_unit",
    "telemetry/telemetry": "agency_id,digital_service_id,region,provider,period_start,requests,"
    "errors,latency_mean_ms,requests_le_100ms,requests_le_250ms,requests_le_500ms,"
    "requests_le_1000ms,requests_le_2500ms,successful_minutes,total_minutes",
    "accounts/accounts": "provider,account_id,agency_id,valid_from,valid_to",
    "services/services": "digital_service_id,digital_service_name,agency_id,service_type,"
    "criticality,service_hours,peak_months,accounts,regions,slo_target_pct",
}


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def cents_by(frame: pd.DataFrame, keys: list[str], column: str) -> dict[object, Decimal]:
    amounts = frame[column].map(Decimal)
    return dict(amounts.groupby([frame[key] for key in keys]).sum())


def read_text(folder: Path, feed: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{feed}.csv", dtype=str, keep_default_na=False)


def test_every_feed_has_its_file_with_its_columns(demo: Path) -> None:
    found = {
        path.relative_to(demo).with_suffix("").as_posix(): path.read_text().partition("\n")[0]
        for path in demo.rglob("*.csv")
    }
    assert found == HEADERS


def test_the_same_seed_writes_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    generate_demo(tmp_path)
    assert digest(tmp_path) == digest(demo)


def test_another_seed_writes_other_figures(demo: Path, tmp_path: Path) -> None:
    generate_demo(tmp_path, seed=7)
    assert digest(tmp_path) != digest(demo)


def test_the_government_spends_tens_of_millions_a_year(demo: Path) -> None:
    spend = pd.read_csv(demo / "mda/provider_spend.csv")
    yearly = spend.groupby("year").spend_usd.sum()
    assert 20e6 < yearly[2024] < yearly[2025] < 90e6


def test_the_aws_part_of_provider_spend_is_the_years_usage_to_the_cent(demo: Path) -> None:
    usage = read_text(demo, "mda/usage_monthly").iloc[:-3]
    usage["year"] = usage.month.str[:4]
    spend = read_text(demo, "mda/provider_spend")
    aws = spend[spend.cloud_provider == "AWS"]
    assert cents_by(aws, ["agency_id", "year"], "spend_usd") == cents_by(
        usage, ["agency_id", "year"], "cost_usd"
    )


def test_the_migration_summary_is_a_years_usage_before_and_after(demo: Path) -> None:
    usage = read_text(demo, "mda/usage_monthly").iloc[:-3]
    monthly = cents_by(usage[usage.agency_id == "1010"], ["month"], "cost_usd")
    amounts = [monthly[month] for month in sorted(map(str, monthly))]
    summary = read_text(demo, "mda/migration_summary").set_index("agency_id").loc["1010"]
    turn = sorted(map(str, monthly)).index("2025-07")
    assert summary.migration_date == "7/1/2025"
    assert Decimal(summary.pre_migration_cost_usd) == sum(amounts[turn - 12 : turn])
    assert Decimal(summary.post_migration_cost_usd) == sum(amounts[turn : turn + 12])


def test_usage_has_one_row_for_each_grain(demo: Path) -> None:
    usage = pd.read_csv(demo / "mda/usage_monthly.csv")
    grain = ["agency_id", "month", "service_type", "aws_region", "migration_status"]
    assert not usage.duplicated(grain).any()


def test_untagged_cost_never_exceeds_the_cost_of_its_month(demo: Path) -> None:
    usage = pd.read_csv(demo / "mda/usage_monthly.csv").iloc[:-3]
    cost = usage.groupby(["agency_id", "month"]).cost_usd.sum()
    tagging = pd.read_csv(demo / "mda/tagging_compliance.csv").set_index(["agency_id", "month"])
    assert len(tagging) == len(cost)
    assert (tagging.untagged_cost_usd <= cost.loc[tagging.index]).all()


def test_latency_buckets_are_cumulative_and_agree_with_the_mean(demo: Path) -> None:
    rows = pd.read_csv(demo / "telemetry/telemetry.csv")
    names = [f"requests_le_{limit}ms" for limit in (100, 250, 500, 1000, 2500)]
    chain = [rows[name] for name in names] + [rows.requests]
    assert all((low <= high).all() for low, high in itertools.pairwise(chain))
    usual = rows[rows.latency_mean_ms.between(200, 300)]
    # The median of a distribution with a long tail is below its mean, but not far below.
    assert (usual.requests_le_250ms / usual.requests).between(0.45, 0.8).all()
    assert (rows.errors <= rows.requests).all()
    assert (rows.successful_minutes <= rows.total_minutes).all()


def test_every_reference_leads_to_an_agency_service_or_rate(demo: Path) -> None:
    agencies = pd.read_csv(demo / "mda/agencies.csv")
    services = pd.read_csv(demo / "services/services.csv")
    rates = pd.read_csv(demo / "fx/exchange_rates.csv")
    telemetry = pd.read_csv(demo / "telemetry/telemetry.csv")
    accounts = pd.read_csv(demo / "accounts/accounts.csv", dtype=str)
    known = set(agencies.agency_id)
    assert set(agencies.parent_id.dropna()) <= known
    assert set(services.agency_id) <= known
    assert set(telemetry.digital_service_id) <= set(services.digital_service_id)
    assert set(agencies.currency) <= set(rates.currency)
    assert set(services.accounts.astype(str).str.zfill(12)) <= set(accounts.account_id)
    assert services.digital_service_id.is_unique
    assert not accounts.duplicated(["provider", "account_id"]).any()
    assert set(DEMO_FISCAL_STARTS) <= set(agencies.country_code)


def test_a_fiscal_year_is_named_by_the_year_it_starts_in_and_a_begun_one_by_its_months(
    demo: Path,
) -> None:
    budgets = read_text(demo, "budgets/budgets").set_index("agency_id")
    # Ossora's year starts in April: that of 2023 had begun when the records did.
    assert list(budgets.loc["1007"].period) == [
        "2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024", "2025", "2026",
    ]  # fmt: skip
    # Rosmare's starts in October, so the last month opens the year of 2026.
    assert list(budgets.loc["1016"].period)[-3:] == ["2024", "2025", "2026"]
    assert list(budgets.loc["1000"].version)[-2:] == ["original", "supplementary-1"]


def test_every_month_that_opens_a_budget_has_a_rate(demo: Path) -> None:
    rates = read_text(demo, "fx/exchange_rates")
    assert (rates.month.min(), rates.month.max()) == ("2023-11", "2026-12")
    assert len(rates) == 38 * 8
    given = read_text(demo, "budgets/budgets").query("phasing == 'given'")
    assert set(given.period) <= set(rates.month)


def test_a_large_government_is_written_in_seconds_with_unique_names(tmp_path: Path) -> None:
    started = time.monotonic()
    summary = generate_demo(
        tmp_path, agencies=400, months=36, regions_per_service=4, telemetry_months=1
    )
    assert time.monotonic() - started < 20
    assert summary.rows["usage_monthly"] == (400 * 36 - 30) * 3 * 4 + 3
    agencies = pd.read_csv(tmp_path / "mda/agencies.csv")
    assert agencies.agency_name.is_unique
    services = pd.read_csv(tmp_path / "services/services.csv")
    assert services.digital_service_id.is_unique


@pytest.mark.parametrize(("agencies", "months"), [(1, 3), (5, 12), (23, 14)])
def test_a_small_demo_has_no_blank_amounts(tmp_path: Path, agencies: int, months: int) -> None:
    generate_demo(tmp_path, agencies=agencies, months=months)
    summary = pd.read_csv(tmp_path / "mda/migration_summary.csv")
    assert summary.drop(columns="migration_date").notna().all(axis=None)
    assert pd.read_csv(tmp_path / "mda/usage_monthly.csv").notna().all(axis=None)


def test_an_option_out_of_bounds_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"regions_per_service is 13; choose from 1 to 12"):
        generate_demo(tmp_path, regions_per_service=13)
    assert list(tmp_path.iterdir()) == []
