"""Read one file strictly: every field as text first, with the number of its row.

Nearly all files take the quick road: DuckDB reads them in parallel, and the number of rows is
checked against the number of lines. A file where these disagree takes the exact road of
:mod:`warehouse.feeds.exact_reader`, which sets each malformed row aside with its number.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from warehouse.errors import FeedError
from warehouse.feeds.exact_reader import MalformedRow, read_exactly
from warehouse.feeds.feed import Feed, Kind
from warehouse.feeds.header import match_header, match_names, refuse_doubled_header
from warehouse.feeds.inventories import INVENTORIES
from warehouse.feeds.inventory_reader import load_inventory
from warehouse.feeds.provider_policies import PROVIDER_POLICIES
from warehouse.feeds.provider_policy_reader import load_policies
from warehouse.feeds.provider_recommendation_reader import load_recommendations
from warehouse.feeds.provider_recommendations import PROVIDER_RECOMMENDATIONS
from warehouse.feeds.soundness import MAX_FILE_BYTES, PlainText, read_plain_text

_MAX_HEADER_CHARACTERS = 65_536

_LOADERS: Final[Mapping[str, Callable[[duckdb.DuckDBPyConnection, PlainText, str], str]]] = {
    INVENTORIES.name: load_inventory,
    PROVIDER_POLICIES.name: load_policies,
    PROVIDER_RECOMMENDATIONS.name: load_recommendations,
}
"""What reads the feeds that take whatever a provider exports."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """A file's rows as text.

    ``relation`` is SQL that gives the feed's columns as VARCHAR, a missing optional one as NULL,
    in the file's order. With ``has_row_numbers`` it also gives ``source_row``; without, row n of
    the relation is row n + 1 of the file.
    """

    relation: str
    has_row_numbers: bool
    encoding: str
    malformed: tuple[MalformedRow, ...] = ()


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    path: str,
    location: Path,
    workspace: Path,
    load: Callable[[TextRows], int],
    *,
    table: str,
    max_bytes: int = MAX_FILE_BYTES,
) -> TextRows:
    """Read one file through ``load``, which takes the rows into a table and returns their number.

    ``load`` may be called twice: a quick try that turns out not to match the file's lines is
    made again exactly, with ``table`` to hold the rows. Raises FeedError where the file can't be
    what it claims to be.
    """
    if path.endswith(".parquet"):
        rows = _parquet_rows(connection, feed, path, location)
        load(rows)
        return rows
    plain = read_plain_text(path, location, workspace, max_bytes=max_bytes)
    if feed.takes_any_name:
        load_any = _LOADERS[feed.name]
        try:
            relation = load_any(connection, plain, table)
        except (RecursionError, UnicodeError, ArithmeticError, csv.Error):
            # One file that nests without end, holds half a character, or a number beyond all
            # bounds, stops no build.
            raise FeedError(
                f"{path} holds what can't be read: text that isn't whole, fields or numbers that "
                "are too long, or too much inside one another. Export it again.",
                path=path,
            ) from None
        rows = TextRows(relation, True, plain.encoding)
        load(rows)
        return rows
    names = _header_of(feed, plain)
    if plain.has_plain_lines:
        rows = TextRows(_quick_relation(feed, plain.location, names), False, plain.encoding)
        if _is_loaded_whole(rows, load, plain.line_count - 1):
            return rows
    malformed = read_exactly(connection, plain, names, table)
    relation = f"SELECT source_row, {_columns(feed, names)} FROM {table}"
    rows = TextRows(relation, True, plain.encoding, malformed)
    load(rows)
    return rows


def sql_text(value: str) -> str:
    """Write ``value`` as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def _is_loaded_whole(rows: TextRows, load: Callable[[TextRows], int], expected: int) -> bool:
    try:
        return load(rows) == expected
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        # Ragged rows and stray quotes: the exact road finds out which rows they are.
        return False


def _header_of(feed: Feed, plain: PlainText) -> tuple[str, ...]:
    encoding = "utf-8-sig" if plain.encoding == "utf-8-sig" else "utf-8"
    with plain.location.open(encoding=encoding, newline="") as stream:
        first = stream.readline(_MAX_HEADER_CHARACTERS)
        second = stream.readline(_MAX_HEADER_CHARACTERS)
    names = match_header(feed, plain.path, first)
    refuse_doubled_header(plain.path, first, second)
    return names


def _quick_relation(feed: Feed, location: Path, names: tuple[str, ...]) -> str:
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in names)
    return (
        f"SELECT {_columns(feed, names)} FROM read_csv({sql_text(str(location))}, "
        "auto_detect = false, header = false, skip = 1, delim = ',', quote = '\"', "
        "escape = '\"', compression = 'none', null_padding = false, strict_mode = true, "
        f"columns = {{{columns}}})"
    )


def _columns(feed: Feed, names: tuple[str, ...]) -> str:
    return ", ".join(
        f'"{name}"' if name in names else f'CAST(NULL AS VARCHAR) AS "{name}"'
        for name in feed.column_names
    )


def _parquet_rows(
    connection: duckdb.DuckDBPyConnection, feed: Feed, path: str, location: Path
) -> TextRows:
    source = f"read_parquet({sql_text(str(location))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise FeedError(
            f"{path} isn't a sound Parquet file ({first_line}). Write it again and hand it in.",
            path=path,
        ) from None
    types = {str(row[0]): str(row[1]) for row in described}
    match_names(feed, path, tuple(types))
    casts = ", ".join(_as_text(feed, name, types.get(name, "")) for name in feed.column_names)
    return TextRows(f"SELECT {casts} FROM {source}", False, "parquet")


def _as_text(feed: Feed, name: str, type_: str) -> str:
    if not type_:
        return f'CAST(NULL AS VARCHAR) AS "{name}"'
    if feed.column(name).kind is Kind.INSTANT and type_.startswith(("TIMESTAMP", "DATE")):
        return f'strftime(CAST("{name}" AS TIMESTAMP), \'%Y-%m-%dT%H:%M\') AS "{name}"'
    return f'CAST("{name}" AS VARCHAR) AS "{name}"'
