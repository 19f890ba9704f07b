"""Steps that every version takes on its way from draft to publication, with the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from auth.actors import Actor
from portal.policy_trail import note_version
from warehouse.governance.policy_models import OPEN_STATES, State, ValueListVersion
from warehouse.governance.previews import PreviewedRow, request_preview, require_counted
from warehouse.governance.review import (
    CONSOLE,
    PORTAL,
    Edit,
    ReasonMissingError,
    Reviewable,
    ReviewError,
    Row,
)
from warehouse.governance.rule_models import RuleVersion

SUBMIT: Final = "submit"
APPROVE: Final = "approve"
REJECT: Final = "reject"
WITHDRAW: Final = "withdraw"
STEPS: Final = (SUBMIT, APPROVE, REJECT, WITHDRAW)


def keep(
    db: Session,
    of: Reviewable[Row],
    name: str,
    document: Mapping[str, Any],
    edit: Edit,
    *,
    by: Actor,
    now: datetime,
) -> Row:
    """Keep what somebody wrote, as a further draft or in the open one."""
    known = of.versions(db, name)
    old = next((row for row in known if row.version == edit.version), None)
    before = _in_force(known) if old is None else dict(old.document)
    was = "" if old is None else old.state
    source = CONSOLE if by.is_console else PORTAL
    row = of.keep(db, name, document, edit, by=by.name, now=now, source=source)
    note_version(
        db, row, "draft", by=by, now=now, was=was, before=before, after=row.document,
        reason=row.note if edit.note else "",
    )  # fmt: skip
    return row


def copy(
    db: Session,
    of: Reviewable[Row],
    name: str,
    version: int,
    *,
    by: Actor,
    now: datetime,
    note: str,
) -> Row:
    """Make a further draft of what a version said: to change it, or to go back to it."""
    document = of.version(db, name, version).document
    return keep(db, of, name, document, Edit(note=note), by=by, now=now)


def take_step(
    db: Session,
    of: Reviewable[Row],
    name: str,
    version: int,
    lock: int,
    step: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Row:
    """Submit, approve, reject or withdraw a version; see ``Reviewable`` for what is refused.

    Submitting also asks what the version would change. Rules of attribution move money between
    MDAs, so they are not approved before that is counted: EffectUnknownError.
    """
    row = of.version(db, name, version)
    was, before = row.state, _in_force(of.versions(db, name))
    if step == SUBMIT:
        of.submit(db, row, lock, by=by.name, now=now)
        if not isinstance(row, ValueListVersion):
            # Whoever decides shall see what it changes.
            request_preview(db, row, by=by.name, now=now)
    elif step == APPROVE:
        of.approve(db, row, lock, by=by.name, now=now, reason=reason)
        if isinstance(row, RuleVersion):
            require_counted(db, row, lock)
    elif step == REJECT:
        of.reject(db, row, lock, by=by.name, now=now, reason=reason)
    elif step == WITHDRAW:
        of.withdraw(db, row, lock, by=by.name, now=now)
    # An approval also says what it changes of what was in force.
    after = row.document if step == APPROVE else None
    note_version(db, row, step, by=by, now=now, was=was, before=before, after=after, reason=reason)
    return row


def approve_outside(
    db: Session, of: Reviewable[Row], name: str, *, by: Actor, now: datetime, reason: str
) -> Row:
    """Publish the open version at the console, without a second person.

    Raises ReviewError where none is open, and ReasonMissingError without a reason.
    """
    if not reason.strip():
        raise ReasonMissingError
    known = of.versions(db, name)
    row = open_version(known, f"{of.word} {name}")
    was, before = row.state, _in_force(known)
    of.approve_outside(db, row, by=by.name, now=now, reason=reason)
    note_version(
        db, row, APPROVE, by=by, now=now, was=was, before=before, after=row.document, reason=reason
    )
    return row


def ask_preview(
    db: Session, of: Reviewable[PreviewedRow], name: str, version: int, *, by: Actor, now: datetime
) -> PreviewedRow:
    """Ask the worker to count what a version would change."""
    row = of.version(db, name, version)
    request_preview(db, row, by=by.name, now=now)
    note_version(db, row, "preview", by=by, now=now, was=row.state)
    return row


def open_version(known: Sequence[Row], what: str) -> Row:
    """Give the version that is still open, or raise ReviewError."""
    found = next((row for row in known if row.state in OPEN_STATES), None)
    if found is None:
        raise ReviewError(f"No version of the {what} waits for approval.")
    return found


def _in_force(known: Sequence[Row]) -> dict[str, Any] | None:
    """Give the document of the last published version."""
    found = next((row for row in known if row.state == State.PUBLISHED), None)
    return None if found is None else dict(found.document)
