"""What the published build says, for the next one to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, inspect, literal, select

from warehouse.bills.billed_before import BilledBefore
from warehouse.db import Database
from warehouse.errors import NothingPublishedError
from warehouse.quality.holds import Previous
from warehouse.schema.dimensions import dim_agency
from warehouse.schema.facts import fact_performance, fact_provider_spend, fact_usage_monthly
from warehouse.schema.operations import bill_slice, build_info, held_slice, source_file
from warehouse.scope import Scope

_SLICES: Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]] = {
    "usage_monthly": (
        fact_usage_monthly.c.agency_id,
        fact_usage_monthly.c.month,
        fact_usage_monthly.c.cost_usd,
    ),
    "telemetry": (
        fact_performance.c.agency_id,
        fact_performance.c.month,
        fact_performance.c.request_count,
    ),
    "provider_spend": (
        fact_provider_spend.c.agency_id,
        literal(""),
        fact_provider_spend.c.spend_usd,
    ),
}
"""By feed: whose, which month, and the amount whose total a held slice is judged by."""

_NOTHING = Previous(accepted={}, slice_totals={}, currencies={})


def read_previous(database: Database) -> Previous:
    """Read the accepted files, slice totals, currencies and waiting slices; empty at first.

    What was published may be an earlier program's: only columns are read that it had, too, and a
    table that it lacked holds nothing.
    """
    try:
        with database.star(Scope.whole_government()) as connection:
            return Previous(
                accepted=_accepted(connection),
                slice_totals=_slice_totals(connection),
                currencies=_currencies(connection),
                held=_held(connection),
                bills=_bills(connection),
            )
    except NothingPublishedError:
        return _NOTHING


def published_inputs_hash(database: Database) -> str | None:
    """Give the digest of what the published build was made from; ``None`` before the first."""
    try:
        with database.star(Scope.whole_government()) as connection:
            return str(connection.execute(select(build_info.c.inputs_hash)).scalar_one())
    except NothingPublishedError:
        return None


def _accepted(connection: Connection) -> dict[str, str]:
    used = select(source_file.c.path, source_file.c.sha256).where(
        source_file.c.status.in_(["accepted", "superseded"])
    )
    return {row.path: row.sha256 for row in connection.execute(used)}


def _slice_totals(connection: Connection) -> dict[tuple[str, int, str], Decimal]:
    totals = {}
    for feed, (agency, month, amount) in _SLICES.items():
        month = month.label("month")
        query = select(agency, month, func.sum(amount)).group_by(agency, month)
        for agency_id, name, total in connection.execute(query):
            if total:
                totals[feed, agency_id, name] = total
    return totals


def _currencies(connection: Connection) -> dict[int, str]:
    found = connection.execute(select(dim_agency.c.agency_id, dim_agency.c.currency))
    return {row.agency_id: row.currency for row in found}


def _held(connection: Connection) -> dict[tuple[str, int, str, str, str], str]:
    names = ("feed", "agency_id", "month", "rule", "content_hash", "reason")
    rows = connection.execute(select(*(held_slice.c[name] for name in names)))
    return {tuple(key): reason for *key, reason in rows}


def _bills(connection: Connection) -> tuple[BilledBefore, ...]:
    schema = None if connection.dialect.name == "sqlite" else bill_slice.schema
    if not inspect(connection).has_table(bill_slice.name, schema=schema):
        return ()
    return tuple(
        BilledBefore(
            provider=row.provider,
            billing_account_id=row.billing_account_id,
            account_id=row.account_id,
            billing_month=row.billing_month,
            billing_currency=row.billing_currency,
            path=row.path,
            made_from=tuple(row.made_from.split()),
            row_count=row.row_count,
            billed_cost=row.billed_cost,
            first_day=row.first_day,
            last_day=row.last_day,
        )
        for row in connection.execute(select(bill_slice))
    )
