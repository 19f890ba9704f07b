"""The same transforms on Spark and on DuckDB: the tables of bills, row by row.

Spark takes seconds for each table however few rows it has, so of the others it is only asked
whether it understands their statements. ``test_star_on_cluster`` compares them all.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ibis.backends.duckdb import Backend
from ibis.expr import datatypes as dt

from tests.factories.plans import part_of
from tests.factories.spark import differing_rows
from warehouse.db import open_database
from warehouse.demo.generate import generate_demo
from warehouse.engine import connect_engine
from warehouse.feeds.inputs import find_inputs
from warehouse.governance.in_force import records_in_force
from warehouse.migrate import migrate
from warehouse.publishing.previous import read_previous
from warehouse.publishing.record_tables import import_staged, load_records
from warehouse.quality.stage import stage
from warehouse.scope import Scope
from warehouse.spark.dialect import type_name
from warehouse.spark.engine import SparkEngine
from warehouse.transforms import derived
from warehouse.transforms.plan import InProcess, run_plan
from warehouse.transforms.star import plan_star

pytestmark = pytest.mark.timeout(1800)

ALL = Scope.whole_government()
TABLES = ("fact_charge_daily", "fact_cost_monthly", "fact_provider_finance", "dim_day")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Give a staged government with bills, and rules for who bears what they charge."""
    tmp_path = tmp_path_factory.mktemp("staged")
    generate_demo(tmp_path / "data", agencies=6, months=13, telemetry_months=2, lines=600)
    _restate_one_account(tmp_path / "data" / "bills" / "aws")
    var = tmp_path / "var"
    database = open_database(f"sqlite:///{var}/records.sqlite", var)
    migrate(database)
    connection = connect_engine("duckdb://")
    stage(
        connection,
        find_inputs(tmp_path / "data", var / "hashes.json"),
        raw_zone=var / "raw",
        line_store=var / "lines",
        previous=read_previous(database),
        approvals=frozenset(),
    )
    with database.records(ALL) as session:
        import_staged(connection, session, datetime(2026, 11, 1, tzinfo=UTC))
    with database.reading_records(ALL) as session:
        load_records(connection, records_in_force(session))
    _add_rules(connection)
    yield connection
    connection.disconnect()
    database.dispose()


def _restate_one_account(bills: Path) -> None:
    """Say the last bill of one account again, and further: that slice of its former file is out."""
    last = max(bills.glob("*.csv.gz"))
    with gzip.open(last, "rt", newline="") as stream:
        header, *rows = csv.reader(stream)
    account, day = header.index("SubAccountId"), header.index("ChargePeriodStart")
    of_one = [row for row in rows if row[account] == rows[0][account]]
    ends = max(row[day] for row in of_one)
    former = [row for row in rows if row[account] != rows[0][account] or row[day] != ends]
    # A currency beside the account's own: that row is kept back.
    stray = dict(zip(header, former[-1], strict=True)) | {"BillingCurrency": "XCD"}
    former.append(list(stray.values()))
    for path, kept in ((last, former), (last.with_name("again.csv.gz"), of_one)):
        with gzip.open(path, "wt", newline="") as stream:
            csv.writer(stream).writerows([header, *kept])


def _add_rules(con: Backend) -> None:
    """Leave some accounts without an owner, and let tags and rules give them away."""
    con.raw_sql("delete from rec_account_owner where agency_id % 2 = 0")
    con.raw_sql(
        "insert into rec_tag_rule (rule, priority, tag_key, value_pattern, agency_id, "
        "valid_from) values ('centre', 1, 'cost_centre', 'cc-*2', 1002, '2000-01')"
    )
    con.raw_sql(
        "insert into rec_allocation_rule (rule, priority, provider, account_id, service_name, "
        "method, agency_id, share, valid_from, measure) values "
        "('thirds', 1, 'AWS', '*', '*', 'fixed', 1001, 0.333333333333, '2000-01', null), "
        "('thirds', 1, 'AWS', '*', '*', 'fixed', 1003, 0.333333333333, '2000-01', null), "
        "('things', 2, '*', '*', 'Storage', 'proportional', 0, null, '2000-01', "
        "'billed_resource_count'), "
        "('asked', 3, '*', '*', '*', 'proportional', 0, null, '2026-10', 'request_count'), "
        "('by bill', 4, '*', '*', '*', 'proportional', 0, null, '2000-01', null)"
    )


def test_the_tables_of_bills_are_the_same_on_spark(
    con: Backend, spark: Any, plans: Path, tmp_path: Path
) -> None:
    own = part_of(plan_star(con, InProcess(con), plans), TABLES)
    run_plan(con, own, _unseen, InProcess(con))
    con.raw_sql("create schema duckdb")
    made = [step.name for step in own.steps if step.declared is not None]
    for name in made:
        con.raw_sql(f"create table duckdb.{name} as from main.{name}")
        con.raw_sql(f"drop table main.{name}")

    engine = SparkEngine(spark, con, tmp_path)
    plan = plan_star(con, engine, plans)
    run_plan(con, part_of(plan, TABLES), _unseen, engine)

    assert differing_rows(con, made, "main", "duckdb") == {}
    (restated,) = con.con.execute("select count(*) from bill_left_out").fetchone()
    assert restated == 2, "a slice that is said again, and one in a currency of its own"
    steps = con.raw_sql("select distinct attribution from fact_charge_daily order by 1").fetchall()
    assert steps == [("account",), ("allocated",), ("tag",), ("unallocated",)]


def test_spark_understands_every_statement_of_the_star(
    con: Backend, spark: Any, plans: Path, tmp_path: Path
) -> None:
    engine = SparkEngine(spark, con, tmp_path)
    plan = plan_star(con, engine, plans)
    engine.begin()
    for name, columns in derived.TABLES.items():
        schema = ", ".join(
            f"`{column}` {type_name(dt.dtype(kind))}" for column, kind in columns.items()
        )
        spark.createDataFrame([], schema).createOrReplaceTempView(name)
    for step in plan.steps:
        if step.query:
            schema = spark.sql(step.query).schema
            spark.createDataFrame([], schema).createOrReplaceTempView(step.name)
            if step.declared is not None:
                assert schema.names == [column.name for column in step.declared.columns]


def _unseen(_step: str) -> None:
    """Do nothing: nobody follows the steps."""
