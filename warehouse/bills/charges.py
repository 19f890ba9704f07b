"""The relation of all lines that count, ``stg_charge``, over the files of the line store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.bills.columns import COSTS, LINE_COLUMNS, Form, LineColumn
from warehouse.bills.line_files import BilledSlice, LineFile, LineStore
from warehouse.feeds.reader import sql_text

NARROW, WIDE = "DECIMAL(18,12)", "DECIMAL(28,12)"
"""Types of a cost; quantities and prices are always wide."""

_KEPT = [column for column in LINE_COLUMNS if column.name not in ("source_id", "source_row")]
_SLICE = ("provider", "billing_account_id", "billing_month", "billing_currency")
_PART = (*_SLICE, "account_id")
"""A part of a slice is left out by its account as well; of a whole one the account is empty."""


@dataclass(frozen=True, slots=True)
class UsedFile:
    """A bill whose lines count, by its number within the build."""

    source_id: int
    lines: LineFile


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A slice of a file whose lines don't count."""

    source_id: int
    slice: BilledSlice


def create_charges(
    connection: duckdb.DuckDBPyConnection,
    store: LineStore,
    used: Sequence[UsedFile],
    left_out: Sequence[LeftOut],
) -> None:
    """Create the view ``stg_charge``, with exactly the columns of LINE_COLUMNS."""
    connection.execute(
        "CREATE OR REPLACE TABLE bill_left_out (source_id INTEGER, provider VARCHAR, "
        "billing_account_id VARCHAR, billing_month VARCHAR, billing_currency VARCHAR, "
        "account_id VARCHAR)"
    )
    _insert_left_out(connection, left_out)
    _write_files(connection, store, used)
    _list_used(connection, used)
    groups: dict[bool, list[UsedFile]] = defaultdict(list)
    for each in used:
        groups[each.lines.is_wide].append(each)
    amounts = WIDE if True in groups else NARROW
    numbers = {each.source_id for each in left_out}
    parts = [_no_charge(amounts)]
    parts += [_charges_of(store, files, amounts, numbers) for files in groups.values()]
    connection.execute(f"CREATE OR REPLACE VIEW stg_charge AS {' UNION ALL '.join(parts)}")


@dataclass(frozen=True, slots=True)
class FilesOfLines:
    """Files that can be read as one, and the slices of them that don't count."""

    paths: tuple[str, ...]
    left_out: tuple[Mapping[str, str], ...]


def files_of_lines(connection: duckdb.DuckDBPyConnection) -> list[FilesOfLines]:
    """List the files behind ``stg_charge`` for an engine that reads them itself.

    Rows whose ``failed`` isn't 0 don't count either. A file of which something is left out stands
    alone; the others are told apart by how wide their costs are. None where lines came otherwise.
    """
    if not connection.execute("FROM duckdb_tables() WHERE table_name = 'bill_lines'").fetchall():
        return []
    found = connection.execute(
        "SELECT list(path ORDER BY path) FROM bill_lines"
        " WHERE source_id NOT IN (SELECT source_id FROM bill_left_out) GROUP BY is_wide"
    ).fetchall()
    whole = [FilesOfLines(tuple(paths), ()) for (paths,) in found]
    found = connection.execute(
        f"SELECT path, list({{{', '.join(f'{name}: {name}' for name in _PART)}}})"
        " FROM bill_lines JOIN bill_left_out USING (source_id) GROUP BY path ORDER BY path"
    ).fetchall()
    return whole + [
        FilesOfLines(
            (path,),
            tuple({name: value for name, value in one.items() if value} for one in slices),
        )
        for path, slices in found
    ]


def lines_of(store: LineStore, one: UsedFile) -> str:
    """Return SQL for one bill's lines that passed, with ``source_row`` and nothing left out."""
    return f"SELECT * FROM {_files(store, [one])} WHERE failed = 0"


def _list_used(connection: duckdb.DuckDBPyConnection, used: Sequence[UsedFile]) -> None:
    """Make ``bill_used``: where the lines of a bill lie, and of which months they are."""
    rows = sorted(
        {(one.source_id, one.lines.key, part.billing_month)
         for one in used for part in one.lines.slices}
    )  # fmt: skip
    columns = {
        "source_id": pa.array([number for number, _, _ in rows], pa.int32()),
        "line_key": pa.array([key for _, key, _ in rows], pa.string()),
        "billing_month": pa.array([month for _, _, month in rows], pa.string()),
    }
    connection.register("incoming_used", pa.table(columns))
    connection.execute("CREATE OR REPLACE TABLE bill_used AS SELECT * FROM incoming_used")
    connection.unregister("incoming_used")


def _insert_left_out(connection: duckdb.DuckDBPyConnection, left_out: Sequence[LeftOut]) -> None:
    if not left_out:
        return
    columns = {
        "source_id": pa.array([each.source_id for each in left_out], pa.int32()),
        **{
            name: pa.array([getattr(each.slice, name) for each in left_out], pa.string())
            for name in _PART
        },
    }
    connection.register("incoming_left_out", pa.table(columns))
    connection.execute("INSERT INTO bill_left_out SELECT * FROM incoming_left_out")
    connection.unregister("incoming_left_out")


def _write_files(
    connection: duckdb.DuckDBPyConnection, store: LineStore, used: Sequence[UsedFile]
) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE bill_lines (source_id INTEGER, path VARCHAR, is_wide BOOLEAN)"
    )
    for each in used:
        path = str(store.lines(each.lines.key).resolve())
        connection.execute(
            "INSERT INTO bill_lines VALUES (?, ?, ?)", [each.source_id, path, each.lines.is_wide]
        )


def _charges_of(
    store: LineStore, files: Sequence[UsedFile], amounts: str, some_left_out: set[int]
) -> str:
    ids = ", ".join(str(each.source_id) for each in files)
    source = f"CAST([{ids}][CAST(file_index AS BIGINT) + 1] AS INTEGER)"
    columns = ", ".join(
        f"CAST({column.name} AS {_type_of(column, amounts)}) AS {column.name}" for column in _KEPT
    )
    condition = "failed = 0"
    if any(each.source_id in some_left_out for each in files):
        for names, which in ((_SLICE, "account_id = ''"), (_PART, "account_id <> ''")):
            condition += (
                f" AND ({source}, {', '.join(names)}) NOT IN "
                f"(SELECT (source_id, {', '.join(names)}) FROM bill_left_out WHERE {which})"
            )
    return (
        f"SELECT {source} AS source_id, source_row, {columns} "
        f"FROM {_files(store, files)} WHERE {condition}"
    )


def _files(store: LineStore, files: Sequence[UsedFile]) -> str:
    paths = ", ".join(sql_text(str(store.lines(each.lines.key))) for each in files)
    return f"read_parquet([{paths}])"


def _no_charge(amounts: str) -> str:
    columns = ", ".join(
        f"CAST(NULL AS {_type_of(column, amounts)}) AS {column.name}" for column in LINE_COLUMNS
    )
    return f"SELECT {columns} WHERE false"


def _type_of(column: LineColumn, amounts: str) -> str:
    if column.form is Form.AMOUNT:
        return amounts if column.name in COSTS else WIDE
    return {Form.DAY: "DATE", Form.WHOLE: "INTEGER"}.get(column.form, "VARCHAR")
