"""The history of builds, and what tells that records changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select, update
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
from warehouse.governance.policy_models import PolicyVersion, State, TagExemption, ValueListVersion
from warehouse.governance.rule_models import RuleVersion

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


def records_stamp(session: Session, on: date | None = None) -> tuple[int, ...]:
    """Give what changes whenever what a build reads of the records does; cheap, unlike a digest.

    Records are only ever added to, so that counting them is enough. An exemption is decided
    later, and ends by itself: on which day is asked, today unless said.
    """
    counts = [select(func.count()).select_from(model).scalar_subquery() for model in _COUNTED]
    today = on or datetime.now(UTC).date()
    found = session.execute(select(*counts, *_published(), *_exempted(today))).one()
    return tuple(found)


def _published() -> list[ScalarSelect[int]]:
    return [
        select(func.count()).where(model.state == State.PUBLISHED).scalar_subquery()
        for model in (PolicyVersion, ValueListVersion, RuleVersion)
    ]


def _exempted(today: date) -> list[ScalarSelect[int]]:
    """Count what was approved, what was withdrawn, and what has run out: each only grows."""
    approved = TagExemption.state == "approved"
    return [
        select(func.count()).where(condition).scalar_subquery()
        for condition in (
            approved,
            TagExemption.state == "withdrawn",
            approved & (TagExemption.expires_on < today),
        )
    ]
