"""Anomalies as people work them: states, who changed them and why, and what is muted thereby."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from warehouse.errors import WarehouseError
from warehouse.governance.anomaly_models import AnomalyCase, AnomalyStep
from warehouse.governance.newest import Row

OPEN: Final = "open"
ACKNOWLEDGED: Final = "acknowledged"
PLANNED: Final = "planned"
FALSE_ALARM: Final = "false_alarm"
RESOLVED: Final = "resolved"
GONE: Final = "gone"
MERGED: Final = "merged"

WORKED: Final = (OPEN, ACKNOWLEDGED, PLANNED, FALSE_ALARM, RESOLVED)
"""The states that people put an anomaly into."""
MUTING: Final = (PLANNED, FALSE_ALARM)
"""Those that may mute the like of it."""
BY_BUILD: Final = "build"
LONGEST: Final = timedelta(days=731)
"""Two years, a leap day included."""

CASE_COLUMNS: Final = (
    "case_id", "agency_id", "subject", "period", "level", "part", "first_day", "last_day", 
    "state", "days_to_find", "days_to_resolve",
)  # fmt: skip

_LONGEST_TEXT = 2_000
_MOST_USD: Final = Decimal(10_000_000_000)


class AnomalyCaseError(WarehouseError):
    """A change can't be as it was given; the message is fit to be shown."""


class UnknownCaseError(AnomalyCaseError):
    """There is no such anomaly, or not for this reader: never said which."""

    def __init__(self) -> None:
        super().__init__("No anomaly is known under this number.")


class StaleCaseError(AnomalyCaseError):
    """Somebody else, or a build, changed it meanwhile."""

    def __init__(self) -> None:
        super().__init__("This anomaly was changed meanwhile. Look at it again. Nothing was "
                         "changed.")  # fmt: skip


class ClosedCaseError(AnomalyCaseError):
    """A build closed it."""

    def __init__(self) -> None:
        super().__init__("A build closed this anomaly: the data no longer show it. Nothing was "
                         "changed.")  # fmt: skip


def move_case(
    session: Session,
    case_id: int,
    state: str,
    *,
    agencies: Collection[int] | None,
    lock: int,
    reason: str,
    by: str,
    now: datetime,
    muted_until: date | None = None,
    muted_usd: Decimal | None = None,
) -> AnomalyCase:
    """Put an anomaly into a state; ``agencies`` are those for which it may be, None for all.

    Raises UnknownCaseError for another agency's as for one that isn't there, StaleCaseError where
    ``lock`` isn't the last, ClosedCaseError for one that a build closed, and AnomalyCaseError for
    what can't be.
    """
    row = session.get(AnomalyCase, case_id, with_for_update=True)
    if row is None or (agencies is not None and row.agency_id not in agencies):
        raise UnknownCaseError
    if row.lock != lock:
        raise StaleCaseError
    if row.state not in WORKED:
        raise ClosedCaseError
    if state not in WORKED or state == row.state:
        raise AnomalyCaseError("Choose another state than the one it is in.")
    said = reason.strip()[:_LONGEST_TEXT]
    if not said:
        raise AnomalyCaseError("Say why: the state of an anomaly is kept with its reason.")
    if (muted_until or muted_usd) and state not in MUTING:
        raise AnomalyCaseError("Only what is planned, or a false alarm, mutes the like of it.")
    if muted_usd is not None and (muted_until is None or not 0 < muted_usd <= _MOST_USD):
        raise AnomalyCaseError("Say until when the like is muted, and up to an amount above zero.")
    if muted_usd is not None and row.excess_usd is None:
        raise AnomalyCaseError("Only an anomaly of cost is muted up to an amount of money.")
    if muted_until is not None and not now.date() <= muted_until <= now.date() + LONGEST:
        raise AnomalyCaseError("Muting has to end between today and two years from now.")
    step_to(session, row, state, by=by, now=now, reason=said)
    row.muted_until, row.muted_usd = muted_until, muted_usd
    session.flush()
    return row


def step_to(
    session: Session, row: AnomalyCase, state: str, *, by: str, now: datetime, reason: str
) -> None:
    """Change the state and note the step."""
    session.add(
        AnomalyStep(
            case_id=row.case_id, agency_id=row.agency_id, was=row.state, state=state, by=by,
            at=now, reason=reason,
        )
    )  # fmt: skip
    row.state, row.state_by, row.state_at, row.reason = state, by, now, reason
    row.days_to_resolve = (now - row.found_at).days if state == RESOLVED else None
    row.lock += 1


def cases_of(session: Session, agencies: Iterable[int] | None) -> tuple[AnomalyCase, ...]:
    """Give the anomalies of these agencies, or of all, the latest first."""
    query = select(AnomalyCase).where(_within(AnomalyCase.agency_id, agencies))
    newest = (AnomalyCase.first_day.desc(), AnomalyCase.case_id.desc())
    return tuple(session.scalars(query.order_by(*newest)))


def steps_of(session: Session, cases: Collection[int]) -> dict[int, list[AnomalyStep]]:
    """Give what was done to each of these anomalies, in order."""
    query = select(AnomalyStep).where(AnomalyStep.case_id.in_(sorted(cases)))
    found: dict[int, list[AnomalyStep]] = {}
    for step in session.scalars(query.order_by(AnomalyStep.step_id)):
        found.setdefault(step.case_id, []).append(step)
    return found


def muted_by(row: AnomalyCase, cases: Sequence[AnomalyCase]) -> AnomalyCase | None:
    """Give the one that mutes this one: planned, or a false alarm, of the same part, before it.

    Only what is open is muted: what somebody has looked at stays as they left it.
    """
    if row.state != OPEN:
        return None
    return next(
        (
            one
            for one in cases
            if one.state in MUTING
            and one.muted_until is not None
            and (one.agency_id, one.subject, one.period, one.level, one.part)
            == (row.agency_id, row.subject, row.period, row.level, row.part)
            and one.first_day < row.first_day <= one.muted_until
            and (one.muted_usd is None or row.excess_usd is None or row.excess_usd <= one.muted_usd)
        ),
        None,
    )


def cases_for_build(session: Session) -> list[Row]:
    """Give what a build has to know of them, in CASE_COLUMNS, days as texts."""
    columns = [getattr(AnomalyCase, name) for name in CASE_COLUMNS]
    query = select(*columns).where(AnomalyCase.state != MERGED).order_by(AnomalyCase.case_id)
    return [
        tuple(value.isoformat() if isinstance(value, date) else value for value in row)
        for row in session.execute(query)
    ]


def _within(
    column: InstrumentedAttribute[int], agencies: Iterable[int] | None
) -> ColumnElement[bool]:
    return true() if agencies is None else column.in_(sorted(agencies))
