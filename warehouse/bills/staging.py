"""Stage the bills: one relation of all their lines, and what became of each file and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from warehouse.bills.bill_findings import (
    STRAY,
    WARNED,
    repeated_finding,
    restated_finding,
    rules_of_rows,
    stray_finding,
    unfetched_finding,
)
from warehouse.bills.charges import LeftOut, UsedFile, create_charges
from warehouse.bills.fetch_failures import FetchFailure, read_failures
from warehouse.bills.identity import shared_charges
from warehouse.bills.intake import BillIntake, TakenBill, take_bills
from warehouse.bills.line_files import LineFile
from warehouse.bills.restatements import (
    FileSlice,
    Restatement,
    StrayCurrency,
    find_restatements,
    find_stray_currencies,
)
from warehouse.bills.stray_lines import quarantine_stray
from warehouse.feeds.inputs import BILL_FETCHES, BILLS, InputFile
from warehouse.feeds.raw_zone import kept_path
from warehouse.feeds.reader import sql_text
from warehouse.quality.accounts import FileRecord
from warehouse.quality.finding import Finding
from warehouse.quality.operations import append_rows
from warehouse.quality.results import write_results
from warehouse.schema.operations import bill_conformance


@dataclass(frozen=True, slots=True)
class StagedBills:
    """What staging the bills learnt: the files' records, rows passed by file, and findings."""

    records: tuple[FileRecord, ...] = ()
    passed: Mapping[tuple[int, int], int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def stage_bills(intake: BillIntake, files: Iterable[tuple[int, int, InputFile]]) -> StagedBills:
    """Read all bills into ``stg_charge`` and write what the build says about them.

    ``stg_charge`` has the columns of LINE_COLUMNS and only lines whose row passed. It is a view of
    the line files, and empty where there are no bills.
    """
    connection = intake.con.con
    taken = take_bills(intake, files)
    used = [UsedFile(one.source_id, one.lines) for one in taken if one.lines is not None]
    slices = [
        FileSlice(one.source_id, one.file.path, each)
        for one in taken
        if one.lines is not None
        for each in one.lines.slices
    ]
    restated = find_restatements(slices, shared_charges(connection, intake.store, used))
    gone = {(each.replaced.source_id, each.replaced.slice.bill) for each in restated}
    kept = [each for each in slices if (each.source_id, each.slice.bill) not in gone]
    strays = find_stray_currencies(kept)
    left_out = _left_out(slices, gone, strays)
    create_charges(connection, intake.store, used, left_out)
    _write_failed_rows(connection, intake, used)
    quarantine_stray(connection, intake.store, used, strays)
    failures = _failures(intake, taken)
    findings = tuple(_findings(taken, restated, strays, failures))
    _write_results(connection, used, strays, findings)
    _write_conformance(connection, used)
    if intake.store.folder.is_dir():
        intake.store.clean(each.lines.key for each in used)
    passed = _passed(slices, left_out)
    records = _records(taken, passed, strays, restated)
    return StagedBills(records, passed, findings)


def _left_out(
    slices: Iterable[FileSlice],
    gone: set[tuple[int, tuple[str, str, str]]],
    strays: Iterable[StrayCurrency],
) -> list[LeftOut]:
    stray = {(each.stray.source_id, each.stray.slice) for each in strays}
    return [
        LeftOut(each.source_id, each.slice)
        for each in slices
        if (each.source_id, each.slice.bill) in gone or (each.source_id, each.slice) in stray
    ]


def _passed(slices: Iterable[FileSlice], left_out: Iterable[LeftOut]) -> Counter[tuple[int, int]]:
    # Whose lines they are is found later, by attribution: here they are nobody's yet.
    passed: Counter[tuple[int, int]] = Counter()
    for each in slices:
        passed[each.source_id, 0] += each.slice.row_count
    for one in left_out:
        passed[one.source_id, 0] -= one.slice.row_count
    return +passed


def _records(
    taken: Iterable[TakenBill],
    passed: Mapping[tuple[int, int], int],
    strays: Iterable[StrayCurrency],
    restated: Iterable[Restatement],
) -> tuple[FileRecord, ...]:
    stray: Counter[int] = Counter()
    for each in strays:
        stray[each.stray.source_id] += each.stray.slice.row_count
    said: dict[int, list[str]] = {}
    for one in restated:
        said.setdefault(one.replaced.source_id, []).append(restated_finding(one).detail)
    records = []
    for file in taken:
        rows = 0
        if file.lines is not None:
            # Rows that another file says again are neither passed nor failed: they don't count.
            rows = (
                file.lines.rows_failed + stray[file.source_id] + passed.get((file.source_id, 0), 0)
            )
        message = " ".join(
            [*([file.message] if file.message else []), *said.get(file.source_id, [])]
        )
        records.append(_record(file, rows, message or None))
        if file.refused is not None:
            records.append(_record(file.refused, 0, file.refused.message))
    return tuple(records)


def _record(taken: TakenBill, rows: int, message: str | None) -> FileRecord:
    return FileRecord(
        source_id=taken.source_id,
        feed=taken.file.feed,
        path=taken.file.path,
        sha256=taken.file.sha256,
        byte_count=taken.file.byte_count,
        encoding=taken.lines.encoding if taken.lines is not None else "",
        status=taken.status,
        rows_read=rows,
        message=message,
    )


def _write_failed_rows(
    connection: duckdb.DuckDBPyConnection, intake: BillIntake, used: Iterable[UsedFile]
) -> None:
    for each in used:
        if each.lines.rows_failed:
            failed = sql_text(str(intake.store.failed_rows(each.lines.key)))
            connection.execute(
                f"INSERT INTO quarantined_row SELECT {each.source_id}, source_row, 0, '{BILLS}', "
                f"rules, reason, content FROM read_parquet({failed})"
            )


def _write_results(
    connection: duckdb.DuckDBPyConnection,
    used: Iterable[UsedFile],
    strays: Iterable[StrayCurrency],
    findings: Iterable[Finding],
) -> None:
    warned: Counter[tuple[str, int]] = Counter((each.rule, 0) for each in findings)
    bills = tuple(used)
    if not bills and not warned:
        return
    counts: Counter[tuple[str, int]] = Counter()
    for each in bills:
        for name, count in each.lines.failed.items():
            counts[name, 0] += count
    for one in strays:
        counts[STRAY.name, 0] += one.stray.slice.row_count
    write_results(connection, BILLS, rules_of_rows(), +counts)
    write_results(connection, BILLS, WARNED, warned)


def _write_conformance(connection: duckdb.DuckDBPyConnection, used: Iterable[UsedFile]) -> None:
    append_rows(
        connection,
        bill_conformance,
        (row for each in used for row in _conformance_rows(each.source_id, each.lines)),
    )


def _conformance_rows(
    source_id: int, lines: LineFile
) -> Iterable[tuple[int, int, str, str, str, str, int, str]]:
    for number, each in enumerate(lines.remarks, start=1):
        yield (
            source_id,
            number,
            lines.layout,
            each.column,
            each.level,
            each.rule,
            each.row_count,
            each.message,
        )


def _failures(intake: BillIntake, taken: Iterable[TakenBill]) -> list[FetchFailure]:
    return [
        failure
        for one in taken
        if one.file.feed == BILL_FETCHES and one.status != "refused"
        for failure in read_failures(kept_path(intake.raw_zone, one.file.sha256), one.file.path)
    ]


def _findings(
    taken: Iterable[TakenBill],
    restated: Iterable[Restatement],
    strays: Iterable[StrayCurrency],
    failures: Iterable[FetchFailure],
) -> Iterable[Finding]:
    for file in taken:
        if file.status == "repeated":
            yield repeated_finding(file)
    for each in restated:
        yield restated_finding(each)
    for one in strays:
        yield stray_finding(one)
    for failure in failures:
        yield unfetched_finding(failure)
