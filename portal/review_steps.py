"""Steps that every version takes on its way from draft to publication, with the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from auth.actors import Actor
from portal.policy_trail import note_version
from warehouse.governance.policy_models import OPEN_STATES, State
from warehouse.governance.review import ReviewError, Row, Version

SUBMIT: Final = "submit"
APPROVE: Final = "approve"
REJECT: Final = "reject"
WITHDRAW: Final = "withdraw"
STEPS: Final = (SUBMIT, APPROVE, REJECT, WITHDRAW)


def take(
    db: Session,
    reviewable: Any,
    row: Version,
    lock: int,
    step: str,
    *,
    by: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Approve, reject or withdraw a version; submitting differs by what it is a version of."""
    if step == APPROVE:
        reviewable.approve(db, row, lock, by=by.name, now=now, reason=reason)
    elif step == REJECT:
        reviewable.reject(db, row, lock, by=by.name, now=now, reason=reason)
    elif step == WITHDRAW:
        reviewable.withdraw(db, row, lock, by=by.name, now=now)


def note_step(
    db: Session,
    row: Version,
    step: str,
    *,
    by: Actor,
    now: datetime,
    was: str,
    before: Mapping[str, Any] | None,
    reason: str,
) -> None:
    """Note a step; an approval also says what it changes of what was in force."""
    after = row.document if step == APPROVE else None
    note_version(db, row, step, by=by, now=now, was=was, before=before, after=after, reason=reason)


def in_force(known: Sequence[Version]) -> dict[str, Any] | None:
    """Give the document of the last published version."""
    found = next((row for row in known if row.state == State.PUBLISHED), None)
    return None if found is None else dict(found.document)


def open_version(known: Sequence[Row], what: str) -> Row:
    """Give the version that is still open, or raise ReviewError."""
    found = next((row for row in known if row.state in OPEN_STATES), None)
    if found is None:
        raise ReviewError(f"No version of the {what} waits for approval.")
    return found
