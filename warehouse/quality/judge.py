"""Judge the rows of one feed: type every field and mark, in bits, the rules that each row fails.

One pass over each file, inside DuckDB. The text of a row is fetched again only if it failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.feeds.feed import Column, Feed, Kind
from warehouse.feeds.reader import TextRows
from warehouse.quality.rules import (
    CONFLICTING,
    NARROW,
    OTHER_COUNTRY,
    REPEATED,
    TOO_LONG,
    UNKNOWN_AGENCY,
    mark_unread,
    rules_of,
    sql_type,
    typed,
)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file whose rows lie, typed and marked, in ``judged_<source_id>``."""

    source_id: int
    path: str
    rows: TextRows


def bits_of(feed: Feed) -> dict[str, int]:
    """Return the bit that stands for each rule in column ``failed``."""
    return {rule.name: 1 << place for place, rule in enumerate(rules_of(feed))}


def judge_rows(
    connection: duckdb.DuckDBPyConnection, feed: Feed, rows: TextRows, source_id: int
) -> int:
    """Type and mark one file's rows into ``judged_<source_id>`` and return their number."""
    table = f"judged_{source_id}"
    _judge(connection, feed, rows, table, wide=False)
    if count_rows(connection, f"{table} WHERE failed >= {TOO_LONG}"):
        _judge(connection, feed, rows, table, wide=True)
    return count_rows(connection, table)


def text_columns(feed: Feed, source: str = "") -> str:
    """Return SQL that gives each column's text as ``t_<name>``, NULL where it is blank.

    ``source`` is the alias of the relation, with its point, where names would be ambiguous.
    """
    return ", ".join(
        f"{_stripped(column, source + quoted(column.name))} AS t_{column.name}"
        for column in feed.columns
    )


def gather(connection: duckdb.DuckDBPyConnection, feed: Feed, files: tuple[LoadedFile, ...]) -> str:
    """Bring the files of a feed into one table, ``judged_<feed>``, and judge rows in company.

    Marks unknown agencies, other countries than the agency's, repeated and conflicting rows.
    Returns the table's name.
    """
    table = f"judged_{feed.name}"
    columns = ", ".join(f"rows.{name}" for name in feed.column_names)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT {columns}, rows.source_id, rows.source_row, "
        f"rows.failed{_company_marks(feed)} AS failed "
        f"FROM ({_all_files(feed, files)}) AS rows{_agency_join(feed)}"
    )
    for file in files:
        connection.execute(f"DROP TABLE judged_{file.source_id}")
    _mark_doubled(connection, feed, table, files)
    return table


def set_failed_aside(connection: duckdb.DuckDBPyConnection, feed: Feed, table: str) -> str:
    """Move the failed rows' marks into a table of their own, and return its name.

    What is left in ``table`` is the staging table.
    """
    agency = feed.agency or "CAST(NULL AS INTEGER) AS agency_id"
    failed = f"failed_{feed.name}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {failed} AS "
        f"SELECT {agency}, source_id, source_row, failed FROM {table} WHERE failed <> 0"
    )
    if count_rows(connection, failed):
        connection.execute(f"DELETE FROM {table} WHERE failed <> 0")
    connection.execute(f"ALTER TABLE {table} DROP COLUMN failed")
    return failed


def count_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Return the number of rows of a table or of ``table WHERE condition``."""
    found = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(found[0]) if found else 0


def content_of(feed: Feed) -> str:
    """Return SQL that writes all a row says as one text, the same in either width of amounts."""
    parts = ", ".join(
        f"'{column.name}': CAST({column.name} AS {sql_type(column, wide=True)})"
        for column in feed.columns
    )
    return f"CAST(to_json({{{parts}}}) AS VARCHAR)"


def quoted(name: str) -> str:
    """Write a column's name so that no keyword gets in its way."""
    return f'"{name}"'


def _judge(
    connection: duckdb.DuckDBPyConnection, feed: Feed, rows: TextRows, table: str, *, wide: bool
) -> None:
    marks = " | ".join(_marks(feed, wide=wide))
    numbers = "source_row, " if rows.has_row_numbers else ""
    names = ", ".join(feed.column_names)
    columns = ", ".join(f"{typed(column, wide=wide)} AS {column.name}" for column in feed.columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS "
        f"SELECT {numbers}{names}, CAST({marks} AS BIGINT) AS failed FROM ("
        f"SELECT *, {columns} FROM ("
        f"SELECT {numbers}{text_columns(feed)} FROM ({rows.relation})))"
    )


