"""Each step of a policy or list, with its line in the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from auth.actors import Actor
from portal.policy_trail import note_version
from portal.review_steps import APPROVE, SUBMIT, in_force, note_step, open_version, take
from warehouse.governance.policies import (
    draft_ending,
    list_of,
    make_draft_of,
    policy_of,
    require_lists,
    save_draft,
    save_list,
    submit_policy,
)
from warehouse.governance.policy_models import PolicyVersion
from warehouse.governance.previews import request_preview
from warehouse.governance.review import (
    CONSOLE,
    LISTS,
    POLICIES,
    PORTAL,
    ReasonMissingError,
    Version,
)
from warehouse.policies.documents import Policy
from warehouse.policies.value_lists import ValueList

KINDS: Final = {"policy": POLICIES, "list": LISTS}


def keep_draft(
    db: Session,
    policy: Policy,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    version: int | None = None,
    lock: int = 0,
    base: int | None = None,
) -> PolicyVersion:
    """Keep what somebody wrote, as a further draft or in the open one."""
    known = POLICIES.versions(db, policy.policy)
    old = next((row for row in known if version in (None, row.version)), None)
    before, was = (dict(old.document), old.state) if old is not None else (None, "")
    row = save_draft(
        db,
        policy,
        by=by.name,
        now=now,
        note=note,
        version=version,
        lock=lock,
        base=base,
        source=CONSOLE if by.is_console else PORTAL,
    )
    was = was if version is not None else ""
    note_version(
        db, row, "draft", by=by, now=now, was=was, before=before, after=row.document, reason=note
    )
    return row


def keep_list(
    db: Session,
    values: ValueList,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    version: int | None = None,
    lock: int = 0,
    base: int | None = None,
) -> Version:
    """Keep what somebody wrote of a list of values, as a further draft or in the open one."""
    before = in_force(LISTS.versions(db, values.list))
    source = CONSOLE if by.is_console else PORTAL
    row = save_list(
        db, values, by=by.name, now=now, note=note, version=version, lock=lock, base=base,
        source=source,
    )  # fmt: skip
    note_version(db, row, "draft", by=by, now=now, before=before, after=row.document, reason=note)
    return row


def copy_version(
    db: Session, name: str, version: int, *, by: Actor, now: datetime, note: str
) -> PolicyVersion:
    """Make a further draft of what an earlier version said."""
    before = in_force(POLICIES.versions(db, name))
    row = make_draft_of(db, name, version, by=by.name, now=now, note=note)
    note_version(db, row, "draft", by=by, now=now, before=before, after=row.document, reason=note)
    return row


def end_policy(
    db: Session, name: str, last_month: str, *, by: Actor, now: datetime, note: str
) -> PolicyVersion:
    """Make a further draft with which the policy in force ends."""
    before = in_force(POLICIES.versions(db, name))
    row = draft_ending(db, name, last_month, by=by.name, now=now, note=note)
    note_version(db, row, "draft", by=by, now=now, before=before, after=row.document, reason=note)
    return row


def take_step(
    db: Session,
    kind: str,
    name: str,
    version: int,
    lock: int,
    step: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Version:
    """Submit, approve, reject or withdraw a version; see ``Reviewable`` for what is refused."""
    if kind == "policy":
        row = POLICIES.version(db, name, version)
        was, before = row.state, in_force(POLICIES.versions(db, name))
        if step == SUBMIT:
            submit_policy(db, name, version, lock, by=by.name, now=now)
        elif step == APPROVE:
            require_lists(db, policy_of(row))
        take(db, POLICIES, row, lock, step, by=by, now=now, reason=reason)
        note_step(db, row, step, by=by, now=now, was=was, before=before, reason=reason)
        return row
    listed = LISTS.version(db, name, version)
    was, before = listed.state, in_force(LISTS.versions(db, name))
    if step == SUBMIT:
        LISTS.submit(db, listed, lock, by=by.name, now=now)
    take(db, LISTS, listed, lock, step, by=by, now=now, reason=reason)
    note_step(db, listed, step, by=by, now=now, was=was, before=before, reason=reason)
    return listed


def approve_outside(
    db: Session, kind: str, name: str, *, by: Actor, now: datetime, reason: str
) -> Version:
    """Publish the open version of a policy or list at the console, without a second person.

    Raises ReviewError where none is open, and ReasonMissingError without a reason.
    """
    if not reason.strip():
        raise ReasonMissingError
    reviewable: Any = KINDS[kind]
    known = reviewable.versions(db, name)
    row: Any = open_version(known, f"{reviewable.word} {name}")
    if kind == "policy":
        require_lists(db, policy_of(row))
    else:
        list_of(row)
    was, before = row.state, in_force(known)
    reviewable.approve_outside(db, row, by=by.name, now=now, reason=reason)
    note_step(db, row, APPROVE, by=by, now=now, was=was, before=before, reason=reason)
    found: Version = row
    return found


def ask_preview(db: Session, name: str, version: int, *, by: Actor, now: datetime) -> PolicyVersion:
    """Ask the worker to count what a version would change."""
    row = POLICIES.version(db, name, version)
    request_preview(db, row, by=by.name, now=now)
    note_version(db, row, "preview", by=by, now=now, was=row.state)
    return row
