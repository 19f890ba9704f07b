"""Each step of a book of rules, with its line in the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actors import Actor
from portal.policy_trail import note_version
from portal.review_steps import APPROVE, SUBMIT, in_force, note_step, open_version, take
from warehouse.governance.previews import request_preview
from warehouse.governance.review import CONSOLE, PORTAL, RULES, ReasonMissingError
from warehouse.governance.rule_books import Document
from warehouse.governance.rule_models import RuleVersion
from warehouse.governance.rules import save_rules


def keep_rules(
    db: Session,
    document: Document,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    version: int | None = None,
    lock: int = 0,
    base: int | None = None,
) -> RuleVersion:
    """Keep what somebody wrote, as a further draft or in the open one."""
    known = RULES.versions(db, document["book"])
    old = next((row for row in known if row.version == version), None)
    before = dict(old.document) if old is not None else in_force(known)
    was = old.state if old is not None else ""
    row = save_rules(
        db,
        document,
        by=by.name,
        now=now,
        note=note,
        version=version,
        lock=lock,
        base=base,
        source=CONSOLE if by.is_console else PORTAL,
    )
    note_version(
        db, row, "draft", by=by, now=now, was=was, before=before, after=row.document, reason=note
    )
    return row


def copy_rules(
    db: Session, book: str, version: int, *, by: Actor, now: datetime, note: str
) -> RuleVersion:
    """Make a further draft of what an earlier version said."""
    document: dict[str, Any] = dict(RULES.version(db, book, version).document)
    return keep_rules(db, document, by=by, now=now, note=note)


def take_rule_step(
    db: Session,
    book: str,
    version: int,
    lock: int,
    step: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> RuleVersion:
    """Submit, approve, reject or withdraw a version; see ``Reviewable`` for what is refused."""
    row = RULES.version(db, book, version)
    was, before = row.state, in_force(RULES.versions(db, book))
    if step == SUBMIT:
        RULES.submit(db, row, lock, by=by.name, now=now)
    take(db, RULES, row, lock, step, by=by, now=now, reason=reason)
    note_step(db, row, step, by=by, now=now, was=was, before=before, reason=reason)
    return row


def approve_rules_outside(
    db: Session, book: str, *, by: Actor, now: datetime, reason: str
) -> RuleVersion:
    """Publish the open version of a book at the console, without a second person.

    Raises ReviewError where none is open, and ReasonMissingError without a reason.
    """
    if not reason.strip():
        raise ReasonMissingError
    known = RULES.versions(db, book)
    row = open_version(known, f"{RULES.word} {book}")
    was, before = row.state, in_force(known)
    RULES.approve_outside(db, row, by=by.name, now=now, reason=reason)
    note_step(db, row, APPROVE, by=by, now=now, was=was, before=before, reason=reason)
    return row


def ask_rule_preview(
    db: Session, book: str, version: int, *, by: Actor, now: datetime
) -> RuleVersion:
    """Ask the worker to count what a version would change."""
    row = RULES.version(db, book, version)
    request_preview(db, row, by=by.name, now=now)
    note_version(db, row, "preview", by=by, now=now, was=row.state)
    return row
