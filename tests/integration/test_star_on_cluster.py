"""A government built on a real Spark cluster: the published star is DuckDB's, row by row."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.integration.spark_cluster import cluster
from warehouse.db import open_database
from warehouse.demo.generate import generate_demo
from warehouse.schema import DIMENSIONS, FACTS, SUMMARIES
from warehouse.scope import Scope

pytestmark = [
    pytest.mark.skipif(os.environ.get("EXCHEQUER_SOAK") != "1", reason="takes minutes: make soak"),
    pytest.mark.timeout(3000),
]

TABLES = (*DIMENSIONS, *FACTS, *SUMMARIES)


def build_on(engine: str, data: Path, var: Path) -> None:
    environment = {
        **os.environ,
        "EXCHEQUER_ENGINE": engine,
        "EXCHEQUER_DATA_DIR": str(data),
        "EXCHEQUER_VAR_DIR": str(var),
    }
    subprocess.run(
        [sys.executable, "-c", "from portal.cli import main; main()", "build"],
        env=environment,
        check=True,
    )


def rows_of(var: Path) -> dict[str, Counter[tuple[object, ...]]]:
    database = open_database(f"sqlite:///{var}/records.sqlite", var)
    try:
        with database.star(Scope.whole_government()) as star:
            return {
                table.name: Counter(tuple(row) for row in star.execute(select(table)))
                for table in TABLES
            }
    finally:
        database.dispose()


def test_a_cluster_publishes_the_same_star(tmp_path: Path) -> None:
    data = tmp_path / "data"
    generate_demo(data, agencies=24, months=24, lines=100_000)

    build_on("duckdb://", data, tmp_path / "duckdb")
    with cluster(tmp_path) as url:
        build_on(url, data, tmp_path / "spark")

    expected, found = rows_of(tmp_path / "duckdb"), rows_of(tmp_path / "spark")
    assert {name: rows.total() for name, rows in found.items()} == {
        name: rows.total() for name, rows in expected.items()
    }
    assert [name for name in expected if found[name] != expected[name]] == []
