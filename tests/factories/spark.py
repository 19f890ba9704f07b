"""A Spark session for small data, and tables compared row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ibis.backends.duckdb import Backend

from warehouse.spark.session import SparkSession, spark_session

# What pays off for millions of rows is most of the time for a hundred.
_FOR_FEW_ROWS: Mapping[str, str] = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}


@contextmanager
def light_session(folder: Path) -> Iterator[SparkSession]:
    """Open a session in this process that starts soon, with an operator's means."""
    lines = (f"{name} {value}\n" for name, value in _FOR_FEW_ROWS.items())
    (folder / "spark-defaults.conf").write_text("".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        with spark_session("spark://local[2]") as session:
            yield session


def differing_rows(
    con: Backend, names: Iterable[str], here: str, there: str
) -> dict[str, list[Any]]:
    """Give for each table of two schemas the first rows that only one of them has."""
    found: dict[str, list[Any]] = {}
    for name in names:
        rows = con.raw_sql(
            f"select * from (select '{here}', * from (from {here}.{name} except all "
            f"from {there}.{name}) limit 3) union all "
            f"select * from (select '{there}', * from (from {there}.{name} except all "
            f"from {here}.{name}) limit 3)"
        ).fetchall()
        if rows:
            found[name] = rows
    return found
