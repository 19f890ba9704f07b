from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine
from warehouse.errors import BuildError
from warehouse.schema import DIMENSIONS, FACTS, SUMMARIES
from warehouse.schema.types import Exact
from warehouse.transforms import build_star


def test_every_declared_table_is_built_with_its_columns_in_order(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01")
    steps: list[str] = []
    build_star(staging.con, on_step=steps.append)

    declared = [*DIMENSIONS, *FACTS, *SUMMARIES]
    assert sorted(steps) == sorted(table.name for table in declared)
    for table in declared:
        built = staging.rows(f"select column_name, column_type from (describe {table.name})")
        assert [name for name, _ in built] == list(table.columns.keys())
        amounts = {c.name for c in table.columns if isinstance(c.type, Exact)}
        assert {name for name, type_ in built if type_ == "DECIMAL(28,6)"} == amounts
    left = staging.rows("select table_name from information_schema.tables")
    assert not [name for (name,) in left if name.startswith("step_")]


def test_without_any_rows_the_star_is_empty_and_sound(staging: Staging) -> None:
    staging.build()

    assert staging.one("select count(*) from agg_finance_agency_month") == 0
    assert staging.one("select count(*) from dim_date") == 0
    assert staging.one("select count(*) from dim_service") == 3


def test_the_finance_view_of_a_month(staging: Staging) -> None:
    staging.agency(1, "TT", "TTD")
    staging.agency(2)
    staging.add("rec_exchange_rate", month="2025-03", currency="TTD", usd_per_unit=Decimal("0.16"))
    staging.usage(1, "2025-01", cost_usd=100)
    staging.usage(1, "2025-02", cost_usd=125)
    staging.usage(1, "2025-03", cost_usd=Decimal("156.26"), utilisation_pct=10)
    staging.usage(2, "2025-01", cost_usd=100)
    staging.usage(2, "2025-03", cost_usd=300)
    staging.budget(1, "2025-03", "160", phasing="given")
    staging.budget(1, "2025-04", "160", phasing="given")
    staging.budget(2, "2025-03", "70", currency="EUR", phasing="given")
    staging.add(
        "stg_tagging_compliance",
        agency_id=1, month="2025-03", tagged_pct=Decimal("79.99"), untagged_cost_usd=30,
    )  # fmt: skip
    staging.build()

    # Growth of exactly 25 % is no spike, and a month after a gap has nothing to grow from.
    assert staging.rows(
        "select agency_id, month, previous_cost_usd, is_spend_spike, fast_growth_count, "
        "is_high_season from fact_finance_governance order by 1, 2"
    ) == [
        (1, "2025-01", None, None, 0, False),
        (1, "2025-02", Decimal(100), False, 1, False),
        (1, "2025-03", Decimal(125), True, 1, True),
        (1, "2025-04", None, None, 0, None),
        (2, "2025-01", None, None, 0, False),
        (2, "2025-03", None, None, 0, True),
    ]
    assert staging.rows(
        "select cost_local, idle_cost_usd, high_risk_usd, is_governance_risk, "
        "budget_reported_usd, actual_budgeted_usd, seasonality_index "
        "from fact_finance_governance where agency_id = 1 and month = '2025-03'"
    ) == [
        (Decimal("976.625"), Decimal("156.26"), Decimal("186.26"), True, Decimal(160),
         Decimal("156.26"), Decimal("1.229555"))
    ]  # fmt: skip
    assert staging.rows(
        "select budget_usd, budget_reported_usd, cost_usd from fact_finance_governance "
        "where month = '2025-04'"
    ) == [(Decimal(160), None, None)]
    assert staging.rows(
        "select agency_id, month, sum(budget_rate_missing_count) from agg_finance_agency_month "
        "where budget_usd is null group by all order by all"
    ) == [
        (1, "2025-01", 0), (1, "2025-02", 0), (2, "2025-01", 0), (2, "2025-03", 1),
    ]  # fmt: skip
    assert staging.rows(
        "select cost_count, growth_count, spend_spike_count, budget_count, budget_reported_count "
        "from agg_finance_country_month where month = '2025-03' and currency = 'TTD'"
    ) == [(1, 1, 1, 1, 1)]


def test_a_month_without_cost_is_on_neither_side_of_the_untagged_share(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01", cost_usd=100)
    for month, untagged in (("2025-01", 30), ("2025-02", 500)):
        staging.add(
            "stg_tagging_compliance",
            agency_id=1, month=month, tagged_pct=70, untagged_cost_usd=untagged,
        )  # fmt: skip
    staging.build()

    assert staging.rows(
        "select sum(untagged_cost_usd), sum(untagged_of_base_usd), sum(untagged_base_usd), "
        "sum(tagged_weighted) from agg_finance_agency_month"
    ) == [(530, 30, 100, 7000)]


def test_narrow_amounts_give_the_same_star_as_wide_ones(plans: Path) -> None:
    stars = []
    for amounts in ("decimal(18, 6)", "decimal(28, 12)"):
        staging = Staging(connect_engine("duckdb://", threads=1), amounts, plans)
        staging.agency(1, "TT", "TTD")
        staging.add(
            "rec_exchange_rate", month="2025-03", currency="TTD", usd_per_unit=Decimal("0.147059")
        )
        for month in range(1, 13):
            staging.usage(1, f"2024-{month:02}", cost_usd=Decimal("33.333333"), source_row=month)
        staging.usage(
            1, "2025-03", cost_usd=Decimal("999999999999.999999"), storage_gb=Decimal("0.00001")
        )
        staging.usage(1, "2025-03", service_type="SaaS", cost_usd=Decimal("-0.000005"))
        staging.telemetry(1, "parking", "2025-03-01", latency_mean_ms=Decimal("123.456789"))
        staging.budget(1, "2025", "1000", phasing="last_year")
        staging.build()
        declared = (*DIMENSIONS, *FACTS, *SUMMARIES)
        stars.append({t.name: staging.rows(f"from {t.name} order by all") for t in declared})
        staging.con.disconnect()

    assert stars[0]["fact_budget"]
    assert stars[0] == stars[1]


def test_a_cost_without_a_rate_is_counted_as_missing_in_own_currency(staging: Staging) -> None:
    staging.agency(1, "TT", "TTD")
    staging.usage(1, "2025-01", cost_usd=100, storage_gb=1000, compute_hours=10)
    staging.build()

    assert staging.rows(
        "select cost_usd, cost_local, cost_local_missing_count, workload_units "
        "from agg_usage_agency_month"
    ) == [(Decimal(100), None, 1, Decimal(70))]
    assert staging.one("select cost_per_unit from fact_cost_monthly") == Decimal("1.428571")


def test_a_doubled_exchange_rate_stops_the_build_before_it_multiplies_rows(
    staging: Staging,
) -> None:
    staging.agency(1, "TT", "TTD")
    staging.usage(1, "2025-01")
    for rate in ("0.147", "0.148"):
        staging.add(
            "rec_exchange_rate", month="2025-01", currency="TTD", usd_per_unit=Decimal(rate)
        )

    with pytest.raises(BuildError, match=r"fact_usage_monthly has 2 rows but only 1 different"):
        staging.build()


def test_usage_of_an_unknown_agency_stops_the_build(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01")
    staging.usage(9, "2025-01")

    with pytest.raises(BuildError, match=r"fact_usage_monthly has 1 rows, but stg_usage_monthly"):
        staging.build()


def test_a_threshold_not_in_force_is_named_with_its_first_month(staging: Staging) -> None:
    staging.con.raw_sql(
        "update rec_threshold set effective_from = '2025-02' where name = 'tag_target_pct'"
    )
    staging.agency(1)
    staging.usage(1, "2025-01")

    with pytest.raises(BuildError, match="tag_target_pct is in force in 2025-01"):
        staging.build()


def test_a_missing_staging_table_is_named(staging: Staging) -> None:
    staging.con.raw_sql("drop table stg_telemetry")

    with pytest.raises(BuildError, match="stg_telemetry are missing"):
        staging.build()


def test_dimensions_have_one_row_each_whatever_named_them(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-01")
    staging.usage(1, "2025-01", aws_region="xy-nowhere-9", source_row=3)
    staging.telemetry(1, "parking", "2025-01-01", provider="AWS")
    staging.add(
        "stg_provider_spend",
        agency_id=1, year=2025, cloud_provider="AWS", spend_usd=30, source_id=1, source_row=2,
    )  # fmt: skip
    staging.add(
        "stg_provider_spend",
        agency_id=1, year=2025, cloud_provider="Cumulus", spend_usd=60, source_id=1, source_row=3,
    )  # fmt: skip
    staging.build()

    assert staging.rows("select * from dim_region order by 1") == [
        ("us-east-1", "US East (N. Virginia)", "North America"),
        ("xy-nowhere-9", "xy-nowhere-9", "Unknown"),
    ]
    assert staging.rows("select * from dim_cloud_provider order by 1") == [
        ("AWS", "Amazon Web Services"),
        ("Cumulus", "Cumulus"),
    ]
    assert staging.rows(
        "select provider, provider_share_ratio from fact_provider_finance order by 1"
    ) == [("AWS", Decimal("0.333333")), ("Cumulus", Decimal("0.666667"))]


@pytest.mark.parametrize("url", ["sqlite:///x", "duckdb://host/file"])
def test_an_engine_that_is_not_built_in_is_refused(url: str) -> None:
    with pytest.raises(BuildError, match="Set EXCHEQUER_ENGINE"):
        connect_engine(url)
