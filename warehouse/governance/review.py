"""Versions that one person writes and another publishes: drafts, review, decisions.

A change names the lock of what it was made from; if somebody has changed that since, the change
is refused. What was published stays as it was: a change of it is a further version. Who may do
this at all is for the caller to check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.governance.policy_models import (
    OPEN_STATES,
    PolicyVersion,
    State,
    ValueListVersion,
)
from warehouse.governance.rule_models import RuleVersion

PORTAL: Final = "portal"
CONSOLE: Final = "console"
DEFAULT: Final = "default"

_LONGEST_REASON = 2_000

Version = PolicyVersion | ValueListVersion | RuleVersion
Row = TypeVar("Row", PolicyVersion, ValueListVersion, RuleVersion)


class ReviewError(WarehouseError):
    """Something can't be done to a version; the message is fit to be shown."""


class UnknownVersionError(ReviewError):
    """There is no such policy or list, or no such version of it."""

    def __init__(self, word: str, name: str, version: int | None = None) -> None:
        super().__init__(
            f"No {word} {name!r} is known here."
            if version is None
            else f"No version {version} of the {word} {name!r} is known here."
        )


class StaleEditError(ReviewError):
    """Somebody else changed it since it was read; ``theirs`` is what stands there now."""

    def __init__(self, name: str, theirs: Version | None) -> None:
        who = theirs.decided_by or theirs.written_by if theirs is not None else "somebody"
        super().__init__(
            f"{name} was changed by {who} since you opened it. Nothing of yours was saved; look "
            "at both versions and repeat what is still needed."
        )
        self.name = name
        self.theirs = theirs


class OpenDraftError(ReviewError):
    """There is an open version already, and there is never more than one."""

    def __init__(self, name: str, found: Version) -> None:
        super().__init__(
            f"Version {found.version} of {name}, written by {found.written_by}, is still open. "
            "Change that one, or withdraw it first."
        )
        self.name = name
        self.found = found


class NotOpenError(ReviewError):
    """The version isn't in a state in which this can be done to it."""

    def __init__(self, name: str, version: int, state: str) -> None:
        super().__init__(f"Version {version} of {name} is {state}: this can't be done to it.")
        self.state = state


class SamePersonError(ReviewError):
    """Somebody would publish what they wrote or submitted themselves."""

    def __init__(self, name: str, person: str, approver: str) -> None:
        super().__init__(
            f"{person} wrote or submitted this version of {name}, so another {approver} has to "
            "approve it. Where there is none, follow the console procedure, which the audit trail "
            "marks as such."
        )
        self.person = person


