"""What the audit trail keeps of what is reviewed: each step, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from warehouse.governance.policy_models import TagExemption
from warehouse.governance.review import Version
from warehouse.governance.reviewed import LISTS, POLICIES, RULES
from warehouse.governance.rule_books import by_rule
from warehouse.governance.rule_models import RuleVersion
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
    of: Any = next(one for one in (POLICIES, LISTS, RULES) if isinstance(row, one.model))
    if isinstance(row, RuleVersion):
        before, after = by_rule(before), None if after is None else by_rule(after)
    changes = compare_documents(before, after) if after is not None else ()
    record(
        db,
        actor=by.name,
        action=f"{of.kind}.{step}",
        object=f"{of.kind}:{of.name_of(row)}@{row.version}",
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
