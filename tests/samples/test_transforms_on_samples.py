"""The transforms on the sample records of 24 agencies, against figures worked out beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ibis.backends.duckdb import Backend
from sqlalchemy import Connection, create_engine, insert

from tests.unit.warehouse.transforms.staging_rows import SQL_TYPES, Staging
from warehouse.engine import connect_engine
from warehouse.schema import DIMENSIONS, FACTS, STAR, SUMMARIES
from warehouse.schema.views import VIEWS
from warehouse.transforms.staging import STAGING

# Ibis 12 calls a method that DuckDB 1.5 renamed; both versions are pinned.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

_FEEDS = (
    "agencies",
    "baseline_adoption",
    "usage_monthly",
    "provider_spend",
    "migration_summary",
    "tagging_compliance",
)
_SPECIAL = {
    "migrated": "migrated = 'Yes'",
    "migration_date": "strptime(migration_date, '%m/%d/%Y')::date",
}


def _stage_feed(con: Backend, feed: str, original: Path, folder: Path) -> None:
    columns = STAGING[f"stg_{feed}"]
    recoded = folder / f"{feed}.csv"
    recoded.write_bytes(original.read_bytes().decode("cp1252").encode())
    con.raw_sql(
        f"create table raw_{feed} as select *, row_number() over () + 1 as source_row, "
        f"1 as source_id from read_csv('{recoded}', all_varchar = true, header = true)"
    )
    chosen = [name for name in columns if name in con.table(f"raw_{feed}").columns]
    values = (
        f"cast({_SPECIAL.get(name, name)} as {SQL_TYPES.get(columns[name], columns[name])})"
        for name in chosen
    )
    con.raw_sql(
        f"insert into stg_{feed} ({', '.join(chosen)}) select {', '.join(values)} from raw_{feed}"
    )


@pytest.fixture(scope="module")
def star(
    exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory, plans: Path
) -> Iterator[Backend]:
    con = connect_engine("duckdb://")
    staging = Staging(con, plans=plans)
    folder = tmp_path_factory.mktemp("recoded")
    for feed in _FEEDS:
        _stage_feed(con, feed, exchequer_samples / "mda" / f"{feed}.csv", folder)
    for country, start in (("TT", 10), ("JM", 4), ("BB", 4), ("BZ", 4), ("*", 1)):
        staging.add(
            "rec_fiscal_calendar",
            country_code=country, start_month_number=start, effective_from="1900-01",
        )  # fmt: skip
    for month in (1, 2, 3, 7, 8, 9):
        staging.add(
            "rec_peak_calendar", country_code="*", month_number=month, effective_from="1900-01"
        )
    staging.build()
    yield con
    con.disconnect()


@pytest.fixture(scope="module")
def analyst(star: Backend) -> Iterator[Connection]:
    """Give a SQLite file with the star and its views, as an analyst's tool sees it."""
    engine = create_engine("sqlite://").execution_options(schema_translate_map={"star": None})
    with engine.begin() as connection:
        STAR.create_all(connection)
        for table in (*DIMENSIONS, *FACTS, *SUMMARIES):
            rows = star.table(table.name).to_pyarrow().to_pylist()
            if rows:
                connection.execute(insert(table), rows)
        for view in VIEWS:
            connection.exec_driver_sql(f"create view {view.name} as {view.sql('sqlite')}")
        yield connection
    engine.dispose()


def _one(con: Backend, sql: str) -> Any:
    return con.raw_sql(sql).fetchone()[0]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select count(*) from fact_usage_monthly", 720),
        ("select count(*) from dim_region", 2),
        ("select sum(cost_usd) from agg_usage_country_month", Decimal("72669.52")),
        ("select sum(cost_usd) from agg_finance_country_month", Decimal("72669.52")),
        ("select sum(sla_breach_count) from agg_performance_country_month", 3),
        ("select sum(latency_warning_count) from agg_performance_agency_month", 112),
        ("select sum(error_warning_count) from agg_performance_agency_month", 9),
        ("select sum(spend_spike_count) from agg_finance_agency_month", 38),
        ("select sum(growth_count) from agg_finance_agency_month", 216),
        ("select sum(fast_growth_count) from agg_finance_country_month", 230),
        ("select sum(high_season_count) from agg_finance_country_month", 20),
        ("select sum(governance_risk_count) from agg_finance_country_month", 189),
        ("select sum(tagged_count) from agg_finance_country_month", 240),
        ("select round(sum(untagged_cost_usd), 2) from agg_finance_country_month", 22829.98),
        ("select round(sum(idle_cost_usd), 2) from agg_usage_country_month", 793.34),
        ("select sum(cost_delta_usd) from fact_migration_summary", Decimal("-1386540.60")),
        ("select sum(sla_breaches_pre) from fact_migration_summary", 126),
        ("select sum(sla_breaches_post) from fact_migration_summary", 80),
    ],
)  # fmt: skip
def test_sums_and_counts_are_those_worked_out_by_hand(
    star: Backend, sql: str, expected: Any
) -> None:
    assert float(_one(star, sql)) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("dividend", "divisor", "table", "expected"),
    [
        (
            "1000 * latency_weighted_s_sum",
            "latency_weight",
            "agg_performance_country_month",
            368.4394,
        ),
        ("error_rate_sum", "error_rate_count", "agg_performance_country_month", 1.4346),
        ("health_score_sum", "health_score_count", "agg_performance_country_month", 77.711),
        ("tagged_weighted", "cost_usd", "agg_finance_country_month", 68.58),
        ("tagged_pct_sum", "tagged_count", "agg_finance_country_month", 69.09),
    ],
)
def test_means_are_those_worked_out_by_hand(
    star: Backend, dividend: str, divisor: str, table: str, expected: float
) -> None:
    mean = _one(star, f"select sum({dividend}) / sum({divisor}) from {table}")

    places = len(str(expected).partition(".")[2])
    assert round(mean, places) == expected


