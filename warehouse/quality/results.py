"""Write how many rows met each rule, by agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import duckdb

from warehouse.feeds.feed import Feed
from warehouse.quality.holds import Suspicion, hold_rules_of
from warehouse.quality.judge import LoadedFile, bits_of
from warehouse.quality.operations import append_rows
from warehouse.quality.quarantine import agency_of
from warehouse.quality.rules import MALFORMED, Rule, rules_of
from warehouse.schema.operations import quality_result

_Counts = Mapping[tuple[str, int], int]
"""Rows that didn't meet a rule, by rule and agency."""


def write_row_results(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: str, files: tuple[LoadedFile, ...]
) -> None:
    """Write the results of the rules that send rows to quarantine; needs stg_agencies."""
    found = connection.execute(
        f"SELECT {agency_of(feed)} AS agency, failed, count(*) FROM {table} GROUP BY ALL"
    ).fetchall()
    bits = bits_of(feed)
    counts: Counter[tuple[str, int]] = Counter()
    for agency, failed, count in found:
        for name, bit in bits.items():
            if failed & bit:
                counts[name, agency] += count
    counts[MALFORMED, 0] = sum(len(file.rows.malformed) for file in files)
    write_results(connection, feed.name, rules_of(feed), +counts)


def write_hold_results(
    connection: duckdb.DuckDBPyConnection, feed: Feed, held: Iterable[Suspicion]
) -> None:
    """Write the results of the rules that hold slices."""
    counts: Counter[tuple[str, int]] = Counter()
    for suspicion in held:
        # A missing agency has no rows; it still didn't meet the rule.
        counts[suspicion.rule, suspicion.agency_id] += max(1, suspicion.row_count)
    write_results(connection, feed.name, hold_rules_of(feed), counts)


def write_results(
    connection: duckdb.DuckDBPyConnection, feed: str, rules: Iterable[Rule], counts: _Counts
) -> None:
    """Append one row for each rule and agency; a rule that all rows met has agency 0."""
    rows = []
    for rule in rules:
        agencies = {agency: count for (name, agency), count in counts.items() if name == rule.name}
        for agency, count in sorted((agencies or {0: 0}).items()):
            rows.append((feed, rule.name, agency, str(rule.severity), rule.description, count))
    append_rows(connection, quality_result, rows)
