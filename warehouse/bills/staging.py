"""Stage the bills: one relation of all their lines, and what became of each file and row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    waiting_findings,
)
from warehouse.bills.bill_holds import HOLD_RULES, BillApprovals, find_held
from warehouse.bills.billed_before import BilledBefore, SliceKey
from warehouse.bills.charges import LeftOut, UsedFile, create_charges
from warehouse.bills.fetch_failures import FetchFailure, read_failures
from warehouse.bills.held_slices import Fallback, fall_back, leave_out, write_counted, write_held
from warehouse.bills.identity import shared_charges
from warehouse.bills.intake import KEPT, BillIntake, TakenBill, take_bills
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
    """What staging the bills learnt: files' records, rows passed and held by file, findings."""

    records: tuple[FileRecord, ...] = ()
    passed: Mapping[tuple[int, int], int] = field(default_factory=dict)
    held: Mapping[tuple[int, int], int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Settled:
    """Which slices of which files count, and why the others don't."""

    taken: list[TakenBill]
    parts: list[FileSlice]
    restated: list[Restatement]
    strays: list[StrayCurrency]
    fallback: Fallback
    left_out: list[LeftOut]

    @property
    def counted(self) -> list[TakenBill]:
        """The files of which something may count, those of before among them."""
        return [*self.taken, *(one for one, _ in self.fallback.earlier)]


def stage_bills(
    intake: BillIntake,
    files: Iterable[tuple[int, int, InputFile]],
    before: Sequence[BilledBefore] = (),
    approved: BillApprovals = frozenset(),
) -> StagedBills:
    """Read all bills into ``stg_charge`` and write what the build says about them.

    ``before`` is what the published build counts; what leaps from it waits unless ``approved``.

    ``stg_charge`` has the columns of LINE_COLUMNS and only lines whose row passed. It is a view of
    the line files, and empty where there are no bills.
    """
    connection = intake.con.con
    numbered = list(files)
    next_id = max((spare_id for _, spare_id, _ in numbered), default=0) + 1
    settled = _settle(intake, take_bills(intake, numbered), before, approved, next_id)
    taken, strays = settled.taken, settled.strays
    used = _used(taken)
    create_charges(connection, intake.store, _used(settled.counted), settled.left_out)
    write_held(connection, settled.fallback.held)
    write_counted(connection, settled.counted, settled.left_out)
    _write_failed_rows(connection, intake, used)
    quarantine_stray(connection, intake.store, used, strays)
    failures = _failures(intake, taken)
    found = tuple(_findings(taken, settled.restated, strays, failures))
    findings = (*found, *waiting_findings(settled.fallback.held))
    _write_results(connection, used, strays, found, settled.fallback)
    _write_conformance(connection, used)
    if intake.store.folder.is_dir():
        intake.store.clean(each.lines.key for each in _used(settled.counted))
    passed = _passed(settled.parts, settled.left_out)
    held = _held(settled.fallback)
    return StagedBills(_records(settled, passed, held), passed, held, findings)


def _settle(
    intake: BillIntake,
    taken: list[TakenBill],
    before: Sequence[BilledBefore],
    approved: BillApprovals,
    next_id: int,
) -> _Settled:
    slices = _slices(taken)
    restated = find_restatements(slices, shared_charges(intake.con.con, intake.store, _used(taken)))
    gone = {(each.replaced.source_id, each.replaced.slice.bill) for each in restated}
    kept = [each for each in slices if (each.source_id, each.slice.bill) not in gone]
    strays = find_stray_currencies(kept)
    stray = {(each.stray.source_id, each.stray.slice) for each in strays}
    counts = {
        (each.source_id, each.slice.whole)
        for each in kept
        if (each.source_id, each.slice) not in stray
    }
    parts = _parts(taken)
    counting = [each for each in parts if (each.source_id, each.slice.whole) in counts]
    fallback = fall_back(
        intake, find_held(counting, before, approved), before, taken, parts, counting, next_id
    )
    back: dict[int, set[SliceKey]] = defaultdict(set)
    for each in fallback.back:
        back[each.source_id].add(each.slice.key)
    left_out = [LeftOut(each.source_id, each.slice) for each in fallback.waiting]
    for one in taken:
        if one.lines is not None and (
            out := [s for s in one.lines.slices if (one.source_id, s.whole) not in counts]
        ):
            left_out += leave_out(one.source_id, one.lines, back[one.source_id], of=out)
    return _Settled(
        taken=taken,
        parts=parts + _parts(one for one, _ in fallback.earlier),
        restated=[each for each in restated if not _is_back(each.replaced, parts, back)],
        strays=strays,
        fallback=fallback,
        left_out=left_out + fallback.rest_of_earlier,
    )


def _is_back(
    slice_: FileSlice, parts: Iterable[FileSlice], back: Mapping[int, Collection[SliceKey]]
) -> bool:
    """Tell whether all of a slice counts again because what restates it waits."""
    return all(
        each.slice.key in back.get(slice_.source_id, ())
        for each in parts
        if each.source_id == slice_.source_id and each.slice.whole == slice_.slice.whole
    )


def _used(taken: Iterable[TakenBill]) -> list[UsedFile]:
    return [UsedFile(one.source_id, one.lines) for one in taken if one.lines is not None]


def _slices(taken: Iterable[TakenBill]) -> list[FileSlice]:
    return [
        FileSlice(one.source_id, one.file.path, each)
        for one in taken
        if one.lines is not None
        for each in one.lines.slices
    ]


def _parts(taken: Iterable[TakenBill]) -> list[FileSlice]:
    return [
        FileSlice(one.source_id, one.file.path, each)
        for one in taken
        if one.lines is not None
        for each in one.lines.parts
    ]


def _held(fallback: Fallback) -> Counter[tuple[int, int]]:
    held: Counter[tuple[int, int]] = Counter()
    for each in fallback.waiting:
        held[each.source_id, 0] += each.slice.row_count
    return held


def _passed(slices: Iterable[FileSlice], left_out: Iterable[LeftOut]) -> Counter[tuple[int, int]]:
    # Whose lines they are is found later, by attribution: here they are nobody's yet.
    passed: Counter[tuple[int, int]] = Counter()
    for each in slices:
        passed[each.source_id, 0] += each.slice.row_count
    for one in left_out:
        passed[one.source_id, 0] -= one.slice.row_count
    return +passed


def _records(
    settled: _Settled,
    passed: Mapping[tuple[int, int], int],
    held: Mapping[tuple[int, int], int],
) -> tuple[FileRecord, ...]:
    stray: Counter[int] = Counter()
    for each in settled.strays:
        stray[each.stray.source_id] += each.stray.slice.row_count
    said: dict[int, list[str]] = {}
    for one in settled.restated:
        said.setdefault(one.replaced.source_id, []).append(restated_finding(one).detail)
    records = []
    for file in settled.counted:
        rows = 0
        if file.lines is not None:
            # Rows that another file says again are neither passed nor failed: they don't count.
            key = (file.source_id, 0)
            rows = stray[file.source_id] + passed.get(key, 0) + held.get(key, 0)
            if file.status != KEPT:
                rows += file.lines.rows_failed
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
    fallback: Fallback,
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
    waiting: Counter[tuple[str, int]] = Counter()
    for held in fallback.held:
        waiting[held.suspicion.rule, 0] += held.suspicion.row_count
    write_results(connection, BILLS, HOLD_RULES, waiting)


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
