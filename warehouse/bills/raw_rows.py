"""Open a bill as rows of a table, strictly, whatever it is packed in.

CSV, plain or gzip, is read where it lies, each line a row; a file where that doesn't hold is read
row by row, with each malformed row set aside, see :mod:`warehouse.feeds.exact_reader`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from warehouse.bills.conformance import DEFECTS, FIRST_ROWS
from warehouse.errors import FeedError
from warehouse.feeds.exact_reader import MalformedRow, read_exactly
from warehouse.feeds.header import refuse_doubled_header
from warehouse.feeds.reader import sql_text
from warehouse.feeds.sound_stream import SoundStream, read_start
from warehouse.feeds.soundness import (
    MAX_FILE_BYTES,
    read_plain_text,
    refuse_nul,
    refuse_other_kinds,
)
from warehouse.feeds.unpacking import refused

ROW = "source_row"
BATCHES = "bill_batches"
CHARGE_KEY = "charge_key"
"""The column of a line file that tells charges apart; no column of a line."""

FIRST_BATCHES = "bill_first_batches"

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_HEADER = 262_144
_BLOCK = 1 << 23
"""Bytes that are parsed at once; no line may be longer."""
_EXACT_TABLE = "exact_bill"


@dataclass(frozen=True, slots=True)
class RawRows:
    """A bill's rows.

    ``names`` are its columns, text or typed. ``relation`` is SQL that gives them, each with its
    number in the file as ``source_row``; where there are ``batches``, it has to be given a fresh
    run of them each time, under the name BATCHES.
    """

    relation: str
    names: tuple[str, ...]
    encoding: str
    batches: Callable[[], Batches] | None = None
    malformed: tuple[MalformedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Batches:
    """One run of a file's rows, its first rows besides, and the stream that they are read from."""

    reader: pa.RecordBatchReader
    first: pa.Table
    stream: SoundStream


def read_names(path: str, location: Path) -> tuple[str, ...]:
    """Read the names of a bill's columns as they stand in the file.

    Raises FeedError where its beginning isn't that of a table.
    """
    if path.endswith(".parquet"):
        return _parquet_names(path, location)
    start = read_start(path, location, _LONGEST_HEADER)
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
    path: str, location: Path, names: tuple[str, ...], *, max_bytes: int = MAX_FILE_BYTES
) -> RawRows:
    """Give the file's rows to be read where they lie, with its bytes looked at on the way.

    Reading them fails where a line isn't a row or the text isn't UTF-8; then the file has to be
    opened exactly.
    """
    columns = columns_of(names)
    if path.endswith(".parquet"):
        row = f"CAST(file_row_number + 2 AS INTEGER) AS {ROW}"
        return RawRows(
            f"SELECT {row}, * FROM read_parquet({sql_text(str(location))})", columns, "parquet"
        )
    batches = partial(read_batches, path, location, columns, max_bytes=max_bytes)
    has_bom = read_start(path, location, len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    encoding = "utf-8-sig" if has_bom else "utf-8"
    return RawRows(f"SELECT * FROM {BATCHES}", columns, encoding, batches)


def read_batches(path: str, location: Path, names: tuple[str, ...], *, max_bytes: int) -> Batches:
    """Read a CSV file whose every line is a row, as texts and their numbers, a piece at a time.

    Arrow reads text faster than DuckDB does, and gives rows in order, so that numbering them is
    cheap and nothing after has to keep the order. The first rows are read at once, and come again
    with the rest.
    """
    stream = SoundStream(path, location, max_bytes=max_bytes)
    reader = arrow_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK),
        parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    numbered = pa.schema([pa.field(ROW, pa.int32()), *reader.schema])

    def batches() -> Iterator[pa.RecordBatch]:
        first = 2
        for batch in reader:
            numbers = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int32))
            yield pa.record_batch([numbers, *batch.columns], schema=numbered)
            first += batch.num_rows

    following = batches()
    first: list[pa.RecordBatch] = []
    while sum(batch.num_rows for batch in first) < FIRST_ROWS and (batch := next(following, None)):
        first.append(batch)
    rows = pa.RecordBatchReader.from_batches(numbered, chain(first, following))
    return Batches(rows, pa.Table.from_batches(first, numbered).slice(0, FIRST_ROWS), stream)


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
    return RawRows(relation, columns, plain.encoding, None, malformed)


def columns_of(names: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name that no other has in DuckDB, which doesn't tell case apart.

    Tags of bills are columns too, and ``Owner`` and ``owner`` are two of them.
    """
    taken = {ROW, CHARGE_KEY, DEFECTS}
    given = []
    for name in names:
        own, number = name, 1
        while own.lower() in taken:
            own, number = f"{name}_{number}", number + 1
        taken.add(own.lower())
        given.append(own)
    return tuple(given)


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


def _parquet_names(path: str, location: Path) -> tuple[str, ...]:
    try:
        described = duckdb.execute(
            f"DESCRIBE SELECT * FROM read_parquet({sql_text(str(location))})"
        ).fetchall()
    except duckdb.Error as error:
        raise unsound_parquet(path, error) from None
    return tuple(str(row[0]) for row in described)


def unsound_parquet(path: str, error: Exception) -> FeedError:
    """Word the refusal of a Parquet file that can't be read."""
    first_line = str(error).splitlines()[0]
    return refused(
        path, f"isn't a sound Parquet file ({first_line})", "Write it and send it again."
    )
