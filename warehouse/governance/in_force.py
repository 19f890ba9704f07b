"""The records in force: what the build reads, and what it is a digest of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from warehouse.governance.anomaly_cases import CASE_COLUMNS
from warehouse.governance.exemptions import exemptions_in_force
from warehouse.governance.kept_forecasts import KEPT_COLUMNS
from warehouse.governance.models import (
    BudgetLine,
    BudgetVersion,
    ExchangeRate,
    FiscalCalendar,
    PeakCalendar,
    ServiceTarget,
    Threshold,
)
from warehouse.governance.newest import Row, in_order, newest, written
from warehouse.governance.policies import published_lists, published_policies
from warehouse.governance.rule_books import BOOKS
from warehouse.governance.rules import records_in_force_of
from warehouse.governance.spend_events import EVENT_COLUMNS, events_in_force
from warehouse.policies.documents import Stage, write_policy

Records = Mapping[str, Sequence[Row]]
"""Rows by table: ``rec_threshold`` and the others, in the columns of ``RECORD_COLUMNS``."""

KEPT_FORECASTS = "rec_kept_forecast"
ANOMALY_CASES = "rec_anomaly_case"
WRITTEN_BY_BUILDS = (KEPT_FORECASTS, ANOMALY_CASES)
"""Loaded like records, but earlier builds wrote them: they make no other build."""

RECORD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "rec_threshold": ("name", "value", "effective_from"),
    "rec_fiscal_calendar": ("country_code", "start_month_number", "effective_from"),
    "rec_peak_calendar": ("country_code", "month_number", "effective_from"),
    "rec_exchange_rate": ("month", "currency", "usd_per_unit"),
    "rec_budget": ("agency_id", "period", "amount", "currency", "phasing", "version"),
    "rec_service_target": (
        "digital_service_id",
        "agency_id",
        "availability_ratio",
        "effective_from",
    ),
    **{book.table: book.columns for book in BOOKS.values()},
    "rec_tagging_policy": ("policy", "version", "position", "effective_from", "document"),
    "rec_value_list": ("list", "value"),
    "rec_tag_exemption": (
        "agency_id",
        "provider",
        "account_id",
        "resource_id",
        "tag",
        "expires_on",
    ),
    "rec_spend_event": EVENT_COLUMNS,
    KEPT_FORECASTS: KEPT_COLUMNS,
    ANOMALY_CASES: CASE_COLUMNS,
}

_ORIGINAL = "original"


def records_in_force(session: Session, on: date | None = None) -> Records:
    """Read what is in force of each kind, sorted, so that equal records give equal digests.

    Exemptions end by themselves: on which day is asked, today unless said.
    """
    return {
        "rec_threshold": _newest(session, Threshold, "rec_threshold", "name", "effective_from"),
        "rec_fiscal_calendar": _newest(
            session, FiscalCalendar, "rec_fiscal_calendar", "country_code", "effective_from"
        ),
        "rec_peak_calendar": _newest(
            session, PeakCalendar, "rec_peak_calendar", "country_code", "effective_from"
        ),
        "rec_exchange_rate": _newest(
            session, ExchangeRate, "rec_exchange_rate", "month", "currency"
        ),
        "rec_budget": _budgets(session),
        "rec_service_target": _newest(
            session,
            ServiceTarget,
            "rec_service_target",
            "agency_id",
            "digital_service_id",
            "effective_from",
        ),
        **{book.table: records_in_force_of(session, name) for name, book in BOOKS.items()},
        "rec_spend_event": events_in_force(session),
        "rec_tagging_policy": _policies(session),
        "rec_value_list": _lists(session),
        "rec_tag_exemption": _exemptions(session, on or datetime.now(UTC).date()),
    }


def digest_of(records: Records) -> str:
    """Give the SHA-256 over all records in force."""
    said = {name: [[written(value) for value in row] for row in records[name]] for name in records}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def version_order(label: str) -> tuple[bool, list[tuple[int, str]]]:
    """Order versions of a budget: the original, then the others as a person would count them.

    >>> sorted(["supplementary-10", "supplementary-2", "original"], key=version_order)
    ['original', 'supplementary-2', 'supplementary-10']
    """
    parts = re.findall(r"\d+|\D+", label)
    return label != _ORIGINAL, [(int(p), "") if p.isdigit() else (-1, p) for p in parts]


def _newest(session: Session, model: Any, table: str, *key: str) -> list[Row]:
    return newest(session, model, RECORD_COLUMNS[table], *key)


def _budgets(session: Session) -> list[Row]:
    """Give one line an agency and period: of the last version that has one for it."""
    version, line = BudgetVersion, BudgetLine
    last = (
        select(version.agency_id, version.label, func.max(version.revision).label("revision"))
        .group_by(version.agency_id, version.label)
        .subquery()
    )
    query = (
        select(line.agency_id, line.period, line.amount, line.currency, line.phasing, version.label)
        .join(version, version.budget_version_id == line.budget_version_id)
        .join(
            last,
            and_(
                version.agency_id == last.c.agency_id,
                version.label == last.c.label,
                version.revision == last.c.revision,
            ),
        )
    )
    rows = sorted(session.execute(query), key=lambda row: version_order(row.label))
    in_force = {(row.agency_id, row.period): tuple(row) for row in rows}
    return in_order(in_force.values())


def _policies(session: Session) -> list[Row]:
    """Give every published version but those of stage draft, in the order they take effect in."""
    return [
        (
            one.policy.policy,
            one.version,
            one.position,
            one.policy.effective_from,
            json.dumps(write_policy(one.policy), ensure_ascii=False),
        )
        for one in published_policies(session)
        if one.policy.stage is not Stage.DRAFT
    ]


def _lists(session: Session) -> list[Row]:
    lists = published_lists(session)
    return [(name, value) for name in sorted(lists) for value in lists[name].values]


def _exemptions(session: Session, on: date) -> list[Row]:
    return in_order(
        (
            one.agency_id,
            one.provider,
            one.account_id,
            one.resource_id,
            one.tag,
            one.expires_on.isoformat(),
        )
        for one in exemptions_in_force(session, on)
    )