def _marks(feed: Feed, *, wide: bool) -> Iterator[str]:
    bits = bits_of(feed)
    narrow = {
        f"{column.name}_can_be_read": column
        for column in feed.columns
        if sql_type(column, wide=wide) == NARROW
    }
    for rule in rules_of(feed):
        if rule.fails:
            column = narrow.get(rule.name)
            mark = mark_unread(column, bits) if column else bits[rule.name]
            yield f"CASE WHEN {rule.fails} THEN {mark} ELSE 0 END"


def _stripped(column: Column, source: str) -> str:
    if column.kind is not Kind.TEXT:
        return f"nullif({source}, '')"
    # Padded texts are rare, and stripping every text costs more than reading the file.
    return (
        f"CASE WHEN starts_with({source}, ' ') OR ends_with({source}, ' ') "
        f"THEN nullif(trim({source}), '') ELSE nullif({source}, '') END"
    )


def _all_files(feed: Feed, files: tuple[LoadedFile, ...]) -> str:
    names = ", ".join(feed.column_names)
    parts = [
        f"SELECT {names}, {file.source_id} AS source_id, "
        f"{'source_row' if file.rows.has_row_numbers else 'CAST(rowid + 2 AS INTEGER)'} "
        f"AS source_row, failed FROM judged_{file.source_id}"
        for file in files
    ]
    types = ", ".join(
        f"CAST(NULL AS {sql_type(column)}) AS {column.name}" for column in feed.columns
    )
    empty = (
        f"SELECT {types}, CAST(NULL AS INTEGER) AS source_id, CAST(NULL AS INTEGER) AS source_row, "
        "CAST(0 AS BIGINT) AS failed WHERE false"
    )
    return " UNION ALL ".join([empty, *parts])


def _company_marks(feed: Feed) -> str:
    bits = bits_of(feed)
    marks = ""
    if UNKNOWN_AGENCY in bits:
        marks += (
            f" + CASE WHEN rows.{feed.agency} IS NOT NULL AND known.agency_id IS NULL "
            f"THEN {bits[UNKNOWN_AGENCY]} ELSE 0 END"
        )
    if OTHER_COUNTRY in bits:
        marks += (
            " + CASE WHEN rows.country_code <> known.country_code "
            f"THEN {bits[OTHER_COUNTRY]} ELSE 0 END"
        )
    return marks


def _agency_join(feed: Feed) -> str:
    if UNKNOWN_AGENCY not in bits_of(feed):
        return ""
    return f" LEFT JOIN stg_agencies AS known ON known.agency_id = rows.{feed.agency}"


def _mark_doubled(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, files: tuple[LoadedFile, ...]
) -> None:
    """Mark rows that share a key and write into ``row_note`` which other row they meet.

    Of rows that are alike in every column the first is kept; where they differ, none is.
    """
    keys = ", ".join(feed.key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT {keys} FROM {table} "
        f"WHERE failed = 0 GROUP BY ALL HAVING count(*) > 1"
    )
    if count_rows(connection, "doubled") == 0:
        return
    bits = bits_of(feed)
    paths = {"source_id": [f.source_id for f in files], "path": [f.path for f in files]}
    connection.register("path_of", pa.table(paths))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT source_id, source_row,
          min(content) OVER same <> max(content) OVER same AS differs,
          row_number() OVER ranked AS place,
          first_value(source_id) OVER ranked AS first_id,
          first_value(source_row) OVER ranked AS first_row,
          lead(source_id) OVER ranked AS next_id, lead(source_row) OVER ranked AS next_row
        FROM (SELECT *, {content_of(feed)} AS content
              FROM {table} SEMI JOIN doubled USING ({keys}) WHERE failed = 0)
        WINDOW same AS (PARTITION BY {keys}),
               ranked AS (PARTITION BY {keys} ORDER BY source_id, source_row)
        """
    )
    connection.execute(
        f"UPDATE {table} SET failed = CASE WHEN differs THEN {bits[CONFLICTING]} "
        f"ELSE {bits[REPEATED]} END FROM met WHERE met.source_id = {table}.source_id "
        f"AND met.source_row = {table}.source_row AND (differs OR place > 1)"
    )
    connection.execute(
        f"""
        INSERT INTO row_note
        SELECT met.source_id, met.source_row, CASE
          WHEN differs THEN 'Has the same {keys} as row ' ||
            CASE WHEN place = 1 THEN next_row ELSE first_row END || ' of ' || other.path ||
            ', with other values. Neither is used: keep one of them.'
          ELSE 'Is the same as row ' || first_row || ' of ' || other.path ||
            ', which is used. Delete this one.' END
        FROM met JOIN path_of AS other
          ON other.source_id = CASE WHEN place = 1 THEN next_id ELSE first_id END
        WHERE differs OR place > 1
        """
    )
