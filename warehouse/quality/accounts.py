"""Account for every row: read = passed + failed + held, for each file and each agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace

import duckdb

from warehouse.errors import BuildError
from warehouse.quality.operations import append_rows
from warehouse.schema.operations import source_count, source_file

Tally = Mapping[tuple[int, int], int]
"""Rows by source_id and agency_id; agency 0 where a row names none that is known."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One row of source_file, in the order of its columns."""

    source_id: int
    feed: str
    path: str
    sha256: str
    byte_count: int
    encoding: str
    status: str
    rows_read: int
    rows_passed: int = 0
    rows_failed: int = 0
    rows_held: int = 0
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Tallies:
    """What became of the rows, by file and agency."""

    passed: Tally
    failed: Tally
    held: Tally


def count_outcomes(
    connection: duckdb.DuckDBPyConnection,
    feeds: Iterable[tuple[str, str]],
    held: Tally,
    held_but_staged: Tally,
    passed_of_bills: Tally,
) -> Tallies:
    """Count what lies in staging and in quarantine; ``feeds`` are (name, agency column).

    ``held_but_staged`` are rows that are held in part: staged with a value from before.
    ``passed_of_bills`` are counted already, as bills are read.
    """
    passed: Counter[tuple[int, int]] = Counter(passed_of_bills)
    for name, agency in feeds:
        found = connection.execute(
            f"SELECT source_id, coalesce({agency or '0'}, 0), count(*) FROM stg_{name} GROUP BY ALL"
        ).fetchall()
        for source_id, agency_id, count in found:
            passed[source_id, agency_id] += count
    passed.subtract(held_but_staged)
    failed = connection.execute(
        "SELECT source_id, agency_id, count(*) FROM quarantined_row GROUP BY ALL"
    ).fetchall()
    return Tallies(passed, {(row[0], row[1]): row[2] for row in failed}, held)


def account_for_rows(records: Iterable[FileRecord], tallies: Tallies) -> tuple[FileRecord, ...]:
    """Complete each file's record with what became of its rows.

    Raises BuildError where a row was lost or counted twice.
    """
    passed, failed, held = (
        _by_source(tally) for tally in (tallies.passed, tallies.failed, tallies.held)
    )
    return tuple(_complete(record, passed, failed, held) for record in records)


def write_accounts(
    connection: duckdb.DuckDBPyConnection, records: Iterable[FileRecord], tallies: Tallies
) -> None:
    """Write source_file and source_count."""
    files = {record.source_id: record for record in records}
    append_rows(connection, source_file, (astuple(record) for record in files.values()))
    tallied = {*tallies.passed, *tallies.failed, *tallies.held}
    agencies = Counter(source_id for source_id, _ in tallied)
    rows = (
        (*_count_row(key, tallies), *_name_of(files[key[0]], is_shared=agencies[key[0]] > 1))
        for key in sorted(tallied)
    )
    append_rows(connection, source_count, rows)


def _by_source(tally: Tally) -> Counter[int]:
    counted: Counter[int] = Counter()
    for (source_id, _), count in tally.items():
        counted[source_id] += count
    return counted


def _complete(
    record: FileRecord, passed: Counter[int], failed: Counter[int], held: Counter[int]
) -> FileRecord:
    source_id = record.source_id
    accounted = passed[source_id] + failed[source_id] + held[source_id]
    if record.rows_read != accounted:
        raise BuildError(
            f"{record.path}: of {record.rows_read:,} rows read {passed[source_id]:,} passed, "
            f"{failed[source_id]:,} failed and {held[source_id]:,} are held. This is a fault of "
            f"the program; the build before stays in place. Report it with this file."
        )
    return replace(
        record,
        rows_passed=passed[source_id],
        rows_failed=failed[source_id],
        rows_held=held[source_id],
    )


def _name_of(record: FileRecord, *, is_shared: bool) -> tuple[str, str]:
    return record.feed, "" if is_shared else record.path


def _count_row(key: tuple[int, int], tallies: Tallies) -> tuple[int, int, int, int, int, int]:
    passed, failed, held = (
        tally.get(key, 0) for tally in (tallies.passed, tallies.failed, tallies.held)
    )
    return (*key, passed + failed + held, passed, failed, held)
