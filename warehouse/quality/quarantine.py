"""Put failed rows into quarantine: with the rules they failed, the reason, and what they held."""

from __future__ import annotations

import json

import duckdb

from warehouse.feeds.exact_reader import MalformedRow
from warehouse.feeds.feed import Feed
from warehouse.quality.judge import LoadedFile, bits_of, count_rows, text_columns
from warehouse.quality.operations import append_rows
from warehouse.quality.rules import MALFORMED, rules_of
from warehouse.schema.operations import quarantined_row

_LONGEST_CONTENT = 4_000
"""Characters of a malformed row that are kept; the original in the raw zone has them all."""


def quarantine_rows(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, files: tuple[LoadedFile, ...]
) -> None:
    """Write the rows of ``failed_<feed>`` and the malformed ones into quarantined_row.

    Needs stg_agencies: a row's agency is told only where agencies.csv knows it.
    """
    for file in files:
        append_rows(
            connection,
            quarantined_row,
            (_malformed(feed, file, row) for row in file.rows.malformed),
        )
        if count_rows(connection, f"{table} WHERE source_id = {file.source_id}"):
            _quarantine_file(connection, feed, table, file)


def agency_of(feed: Feed) -> str:
    """Return SQL for whose row it is: 0 where the row names no known agency."""
    if not feed.agency:
        return "0"
    return (
        f"CASE WHEN {feed.agency} IN (SELECT agency_id FROM stg_agencies) "
        f"THEN {feed.agency} ELSE 0 END"
    )


def _quarantine_file(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, file: LoadedFile
) -> None:
    bits = bits_of(feed)
    # Numbered while streaming by: keeping the text of every row takes longer than judging it.
    row_number = "source_row" if file.rows.has_row_numbers else "row_number() OVER () + 1"
    names = ", ".join(f'"{name}"' for name in feed.column_names)
    content = ", ".join(f"'{name}': coalesce(text.\"{name}\", '')" for name in feed.column_names)
    rules = ", ".join(
        f"CASE WHEN failed & {bits[rule.name]} <> 0 THEN '{rule.name}' END"
        for rule in rules_of(feed)
    )
    reasons = ", ".join(
        f"CASE WHEN failed & {bits[rule.name]} <> 0 THEN {rule.reason} END"
        for rule in rules_of(feed)
        if rule.reason
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE failed_text AS SELECT * FROM ("
        f"SELECT {row_number} AS text_row, {names} FROM ({file.rows.relation})) "
        f"WHERE text_row IN (SELECT source_row FROM {table} WHERE source_id = {file.source_id})"
    )
    connection.execute(
        f"""
        INSERT INTO quarantined_row
        SELECT source_id, source_row, agency, '{feed.name}', concat_ws('; ', {rules}),
          concat_ws(' ', {reasons}, note), content
        FROM (
          SELECT bad.source_id, bad.source_row, bad.agency, bad.failed, row_note.note,
            CAST(to_json({{{content}}}) AS VARCHAR) AS content, {text_columns(feed, "text.")}
          FROM (SELECT source_id, source_row, failed, {agency_of(feed)} AS agency
                FROM {table} WHERE source_id = {file.source_id}) AS bad
          JOIN failed_text AS text ON text.text_row = bad.source_row
          LEFT JOIN row_note ON row_note.source_id = bad.source_id
            AND row_note.source_row = bad.source_row)
        """
    )


def _malformed(
    feed: Feed, file: LoadedFile, row: MalformedRow
) -> tuple[int, int, int, str, str, str, str]:
    reason = (
        f"The row has {row.actual} fields where the header has {row.expected}. Look for a missing "
        "or extra comma, or a text with a comma and no quotation marks around it."
    )
    content = json.dumps({"row": row.text[:_LONGEST_CONTENT]}, ensure_ascii=False)
    return file.source_id, row.number, 0, feed.name, MALFORMED, reason, content
