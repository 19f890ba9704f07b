"""Open a bill as rows of a table, strictly, whatever it is packed in.

CSV, plain or gzip, is read by DuckDB where it lies, and the number of rows is compared with the
number of lines; a file where these disagree is read row by row, with each malformed row set
aside, see :mod:`warehouse.feeds.exact_reader`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.errors import FeedError
from warehouse.feeds.exact_reader import MalformedRow, read_exactly
from warehouse.feeds.header import refuse_doubled_header
from warehouse.feeds.packed_text import read_packed_start, scan_packed_text
from warehouse.feeds.reader import sql_text
from warehouse.feeds.soundness import (
    MAX_FILE_BYTES,
    read_plain_text,
    refuse_nul,
    refuse_other_kinds,
)
from warehouse.feeds.unpacking import refused

ROW = "source_row"
CHARGE_KEY = "charge_key"
"""The column of a line file that tells charges apart; no column of a line."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_HEADER = 262_144
_EXACT_TABLE = "exact_bill"


@dataclass(frozen=True, slots=True)
class RawRows:
    """A bill's rows.

    ``relation`` is SQL that gives the file's columns, text or typed, in the file's order; with
    ``has_row_numbers`` also ``source_row``; without, row n of it is row n + 1 of the file.
    ``row_count`` is how many rows there must be, where that is known.
    """

    relation: str
    names: tuple[str, ...]
    has_row_numbers: bool
    encoding: str
    row_count: int | None = None
    malformed: tuple[MalformedRow, ...] = ()


def read_names(path: str, location: Path) -> tuple[str, ...]:
    """Read the names of a bill's columns as they stand in the file.

    Raises FeedError where its beginning isn't that of a table.
    """
    if path.endswith(".parquet"):
        return _parquet_names(path, location)
    if path.endswith(".gz"):
        start = read_packed_start(path, location, _LONGEST_HEADER)
    else:
        with location.open("rb") as stream:
            start = stream.read(_LONGEST_HEADER)
    refuse_other_kinds(path, start[:4096])
    if not start.startswith(_UTF_16):
        refuse_nul(path, start, 0)
    lines = _first_lines(start)
    if len(lines) > 1:
        refuse_doubled_header(path, lines[0], lines[1])
    try:
        names = tuple(name.strip() for name in next(csv.reader(lines[:1]), []))
    except csv.Error as error:
        raise refused(
            path, f"has no header that can be read ({error}), so isn't a table", "Export it again."
        ) from None
    _refuse_bad_names(path, names)
    return names


def open_quickly(
    path: str,
    location: Path,
    names: tuple[str, ...],
    workspace: Path,
    *,
    max_bytes: int = MAX_FILE_BYTES,
) -> RawRows | None:
    """Look through the file's bytes and give its rows for DuckDB to read where they lie.

    ``None`` where its lines can't be counted on, so that it has to be read exactly. Raises
    FeedError where it is cut off, damaged, no text, or too large.
    """
    if path.endswith(".parquet"):
        return RawRows(
            f"SELECT * FROM read_parquet({sql_text(str(location))})", names, False, "parquet"
        )
    if path.endswith(".gz"):
        seen = scan_packed_text(path, location, max_bytes=max_bytes)
        if not seen.is_utf8 or not seen.has_plain_lines:
            return None
        relation = _csv_relation(location, names, "gzip")
        return RawRows(relation, columns_of(names), False, seen.encoding, seen.line_count - 1)
    plain = read_plain_text(path, location, workspace, max_bytes=max_bytes)
    if not plain.has_plain_lines:
        return None
    relation = _csv_relation(plain.location, names, "none")
    return RawRows(relation, columns_of(names), False, plain.encoding, plain.line_count - 1)


def open_exactly(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    location: Path,
    names: tuple[str, ...],
    workspace: Path,
    *,
    max_bytes: int = MAX_FILE_BYTES,
) -> RawRows:
    """Read a CSV file row by row, with malformed rows set aside; blank lines are no rows.

    Raises FeedError where the file is cut off or most rows are malformed.
    """
    plain = read_plain_text(path, location, workspace, max_bytes=max_bytes)
    columns = columns_of(names)
    malformed = read_exactly(connection, plain, columns, _EXACT_TABLE)
    relation = f"SELECT * FROM {_EXACT_TABLE}"
    return RawRows(relation, columns, True, plain.encoding, None, malformed)


def columns_of(names: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name that no other has in DuckDB, which doesn't tell case apart.

    Tags of bills are columns too, and ``Owner`` and ``owner`` are two of them.
    """
    taken = {ROW, CHARGE_KEY}
    given = []
    for name in names:
        own, number = name, 1
        while own.lower() in taken:
            own, number = f"{name}_{number}", number + 1
        taken.add(own.lower())
        given.append(own)
    return tuple(given)


def with_row_numbers(rows: RawRows) -> RawRows:
    """Give each row its number, which costs: for layouts that make several lines of a row."""
    if rows.has_row_numbers:
        return rows
    relation = (
        f"SELECT CAST(row_number() OVER () + 1 AS INTEGER) AS {ROW}, * FROM ({rows.relation})"
    )
    return replace(rows, relation=relation, has_row_numbers=True)


def quoted(name: str) -> str:
    """Write a column's name so that no character of it gets in the way."""
    return '"' + name.replace('"', '""') + '"'


def _first_lines(start: bytes) -> list[str]:
    encoding = "utf-16" if start.startswith(_UTF_16) else "utf-8-sig"
    text = start[: len(start) // 2 * 2].decode(encoding, "replace")
    return io.StringIO(text).readlines(_LONGEST_HEADER)[:2]


def _refuse_bad_names(path: str, names: tuple[str, ...]) -> None:
    if len(names) == 1:
        for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in names[0]:
                raise refused(
                    path,
                    f"separates its columns by {called}",
                    "Export it with commas as separators.",
                )
    blank = [str(place) for place, name in enumerate(names, start=1) if not name]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if blank or doubled or any('"' in name for name in names):
        said = [f"column {place} has no name" for place in blank]
        said += [f"column {name!r} comes {names.count(name)} times" for name in doubled]
        said = said or ["a name holds a quotation mark"]
        raise FeedError(
            f"The header of {path} can't be used: {'; '.join(said)}. Export the bill again.",
            path=path,
            row=1,
        )


def _csv_relation(location: Path, names: tuple[str, ...], compression: str) -> str:
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in columns_of(names))
    return (
        f"SELECT * FROM read_csv({sql_text(str(location))}, auto_detect = false, header = false, "
        f"skip = 1, delim = ',', quote = '\"', escape = '\"', compression = '{compression}', "
        f"null_padding = false, strict_mode = true, columns = {{{columns}}})"
    )


def _parquet_names(path: str, location: Path) -> tuple[str, ...]:
    try:
        described = duckdb.execute(
            f"DESCRIBE SELECT * FROM read_parquet({sql_text(str(location))})"
        ).fetchall()
    except duckdb.Error as error:
        raise unsound_parquet(path, error) from None
    return tuple(str(row[0]) for row in described)


def unsound_parquet(path: str, error: duckdb.Error) -> FeedError:
    """Word the refusal of a Parquet file that can't be read."""
    first_line = str(error).splitlines()[0]
    return refused(
        path, f"isn't a sound Parquet file ({first_line})", "Write it and send it again."
    )
