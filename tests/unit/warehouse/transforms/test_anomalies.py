"""fact_anomaly: what stands out of each agency's own past, in a build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pytest
from ibis.backends.duckdb import Backend

from warehouse.schema.anomalies import fact_anomaly, fact_anomaly_point
from warehouse.transforms.anomalies import write_anomalies
from warehouse.transforms.anomaly_points import points_together

MONTHS = [f"{2023 + at // 12}-{at % 12 + 1:02d}" for at in range(30)]
Cost = Callable[[int, int], float]


def steady(agency: int, at: int) -> float:
    return 1000.0 * agency + (at * 7 + agency) % 5


def spiking(agency: int, at: int) -> float:
    return steady(agency, at) + (1500 if agency == 1 and at == 25 else 0)


@pytest.fixture
def con() -> Backend:
    """Give the tables that are read, empty."""
    con = ibis.duckdb.connect()
    con.raw_sql("create table dim_agency (agency_id integer)")
    con.raw_sql(
        "create table fact_cost_monthly (agency_id integer, month varchar, service_type varchar, "
        "cost_usd decimal(28, 6), source varchar)"
    )
    con.raw_sql(
        "create table agg_charge_agency_day (agency_id integer, service_category varchar, "
        "category varchar, day date, effective_cost_usd decimal(28, 6))"
    )
    con.raw_sql(
        "create table agg_charge_agency_service_month (agency_id integer, month varchar, "
        "provider varchar, account_id varchar, effective_cost_usd decimal(28, 6))"
    )
    con.raw_sql(
        "create table fact_charge_daily (agency_id integer, provider varchar, account_id varchar, "
        "service_category varchar, category varchar, day date, "
        "effective_cost_usd decimal(28, 6))"
    )
    con.raw_sql(
        "create table rec_anomaly_case (case_id integer, agency_id integer, subject varchar, "
        "period varchar, "
        "level varchar, part varchar, first_day varchar, last_day varchar, state varchar, "
        "days_to_find integer, days_to_resolve integer)"
    )
    con.raw_sql(
        "create table stg_telemetry (agency_id integer, digital_service_id varchar, "
        "period_start varchar, requests bigint, errors bigint, latency_mean_ms decimal(28, 12))"
    )
    con.raw_sql(
        "create table step_target (agency_id integer, month varchar, digital_service_id varchar, "
        "slo_target_ratio decimal(28, 6))"
    )
    con.raw_sql(
        "create table rec_threshold (name varchar, value decimal(28, 12), effective_from varchar)"
    )
    con.raw_sql(
        "insert into rec_threshold values ('anomaly_least_usd', 500, '1900-01'), "
        "('anomaly_least_ratio', 0.12, '1900-01')"
    )
    return con


def cost(con: Backend, of: Cost, agencies: tuple[int, ...] = (1, 2), source: str = "") -> None:
    rows = [
        (agency, month, part, share * of(agency, at), source)
        for agency in agencies
        for at, month in enumerate(MONTHS)
        for part, share in (("IaaS", 0.75), ("SaaS", 0.25))
    ]
    con.con.executemany("insert into fact_cost_monthly values (?, ?, ?, ?, ?)", rows)


def bill(con: Backend, days: int, dear: int, extra: tuple[float, float] = (450, 450)) -> None:
    """Bill two accounts by day, with what each costs more on the dear day."""
    for agency in (0, 1):
        con.raw_sql(f"insert into dim_agency select {agency} where {agency} > 0")
        for account, more in zip("AB", extra, strict=True):
            con.raw_sql(
                f"insert into fact_charge_daily select {agency}, 'aws', '{account}', 'Compute', "
                f"'Usage', date '2025-01-01' + cast(n as integer), "
                f"50 + n % 3 + if(n = {dear}, {more}, 0) from range({days}) r(n)"
            )
    con.raw_sql(
        "insert into agg_charge_agency_day select agency_id, service_category, category, day, "
        "sum(effective_cost_usd) from fact_charge_daily group by all"
    )


def around(con: Backend) -> dict[str, list[dict[str, Any]]]:
    """Give the days or months around each event that is told."""
    _, table = write_anomalies(con).values()
    assert table.column_names == [column.name for column in fact_anomaly_point.columns]
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["anomaly_id"], []).append(row)
    return rows


def found(con: Backend) -> list[dict[str, Any]]:
    table, _ = write_anomalies(con).values()
    assert table.column_names == [column.name for column in fact_anomaly.columns]
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def test_a_dear_month_is_found_in_the_whole_and_in_its_parts(con: Backend) -> None:
    cost(con, spiking)
    rows = {row["part"]: row for row in found(con)}
    assert rows.keys() == {"all", "IaaS", "SaaS"}
    whole = rows["all"]
    assert whole["anomaly_id"] == "1:month:all:all:2025-02-01"
    assert {row["told_under"] for row in rows.values()} == {whole["anomaly_id"]}, "both rose"
    assert (whole["agency_id"], whole["month"], whole["period"]) == (1, "2025-02", "month")
    assert whole["first_day"] == whole["last_day"] == date(2025, 2, 1)
    assert whole["is_alert"]
    assert whole["actual_usd"] == Decimal("2501.00")
    assert whole["excess_usd"] == whole["actual_usd"] - whole["expected_usd"]
    assert 1400 < whole["excess_usd"] < 1600
    assert whole["lower_usd"] < whole["expected_usd"] < whole["upper_usd"] < whole["actual_usd"]
    assert whole["contributors"].startswith("IaaS +1,1")
    assert not rows["SaaS"]["is_alert"], "375 dollars are less than the limit"
    assert rows["SaaS"]["contributors"] == ""


def test_what_is_told_has_the_months_around_it_as_they_were_judged(con: Backend) -> None:
    cost(con, spiking)
    con.raw_sql("delete from fact_cost_monthly where month = '2024-11'")
    (whole,) = (row for row in found(con) if row["part"] == "all")
    (rows,) = around(con).values()
    assert {row["anomaly_id"] for row in rows} == {whole["anomaly_id"]}
    assert [row["month"] for row in rows] == [
        month for month in MONTHS if month >= "2024-02" and month != "2024-11"
    ], "a month that is only bridged is left out"
    (event,) = (row for row in rows if row["month"] == whole["month"])
    for side in ("actual", "expected", "lower", "upper"):
        assert event[f"{side}_usd"] == whole[f"{side}_usd"]
        assert event[f"{side}_value"] is None
    assert all(row["day"] == date.fromisoformat(f"{row['month']}-01") for row in rows)


def test_the_limits_are_those_of_the_month_in_which_it_begins(con: Backend) -> None:
    cost(con, spiking)
    con.raw_sql("insert into rec_threshold values ('anomaly_least_usd', 5000, '2025-03')")
    assert {row["part"] for row in found(con) if row["is_alert"]} == {"all", "IaaS"}
    con.raw_sql("insert into rec_threshold values ('anomaly_least_usd', 5000, '2025-02')")
    con.raw_sql("delete from rec_threshold where effective_from = '1900-01' and value = 500")
    assert not any(row["is_alert"] for row in found(con))


def test_an_agency_s_anomalies_depend_on_its_own_months_alone(con: Backend) -> None:
    cost(con, spiking)
    alone = found(con)
    con.raw_sql("update fact_cost_monthly set cost_usd = cost_usd * 50 where agency_id = 2 "
                "and month > '2024-06'")  # fmt: skip
    con.raw_sql("delete from fact_cost_monthly where agency_id = 2 and month < '2023-03'")
    rows = found(con)
    assert [row for row in rows if row["agency_id"] == 1] == alone
    assert any(row["agency_id"] == 2 for row in rows)


def test_a_month_that_is_billed_in_part_is_not_judged(con: Backend) -> None:
    cost(con, lambda agency, at: steady(agency, at) * (0.3 if at == 29 else 1), source="bill")
    assert {row["kind"] for row in found(con)} == {"drop"}
    for agency in (1, 2):
        con.raw_sql(
            f"insert into agg_charge_agency_day values ({agency}, '', 'Tax', '2025-06-09', 1)"
        )
    assert found(con) == []


def test_a_dear_day_is_found_and_nobody_s_bills_are_not_judged(con: Backend) -> None:
    bill(con, 120, dear=100)
    rows = {row["part"]: row for row in found(con)}
    assert rows.keys() == {"all", "aws/A", "aws/B"}
    row = rows["all"]
    assert {one["told_under"] for one in rows.values()} == {row["anomaly_id"]}, "both accounts rose"
    assert (row["agency_id"], row["period"], row["part"]) == (1, "day", "all")
    assert row["first_day"] == row["last_day"] == date(2025, 4, 11)
    assert row["is_alert"]
    assert row["contributors"].startswith("Compute +")


def test_a_day_that_one_account_explains_is_told_as_of_the_account(con: Backend) -> None:
    bill(con, 120, dear=100, extra=(0, 900))
    rows = {row["part"]: row for row in found(con)}
    assert rows.keys() == {"all", "aws/B"}
    assert {row["told_under"] for row in rows.values()} == {"1:day:account:aws/B:2025-04-11"}
    assert rows["aws/B"]["contributors"].startswith("Compute +")


def test_a_month_that_days_explain_is_told_as_of_these(con: Backend) -> None:
    bill(con, 120, dear=100, extra=(0, 900))
    first_months = [*MONTHS[:25], "2025-02", "2025-03", "2025-04"]
    con.con.executemany(
        "insert into fact_cost_monthly values (1, ?, 'IaaS', ?, '')",
        [(month, 3900 if month == "2025-04" else 3000 + at % 3)
         for at, month in enumerate(dict.fromkeys(first_months))],
    )  # fmt: skip
    rows = found(con)
    assert {(row["period"], row["level"]) for row in rows} == {
        ("month", "all"), ("month", "service"), ("day", "all"), ("day", "account"),
    }  # fmt: skip
    assert {row["told_under"] for row in rows} == {"1:day:account:aws/B:2025-04-11"}


def test_another_source_of_the_months_makes_no_anomaly_of_services(con: Backend) -> None:
    cost(con, steady, agencies=(1,))
    con.raw_sql(
        "update fact_cost_monthly set source = 'bill', cost_usd = cost_usd * "
        "if(service_type = 'IaaS', 1.2, 0.4) where month > '2024-12'"
    )
    assert found(con) == []


def test_days_to_find_and_resolve_are_those_of_what_is_known(con: Backend) -> None:
    cost(con, spiking, agencies=(1,))
    assert {row["days_to_find"] for row in found(con)} == {None}, "over before builds counted"
    con.raw_sql(
        "insert into rec_anomaly_case values (1, 1, 'cost', 'month', 'service', 'IaaS', "
        "'2025-02-01', '2025-02-28', 'resolved', 9, 4)"
    )
    days = {row["part"]: (row["days_to_find"], row["days_to_resolve"]) for row in found(con)}
    assert days == {"all": (9, 4), "IaaS": (None, None), "SaaS": (None, None)}
    con.raw_sql("update rec_anomaly_case set first_day = '2024-01-01', last_day = '2024-01-31'")
    days = {row["part"]: row["days_to_find"] for row in found(con)}
    assert days["all"] > 500, "an earlier build did not hold it"


def measure(con: Backend, failing: Mapping[str, int], slow: float = 1.0) -> None:
    """Count 120 days of services of agency 1; on one of them some requests more fail."""
    con.raw_sql("insert into dim_agency values (1)")
    for name, more in failing.items():
        con.raw_sql(
            f"insert into stg_telemetry select 1, '{name}', "
            "strftime(date '2025-01-01' + cast(n as integer), '%Y-%m-%d') || 'T' || "
            f"lpad(cast(hour as varchar), 2, '0') || ':00', 5000, 5 + n % 2 + "
            f"if(n = 100, {more} / 2, 0), 200 * if(n = 100, {slow}, 1) "
            "from range(120) r(n), unnest([0, 12]) h(hour)"
        )
        for month in ("2025-01", "2025-02", "2025-03", "2025-04"):
            con.raw_sql(f"insert into step_target values (1, '{month}', '{name}', 0.998)")


def test_a_service_that_fails_is_told_once_by_its_error_budget(con: Backend) -> None:
    measure(con, {"tax": 3000, "visas": 0}, slow=4)
    rows = {(row["subject"], row["part"]): row for row in found(con)}
    assert rows.keys() >= {("burn rate", "tax"), ("errors", "tax"), ("latency", "tax")}
    burn, errors = rows["burn rate", "tax"], rows["errors", "tax"]
    assert burn["anomaly_id"] == "1:burn rate:digital service:tax:2025-04-11"
    assert {row["told_under"] for key, row in rows.items() if key[1] == "tax"} <= {
        burn["anomaly_id"], rows["latency", "all"]["anomaly_id"],
    }  # fmt: skip
    assert errors["told_under"] == burn["anomaly_id"]
    assert (burn["period"], burn["level"], burn["month"]) == ("day", "digital service", "2025-04")
    assert burn["is_alert"]
    assert errors["actual_value"] == Decimal("0.301000")
    assert errors["excess_value"] == errors["actual_value"] - errors["expected_value"]
    assert 2_900 < burn["failure_excess"] < 3_100
    assert burn["requests"] == 10_000
    assert burn["burn_rate_day"] == Decimal("150.500000")
    assert {row["excess_usd"] for row in rows.values()} == {None}, "its money is not known"


def test_what_several_services_have_together_is_told_of_all_of_them(con: Backend) -> None:
    measure(con, {"tax": 3000, "visas": 2600, "ports": 0})
    rows = {(row["subject"], row["part"]): row for row in found(con)}
    whole = rows["burn rate", "all"]
    assert {row["told_under"] for row in rows.values()} == {whole["anomaly_id"]}
    assert whole["contributors"].startswith("tax +2,99")
    assert "visas +2,59" in whole["contributors"]
    assert whole["requests"] == 20_000
    (points,) = around(con).values()
    assert [str(points[at]["day"]) for at in (0, -1)] == ["2025-03-21", "2025-04-30"]
    (day,) = (row for row in points if row["day"] == whole["first_day"])
    assert abs(day["actual_value"] - whole["actual_value"]) < Decimal("0.00001")
    assert day["actual_usd"] is None
    con.raw_sql("delete from stg_telemetry where digital_service_id = 'visas' "
                "and period_start >= '2025-04-20'")  # fmt: skip
    (points,) = around(con).values()
    assert str(points[-1]["day"]) == "2025-04-19", "from then on one of them is not known"
    assert rows["errors", "all"]["told_under"] == whole["anomaly_id"]


def test_points_of_several_services_are_means_by_their_requests() -> None:
    day = date(2025, 4, 11)
    parts = [{"requests": requests, "points": ((day, of, of + 1, of - 1, of + 2),)}
             for requests, of in ((900, 1.0), (100, 11.0))]  # fmt: skip
    ((on, *amounts),) = points_together(parts)
    assert on == day
    assert amounts == pytest.approx([2.0, 3.0, 1.0, 4.0])


def test_one_service_that_fails_most_is_told_by_itself(con: Backend) -> None:
    measure(con, {"tax": 4000, "visas": 500})
    told = {row["told_under"] for row in found(con) if row["is_alert"]}
    assert told == {
        f"1:burn rate:digital service:{name}:2025-04-11" for name in ("tax", "visas")
    }  # fmt: skip


def test_limits_of_reliability_are_dated_and_money_has_none_of_it(con: Backend) -> None:
    measure(con, {"tax": 120})
    con.raw_sql("delete from step_target")
    (row,) = found(con)
    assert (row["subject"], row["is_alert"]) == ("errors", True)
    con.raw_sql("insert into rec_threshold values ('anomaly_least_error_points', 5, '2025-05')")
    assert [row["is_alert"] for row in found(con)] == [True]
    con.raw_sql("insert into rec_threshold values ('anomaly_least_error_points', 5, '2025-04')")
    assert [row["is_alert"] for row in found(con)] == [False]


def test_nobody_s_telemetry_is_judged(con: Backend) -> None:
    measure(con, {"tax": 3000})
    con.raw_sql("delete from dim_agency")
    assert found(con) == []


def test_without_cost_or_bills_there_is_an_empty_table(con: Backend) -> None:
    assert found(con) == []
