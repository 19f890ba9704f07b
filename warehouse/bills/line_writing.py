"""Write the lines of one bill into the line store, in one pass over its rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.bills.conformance import (
    DEFECTS,
    FIRST_ROWS,
    Check,
    check_conformance,
    look_for_defects,
    mark_defects,
)
from warehouse.bills.identity import charge_key
from warehouse.bills.layouts import BILL_RULES, TOO_LONG, Layout
from warehouse.bills.layouts.normalising import normalise
from warehouse.bills.line_files import BilledSlice, LineFile, LineStore
from warehouse.bills.raw_rows import (
    BATCHES,
    CHARGE_KEY,
    FIRST_BATCHES,
    ROW,
    RawRows,
    open_exactly,
    open_quickly,
    quoted,
    unsound_parquet,
)
from warehouse.bills.remarks import Remark
from warehouse.errors import FeedError
from warehouse.feeds.exact_reader import MalformedRow
from warehouse.feeds.reader import sql_text
from warehouse.feeds.sound_stream import NotUtf8Error, SoundStream

MALFORMED = "row_has_every_field"

_STATEMENTS: dict[Hashable, str] = {}
"""Statements by the form of the bills that they read."""

_RAW = "bill_raw"
_FAILED = "bill_failed"
_FAILED_COLUMNS = f"{ROW} INTEGER, rules VARCHAR, reason VARCHAR, content VARCHAR"
_LONGEST_CONTENT = 4_000
_FEWEST_HOPELESS = 1_000
_FAILED_SHARE = 0.5
"""A bill with more failed rows than the first, and a larger share of them, is refused whole."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill to be read: its path as handed in, and where its original is kept."""

    path: str
    location: Path
    names: tuple[str, ...]
    layout: Layout
    key: str


def write_lines(
    con: Backend, store: LineStore, bill: Bill, workspace: Path, max_bytes: int
) -> LineFile:
    """Write a bill's lines, its failed rows and its summary; raise FeedError to refuse it."""
    store.folder.mkdir(parents=True, exist_ok=True)
    try:
        rows = open_quickly(bill.path, bill.location, bill.names, max_bytes=max_bytes)
        written = _try_quickly(con, store, bill, rows)
        if written is not None:
            return _finish(con, store, bill, rows, written)
        rows = open_exactly(
            con.con, bill.path, bill.location, bill.names, workspace, max_bytes=max_bytes
        )
        return _finish(con, store, bill, rows, _write(con, store, bill, rows))
    finally:
        for relation in (store.lines(bill.key), store.failed_rows(bill.key)):
            store.unfinished(relation).unlink(missing_ok=True)
        con.con.execute(f"DROP VIEW IF EXISTS {_RAW}")
        for name in (BATCHES, FIRST_BATCHES):
            con.con.unregister(name)
        con.con.execute("DROP TABLE IF EXISTS exact_bill")


