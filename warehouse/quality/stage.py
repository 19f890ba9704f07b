"""Take all input files into DuckDB: read strictly, judged, and each row accounted for."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import astuple, dataclass, field
from pathlib import Path

import duckdb
from ibis.backends.duckdb import Backend

from warehouse.bills.intake import BillIntake
from warehouse.bills.line_files import LineStore
from warehouse.bills.staging import StagedBills, stage_bills
from warehouse.errors import BuildError
from warehouse.feeds import FEEDS, Feed
from warehouse.feeds.inputs import BILLS, Inputs
from warehouse.feeds.soundness import MAX_FILE_BYTES
from warehouse.quality.accounts import (
    FileRecord,
    account_for_rows,
    count_outcomes,
    write_accounts,
)
from warehouse.quality.agency_holds import keep_currency, suspect_agencies
from warehouse.quality.findings import write_findings
from warehouse.quality.holds import CURRENCY, Previous, Suspicion, month_of, suspect_slices
from warehouse.quality.intake import Intake, take_file
from warehouse.quality.judge import LoadedFile, count_rows, gather, set_failed_aside
from warehouse.quality.operations import append_rows, create_operations, drop_scratch
from warehouse.quality.quarantine import quarantine_rows
from warehouse.quality.results import write_hold_results, write_row_results
from warehouse.schema.operations import held_slice

__all__ = ["Approvals", "Previous", "Staged", "stage"]

Approvals = frozenset[tuple[str, int, str, str]]
"""Feed, agency, month and content hash of each slice that somebody approved."""

_NEEDED = ("agencies", "usage_monthly")
"""Without a single row in these there is nothing to build."""


@dataclass(frozen=True, slots=True)
class Staged:
    """How many files and rows came in, and what became of them."""

    files_accepted: int
    files_refused: int
    rows_read: int
    rows_passed: int
    rows_failed: int
    rows_held: int


@dataclass(slots=True)
class _Ledger:
    """What is learnt on the way through the feeds."""

    records: list[FileRecord] = field(default_factory=list)
    held: Counter[tuple[int, int]] = field(default_factory=Counter)
    held_but_staged: Counter[tuple[int, int]] = field(default_factory=Counter)


def stage(
    con: Backend,
    inputs: Inputs,
    *,
    raw_zone: Path,
    line_store: Path,
    previous: Previous,
    approvals: Approvals,
    max_bytes: int = MAX_FILE_BYTES,
) -> Staged:
    """Stage every feed into ``stg_<feed>`` and write the operations tables beside them.

    A staging table has the feed's columns, typed, with ``source_id`` and ``source_row``, and only
    rows that passed and aren't held; an agency whose new currency is held is there with the one
    published before. A refused file is replaced by the version of it accepted last, if the raw
    zone has one. The lines of bills are kept in ``line_store`` and staged as ``stg_charge``.
    Raises BuildError where no agency or no usage is left.
    """
    connection: duckdb.DuckDBPyConnection = con.con
    create_operations(connection)
    ledger = _Ledger()
    with tempfile.TemporaryDirectory(prefix="exchequer-") as workspace:
        intake = Intake(connection, raw_zone, Path(workspace), previous.accepted, max_bytes)
        for feed in FEEDS:
            files = _take_files(intake, inputs, feed, ledger)
            _stage_feed(connection, feed, files, previous, approvals, ledger)
        bills = _stage_bills(con, intake, inputs, LineStore(line_store), previous, approvals)
    ledger.records.extend(bills.records)
    ledger.held.update(bills.held)
    return _close(connection, inputs, previous, ledger, bills)


def _stage_bills(
    con: Backend,
    intake: Intake,
    inputs: Inputs,
    store: LineStore,
    previous: Previous,
    approvals: Approvals,
) -> StagedBills:
    return stage_bills(
        BillIntake(
            con, intake.raw_zone, store, intake.workspace, intake.accepted_before, intake.max_bytes
        ),
        (
            (number, len(inputs.files) + number, file)
            for number, file in enumerate(inputs.files, start=1)
        ),
        previous.bills,
        frozenset((month, content) for feed, _, month, content in approvals if feed == BILLS),
    )


def _take_files(
    intake: Intake, inputs: Inputs, feed: Feed, ledger: _Ledger
) -> tuple[LoadedFile, ...]:
    loaded = []
    for number, file in enumerate(inputs.files, start=1):
        if file.feed != feed.name:
            continue
        taken = take_file(intake, file, number, len(inputs.files) + number)
        ledger.records.extend(taken.records)
        if taken.loaded is not None:
            loaded.append(taken.loaded)
    return tuple(loaded)


def _stage_feed(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: tuple[LoadedFile, ...],
    previous: Previous,
    approvals: Approvals,
    ledger: _Ledger,
) -> None:
    table = gather(connection, feed, files)
    if feed.name == "agencies":
        held = _unapproved(suspect_agencies(connection, table, previous), approvals)
        _keep_currencies(connection, table, held, previous, ledger)
    else:
        held = _unapproved(suspect_slices(connection, feed, table, previous), approvals)
        _take_out_held(connection, feed, table, held, ledger)
    append_rows(connection, held_slice, (astuple(each) for each in held))
    failed = set_failed_aside(connection, feed, table)
    connection.execute(f"DROP TABLE IF EXISTS stg_{feed.name}")
    connection.execute(f"ALTER TABLE {table} RENAME TO stg_{feed.name}")
    if files:
        quarantine_rows(connection, feed, failed, files)
        write_row_results(connection, feed, failed, files)
        write_hold_results(connection, feed, held)


def _unapproved(suspects: list[Suspicion], approvals: Approvals) -> list[Suspicion]:
    return [
        each
        for each in suspects
        if (each.feed, each.agency_id, each.month, each.content_hash) not in approvals
    ]


def _keep_currencies(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    held: list[Suspicion],
    previous: Previous,
    ledger: _Ledger,
) -> None:
    for each in held:
        if each.rule != CURRENCY.name:
            continue
        source_id = keep_currency(
            connection, table, each.agency_id, previous.currencies[each.agency_id]
        )
        ledger.held[source_id, each.agency_id] += 1
        ledger.held_but_staged[source_id, each.agency_id] += 1


def _take_out_held(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    table: str,
    held: list[Suspicion],
    ledger: _Ledger,
) -> None:
    for agency_id, month in sorted({(each.agency_id, each.month) for each in held}):
        condition = f"failed = 0 AND {feed.agency} = ? AND {month_of(feed)} = ?"
        counts = connection.execute(
            f"SELECT source_id, count(*) FROM {table} WHERE {condition} GROUP BY ALL",
            [agency_id, month],
        ).fetchall()
        for source_id, count in counts:
            ledger.held[source_id, agency_id] += count
        connection.execute(f"DELETE FROM {table} WHERE {condition}", [agency_id, month])


def _close(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    previous: Previous,
    ledger: _Ledger,
    bills: StagedBills,
) -> Staged:
    tallies = count_outcomes(
        connection,
        [(feed.name, feed.agency) for feed in FEEDS],
        ledger.held,
        ledger.held_but_staged,
        bills.passed,
    )
    files = account_for_rows(ledger.records, tallies)
    _require_rows(connection, files)
    write_findings(connection, inputs, previous, files, bills.findings)
    write_accounts(connection, files, tallies)
    drop_scratch(connection)
    return Staged(
        files_accepted=sum(file.status != "refused" for file in files),
        files_refused=sum(file.status == "refused" for file in files),
        rows_read=sum(file.rows_read for file in files),
        rows_passed=sum(file.rows_passed for file in files),
        rows_failed=sum(file.rows_failed for file in files),
        rows_held=sum(file.rows_held for file in files),
    )


def _require_rows(connection: duckdb.DuckDBPyConnection, files: tuple[FileRecord, ...]) -> None:
    for name in _NEEDED:
        if count_rows(connection, f"stg_{name}"):
            continue
        told = [_tell(file) for file in files if file.feed in _NEEDED]
        raise BuildError(
            f"No row of {name} can be used, so there is nothing to build. "
            + (" ".join(told) or f"There is no file of {' or '.join(_NEEDED)} at all.")
            + " Hand in a correct file; the build before stays in place."
        )


def _tell(file: FileRecord) -> str:
    if file.status == "refused":
        return f"{file.path} was refused: {file.message}"
    return (
        f"{file.path} was {file.status}: of {file.rows_read:,} rows {file.rows_passed:,} passed, "
        f"{file.rows_failed:,} failed and {file.rows_held:,} are held."
    )
