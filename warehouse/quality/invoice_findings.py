"""Findings about invoices that were handed in twice, under two names of one provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.quality.accounts import FileRecord
from warehouse.quality.finding import Finding
from warehouse.quality.rules import Rule, Severity
from warehouse.transforms.reference import PROVIDER_SPELLINGS

TWICE = Rule(
    "invoice_has_one_spelling",
    Severity.WARN,
    "An invoice is handed in under one name of its provider.",
)
INVOICE_RULES = (("invoices", TWICE),)


@dataclass(frozen=True, slots=True)
class _Received:
    """One row of an invoice, in the order in which rows count."""

    source_id: int
    row: int
    provider: str
    invoice_id: str

    @property
    def short_name(self) -> str:
        return PROVIDER_SPELLINGS.get(self.provider.strip().lower(), self.provider)


def find_in_invoices(
    connection: duckdb.DuckDBPyConnection, files: Iterable[FileRecord]
) -> list[Finding]:
    """Name each invoice of which only the first row counts, as others spell its provider otherwise.

    Under one spelling the row would have been kept out as a double.
    """
    found = connection.execute(
        """
        SELECT source_id, source_row, provider, invoice_id
        FROM stg_invoices
        WHERE invoice_id IN (
          SELECT invoice_id FROM stg_invoices GROUP BY ALL HAVING count(DISTINCT provider) > 1)
        ORDER BY source_id, source_row"""
    ).fetchall()
    invoices: dict[tuple[str, str], list[_Received]] = {}
    for received in (_Received(*row) for row in found):
        invoices.setdefault((received.short_name, received.invoice_id), []).append(received)
    paths = {file.source_id: file.path for file in files}
    return [_twice(rows, paths) for rows in invoices.values() if len(rows) > 1]


def _twice(rows: Sequence[_Received], paths: Mapping[int, str]) -> Finding:
    first, *rest = rows
    left_out = "; ".join(_place(received, paths) for received in rest)
    detail = (
        f"Invoice {first.invoice_id} stands in {_place(first, paths)}, and again in {left_out}. "
        f"These are names of one provider, {first.short_name}, so it is one invoice: the first "
        "row counts and the rest doesn't. Take the rest out, or correct its number or provider."
    )
    title = f"Invoice {first.invoice_id} was handed in under two names of {first.short_name}"
    subject = f"{first.short_name}|{first.invoice_id}"
    # The government's: a file of many agencies, and a row's place in it, are no agency's to read.
    return Finding(0, TWICE.name, "invoices", title, detail, subject)


def _place(received: _Received, paths: Mapping[int, str]) -> str:
    path = paths.get(received.source_id, "")
    return f"{path} row {received.row:,} as “{received.provider}”"
