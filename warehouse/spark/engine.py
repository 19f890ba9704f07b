"""Run the statements of a build on Spark, and lend their results to the build's DuckDB.

Both read and write Parquet in one folder, which the cluster has to see under the same path. What
was staged goes there once; each result is written there by Spark, and is a view for DuckDB, which
checks and lands it as it does its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr import datatypes as dt
from ibis.expr import types as ir
from pyarrow import parquet

from warehouse.bills.charges import FilesOfLines, files_of_lines
from warehouse.errors import BuildError
from warehouse.feeds.reader import sql_text
from warehouse.quality.judge import quoted
from warehouse.spark.dialect import type_name, write_statement
from warehouse.spark.session import (
    SPARK_ERRORS,
    DataFrame,
    SparkSession,
    first_line,
    spark_session,
)
from warehouse.transforms.staging import RECORDS, STAGING

_LINES = "stg_charge"


@contextmanager
def open_spark(url: str, con: Backend, exchange: Path) -> Iterator[SparkEngine]:
    """Open a session for a build; what it writes below ``exchange`` is gone afterwards.

    One build at a time may use the folder: what lies there is left over from one that was killed.
    """
    shutil.rmtree(exchange, ignore_errors=True)
    exchange.mkdir(parents=True)
    with (
        TemporaryDirectory(dir=exchange, prefix="build-") as folder,
        spark_session(url) as session,
    ):
        yield SparkEngine(session, con, Path(folder).resolve())


@dataclass(frozen=True, slots=True)
class SparkEngine:
    """Statements on a session, with results that ``con`` can be asked for."""

    session: SparkSession
    con: Backend
    folder: Path
    name: str = "spark"

    def compile(self, expression: ir.Expr) -> str:
        """Write an expression as a query."""
        return write_statement(expression)

    def begin(self) -> None:
        """Hand over what was staged and decided."""
        for name, columns in {**STAGING, **RECORDS}.items():
            found = self.con.get_schema(name)
            kept = {column: found[column] for column in columns if column in found}
            files = files_of_lines(self.con.con) if name == _LINES else []
            if files:
                self._lines(files, kept).createOrReplaceTempView(name)
            else:
                self.hand_over(name, kept)

    def hand_over(self, name: str, columns: Mapping[str, dt.DataType]) -> None:
        """Write a table of DuckDB for Spark to read."""
        path = self.folder / f"{name}.parquet"
        chosen = ", ".join(quoted(column) for column in columns)
        self.con.raw_sql(
            f"copy (select {chosen} from {name}) to {sql_text(str(path))} (format parquet)"
        )
        schema = ", ".join(
            f"{_backquoted(name)} {type_name(kind)}" for name, kind in columns.items()
        )
        self.session.read.schema(schema).parquet(path.as_uri()).createOrReplaceTempView(name)

    def make(self, name: str, query: str) -> None:
        """Run a query and keep its result as a table of both engines."""
        path = self.folder / name
        try:
            frame = self.session.sql(query)
            frame.write.mode("overwrite").parquet(path.as_uri())
            kept = self.session.read.schema(frame.schema).parquet(path.as_uri())
            kept.createOrReplaceTempView(name)
        except SPARK_ERRORS as error:
            raise BuildError(f"Spark couldn't make {name}: {first_line(error)}") from error
        self._lend(name, path)

    def keep(self, name: str, table: pa.Table) -> None:
        """Keep rows that were made here as a table of both engines."""
        path = self.folder / name
        path.mkdir()
        parquet.write_table(table, path / "rows.parquet")
        self.session.read.parquet(path.as_uri()).createOrReplaceTempView(name)
        self._lend(name, path)

    def drop(self, name: str) -> None:
        """Forget a table that others were made from."""
        self.session.catalog.dropTempView(name)
        self.con.raw_sql(f"drop view {name}")

    def _lend(self, name: str, path: Path) -> None:
        self.con.raw_sql(
            f"create or replace view {name} as "
            f"select * from read_parquet({sql_text(f'{path}/*.parquet')})"
        )

    def _lines(
        self, files: Iterable[FilesOfLines], columns: Mapping[str, dt.DataType]
    ) -> DataFrame:
        """Read the lines of bills where they lie, without those that don't count."""
        typed = [
            f"cast({_backquoted(column)} as {type_name(kind)}) as {_backquoted(column)}"
            for column, kind in columns.items()
        ]
        parts = []
        for group in files:
            paths = [Path(path).as_uri() for path in group.paths]
            lines = self.session.read.parquet(*paths).where("failed = 0")
            for one in group.left_out:
                same = [lines[name].eqNullSafe(value) for name, value in one.items()]
                lines = lines.where(~reduce(and_, same))
            parts.append(lines.selectExpr(*typed))
        return reduce(DataFrame.unionByName, parts)


def _backquoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
