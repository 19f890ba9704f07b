"""Decisions on held slices: approved or rejected, by whom, when and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.governance.models import HeldSliceDecision

Decision = Literal["approved", "rejected"]
Slice = tuple[str, int, str, str]
"""Feed, agency, month and content hash: exactly what somebody looked at."""


class DecisionError(WarehouseError):
    """A decision lacks what makes it one."""


def decide(
    session: Session,
    *,
    feed: str,
    agency_id: int,
    month: str,
    content_hash: str,
    decision: Decision,
    decided_by: str,
    reason: str,
    now: datetime,
) -> HeldSliceDecision:
    """Record a decision on a slice; a later one on the same content replaces it.

    Who may decide is for the caller to check. Raises DecisionError without a reason.
    """
    if decision not in {"approved", "rejected"}:
        raise DecisionError(f"{decision!r} is no decision on a slice: approve or reject it.")
    if not reason.strip():
        raise DecisionError("Say why: a decision on a held slice is kept with its reason.")
    made = HeldSliceDecision(
        feed=feed,
        agency_id=agency_id,
        month=month,
        content_hash=content_hash,
        decision=decision,
        decided_by=decided_by,
        decided_at=now,
        reason=reason.strip(),
    )
    session.add(made)
    session.flush()
    return made


def decisions(
    session: Session, agencies: Collection[int] | None = None
) -> tuple[HeldSliceDecision, ...]:
    """Give every decision on these agencies' slices, the latest first; on all where None."""
    newest_first = select(HeldSliceDecision).order_by(HeldSliceDecision.decision_id.desc())
    if agencies is not None:
        newest_first = newest_first.where(HeldSliceDecision.agency_id.in_(agencies))
    return tuple(session.scalars(newest_first))


def approved_slices(session: Session) -> frozenset[Slice]:
    """Give the slices whose last decision approves them."""
    last: dict[Slice, str] = {}
    for made in reversed(decisions(session)):
        last[made.feed, made.agency_id, made.month, made.content_hash] = made.decision
    return frozenset(each for each, decision in last.items() if decision == "approved")
