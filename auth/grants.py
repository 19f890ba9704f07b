"""Giving and taking roles: never to oneself, and never away from the last administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import (
    InvalidValueError,
    LastAdminError,
    NotPermittedError,
    SelfGrantError,
    UnknownRecordError,
)
from auth.models import Person, PersonGrant
from auth.permissions import AGENCY_ROLES, MATRIX, Permission, Role
from auth.principals import GrantInfo


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """One grant as the access review lists it, live or not."""

    id: int
    person_id: int
    role: Role
    agency_id: int | None
    granted_by: str
    granted_at: datetime
    is_outside_approval: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def is_live(self, now: datetime) -> bool:
        """Tell whether the grant holds at this instant."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def live_grants(db: Session, person_id: int, now: datetime) -> tuple[GrantInfo, ...]:
    """Return the grants that hold now, the oldest first."""
    rows = db.execute(_LIVE, {"whose": person_id, "now": now})
    return tuple(GrantInfo(Role(row.role), row.agency_id, row.expires_at) for row in rows)


def list_grants(db: Session, person_id: int) -> tuple[GrantRecord, ...]:
    """Return every grant a person ever had, the oldest first."""
    rows = db.scalars(
        select(PersonGrant).where(PersonGrant.person_id == person_id).order_by(PersonGrant.id)
    )
    return tuple(grant_record(row) for row in rows)


def grant(
    db: Session,
    person_id: int,
    role: Role,
    *,
    by: Actor,
    now: datetime,
    agency_id: int | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Give a person a role, for one agency where the role takes one, and return its number.

    The same role for the same agency held already is replaced, so that an end date can be moved.
    """
    require_manager(db, by, now)
    if by.person_id == person_id:
        raise SelfGrantError(by.name)
    person = require_person(db, person_id)
    _require_fitting(role, agency_id, expires_at, now)
    _require_admin_left(db, person, role, expires_at, now)
    for held in db.scalars(
        select(PersonGrant).where(
            PersonGrant.person_id == person_id,
            PersonGrant.role == role.value,
            PersonGrant.agency_id.is_(None)
            if agency_id is None
            else PersonGrant.agency_id == agency_id,
            *live_conditions(now),
        )
    ):
        held.revoked_at, held.revoked_by = now, by.name
    row = PersonGrant(
        person_id=person_id,
        role=role.value,
        agency_id=agency_id,
        granted_by=by.name,
        granted_at=now,
        is_outside_approval=by.is_console,
        expires_at=expires_at,
    )
    db.add(row)
    db.flush()
    _record(db, "grant.give", row, person, by, now)
    return row.id


def revoke_grant(db: Session, grant_id: int, *, by: Actor, now: datetime) -> None:
    """Take a role away; it acts on the person's next request, in every worker."""
    require_manager(db, by, now)
    row = db.scalar(select(PersonGrant).where(PersonGrant.id == grant_id, *live_conditions(now)))
    if row is None:
        raise UnknownRecordError("grant", grant_id)
    person = require_person(db, row.person_id)
    if row.role == Role.ADMIN:
        require_other_admin(db, person, now)
    row.revoked_at, row.revoked_by = now, by.name
    _record(db, "grant.revoke", row, person, by, now)


def require_manager(db: Session, by: Actor, now: datetime) -> None:
    """Raise NotPermittedError unless the actor may manage people; the console always may.

    Read from the database, whatever the page that led here has checked.
    """
    if by.person_id is None:
        return
    person = db.get(Person, by.person_id, populate_existing=True)
    roles = [grant.role for grant in live_grants(db, by.person_id, now)]
    is_enabled = person is not None and person.disabled_at is None
    if not is_enabled or not any(Permission.MANAGE_PEOPLE in MATRIX[role] for role in roles):
        raise NotPermittedError(by.name, Permission.MANAGE_PEOPLE.value)


def require_person(db: Session, person_id: int) -> Person:
    """Return the person, or raise UnknownRecordError."""
    person = db.get(Person, person_id)
    if person is None:
        raise UnknownRecordError("person", person_id)
    return person


def require_other_admin(db: Session, person: Person, now: datetime) -> None:
    """Raise LastAdminError if this person is an administrator and no other stays for good.

    Locks the rows it read, so that two administrators can't remove each other at once.
    """
    admins = db.execute(
        select(PersonGrant.person_id, PersonGrant.expires_at)
        .join(Person, Person.id == PersonGrant.person_id)
        .where(
            PersonGrant.role == Role.ADMIN.value,
            Person.disabled_at.is_(None),
            *live_conditions(now),
        )
        .order_by(PersonGrant.id)
        .with_for_update()
    ).all()
    is_admin = any(person_id == person.id for person_id, _ in admins)
    others = [one for one, expires_at in admins if one != person.id and expires_at is None]
    if is_admin and not others:
        raise LastAdminError(person.email)


def grant_record(row: PersonGrant) -> GrantRecord:
    """Copy a row out of the transaction it was read in."""
    return GrantRecord(
        id=row.id,
        person_id=row.person_id,
        role=Role(row.role),
        agency_id=row.agency_id,
        granted_by=row.granted_by,
        granted_at=row.granted_at,
        is_outside_approval=row.is_outside_approval,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
    )


def live_conditions(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Give what a query asks of grants that hold now, an instant or what is bound to one."""
    return (
        PersonGrant.revoked_at.is_(None),
        or_(PersonGrant.expires_at.is_(None), PersonGrant.expires_at > now),
    )


# Written once: this is asked with every request.
_LIVE: Final = (
    select(PersonGrant.role, PersonGrant.agency_id, PersonGrant.expires_at)
    .where(PersonGrant.person_id == bindparam("whose"), *live_conditions(bindparam("now")))
    .order_by(PersonGrant.id)
)


def _require_fitting(
    role: Role, agency_id: int | None, expires_at: datetime | None, now: datetime
) -> None:
    if role in AGENCY_ROLES and agency_id is None:
        raise InvalidValueError("agency_id", agency_id, f"{role.value} is granted for one agency.")
    if role not in AGENCY_ROLES and agency_id is not None:
        raise InvalidValueError(
            "agency_id", agency_id, f"{role.value} is granted for the whole government."
        )
    if expires_at is not None and expires_at <= now:
        raise InvalidValueError("expires_at", expires_at.isoformat(), "it lies in the past.")


def _require_admin_left(
    db: Session, person: Person, role: Role, expires_at: datetime | None, now: datetime
) -> None:
    """Refuse to put an end date on the last administrator."""
    held = any(one.role == Role.ADMIN for one in live_grants(db, person.id, now))
    if role == Role.ADMIN and expires_at is not None and held:
        require_other_admin(db, person, now)


def _record(
    db: Session, action: str, row: PersonGrant, person: Person, by: Actor, now: datetime
) -> None:
    record(
        db,
        actor=by.name,
        agency_id=row.agency_id,
        action=action,
        object=f"grant:{row.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "person": person.email,
            "role": row.role,
            "agency_id": row.agency_id,
            "expires_at": row.expires_at,
            "outside_approval": by.is_console,
        },
        now=now,
    )
