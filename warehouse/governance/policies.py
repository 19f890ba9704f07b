"""Tagging policies and their lists of values in the records: written, reviewed, in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.governance.policy_models import PolicyVersion, State, ValueListVersion
from warehouse.governance.review import DEFAULT, LISTS, POLICIES, PORTAL, ReviewError
from warehouse.policies.documents import LIST, SETTINGS, Operator, Policy, read_policy, write_policy
from warehouse.policies.rule_sets import InForce
from warehouse.policies.starting_set import starting_lists, starting_policies
from warehouse.policies.value_lists import ValueList, read_value_list, write_value_list


class UnknownListError(ReviewError):
    """A policy refers to lists of values that aren't published."""

    def __init__(self, policy: str, names: tuple[str, ...]) -> None:
        super().__init__(
            f"{policy} refers to a list of values that is not published: {', '.join(names)}. "
            "Publish the list first."
        )
        self.names = names


def save_draft(
    session: Session,
    policy: Policy,
    *,
    by: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
    lock: int = 0,
    base: int | None = None,
    source: str = PORTAL,
) -> PolicyVersion:
    """Change the open version that is named, or add a further one; see ``Reviewable``."""
    document = write_policy(policy)
    if version is None:
        return POLICIES.draft(
            session, policy.policy, document, by=by, now=now, note=note, base=base, source=source
        )
    row = POLICIES.version(session, policy.policy, version)
    POLICIES.rewrite(session, row, document, lock, by=by, now=now, note=note)
    return row


def submit_policy(
    session: Session, name: str, version: int, lock: int, *, by: str, now: datetime
) -> PolicyVersion:
    """Ask for the review of a draft. Raises UnknownListError for a list that isn't published."""
    row = POLICIES.version(session, name, version)
    require_lists(session, policy_of(row))
    POLICIES.submit(session, row, lock, by=by, now=now)
    return row


def make_draft_of(
    session: Session, name: str, version: int, *, by: str, now: datetime, note: str = ""
) -> PolicyVersion:
    """Make a further draft of what an earlier version said: to change it, or to go back to it."""
    row = POLICIES.version(session, name, version)
    return POLICIES.draft(session, name, row.document, by=by, now=now, note=note)


def draft_ending(
    session: Session, name: str, last_month: str, *, by: str, now: datetime, note: str = ""
) -> PolicyVersion:
    """Make a further draft with which the policy in force ends after a month.

    Raises PolicyError for a month that is none, or lies before the policy's first.
    """
    row = next(
        (one for one in POLICIES.versions(session, name) if one.state == State.PUBLISHED), None
    )
    if row is None:
        raise ReviewError(f"{name} is not in force, so it can't end. Withdraw its draft instead.")
    ended = read_policy({**row.document, "effective_to": last_month})
    return POLICIES.draft(session, name, write_policy(ended), by=by, now=now, note=note)


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


def save_list(
    session: Session,
    values: ValueList,
    *,
    by: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
    lock: int = 0,
    base: int | None = None,
    source: str = PORTAL,
) -> ValueListVersion:
    """Change the open version that is named, or add a further one; see ``Reviewable``."""
    document = write_value_list(values)
    if version is not None:
        row = LISTS.version(session, values.list, version)
        LISTS.rewrite(session, row, document, lock, by=by, now=now, note=note)
        return row
    return LISTS.draft(
        session, values.list, document, by=by, now=now, note=note, base=base, source=source
    )


def require_lists(session: Session, policy: Policy) -> None:
    """Raise UnknownListError unless every list that a policy refers to is published."""
    known = published_lists(session)
    unknown = tuple(name for name in lists_named(policy) if name not in known)
    if unknown:
        raise UnknownListError(policy.policy, unknown)


def lists_named(policy: Policy) -> tuple[str, ...]:
    """Give the lists of values that a policy refers to."""
    found = [
        value.removeprefix(LIST)
        for statement in policy.tags.values()
        for name in SETTINGS
        if name == "values" and (setting := statement.setting(name)) is not None
        for operator in Operator
        for value in setting.values_of(operator)
        if value.startswith(LIST)
    ]
    return tuple(dict.fromkeys(found))


def install_starting_set(session: Session, now: datetime, *, by: str = DEFAULT) -> bool:
    """Publish the starting set where no policy was ever written; tell whether that was so."""
    if session.scalar(select(func.count()).select_from(PolicyVersion)):
        return False
    reason = "Comes with Exchequer."
    for values in starting_lists():
        row = save_list(session, values, by=by, now=now, note=reason, source=DEFAULT)
        LISTS.approve_outside(session, row, by=by, now=now, reason=reason)
    for policy in starting_policies():
        made = save_draft(session, policy, by=by, now=now, note=reason, source=DEFAULT)
        POLICIES.approve_outside(session, made, by=by, now=now, reason=reason)
    return True
