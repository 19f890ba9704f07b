"""Tagging policies and their lists of values in the records: written, reviewed, in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.governance.policy_models import PolicyVersion, State, ValueListVersion
from warehouse.governance.review import DEFAULT, Edit, ReviewError
from warehouse.governance.reviewed import LISTS, POLICIES
from warehouse.policies.documents import Policy, read_policy, write_policy
from warehouse.policies.rule_sets import InForce
from warehouse.policies.starting_set import starting_lists, starting_policies
from warehouse.policies.value_lists import ValueList, read_value_list, write_value_list


def ended_after(session: Session, name: str, last_month: str) -> dict[str, Any]:
    """Give the document of the policy in force as it would end after a month.

    Raises ReviewError where none is in force, and PolicyError for a month that is none, or lies
    before the policy's first.
    """
    row = next(
        (one for one in POLICIES.versions(session, name) if one.state == State.PUBLISHED), None
    )
    if row is None:
        raise ReviewError(f"{name} is not in force, so it can't end. Withdraw its draft instead.")
    return write_policy(read_policy({**row.document, "effective_to": last_month}))


def policy_of(row: PolicyVersion) -> Policy:
    """Read a version's document."""
    return read_policy(row.document)


def published_policies(session: Session) -> tuple[InForce, ...]:
    """Give every version that was published, in the order in which policies take effect.

    A later version holds from its own first month on: ``in_force`` tells which of them do in a
    month, and leaves out those of stage draft.
    """
    found = [
        InForce(row.position or 0, row.version, policy_of(row))
        for row in POLICIES.all_versions(session)
        if row.state == State.PUBLISHED
    ]
    return tuple(sorted(found, key=lambda one: (one.position, one.policy.policy, one.version)))


def published_lists(session: Session) -> Mapping[str, ValueList]:
    """Give the lists of values in force by name."""
    return {row.name: list_of(row) for row in LISTS.published(session)}


def list_of(row: ValueListVersion) -> ValueList:
    """Read a version of a list."""
    return read_value_list(row.document)


def install_starting_set(session: Session, now: datetime, *, by: str = DEFAULT) -> bool:
    """Publish the starting set where no policy was ever written; tell whether that was so."""
    if session.scalar(select(func.count()).select_from(PolicyVersion)):
        return False
    reason = "Comes with Exchequer."
    edit = Edit(note=reason)
    for values in starting_lists():
        document = write_value_list(values)
        row = LISTS.keep(session, values.list, document, edit, by=by, now=now, source=DEFAULT)
        LISTS.approve_outside(session, row, by=by, now=now, reason=reason)
    for policy in starting_policies():
        made = POLICIES.keep(
            session, policy.policy, write_policy(policy), edit, by=by, now=now, source=DEFAULT
        )
        POLICIES.approve_outside(session, made, by=by, now=now, reason=reason)
    return True
