"""Hold what the list of agencies says where it contradicts the published build.

An agency's changed currency waits for approval, and until then the currency published before
stays in force, so that the agency's other records can be used. An agency that is missing is
shown as held too: its records can't be used until it is back or somebody agrees that it is gone.
"""

from __future__ import annotations

import hashlib

import duckdb

from warehouse.feeds.agencies import AGENCIES
from warehouse.quality.holds import CURRENCY, GONE, Previous, Suspicion, slice_hash


def suspect_agencies(
    connection: duckdb.DuckDBPyConnection, table: str, previous: Previous
) -> list[Suspicion]:
    """Find agencies whose currency changed or that are missing."""
    found = connection.execute(
        f"SELECT agency_id, currency FROM {table} WHERE failed = 0 ORDER BY agency_id"
    ).fetchall()
    now: dict[int, str] = {int(agency): str(currency) for agency, currency in found}
    suspicions = [
        _changed(connection, table, agency, currency, previous.currencies[agency])
        for agency, currency in now.items()
        if previous.currencies.get(agency, currency) != currency
    ]
    waiting = {key[1] for key in previous.held if key[3] == GONE.name}
    gone = sorted(({*previous.currencies} | waiting) - now.keys())
    return suspicions + [_gone(agency) for agency in gone]


def keep_currency(
    connection: duckdb.DuckDBPyConnection, table: str, agency_id: int, currency: str
) -> int:
    """Let the currency published before stay in force; return the file that has the row."""
    found = connection.execute(
        f"UPDATE {table} SET currency = ? WHERE agency_id = ? AND failed = 0 RETURNING source_id",
        [currency, agency_id],
    ).fetchall()
    return int(found[0][0])


def _changed(
    connection: duckdb.DuckDBPyConnection, table: str, agency: int, currency: str, before: str
) -> Suspicion:
    reason = (
        f"The currency is {currency} and was {before} in the published build. {before} stays in "
        f"force until the change is approved; if it is a slip, correct agencies.csv."
    )
    content_hash = slice_hash(connection, AGENCIES, table, agency, "")
    return Suspicion("agencies", agency, "", CURRENCY.name, content_hash, reason, 1)


def _gone(agency: int) -> Suspicion:
    reason = (
        f"Agency {agency} is in the published build and not among the accepted rows of "
        "agencies.csv; its rows in other feeds are in quarantine. Hand the agency's row in again, "
        "or approve that it is gone."
    )
    content_hash = hashlib.sha256(f"agency {agency} is gone".encode()).hexdigest()
    return Suspicion("agencies", agency, "", GONE.name, content_hash, reason, 0)
