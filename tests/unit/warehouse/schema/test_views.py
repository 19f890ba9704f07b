from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Integer, Table, create_engine, insert, text

from warehouse.schema import STAR
from warehouse.schema.types import Exact
from warehouse.schema.views import VIEWS

_COSTS = {
    ("IaaS", "2025-01"): "100",
    ("PaaS", "2025-01"): "100",
    ("IaaS", "2025-02"): "116",
    ("PaaS", "2025-02"): "115",
    ("IaaS", "2025-04"): "400",
}


def _filled(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: given.get(column.name, _plain(column)) for column in table.columns}


def _plain(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, Exact):
        return Decimal(0)
    if isinstance(column.type, Boolean):
        return False
    return 0 if isinstance(column.type, Integer) else "text"


def _add(connection: Connection, name: str, **row: Any) -> None:
    table = STAR.tables[f"star.{name}"]
    connection.execute(insert(table), [_filled(table, row)])


def _fill(connection: Connection) -> None:
    _add(connection, "dim_agency", agency_id=1, agency_name="Treasury", country_code="TT")
    for number in (1, 2, 4):
        _add(
            connection, "dim_date", month=f"2025-{number:02}",
            month_start_date=date(2025, number, 1), year=2025,
        )  # fmt: skip
    for (service, month), cost in _COSTS.items():
        _add(
            connection, "agg_usage_agency_service_month", agency_id=1, month=month,
            country_code="TT", service_type=service, cost_usd=Decimal(cost),
            usage_cost_usd=Decimal(cost), idle_cost_usd=Decimal("25"),
        )  # fmt: skip
    usual = {"agency_id": 1, "country_code": "TT"}
    for month, cost, previous, fast in (
        ("2025-01", "200", None, 0),
        ("2025-02", "231", "200", 1),
        ("2025-04", "400", None, 0),
    ):
        _add(
            connection, "fact_finance_governance", **usual, month=month, cost_usd=Decimal(cost),
            previous_cost_usd=Decimal(previous) if previous else None,
            is_spend_spike=False if previous else None, fast_growth_count=fast,
            trailing_6m_mean_usd=Decimal(200), seasonality_index=Decimal("1.155"),
            budget_usd=Decimal("210"),
        )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def analyst(
    request: pytest.FixtureRequest, new_postgres_database: Callable[[], str]
) -> Iterator[Connection]:
    dialect = request.param
    engine = create_engine("sqlite://" if dialect == "sqlite" else new_postgres_database())
    if dialect == "sqlite":
        engine = engine.execution_options(schema_translate_map={"star": None})
    with engine.begin() as connection:
        if dialect == "postgresql":
            connection.execute(text("create schema star"))
        STAR.create_all(connection)
        _fill(connection)
        for view in VIEWS:
            connection.exec_driver_sql(f"create view {view.name} as {view.sql(dialect)}")
        yield connection
    engine.dispose()


def _rows(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    return [
        tuple(float(v) if isinstance(v, Decimal) else v for v in row)
        for row in connection.exec_driver_sql(sql)
    ]


def test_every_view_says_its_grain_and_can_be_read(analyst: Connection) -> None:
    for view in VIEWS:
        assert view.comment.startswith("Grain")
        _rows(analyst, f"select * from {view.name}")


def test_growth_is_shown_where_there_is_a_month_before(analyst: Connection) -> None:
    assert _rows(
        analyst, "select agency_name, month, cost_usd, growth_ratio from v_cost_spikes"
    ) == [("Treasury", "2025-02", 231.0, 0.155)]


def test_waste_is_a_share_of_the_same_cost(analyst: Connection) -> None:
    assert _rows(
        analyst,
        "select idle_cost_usd, waste_ratio from v_cloud_waste "
        "where service_type = 'IaaS' and month = '2025-04'",
    ) == [(25.0, 0.0625)]


def test_the_service_that_grew_most_is_the_fast_one_and_gaps_break_the_trend(
    analyst: Connection,
) -> None:
    rows = _rows(
        analyst,
        "select service_type, month, rolling_3m_cost_usd, growth_ratio, is_fast_growth "
        "from v_cost_trends order by month, service_type",
    )

    assert rows == [
        ("IaaS", "2025-01", 100.0, None, None),
        ("PaaS", "2025-01", 100.0, None, None),
        ("IaaS", "2025-02", 108.0, 0.16, True),
        ("PaaS", "2025-02", 107.5, 0.15, False),
        ("IaaS", "2025-04", 258.0, None, None),
    ]


def test_the_run_rate_counts_reported_months_and_needs_a_whole_budget(
    analyst: Connection,
) -> None:
    assert _rows(
        analyst,
        "select year, reported_month_count, spend_usd, run_rate_usd, budget_month_count, "
        "budget_usd, projected_variance_usd from v_budget_runrate",
    ) == [(2025, 3, 831.0, 3324.0, 3, 630.0, None)]