class ReasonMissingError(ReviewError):
    """A decision lacks its reason."""

    def __init__(self) -> None:
        super().__init__("Say why: the decision is kept with its reason.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change was made from, and why.

    With ``version`` the open version of that number is changed, if it still has this ``lock``;
    without, a further one is added, if ``base`` is still the highest that there is (0 for a new
    name). A ``base`` of None doesn't look.
    """

    version: int | None = None
    lock: int = 0
    base: int | None = None
    note: str = ""


Check = Callable[[Session, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Reviewable(Generic[Row]):
    """A kind of record that is reviewed: its table, the column of its name, its word.

    ``approver`` is who may publish what somebody else of them wrote, in a word; ``kind`` names it
    in the audit trail and in previews. ``check`` raises ReviewError for a document that can't be
    submitted or published.
    """

    model: type[Row]
    key: str
    word: str
    kind: str
    approver: str = "administrator"
    check: Check | None = None

    def name_of(self, row: Row) -> str:
        """Give the name of the policy or list of which this is a version."""
        name: str = getattr(row, self.key)
        return name

    def versions(self, session: Session, name: str) -> tuple[Row, ...]:
        """Give every version of one name, the latest first."""
        column = getattr(self.model, self.key)
        latest_first = select(self.model).where(column == name).order_by(self.model.version.desc())
        return tuple(session.scalars(latest_first))

    def all_versions(self, session: Session) -> tuple[Row, ...]:
        """Give every version of every name, by name, the latest first."""
        column = getattr(self.model, self.key)
        return tuple(
            session.scalars(select(self.model).order_by(column, self.model.version.desc()))
        )

    def published(self, session: Session) -> tuple[Row, ...]:
        """Give the version in force of each name: the published one with the highest number."""
        found: dict[str, Row] = {}
        for row in self.all_versions(session):
            if row.state == State.PUBLISHED:
                found.setdefault(self.name_of(row), row)
        return tuple(found.values())

    def version(self, session: Session, name: str, version: int) -> Row:
        """Give one version, or raise UnknownVersionError."""
        row = session.get(self.model, (name, version), with_for_update=True)
        if row is None:
            raise UnknownVersionError(self.word, name, version)
        return row

    def keep(
        self,
        session: Session,
        name: str,
        document: Mapping[str, Any],
        edit: Edit,
        *,
        by: str,
        now: datetime,
        source: str = PORTAL,
    ) -> Row:
        """Change the open version that the edit names, or add a further one."""
        if edit.version is None:
            return self.draft(
                session, name, document, by=by, now=now, note=edit.note, base=edit.base,
                source=source,
            )  # fmt: skip
        row = self.version(session, name, edit.version)
        self.rewrite(session, row, document, edit.lock, by=by, now=now, note=edit.note)
        return row

    def draft(
        self,
        session: Session,
        name: str,
        document: Mapping[str, Any],
        *,
        by: str,
        now: datetime,
        note: str = "",
        base: int | None = None,
        source: str = PORTAL,
    ) -> Row:
        """Add a further version as a draft.

        ``base`` is the highest version that the writer knew of, 0 for a new name; None doesn't
        look. Raises StaleEditError and OpenDraftError.
        """
        known = self.versions(session, name)
        last = known[0].version if known else 0
        if base is not None and base != last:
            raise StaleEditError(name, known[0] if known else None)
        for row in known:
            if row.state in OPEN_STATES:
                raise OpenDraftError(name, row)
        made = self.model(
            **{self.key: name},
            version=last + 1,
            document=dict(document),
            state=State.DRAFT.value,
            lock=1,
            source=source,
            note=note.strip()[:_LONGEST_REASON],
            writers=[by],
            written_by=by,
            written_at=now,
            is_outside_approval=False,
        )
        if isinstance(made, PolicyVersion):
            ranked = (row.position for row in known if isinstance(row, PolicyVersion))
            made.position = next(filter(None, ranked), None)
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError:
            # Two made the next version at one moment; the other one's stands.
            raise StaleEditError(name, None) from None
        return made

    def rewrite(
        self,
        session: Session,
        row: Row,
        document: Mapping[str, Any],
        lock: int,
        *,
        by: str,
        now: datetime,
        note: str = "",
    ) -> None:
        """Change an open version; one that was in review is a draft again."""
        self._require(row, lock, *OPEN_STATES)
        row.document = dict(document)
        row.writers = [*row.writers, *([] if by in row.writers else [by])]
        row.written_by, row.written_at = by, now
        row.note = note.strip()[:_LONGEST_REASON] or row.note
        row.state = State.DRAFT.value
        row.submitted_by = row.submitted_at = None
        self._raise_lock(session, row)

    def submit(self, session: Session, row: Row, lock: int, *, by: str, now: datetime) -> None:
        """Ask for the review of a draft."""
        self._require(row, lock, State.DRAFT)
        self._check(session, row)
        row.state = State.IN_REVIEW.value
        row.submitted_by, row.submitted_at = by, now
        self._raise_lock(session, row)

    def approve(
        self, session: Session, row: Row, lock: int, *, by: str, now: datetime, reason: str = ""
    ) -> None:
        """Publish what another person wrote and submitted. Raises SamePersonError."""
        self._require(row, lock, State.IN_REVIEW)
        if by in (*row.writers, row.submitted_by):
            raise SamePersonError(self.name_of(row), by, self.approver)
        self._publish(session, row, by=by, now=now, reason=reason)

    def approve_outside(
        self, session: Session, row: Row, *, by: str, now: datetime, reason: str
    ) -> None:
        """Publish at the console, where there is no second person; marked as such."""
        self._require(row, row.lock, *OPEN_STATES)
        if not reason.strip():
            raise ReasonMissingError
        row.is_outside_approval = True
        self._publish(session, row, by=by, now=now, reason=reason)

    def reject(
        self, session: Session, row: Row, lock: int, *, by: str, now: datetime, reason: str
    ) -> None:
        """Send a version in review away, with a reason."""
        self._require(row, lock, State.IN_REVIEW)
        if not reason.strip():
            raise ReasonMissingError
        self._decide(session, row, State.REJECTED, by=by, now=now, reason=reason)

    def withdraw(self, session: Session, row: Row, lock: int, *, by: str, now: datetime) -> None:
        """Give up an open version."""
        self._require(row, lock, *OPEN_STATES)
        self._decide(session, row, State.WITHDRAWN, by=by, now=now, reason="")

    def _publish(self, session: Session, row: Row, *, by: str, now: datetime, reason: str) -> None:
        self._check(session, row)
        if isinstance(row, PolicyVersion) and row.position is None:
            row.position = (session.scalar(select(func.max(PolicyVersion.position))) or 0) + 1
        self._decide(session, row, State.PUBLISHED, by=by, now=now, reason=reason)

    def _decide(
        self, session: Session, row: Row, state: State, *, by: str, now: datetime, reason: str
    ) -> None:
        row.state = state.value
        row.decided_by, row.decided_at = by, now
        row.decision_reason = reason.strip()[:_LONGEST_REASON] or None
        self._raise_lock(session, row)

    def _check(self, session: Session, row: Row) -> None:
        if self.check is not None:
            self.check(session, row.document)

    def _require(self, row: Row, lock: int, *states: State) -> None:
        name = self.name_of(row)
        if row.lock != lock:
            raise StaleEditError(name, row)
        if row.state not in states:
            raise NotOpenError(name, row.version, row.state)

    def _raise_lock(self, session: Session, row: Row) -> None:
        row.lock += 1
        session.flush()
