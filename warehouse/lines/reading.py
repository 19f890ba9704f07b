"""Open the lines of bills at read time: the one module of web workers that knows DuckDB.

It is loaded when somebody first opens lines (see ``door``), keeps within a small share of memory,
reads nothing outside the folders of lines and downloads, and gives up on what takes too long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import duckdb

from warehouse.answering.recent import Recent
from warehouse.errors import NothingPublishedError, TooMuchError
from warehouse.lines.asking import LineFilter, LineForm, LineKey, LinePage, LineSort, LineTotals
from warehouse.lines.choosing import (
    ChosenFile,
    Place,
    choose_files,
    months_of_days,
    sources_of,
)
from warehouse.lines.columns import SHOWN
from warehouse.lines.condition import Condition, condition_of
from warehouse.lines.kept import DOWNLOADS, KeptBuild, LineFolder
from warehouse.lines.sorting import SORTED, read_value, write_value
from warehouse.lines.writing import select_for
from warehouse.question import Value
from warehouse.scope import Scope

PAGE_SECONDS = 15.0
FILE_SECONDS = 4 * 3600.0
"""A download is written as fast as it is taken: most of this is waiting for its receiver."""
_MEMORY = "384MB"
_THREADS = 2
_SUMS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")


class LineReader:
    """Read lines within a scope. May be shared by threads, but not by processes."""

    def __init__(self, var_dir: Path) -> None:
        self._folder = LineFolder(var_dir)
        self._writable = var_dir / DOWNLOADS
        self._kept: Recent[KeptBuild] = Recent(3)
        self._lock = Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def page(
        self,
        build_id: str,
        asked: LineFilter,
        scope: Scope,
        *,
        sort: LineSort,
        after: LineKey | None,
        limit: int,
    ) -> LinePage:
        """Give the lines that follow a place in an order, or the first ones."""
        kept = self._build(build_id)
        files = choose_files(kept, asked, scope)
        found: list[dict[str, Any]] = []
        for window in _windows(files, sort, after):
            found += self._read(window, asked, sort, after, limit + 1 - len(found))
            if len(found) > limit:
                break
        places = [one.place for one in files]
        rows = tuple(_plain(row, sources_of(kept, scope)) for row in found[:limit])
        _expect_in_scope(rows, scope)
        last = found[limit - 1] if len(found) > limit else None
        return LinePage(rows, None if last is None else str(_key_of(last, sort, places)))

    def totals(self, build_id: str, asked: LineFilter, scope: Scope) -> tuple[LineTotals, ...]:
        """Count lines and add them up, by the currency they are billed in."""
        files = choose_files(self._build(build_id), asked, scope)
        if not files:
            return ()
        condition, given = condition_of(asked)
        sums = ", ".join(f"sum({name})" for name in _SUMS)
        with self._cursor(PAGE_SECONDS) as cursor:
            found = cursor.execute(
                f"SELECT billing_currency, count(*), {sums} FROM {self._from(files)} "
                f"WHERE {condition} GROUP BY 1 ORDER BY 1",
                given,
            ).fetchall()
        return tuple(LineTotals(*row) for row in found)

    def write(
        self, build_id: str, asked: LineFilter, scope: Scope, form: LineForm, path: Path
    ) -> int:
        """Write lines into a file within the folder of downloads; give how many there are."""
        kept = self._build(build_id)
        files = choose_files(kept, asked, scope)
        condition, given = condition_of(asked)
        bills = sources_of(kept, scope)
        named = [bills.get(one.file.source) for one in files]
        lines = (
            f"SELECT *, CAST(file_index AS BIGINT) AS file_index FROM {self._from(files)} "
            f"WHERE {condition}"
            if files
            else None
        )
        statement = select_for(form, lines, named, path)
        with self._cursor(FILE_SECONDS) as cursor:
            found = cursor.execute(statement, given if files else []).fetchone()
        return int(found[0]) if found else 0

    def _build(self, build_id: str) -> KeptBuild:
        kept = self._kept.get(build_id)
        if kept is None:
            kept = self._folder.read_build(build_id)
            if kept is None:
                raise NothingPublishedError("The lines of bills are kept from the next build on.")
            self._kept.put(build_id, kept)
        return kept

    def _read(
        self,
        window: _Window,
        asked: LineFilter,
        sort: LineSort,
        after: LineKey | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        files = window.files
        parts, given = condition_of(asked)
        conditions = [parts]
        if window.days is not None:
            conditions.append("charge_day BETWEEN ? AND ?")
            given += window.days
        if after is not None:
            later, values = _following(files, sort, after)
            conditions.append(later)
            given += values
        direction = "DESC" if sort.descending else "ASC"
        by = SORTED[sort.by].sql
        order = ", ".join(f"{name} {direction}" for name in (by, "file_index", "file_row_number"))
        with self._cursor(PAGE_SECONDS) as cursor:
            # Places first and lines after: of all columns no more is read than of the lines found.
            places = cursor.execute(
                f"SELECT CAST(file_index AS BIGINT), file_row_number, {by} "
                f"FROM {self._from(files)} "
                f"WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {int(limit)}",
                given,
            ).fetchall()
            lines = self._lines_at(cursor, files, [(file, row) for file, row, _ in places])
        return [lines[file, row] | {"sorted_by": value} for file, row, value in places]

    def _lines_at(
        self,
        cursor: duckdb.DuckDBPyConnection,
        files: Sequence[ChosenFile],
        places: Sequence[tuple[int, int]],
    ) -> dict[tuple[int, int], dict[str, Any]]:
        """Read the lines at some places, a number of a file and one of a row."""
        if not places:
            return {}
        numbers = sorted({file for file, _ in places})
        opened = [files[number] for number in numbers]
        wanted = ", ".join(
            f"({numbers.index(file)}::UBIGINT, {int(row)}::BIGINT)" for file, row in places
        )
        columns = ", ".join(f"{sql} AS {name}" for name, sql in SHOWN.items())
        cursor.execute(
            f"SELECT {columns}, CAST(file_index AS BIGINT) AS file_index, file_row_number "
            f"FROM {self._from(opened)} WHERE (file_index, file_row_number) IN ({wanted})"
        )
        names = [one[0] for one in cursor.description or ()]
        found = {}
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            chosen = opened[row["file_index"]]
            found[numbers[row["file_index"]], row["file_row_number"]] = row | {"chosen": chosen}
        return found

    def _from(self, files: Sequence[ChosenFile]) -> str:
        paths = ", ".join(_quoted(str(self._folder.path / one.file.path)) for one in files)
        # Costs of different widths have to be brought to one; that takes opening every file.
        is_mixed = len({one.file.is_wide for one in files}) > 1
        return f"read_parquet([{paths}], union_by_name = {str(is_mixed).lower()})"

    @contextmanager
    def _cursor(self, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._connection is None:
                self._connection = _connect(self._folder.path, self._writable)
            cursor = self._connection.cursor()
        timer = Timer(seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        except duckdb.InterruptException:
            raise TooMuchError(
                "Looking through these lines takes too long. Choose fewer months or one MDA."
            ) from None
        except duckdb.OutOfMemoryException:
            raise TooMuchError(
                "These are more lines than can be ordered at once. Choose fewer months or one MDA."
            ) from None
        finally:
            timer.cancel()
            cursor.close()


class _Window:
    """Files to be read together, and the days to be read of them where not all are."""

    def __init__(self, files: Sequence[ChosenFile], days: tuple[date, date] | None = None) -> None:
        self.files = files
        self.days = days


def _windows(
    files: Sequence[ChosenFile], sort: LineSort, after: LineKey | None
) -> Iterator[_Window]:
    """Give what is to be read one after the other: days in their order, amounts all at once."""
    if sort.by != "day":
        if files:
            yield _Window(files)
        return
    for first, last in months_of_days(files, descending=sort.descending):
        if after is not None and (
            first > after.value[:7] if sort.descending else last < after.value[:7]
        ):
            continue
        within = [
            one
            for one in files
            if one.file.first_day[:7] <= last and one.file.last_day[:7] >= first
        ]
        days = date.fromisoformat(f"{first}-01"), _last_day(last)
        yield _Window(within, days)


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _following(files: Sequence[ChosenFile], sort: LineSort, after: LineKey) -> Condition:
    """Give the condition of what comes after a key; its file need not be among those opened."""
    at = bisect_left([one.place for one in files], (after.month, after.agency_id, after.part))
    by, is_after = SORTED[sort.by], "<" if sort.descending else ">"
    has_file = at < len(files) and files[at].place == (after.month, after.agency_id, after.part)
    # Between two files: all of the later one follow, none of the earlier.
    row = after.row if has_file else -1
    value = read_value(by.kind, after.value)
    return (
        f"({by.sql} {is_after} ? OR ({by.sql} = ? AND (file_index {is_after} ? OR "
        f"(file_index = ? AND file_row_number {is_after} ?))))",
        [value, value, at, at, row],
    )


def _key_of(row: Mapping[str, Any], sort: LineSort, places: Sequence[Place]) -> LineKey:
    month, agency_id, part = row["chosen"].place
    written = write_value(SORTED[sort.by].kind, row["sorted_by"])
    return LineKey(written, month, agency_id, part, row["file_row_number"])


def _plain(row: Mapping[str, Any], sources: Mapping[str, str]) -> Mapping[str, Value]:
    """Write a line with exact amounts as texts, and where it came from if that may be told."""
    shown = {name: _text(row[name]) for name in SHOWN}
    path = sources.get(row["chosen"].file.source)
    shown["source"], shown["source_row"] = path, row["source_row"] if path else None
    return shown


def _text(value: Any) -> Value:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    return value.isoformat() if isinstance(value, date) else value


def _expect_in_scope(rows: Sequence[Mapping[str, Value]], scope: Scope) -> None:
    """Stop if a line of somebody else has come through all the same."""
    if not scope.is_government and any(
        not row["agency_id"] or not scope.covers(int(str(row["agency_id"]))) for row in rows
    ):
        raise RuntimeError("A line outside the reader's scope was read.")


def _connect(folder: Path, writable: Path) -> duckdb.DuckDBPyConnection:
    writable.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": _MEMORY,
            "threads": _THREADS,
            "temp_directory": str(writable / "spill"),
            "max_temp_directory_size": "20GB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    allowed = ", ".join(_quoted(str(path)) for path in (folder, writable))
    for setting in (
        "SET parquet_metadata_cache = true",
        f"SET allowed_directories = [{allowed}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
