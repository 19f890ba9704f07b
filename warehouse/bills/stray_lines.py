"""Put lines in another currency than their bill into quarantine."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse.bills.bill_findings import STRAY, stray_reason
from warehouse.bills.charges import UsedFile, lines_of
from warehouse.bills.conformance import DEFECTS
from warehouse.bills.line_files import LineStore
from warehouse.bills.raw_rows import CHARGE_KEY
from warehouse.bills.restatements import StrayCurrency
from warehouse.feeds.inputs import BILLS


def quarantine_stray(
    connection: duckdb.DuckDBPyConnection,
    store: LineStore,
    used: Iterable[UsedFile],
    strays: Iterable[StrayCurrency],
) -> None:
    """Write the lines into quarantined_row, as the lines that were made of the rows."""
    files = {each.source_id: each for each in used}
    no_column = f"failed, {CHARGE_KEY}, {DEFECTS}"
    for one in strays:
        number, part = one.stray.source_id, one.stray.slice
        connection.execute(
            "INSERT INTO quarantined_row SELECT DISTINCT ON (source_row) CAST(? AS INTEGER), "
            "source_row, 0, ?, ?, ?, CAST(to_json(line) AS VARCHAR) FROM "
            f"(SELECT * EXCLUDE ({no_column}) FROM ({lines_of(store, files[number])})) "
            "AS line WHERE provider = ? AND billing_account_id = ? AND billing_month = ? "
            "AND billing_currency = ?",
            [number, BILLS, STRAY.name, stray_reason(one), *part.bill, part.billing_currency],
        )