@dataclass(frozen=True, slots=True)
class _Written:
    """How many rows came out, how many of them have which marks, and what was looked for."""

    row_count: int
    marks: Mapping[int, int]
    is_wide: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A run of the rows: the stream that they come from, and the defects to be marked."""

    stream: SoundStream | None
    checks: tuple[Check, ...]


def _try_quickly(con: Backend, store: LineStore, bill: Bill, rows: RawRows) -> _Written | None:
    try:
        return _write(con, store, bill, rows)
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, pa.ArrowInvalid, NotUtf8Error) as error:
        if bill.path.endswith(".parquet"):
            raise unsound_parquet(bill.path, error) from None
        # Ragged rows, stray quotes, other encodings: the exact road finds out which they are.
        return None


def _write(con: Backend, store: LineStore, bill: Bill, rows: RawRows) -> _Written:
    written = _copy(con, store, bill, rows, wide=False)
    if any(marks & TOO_LONG for marks in written.marks):
        written = _copy(con, store, bill, rows, wide=True)
    return written


def _copy(con: Backend, store: LineStore, bill: Bill, rows: RawRows, *, wide: bool) -> _Written:
    shown = _show_rows(con, bill, rows)
    lines = _statement(con, bill.layout, wide=wide)
    exact = "CAST(charge_day AS DATE) AS charge_day, CAST(charge_end_day AS DATE) AS charge_end_day"
    if bill.layout.entries:
        # A row whose credit can't be read goes to quarantine whole.
        exact += f", bit_or(failed) OVER (PARTITION BY {ROW}) AS failed"
    target = store.unfinished(store.lines(bill.key))
    # Each line has its row's number, and in any order they are written in half the time.
    con.con.execute("SET preserve_insertion_order = false")
    try:
        con.con.execute(
            f"COPY (SELECT * REPLACE ({exact}) FROM ({lines})) TO {sql_text(str(target))} "
            "(FORMAT parquet, COMPRESSION snappy)"
        )
    except duckdb.Error:
        if shown.stream is not None and shown.stream.refusal is not None:
            raise shown.stream.refusal from None
        raise
    finally:
        con.con.execute("RESET preserve_insertion_order")
    counted = "count(DISTINCT source_row)" if bill.layout.entries else "count(*)"
    found = con.con.execute(
        f"SELECT failed, {counted} FROM read_parquet({sql_text(str(target))}) GROUP BY failed"
    ).fetchall()
    return _Written(sum(count for _, count in found), dict(found), wide, shown.checks)


def _statement(con: Backend, layout: Layout, *, wide: bool) -> str:
    """Write the statement that brings rows to lines; bills of one form have the same one.

    Writing it takes as long as reading some hundred thousand lines.
    """
    schema = con.get_schema(_RAW)
    form = (repr(layout), wide, tuple(schema.items()))
    statement = _STATEMENTS.get(form)
    if statement is None:
        raw = ibis.table(schema, name=_RAW)
        statement = _STATEMENTS[form] = con.compile(normalise(layout, raw, wide=wide))
    return statement


def _show_rows(con: Backend, bill: Bill, rows: RawRows) -> _Shown:
    """Let the view of the file's rows begin anew; a run of batches can be read once."""
    first, stream = f"SELECT * FROM ({rows.relation}) LIMIT {FIRST_ROWS}", None
    if rows.batches is not None:
        batches = rows.batches()
        con.con.register(BATCHES, batches.reader)
        con.con.register(FIRST_BATCHES, batches.first)
        first, stream = f"SELECT * FROM {FIRST_BATCHES}", batches.stream
    checks = look_for_defects(con.con, bill.layout, rows.names, first)
    con.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {_RAW} AS SELECT {charge_key(rows.names)} AS {CHARGE_KEY}, "
        f"{mark_defects(checks)} AS {DEFECTS}, * FROM ({rows.relation})"
    )
    return _Shown(stream, checks)


def _finish(
    con: Backend, store: LineStore, bill: Bill, rows: RawRows, written: _Written
) -> LineFile:
    failed = _count_rules(written.marks, len(rows.malformed))
    rows_failed = sum(count for marks, count in written.marks.items() if marks)
    _refuse_hopeless(bill, rows_failed, written.row_count, failed)
    _write_failed(con, store, bill, rows, rows_failed)
    parts = _parts_of(con.con, store.unfinished(store.lines(bill.key)))
    line_file = LineFile(
        key=bill.key,
        layout=bill.layout.name,
        encoding=rows.encoding,
        is_wide=written.is_wide,
        rows_read=written.row_count + len(rows.malformed),
        rows_failed=rows_failed + len(rows.malformed),
        failed=failed,
        slices=_slices_of(parts),
        parts=parts,
        remarks=_remarks(con, store, bill, rows, written.checks),
    )
    store.finish(line_file)
    return line_file


def _remarks(
    con: Backend, store: LineStore, bill: Bill, rows: RawRows, checks: tuple[Check, ...]
) -> tuple[Remark, ...]:
    path = sql_text(str(store.unfinished(store.lines(bill.key))))
    lines = f"SELECT * FROM read_parquet({path})"
    return tuple(check_conformance(con.con, bill.layout, rows.names, checks, lines))


def _count_rules(marks: Mapping[int, int], malformed: int) -> dict[str, int]:
    counts = {
        rule.name: sum(count for mark, count in marks.items() if mark & rule.bit)
        for rule in BILL_RULES
    }
    counts[MALFORMED] = malformed
    return {name: count for name, count in counts.items() if count}


