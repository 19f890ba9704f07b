"""After a build: keep which anomalies it alerts to, and close those that it no longer shows.

These records outlast builds. What an agency's people said of an anomaly stays with it when it
grows, is explained elsewhere, or becomes one with its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ibis.backends.duckdb import Backend
from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.forecasting.anomaly_cases import Alerted, Known, match
from warehouse.governance.anomaly_cases import (
    ACKNOWLEDGED,
    BY_BUILD,
    GONE,
    MERGED,
    OPEN,
    step_to,
)
from warehouse.governance.anomaly_models import AnomalyCase
from warehouse.schema.anomalies import BY_DAY
from warehouse.transforms.anomaly_reading import DAYS_READ

CORRECTED: Final = "The data were corrected: it no longer stands out."
BELOW: Final = "It no longer passes the limits in force."
FOUND_AGAIN: Final = "A build shows it again."
BECAME_ONE: Final = "It became one with its neighbour, number {number}."

_EVENTS: Final = """
    select anomaly_id, agency_id, period, level, part, first_day,
      case when period = 'month' then last_day(last_day) else last_day end as last_day,
      excess_usd, days_to_find, told_under, is_alert and told_under = anomaly_id as is_told
    from fact_anomaly order by anomaly_id
"""


def follow_anomalies(con: Backend, session: Session, now: datetime) -> None:
    """Open what a build alerts to for the first time; carry on, merge or close what was known."""
    cursor = con.con.execute(_EVENTS)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    seen_in: dict[str, set[tuple[str, str, str]]] = {}
    for row in rows:
        series = (row["period"], row["level"], row["part"])
        seen_in.setdefault(row["told_under"], set()).add(series)
    told = {row["anomaly_id"]: row for row in rows if row["is_told"]}
    cases = {
        one.case_id: one
        for one in session.scalars(select(AnomalyCase).where(AnomalyCase.state != MERGED))
    }
    matched = match(
        (
            Alerted(
                name, row["agency_id"], row["first_day"], row["last_day"], frozenset(seen_in[name])
            )
            for name, row in told.items()
        ),
        (
            Known(
                one.case_id, one.agency_id, (one.period, one.level, one.part), one.first_day,
                one.last_day, one.state not in (OPEN, GONE),
            )
            for one in cases.values()
        ),
    )  # fmt: skip
    for name, row in told.items():
        number = matched.numbers.get(name)
        if number is None:
            session.add(_opened(row, now))
        else:
            _carry_on(session, cases[number], row, now)
    for number, kept in matched.merged.items():
        reason = BECAME_ONE.format(number=kept)
        step_to(session, cases[number], MERGED, by=BY_BUILD, now=now, reason=reason)
    known = {*matched.numbers.values(), *matched.merged}
    _close_gone(con, session, [one for one in cases.values() if one.case_id not in known], rows,
                now)  # fmt: skip


def _opened(row: Mapping[str, Any], now: datetime) -> AnomalyCase:
    days = row["days_to_find"]
    return AnomalyCase(
        **_told(row), agency_id=row["agency_id"], found_at=now,
        days_to_find=None if days is None else int(days),
        state=OPEN, state_by=BY_BUILD, state_at=now, reason="", lock=1,
    )  # fmt: skip


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("anomaly_id", "period", "level", "part", "first_day", "last_day", "excess_usd")
    return {name: row[name] for name in names}


def _carry_on(session: Session, case: AnomalyCase, row: Mapping[str, Any], now: datetime) -> None:
    if case.state == GONE:
        step_to(session, case, OPEN, by=BY_BUILD, now=now, reason=FOUND_AGAIN)
    changed = {name: value for name, value in _told(row).items() if getattr(case, name) != value}
    for name, value in changed.items():
        setattr(case, name, value)


def _close_gone(
    con: Backend,
    session: Session,
    lost: list[AnomalyCase],
    rows: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Close what nobody is done with and this build, though it judges its time, doesn't show."""
    judged = dict(
        con.con.execute("select agency_id, min(month) from fact_cost_monthly group by 1").fetchall()
    )
    billed = dict(
        con.con.execute(
            "select agency_id, max(day) from agg_charge_agency_day group by 1"
        ).fetchall()
    )
    for case in lost:
        if case.state not in (OPEN, ACKNOWLEDGED) or case.agency_id not in judged:
            continue
        last = billed.get(case.agency_id)
        if case.period == BY_DAY and (
            last is None or case.first_day <= last - timedelta(days=DAYS_READ)
        ):
            continue
        series = (case.agency_id, case.period, case.level, case.part)
        still = any(
            (row["agency_id"], row["period"], row["level"], row["part"]) == series
            and row["first_day"] <= case.last_day
            and row["last_day"] >= case.first_day
            and row["excess_usd"] > 0
            for row in rows
        )
        reason = BELOW if still else CORRECTED
        step_to(session, case, GONE, by=BY_BUILD, now=now, reason=reason)
