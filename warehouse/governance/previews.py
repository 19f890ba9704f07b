"""Requests to count what a version of a policy would change, and what came of them.

They run in the worker: a web worker carries no build engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.governance.policy_models import PolicyPreview, PolicyVersion

REQUESTED: Final = "requested"
DONE: Final = "done"
FAILED: Final = "failed"


def request_preview(
    session: Session, row: PolicyVersion, *, by: str, now: datetime
) -> PolicyPreview:
    """Ask for the preview of a version as it stands; one that is under way is given again."""
    last = last_preview(session, row)
    if last is not None and last.state == REQUESTED and last.version_lock == row.lock:
        return last
    made = PolicyPreview(
        policy=row.policy,
        version=row.version,
        version_lock=row.lock,
        requested_by=by,
        requested_at=now,
        state=REQUESTED,
    )
    session.add(made)
    session.flush()
    return made


def last_preview(session: Session, row: PolicyVersion) -> PolicyPreview | None:
    """Give the last preview that was asked for of a version; its lock may be an earlier one."""
    newest_first = (
        select(PolicyPreview)
        .where(PolicyPreview.policy == row.policy, PolicyPreview.version == row.version)
        .order_by(PolicyPreview.preview_id.desc())
        .limit(1)
    )
    return session.scalar(newest_first)


def waiting_previews(session: Session) -> tuple[PolicyPreview, ...]:
    """Give the previews that nobody has counted yet, the oldest first."""
    query = select(PolicyPreview).where(PolicyPreview.state == REQUESTED)
    return tuple(session.scalars(query.order_by(PolicyPreview.preview_id)))


def finish_preview(
    session: Session,
    preview_id: int,
    now: datetime,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Close a preview with what was counted, or with why it could not be."""
    row = session.get_one(PolicyPreview, preview_id)
    row.state = FAILED if result is None else DONE
    row.finished_at = now
    row.result = None if result is None else dict(result)
    row.error = error