def _refuse_hopeless(bill: Bill, rows_failed: int, row_count: int, failed: dict[str, int]) -> None:
    if rows_failed < _FEWEST_HOPELESS or rows_failed <= _FAILED_SHARE * row_count:
        return
    worst = max(BILL_RULES, key=lambda rule: failed.get(rule.name, 0))
    raise FeedError(
        f"{bill.path} looks like {bill.layout.name}, but {rows_failed:,} of {row_count:,} rows "
        f"can't be used; {failed[worst.name]:,} don't meet {worst.name}: {worst.reason}",
        path=bill.path,
    )


def _write_failed(
    con: Backend, store: LineStore, bill: Bill, rows: RawRows, rows_failed: int
) -> None:
    connection = con.con
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_FAILED} ({_FAILED_COLUMNS})")
    if rows_failed:
        _show_rows(con, bill, rows)
        connection.execute(_failed_query(store, bill, rows))
    _append_malformed(connection, rows.malformed)
    target = store.unfinished(store.failed_rows(bill.key))
    connection.execute(
        f"COPY (SELECT * FROM {_FAILED} ORDER BY {ROW}) TO {sql_text(str(target))} (FORMAT parquet)"
    )
    connection.execute(f"DROP TABLE {_FAILED}")


def _failed_query(store: LineStore, bill: Bill, rows: RawRows) -> str:
    lines = f"read_parquet({sql_text(str(store.unfinished(store.lines(bill.key))))})"
    content = ", ".join(
        f"{sql_text(name)}: coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in rows.names
    )
    rules = ", ".join(
        f"CASE WHEN marks.failed & {rule.bit} <> 0 THEN {sql_text(rule.name)} END"
        for rule in BILL_RULES
    )
    reasons = ", ".join(
        f"CASE WHEN marks.failed & {rule.bit} <> 0 THEN {sql_text(rule.reason)} END"
        for rule in BILL_RULES
    )
    return (
        f"INSERT INTO {_FAILED} SELECT {ROW}, concat_ws('; ', {rules}), concat_ws(' ', {reasons}), "
        f"CAST(to_json({{{content}}}) AS VARCHAR) FROM {_RAW} JOIN "
        f"(SELECT DISTINCT {ROW}, failed FROM {lines} WHERE failed <> 0) AS marks USING ({ROW})"
    )


def _append_malformed(
    connection: duckdb.DuckDBPyConnection, malformed: Iterable[MalformedRow]
) -> None:
    for row in malformed:
        reason = (
            f"The row has {row.actual} fields where the header has {row.expected}. Look for a "
            "missing or extra comma, or a text with a comma and no quotation marks around it."
        )
        content = json.dumps({"row": row.text[:_LONGEST_CONTENT]}, ensure_ascii=False)
        connection.execute(
            f"INSERT INTO {_FAILED} VALUES (?, ?, ?, ?)", [row.number, MALFORMED, reason, content]
        )


def _parts_of(connection: duckdb.DuckDBPyConnection, lines: Path) -> tuple[BilledSlice, ...]:
    found = connection.execute(
        "SELECT provider, billing_account_id, billing_month, billing_currency, account_id, "
        "count(*), sum(billed_cost), min(charge_day), max(charge_day), "
        f"bit_xor({CHARGE_KEY}) "
        f"FROM read_parquet({sql_text(str(lines))}) WHERE failed = 0 GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple(
        BilledSlice(
            provider=str(provider),
            billing_account_id=str(billing_account),
            billing_month=str(month),
            billing_currency=str(currency),
            row_count=int(count),
            billed_cost=Decimal(cost),
            first_day=str(first),
            last_day=str(last),
            account_id=str(account),
            charges=int(charges),
        )
        for (provider, billing_account, month, currency, account, count, cost, first, last,
             charges) in found
    )  # fmt: skip


def _slices_of(parts: Iterable[BilledSlice]) -> tuple[BilledSlice, ...]:
    """Add the parts of all accounts up to what is billed together."""
    by_bill: dict[tuple[str, str, str, str], list[BilledSlice]] = defaultdict(list)
    for part in parts:
        by_bill[part.whole].append(part)
    return tuple(
        replace(
            found[0],
            row_count=sum(part.row_count for part in found),
            billed_cost=sum((part.billed_cost for part in found), Decimal(0)),
            first_day=min(part.first_day for part in found),
            last_day=max(part.last_day for part in found),
            account_id="",
            charges=0,
        )
        for found in by_bill.values()
    )
