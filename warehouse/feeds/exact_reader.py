"""Read a CSV file row by row where its lines and its rows don't match.

Slower than the quick road, and used for the few files with blank lines, line breaks in fields,
or malformed rows: each of these is set aside with its number and what it held.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

import duckdb
import pyarrow as pa

from warehouse.errors import FeedError
from warehouse.feeds.soundness import PlainText

_BATCH = 50_000
_MALFORMED_SHARE = 0.5
"""A file with a larger share of malformed rows isn't the table it claims to be."""


@dataclass(frozen=True, slots=True)
class MalformedRow:
    """A row with too few or too many fields; the header is row 1."""

    number: int
    expected: int
    actual: int
    text: str


@dataclass(slots=True)
class _Lines:
    """Hands lines to the CSV parser and remembers those of the row being parsed."""

    stream: TextIO
    pending: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        for line in self.stream:
            self.pending.append(line)
            yield line

    def take(self) -> str:
        text = "".join(self.pending)
        self.pending.clear()
        return text


def read_exactly(
    connection: duckdb.DuckDBPyConnection, plain: PlainText, names: tuple[str, ...], table: str
) -> tuple[MalformedRow, ...]:
    """Put the well-formed rows into ``table`` with their numbers; return the malformed ones.

    Blank lines are counted in the numbers, and are otherwise no rows. Raises FeedError where the
    file is cut off, a quotation mark is never closed, or most rows are malformed.
    """
    columns = ", ".join(f'"{name}" VARCHAR' for name in names)
    connection.execute(f"CREATE OR REPLACE TABLE {table} (source_row INTEGER, {columns})")
    malformed: list[MalformedRow] = []
    batch: list[list[str]] = []
    numbers: list[int] = []
    good = 0
    for number, fields, text in _records(plain):
        if len(fields) != len(names):
            malformed.append(MalformedRow(number, len(names), len(fields), text.rstrip("\r\n")))
            continue
        numbers.append(number)
        batch.append(fields)
        if len(batch) == _BATCH:
            good += _flush(connection, table, names, numbers, batch)
    good += _flush(connection, table, names, numbers, batch)
    _refuse_hopeless(plain, malformed, good)
    return tuple(malformed)


def _records(plain: PlainText) -> Iterator[tuple[int, list[str], str]]:
    encoding = "utf-8-sig" if plain.encoding == "utf-8-sig" else "utf-8"
    number = 1
    text = ""
    with plain.location.open(encoding=encoding, newline="") as stream:
        lines = _Lines(stream)
        rows = csv.reader(lines)
        try:
            next(rows, None)
            lines.take()
            for fields in rows:
                number += 1
                text = lines.take()
                if fields:
                    yield number, fields, text
        except csv.Error as error:
            raise _unclosed(plain.path, number + 1, str(error)) from None
    # Only a row whose quotation mark was still open can hold an odd number and line breaks.
    if text.count('"') % 2 and len(text.splitlines()) > 1:
        raise _unclosed(plain.path, number, "the file ends inside a quoted field")


def _flush(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    names: tuple[str, ...],
    numbers: list[int],
    batch: list[list[str]],
) -> int:
    if not batch:
        return 0
    arrays = [pa.array(values, pa.string()) for values in zip(*batch, strict=True)]
    rows = pa.table([pa.array(numbers, pa.int32()), *arrays], names=["source_row", *names])
    connection.register("exact_batch", rows)
    connection.execute(f"INSERT INTO {table} SELECT * FROM exact_batch")
    connection.unregister("exact_batch")
    count = len(batch)
    numbers.clear()
    batch.clear()
    return count


def _refuse_hopeless(plain: PlainText, malformed: list[MalformedRow], good: int) -> None:
    if not malformed:
        return
    last = malformed[-1]
    if not plain.ends_with_newline and last.actual < last.expected and _is_last(plain, last):
        raise FeedError(
            f"{plain.path} is cut off: row {last.number}, the last, has {last.actual} of "
            f"{last.expected} fields and no end of line. Send the whole file again.",
            path=plain.path,
            row=last.number,
        )
    if len(malformed) > _MALFORMED_SHARE * (good + len(malformed)):
        first = malformed[0]
        raise FeedError(
            f"{plain.path} isn't the table it claims to be: {len(malformed):,} of "
            f"{good + len(malformed):,} rows have a wrong number of fields (row {first.number} "
            f"has {first.actual} instead of {first.expected}). Export it again as CSV.",
            path=plain.path,
            row=first.number,
        )


def _is_last(plain: PlainText, row: MalformedRow) -> bool:
    with plain.location.open("rb") as stream:
        stream.seek(max(0, plain.location.stat().st_size - len(row.text.encode())))
        return stream.read() == row.text.encode()


def _unclosed(path: str, number: int, what: str) -> FeedError:
    return FeedError(
        f"{path} can't be read from row {number} on: {what}. Most likely a quotation mark is "
        f"opened there and never closed; correct it and hand the file in again.",
        path=path,
        row=number,
    )
