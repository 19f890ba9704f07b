"""Adding, disabling, enabling and listing people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.addresses import normalise_email, require_email
from auth.audit import Outcome, record
from auth.errors import EmailTakenError, InvalidValueError, NotPermittedError
from auth.grants import (
    GrantRecord,
    grant,
    grant_record,
    require_manager,
    require_other_admin,
    require_person,
    revoke_grant,
)
from auth.models import ApiToken, PasswordReset, Person, PersonGrant, PersonSession
from auth.passwords import hash_password, require_good_password
from auth.plain_text import is_one_line
from auth.sessions import end_all_sessions

__all__ = [
    "PersonInfo",
    "add_user",
    "disable_user",
    "enable_user",
    "find_person",
    "grant",
    "grants_of",
    "list_people",
    "revoke_grant",
    "set_password",
]

NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A person with every grant, as the access review lists them."""

    id: int
    email: str
    name: str
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    has_password: bool
    is_demo: bool
    last_seen_at: datetime | None
    grants: tuple[GrantRecord, ...]

    @property
    def is_enabled(self) -> bool:
        """Whether the person may sign in."""
        return self.disabled_at is None


def add_user(
    db: Session,
    *,
    email: str,
    name: str,
    by: Actor,
    now: datetime,
    password: str | None = None,
    is_demo: bool = False,
) -> int:
    """Add a person without any grant and return their number.

    Only the console may give a password; an administrator starts a reset instead, so that
    nobody but its owner ever knows one. Raises EmailTakenError and InvalidValueError.
    """
    require_manager(db, by, now)
    plain_email = require_email(email)
    plain_name = name.strip()
    if not plain_name or len(plain_name) > NAME_LIMIT or not is_one_line(plain_name):
        raise InvalidValueError("name", name, f"give 1 to {NAME_LIMIT} characters in one line.")
    if db.scalar(select(Person.id).where(Person.email == plain_email)) is not None:
        raise EmailTakenError(plain_email)
    if password is not None:
        _require_console(by)
        require_good_password(password, about=(plain_email, plain_name))
    person = Person(
        email=plain_email,
        name=plain_name,
        password_hash=None if password is None else hash_password(password),
        password_changed_at=None if password is None else now,
        created_at=now,
        created_by=by.name,
        is_demo=is_demo,
    )
    db.add(person)
    db.flush()
    _record(db, "person.add", person, by, now)
    return person.id


def disable_user(db: Session, person_id: int, *, by: Actor, now: datetime) -> None:
    """Keep a person out from now on; sessions, tokens and links end for good."""
    require_manager(db, by, now)
    person = require_person(db, person_id)
    if person.disabled_at is not None:
        return
    require_other_admin(db, person, now)
    person.disabled_at = now
    end_all_sessions(db, person_id, because="person disabled", now=now)
    db.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    db.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.closed_at.is_(None))
        .values(closed_at=now)
    )
    _record(db, "person.disable", person, by, now)


def enable_user(db: Session, person_id: int, *, by: Actor, now: datetime) -> None:
    """Let a disabled person sign in again, with the grants that still hold."""
    require_manager(db, by, now)
    person = require_person(db, person_id)
    if by.person_id == person_id:
        raise NotPermittedError(by.name, "manage_people for oneself")
    if person.disabled_at is not None:
        person.disabled_at = None
        _record(db, "person.enable", person, by, now)


def set_password(db: Session, person_id: int, password: str, *, by: Actor, now: datetime) -> None:
    """Set a password from the console and end every session of the person."""
    _require_console(by)
    person = require_person(db, person_id)
    require_good_password(password, about=(person.email, person.name))
    person.password_hash = hash_password(password)
    person.password_changed_at = now
    end_all_sessions(db, person_id, because="password set", now=now)
    _record(db, "person.set_password", person, by, now)


def find_person(db: Session, email: str) -> PersonInfo | None:
    """Return the person with this e-mail address."""
    found = list_people(db, email=email)
    return found[0] if found else None


def list_people(db: Session, *, email: str | None = None) -> tuple[PersonInfo, ...]:
    """Return everybody, or the one with this e-mail address, with all their grants."""
    query = select(Person).order_by(Person.email)
    if email is not None:
        query = query.where(Person.email == normalise_email(email))
    people = db.scalars(query).all()
    numbers = [person.id for person in people]
    grants: defaultdict[int, list[GrantRecord]] = defaultdict(list)
    of_these = PersonGrant.person_id.in_(numbers)
    for row in db.scalars(select(PersonGrant).where(of_these).order_by(PersonGrant.id)):
        grants[row.person_id].append(grant_record(row))
    last_use = db.execute(
        select(PersonSession.person_id, func.max(PersonSession.last_seen_at))
        .where(PersonSession.person_id.in_(numbers))
        .group_by(PersonSession.person_id)
    )
    seen = dict(last_use.all())
    return tuple(
        PersonInfo(
            id=person.id,
            email=person.email,
            name=person.name,
            created_at=person.created_at,
            created_by=person.created_by,
            disabled_at=person.disabled_at,
            has_password=person.password_hash is not None,
            is_demo=person.is_demo,
            last_seen_at=seen.get(person.id),
            grants=tuple(grants[person.id]),
        )
        for person in people
    )


def grants_of(db: Session, emails: Collection[str]) -> dict[str, tuple[GrantRecord, ...]]:
    """Return by e-mail address the grants, past ones too, of those of these who are known."""
    known = select(Person.email, PersonGrant).join(PersonGrant, PersonGrant.person_id == Person.id)
    found: defaultdict[str, list[GrantRecord]] = defaultdict(list)
    for email, row in db.execute(known.where(Person.email.in_(sorted(emails)))):
        found[email].append(grant_record(row))
    return {email: tuple(rows) for email, rows in found.items()}


def _require_console(by: Actor) -> None:
    if not by.is_console:
        raise NotPermittedError(by.name, "choosing a password for somebody else")


def _record(db: Session, action: str, person: Person, by: Actor, now: datetime) -> None:
    record(
        db,
        actor=by.name,
        action=action,
        object=f"person:{person.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={"person": person.email, "outside_approval": by.is_console},
        now=now,
    )
