"""What measures answer of an agency whose cost is taken from its summary first, then from bills."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.bills import line, publish_lines, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine
from warehouse.gateway import Gateway
from warehouse.question import Answer, Period, Question
from warehouse.scope import Scope

FEBRUARY, MARCH, APRIL = "2025-02", "2025-03", "2025-04"
TERMS = ("change", "usage", "unit_price", "new", "ended", "unsplit")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Publish one agency: 120 units for $10, then 144 for $12, billed as 14 and as 16 and 3."""
    folder: Path = tmp_path_factory.mktemp("costs")
    con = connect_engine(threads=1)
    staging = Staging(con)
    staging.agency(1)
    staging.add(
        "rec_account_owner", provider="AWS", account_id="111", agency_id=1, valid_from="2025-01"
    )
    staging.usage(1, FEBRUARY, cost_usd=Decimal(10), utilisation_pct=10)
    for month in (MARCH, APRIL):
        staging.usage(1, month, cost_usd=Decimal(12), compute_hours=124, utilisation_pct=10)
    days = ("2025-03-01", "2025-03-31", "2025-04-01", "2025-04-30")
    lines = [line(day, "7" if day.startswith(MARCH) else "8") for day in days]
    put_lines(con, [*lines, line("2025-04-10", "3", service_category="Databases")])
    database = publish_lines(staging, folder)
    con.disconnect()
    yield Gateway(database)
    database.dispose()


def ask(gateway: Gateway, *measures: str, month: str = "", **kw: object) -> Answer:
    period = Period(month, month) if month else Period()
    question = Question(measures, period=period, **kw)  # type: ignore[arg-type]
    return gateway.ask(question, Scope.of_agencies([1]))


def bridge(gateway: Gateway, month: str) -> dict[str, float | None]:
    names = tuple(f"bridge_{term}" for term in TERMS)
    answer = ask(gateway, *names, month=month)
    found = {term: answer.value(f"bridge_{term}") for term in TERMS}
    return {term: None if value is None else round(value, 6) for term, value in found.items()}


def test_spend_is_of_the_source_taken_and_its_share_of_bills_is_told(gateway: Gateway) -> None:
    answer = ask(gateway, "actual_spend", "billed_share", "recorded_spend", by=("month",))

    assert [
        (row["actual_spend"], row["billed_share"], row["recorded_spend"]) for row in answer.rows
    ] == [(10.0, 0.0, 10.0), (14.0, 1.0, 12.0), (19.0, 1.0, 12.0)]
    assert ask(gateway, "billed_share").value("billed_share") == pytest.approx(33 / 43)


def test_a_unit_costs_what_services_with_units_cost(gateway: Gateway) -> None:
    answer = ask(gateway, "cost_per_unit", by=("month",))

    found = [row["cost_per_unit"] for row in answer.rows]
    assert found == pytest.approx([10 / 120, 14 / 144, 16 / 144])
    by_type = ask(gateway, "cost_per_unit", "workload_units", month=APRIL, by=("service_type",))
    assert [(row["service_type"], row["cost_per_unit"]) for row in by_type.rows] == [
        ("IaaS", pytest.approx(16 / 144)),
        ("PaaS", None),
    ]


def test_idle_cost_is_a_share_of_the_records_that_tell_it(gateway: Gateway) -> None:
    answer = ask(gateway, "idle_cost", "waste_pct", "idle_row_count", month=MARCH)

    assert [answer.value(name) for name in ("idle_cost", "waste_pct", "idle_row_count")] == [
        12.0,
        1.0,
        1,
    ]


def test_between_months_of_bills_the_bridge_is_of_what_was_billed(gateway: Gateway) -> None:
    assert bridge(gateway, APRIL) == {
        "change": 5.0, "usage": 0.0, "unit_price": 2.0, "new": 3.0, "ended": 0.0, "unsplit": 0.0,
    }  # fmt: skip


def test_where_the_source_changes_the_agencys_own_records_tell_usage_and_price(
    gateway: Gateway,
) -> None:
    assert bridge(gateway, MARCH) == {
        "change": 4.0, "usage": 2.0, "unit_price": 0.0, "new": 0.0, "ended": 0.0, "unsplit": 2.0,
    }  # fmt: skip


def test_months_are_counted_by_what_they_are_taken_from_and_why(gateway: Gateway) -> None:
    names = ("bill_months", "summary_months", "no_bill_months", "part_of_month_months",
             "covers_too_little_months", "bill_coverage")  # fmt: skip
    answer = ask(gateway, *names)

    assert [answer.value(name) for name in names] == [2, 1, 1, 0, 0, pytest.approx(33 / 24)]


def test_a_category_of_charge_is_told_apart_with_its_region(gateway: Gateway) -> None:
    answer = ask(gateway, "actual_spend", by=("category", "region"))

    assert [(row["category"], row["region"], row["actual_spend"]) for row in answer.rows] == [
        ("Usage", "us-east-1", 43.0)
    ]