def test_the_stability_scores_come_out_of_the_summaries(star: Backend) -> None:
    score = """
        select round(0.4 * response + 0.3 * (100 - errors)
            + 0.3 * greatest(0, 100 - abs(load - 60) * 5 / 3), 4) from (
            select sum(response_time_score_sum) / sum(response_time_score_count) as response,
                sum(error_rate_sum) / sum(error_rate_count) as errors,
                sum(utilisation_sum) / sum(utilisation_count) as load
            from agg_performance_agency_month join dim_date using (month) where {})
    """
    found = {
        where: _one(star, score.format(where))
        for where in (
            "true",
            "migration_status = 'Pre'",
            "migration_status = 'Post'",
            "peak_period_flag",
            "not peak_period_flag",
        )
    }

    assert list(found.values()) == [81.9762, 80.0372, 85.5941, 82.6939, 80.8996]


def test_the_three_breaches_are_named(star: Backend) -> None:
    rows = star.raw_sql(
        "select agency_id, service_type, month from fact_performance where is_sla_breach "
        "order by agency_id, month"
    ).fetchall()

    assert rows == [
        (1007, "SaaS", "2025-09"),
        (1007, "PaaS", "2025-10"),
        (1010, "IaaS", "2025-07"),
    ]


def test_spend_by_service_type_is_that_worked_out_by_hand(star: Backend) -> None:
    rows = star.raw_sql(
        "select service_type, sum(cost_usd) from agg_usage_agency_service_month "
        "group by 1 order by 1"
    ).fetchall()

    assert rows == [
        ("IaaS", Decimal("40919.27")),
        ("PaaS", Decimal("19874.78")),
        ("SaaS", Decimal("11875.47")),
    ]


def test_provider_shares_are_those_worked_out_by_hand(star: Backend) -> None:
    rows = star.raw_sql(
        "select provider, round(100 * sum(spend_usd) filter (year = 2025) / "
        "(select sum(spend_usd) from agg_provider_country_year where year = 2025), 2), "
        "round(100 * sum(spend_usd) / (select sum(spend_usd) from agg_provider_country_year), 2) "
        "from agg_provider_country_year group by 1 order by 1"
    ).fetchall()

    assert rows == [("AWS", 56.0, 58.98), ("Azure", 32.65, 29.44), ("GCP", 11.35, 11.58)]


def test_fiscal_years_to_october_add_up_as_worked_out_by_hand(star: Backend) -> None:
    spent = _one(
        star,
        "select sum(cost_usd) from agg_usage_agency_month join dim_country_month "
        "using (country_code, month) where month >= (select max(fiscal_year_start) "
        "from dim_country_month d where d.country_code = agg_usage_agency_month.country_code "
        "and d.month = '2025-10')",
    )

    assert spent == Decimal("56224.62")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select count(*) from v_cost_spikes", 216),
        ("select sum(is_spend_spike) from v_cost_spikes", 38),
        ("select round(sum(idle_cost_usd), 2) from v_cloud_waste", 793.34),
        ("select sum(is_fast_growth) from v_cost_trends", 230),
        ("select count(*) from v_cost_trends", 720),
        ("select round(sum(run_rate_usd), 2) from v_budget_runrate", 87203.42),
        ("select sum(is_high_season) from v_seasonality_index", 20),
        ("select round(avg(health_score), 3) from v_sla_bands", 77.711),
    ],
)
def test_views_show_the_figures_worked_out_by_hand(
    analyst: Connection, sql: str, expected: float
) -> None:
    assert analyst.exec_driver_sql(sql).scalar_one() == expected
