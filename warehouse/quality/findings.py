"""Findings: what is worth knowing about well-formed records. Shown, not repaired."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb

from warehouse.feeds.inputs import Inputs
from warehouse.quality.accounts import FileRecord
from warehouse.quality.file_findings import find_in_files
from warehouse.quality.finding import Finding
from warehouse.quality.holds import Previous
from warehouse.quality.invoice_findings import INVOICE_RULES, find_in_invoices
from warehouse.quality.migration_findings import MIGRATION_RULES, find_in_migrations
from warehouse.quality.operations import append_rows
from warehouse.quality.record_findings import RECORD_RULES, find_in_records
from warehouse.quality.results import write_results
from warehouse.schema.operations import finding

_LARGEST_ID = 0x7FFFFFFF


def write_findings(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    previous: Previous,
    files: Sequence[FileRecord],
    of_bills: Iterable[Finding] = (),
) -> None:
    """Find, number and write what is remarkable, and the results of the rules that found it."""
    found = [
        *find_in_files(inputs, previous, files),
        *find_in_migrations(connection),
        *find_in_records(connection),
        *find_in_invoices(connection, files),
        *of_bills,
    ]
    append_findings(connection, found)
    counts = Counter((each.rule, each.agency_id) for each in found)
    for feed, rule in (*MIGRATION_RULES, *RECORD_RULES, *INVOICE_RULES):
        write_results(connection, feed, (rule,), counts)


def append_findings(connection: duckdb.DuckDBPyConnection, found: Sequence[Finding]) -> None:
    """Write findings, with numbers that those written before don't have."""
    taken = {
        number for (number,) in connection.execute("SELECT finding_id FROM finding").fetchall()
    }
    append_rows(
        connection,
        finding,
        (
            (number, each.agency_id, each.rule, each.feed, each.title, each.detail)
            for number, each in zip(_numbers(found, taken), found, strict=True)
        ),
    )


def _numbers(found: Iterable[Finding], taken: set[int]) -> list[int]:
    # A number that counts up would change with other agencies' findings, and tell of them.
    numbers = []
    for each in found:
        text = f"{each.agency_id}|{each.rule}|{each.feed}|{each.subject}"
        number = zlib.crc32(text.encode()) & _LARGEST_ID
        while number in taken:
            number = (number + 1) & _LARGEST_ID
        taken.add(number)
        numbers.append(number)
    return numbers
