"""What the audit trail keeps of a policy, a list or an exemption: each step, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from warehouse.governance.policy_models import PolicyVersion, TagExemption
from warehouse.governance.review import LISTS, POLICIES, Version
from warehouse.policies.comparison import compare_documents

Document = Mapping[str, Any]


def note_version(
    db: Session,
    row: Version,
    step: str,
    *,
    by: Actor,
    now: datetime,
    was: str = "",
    before: Document | None = None,
    after: Document | None = None,
    reason: str = "",
) -> None:
    """Note a step of a version: the state it had, and what its document said where that changed.

    ``before`` and ``after`` are the documents that the step stands between.
    """
    changes = compare_documents(before, after) if after is not None else ()
    is_policy = isinstance(row, PolicyVersion)
    name = POLICIES.name_of(row) if isinstance(row, PolicyVersion) else LISTS.name_of(row)
    record(
        db,
        actor=by.name,
        action=f"{'policy' if is_policy else 'value_list'}.{step}",
        object=f"{'policy' if is_policy else 'value_list'}:{name}@{row.version}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "state": {"before": was or None, "after": row.state},
            "before": {one.where: ", ".join(one.before) for one in changes},
            "after": {one.where: ", ".join(one.after) for one in changes},
            "reason": reason or None,
            "outside_approval": row.is_outside_approval or None,
        },
        now=now,
    )


def note_exemption(db: Session, row: TagExemption, *, by: Actor, was: str = "") -> None:
    """Note a request for an exemption, or what became of it."""
    record(
        db,
        actor=by.name,
        agency_id=row.agency_id,
        action=f"exemption.{row.state}",
        object=f"exemption:{row.exemption_id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "state": {"before": was or None, "after": row.state},
            "resource": f"{row.provider}/{row.account_id}/{row.resource_id or '*'}",
            "tag": row.tag,
            "until": row.expires_on.isoformat(),
            "reason": row.decision_reason or row.reason,
        },
        now=row.decided_at or row.asked_at,
    )
