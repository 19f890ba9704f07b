"""The history of builds, and what tells that records changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from warehouse.governance.models import (
    AccountOwner,
    AllocationRule,
    BudgetVersion,
    BuildHistory,
    ExchangeRate,
    FiscalCalendar,
    HeldSliceDecision,
    PeakCalendar,
    ServiceTarget,
    TagRule,
    Threshold,
)

_COUNTED = (
    Threshold,
    FiscalCalendar,
    PeakCalendar,
    ExchangeRate,
    BudgetVersion,
    ServiceTarget,
    AccountOwner,
    TagRule,
    AllocationRule,
    HeldSliceDecision,
)
_KILLED = "The process that ran this build ended before it finished. The next run starts over."


def start_build(session: Session, build_id: str, now: datetime) -> None:
    """Open a build's row, and close those of builds that were killed.

    Call it while holding the build lock: whatever else is running then isn't.
    """
    session.execute(
        update(BuildHistory)
        .where(BuildHistory.status == "running")
        .values(status="failed", finished_at=now, error=_KILLED)
    )
    session.add(
        BuildHistory(
            build_id=build_id, started_at=now, status="running", durations={}, counts={}, inputs=[]
        )
    )


def finish_build(
    session: Session,
    build_id: str,
    now: datetime,
    status: str,
    *,
    durations: Mapping[str, float],
    counts: Mapping[str, int] | None = None,
    inputs: Sequence[Mapping[str, Any]] = (),
    inputs_hash: str | None = None,
    error: str | None = None,
) -> None:
    """Close a build's row: published, unchanged or failed."""
    row = session.get_one(BuildHistory, build_id)
    row.status = status
    row.finished_at = now
    row.durations = dict(durations)
    row.counts = dict(counts or {})
    row.inputs = [dict(each) for each in inputs]
    row.inputs_hash = inputs_hash
    row.error = error


def recent_builds(session: Session, limit: int = 20) -> tuple[BuildHistory, ...]:
    """Give the last builds, the latest first."""
    newest_first = select(BuildHistory).order_by(BuildHistory.started_at.desc()).limit(limit)
    return tuple(session.scalars(newest_first))


def records_stamp(session: Session) -> tuple[int, ...]:
    """Give what changes whenever a record is added; cheap, where a digest reads them all.

    Records are only ever added to, so that counting them is enough.
    """
    counts = [select(func.count()).select_from(model).scalar_subquery() for model in _COUNTED]
    return tuple(session.execute(select(*counts)).one())
