"""Requests to count what a version of a policy or of rules would change, and what came of them.

They run in the worker: a web worker carries no build engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.governance.policy_models import PolicyVersion, VersionPreview
from warehouse.governance.review import Reviewable, ReviewError
from warehouse.governance.reviewed import POLICIES, RULES
from warehouse.governance.rule_models import RuleVersion

REQUESTED: Final = "requested"
DONE: Final = "done"
FAILED: Final = "failed"

Previewed = PolicyVersion | RuleVersion
PreviewedRow = TypeVar("PreviewedRow", PolicyVersion, RuleVersion)


class EffectUnknownError(ReviewError):
    """A version would be published before anybody could see what it changes."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f"What version {version} of {name} would change is still being counted. Look at its "
            "preview in a minute, and decide then."
        )


def request_preview(session: Session, row: Previewed, *, by: str, now: datetime) -> VersionPreview:
    """Ask for the preview of a version as it stands; one that is under way is given again."""
    last = last_preview(session, row)
    if last is not None and last.state == REQUESTED and last.version_lock == row.lock:
        return last
    kind, name = named(row)
    made = VersionPreview(
        kind=kind,
        name=name,
        version=row.version,
        version_lock=row.lock,
        requested_by=by,
        requested_at=now,
        state=REQUESTED,
    )
    session.add(made)
    session.flush()
    return made


def named(row: Previewed) -> tuple[str, str]:
    """Give the kind and name of that of which this is a version."""
    if isinstance(row, RuleVersion):
        return RULES.kind, row.book
    return POLICIES.kind, row.policy


def last_preview(session: Session, row: Previewed) -> VersionPreview | None:
    """Give the last preview that was asked for of a version; its lock may be an earlier one."""
    kind, name = named(row)
    newest_first = (
        select(VersionPreview)
        .where(
            VersionPreview.kind == kind,
            VersionPreview.name == name,
            VersionPreview.version == row.version,
        )
        .order_by(VersionPreview.preview_id.desc())
        .limit(1)
    )
    return session.scalar(newest_first)


def require_counted(session: Session, row: Previewed, lock: int) -> None:
    """Raise EffectUnknownError unless the worker has counted this version as it stood at ``lock``.

    A count that failed is one: its reason is shown to whoever decides.
    """
    last = last_preview(session, row)
    if last is None or last.version_lock != lock or last.state == REQUESTED:
        raise EffectUnknownError(named(row)[1], row.version)


def waiting_previews(session: Session) -> tuple[VersionPreview, ...]:
    """Give the previews that nobody has counted yet, the oldest first."""
    query = select(VersionPreview).where(VersionPreview.state == REQUESTED)
    return tuple(session.scalars(query.order_by(VersionPreview.preview_id)))


def previewed(session: Session, preview: VersionPreview) -> Previewed:
    """Give the version that a preview is of."""
    reviewed: Reviewable[Any] = RULES if preview.kind == RULES.kind else POLICIES
    found: Previewed = reviewed.version(session, preview.name, preview.version)
    return found


def finish_preview(
    session: Session,
    preview_id: int,
    now: datetime,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Close a preview with what was counted, or with why it could not be."""
    row = session.get_one(VersionPreview, preview_id)
    row.state = FAILED if result is None else DONE
    row.finished_at = now
    row.result = None if result is None else dict(result)
    row.error = error
