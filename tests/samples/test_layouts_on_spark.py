"""The sample bills brought to lines by Spark, against the lines that DuckDB makes of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.backends.duckdb import Backend

from tests.factories.spark import differing_rows
from warehouse.bills.layouts import layout_of
from warehouse.bills.layouts.normalising import normalise
from warehouse.spark.engine import SparkEngine

pytestmark = pytest.mark.timeout(1800)

BILLS = (
    "focus/focus_1_0_sample.csv",
    "focus/aws_cur_anonymous.csv",
    "focus/azure_amortized_small.csv",
    "multicloud/cloud_costs_20251026_130512.csv",
)

CASES = [(path, False) for path in BILLS] + [
    (path, True) for path in (BILLS if os.environ.get("EXCHEQUER_SOAK") == "1" else BILLS[-1:])
]
"""Wide amounts differ in their type alone: of one bill, and in long runs of all."""


@pytest.fixture
def con() -> Iterator[Backend]:
    con = ibis.duckdb.connect()
    yield con
    con.disconnect()


@pytest.mark.parametrize(("path", "wide"), CASES)
def test_spark_makes_the_same_lines_of_a_bill(
    con: Backend, spark: Any, exchequer_samples: Path, tmp_path: Path, path: str, wide: bool
) -> None:
    con.raw_sql("create schema duckdb")
    con.raw_sql(
        "create table raw as select cast(row_number() over () + 1 as integer) as source_row, * "
        f"from read_csv('{exchequer_samples / path}', all_varchar = true, header = true)"
    )
    raw = con.table("raw")
    layout = layout_of([name for name in raw.columns if name != "source_row"])
    assert layout is not None
    lines = normalise(layout, ibis.table(raw.schema(), name="raw"), wide=wide)
    con.raw_sql(f"create table duckdb.lines as {con.compile(lines)}")

    engine = SparkEngine(spark, con, tmp_path)
    engine.hand_over("raw", raw.schema())
    engine.make("lines", engine.compile(lines))

    (count,) = con.raw_sql("select count(*) from lines where failed = 0").fetchone()
    assert count > 0
    assert differing_rows(con, ["lines"], "main", "duckdb") == {}
