"""After a build: keep which anomalies it alerts to, and close those that it no longer shows.

These records outlast builds. What an agency's people said of an anomaly stays with it when it
grows, is explained elsewhere, or becomes one with its neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ibis.backends.duckdb import Backend
from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.forecasting.anomaly_cases import Alerted, Known, Series, match
from warehouse.governance.anomaly_cases import (
    ACKNOWLEDGED,
    BY_BUILD,
    GONE,
    MERGED,
    OPEN,
    step_to,
)
from warehouse.governance.anomaly_models import AnomalyCase
from warehouse.schema.anomalies import BY_MONTH, COST
from warehouse.transforms.anomaly_reading import DAYS_READ

CORRECTED: Final = "The data were corrected: it no longer stands out."
BELOW: Final = "It no longer passes the limits in force."
FOUND_AGAIN: Final = "A build shows it again."
BECAME_ONE: Final = "It became one with its neighbour, number {number}."

_EVENTS: Final = """
    select anomaly_id, agency_id, subject, period, level, part, first_day,
      case when period = 'month' then last_day(last_day) else last_day end as last_day,
      excess_usd, coalesce(excess_usd, excess_value) > 0 as is_above, days_to_find, told_under,
      is_alert and told_under = anomaly_id as is_told
    from fact_anomaly order by anomaly_id
"""

_LAST_BILLED: Final = "select agency_id, max(day) from agg_charge_agency_day group by 1"
_LAST_MEASURED: Final = (
    "select agency_id, last_day(cast(max(month) || '-01' as date)) from fact_performance "
    "where not is_modelled group by 1"
)


def follow_anomalies(con: Backend, session: Session, now: datetime) -> None:
    """Open what a build alerts to for the first time; carry on, merge or close what was known."""
    cursor = con.con.execute(_EVENTS)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    seen_in: dict[str, set[Series]] = {}
    for row in rows:
        series = (row["subject"], row["period"], row["level"], row["part"])
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
                one.case_id, one.agency_id, (one.subject, one.period, one.level, one.part),
                one.first_day, one.last_day, one.state not in (OPEN, GONE),
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
    names = ("anomaly_id", "subject", "period", "level", "part", "first_day", "last_day",
             "excess_usd")  # fmt: skip
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
    is_judged = _judged(con)
    for case in lost:
        if case.state not in (OPEN, ACKNOWLEDGED) or not is_judged(case):
            continue
        series = (case.agency_id, case.subject, case.period, case.level, case.part)
        still = any(
            (row["agency_id"], row["subject"], row["period"], row["level"], row["part"]) == series
            and row["first_day"] <= case.last_day
            and row["last_day"] >= case.first_day
            and row["is_above"]
            for row in rows
        )
        reason = BELOW if still else CORRECTED
        step_to(session, case, GONE, by=BY_BUILD, now=now, reason=reason)


def _judged(con: Backend) -> Callable[[AnomalyCase], bool]:
    """Tell of which anomalies a build could have shown that they are still there."""
    known = {agency for (agency,) in _rows(con, "select distinct agency_id from fact_cost_monthly")}
    last_of_cost = dict(_rows(con, _LAST_BILLED))
    last_of_telemetry = dict(_rows(con, _LAST_MEASURED))

    def is_judged(case: AnomalyCase) -> bool:
        if case.subject == COST and case.period == BY_MONTH:
            return case.agency_id in known
        ends = last_of_cost if case.subject == COST else last_of_telemetry
        last = ends.get(case.agency_id)
        return last is not None and case.first_day > last - timedelta(days=DAYS_READ)

    return is_judged


def _rows(con: Backend, statement: str) -> list[Any]:
    rows: list[Any] = con.con.execute(statement).fetchall()
    return rows
