"""Changing one's own password, and setting it by a link that an administrator started."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import InvalidValueError, ResetRefusedError, WrongPasswordError
from auth.grants import require_manager, require_person
from auth.models import PasswordReset, Person
from auth.passwords import HASHER, hash_password, require_good_password
from auth.principals import Principal
from auth.proof import Claim, prove
from auth.random_tokens import hash_token, new_token
from auth.sessions import end_all_sessions
from auth.transactions import Records

RESET_LIFE: Final = timedelta(hours=24)


def change_password(
    records: Records,
    principal: Principal,
    *,
    current: str,
    new: str,
    address: str,
    now: datetime,
    request_id: str | None = None,
    hasher: PasswordHasher = HASHER,
) -> None:
    """Change one's own password and end one's other sessions; the present one goes on.

    Wrong tries count like those at sign-in. Raises WrongPasswordError, PasswordRefusedError
    and ThrottledError.
    """
    require_good_password(new, about=(principal.email, principal.name))
    fresh_hash = hash_password(new, hasher)

    def change(db: Session, person: Person) -> bool:
        _set(db, person, fresh_hash, now, keep=principal.session_id)
        return True

    claim = Claim(principal.email, current, address, "person.change_password", request_id, hasher)
    if not prove(records, claim, now, change):
        raise WrongPasswordError


def start_reset(db: Session, person_id: int, *, by: Actor, now: datetime) -> str:
    """Return a token for a link with which the person sets a password, once, within a day.

    Earlier links of the person are withdrawn; the password stays until the link is used.
    """
    require_manager(db, by, now)
    person = require_person(db, person_id)
    if person.disabled_at is not None:
        raise InvalidValueError("person", person.email, "enable the account first.")
    _close_resets(db, person_id, now)
    token = new_token()
    db.add(
        PasswordReset(
            person_id=person_id,
            token_hash=hash_token(token),
            started_by=by.name,
            created_at=now,
            expires_at=now + RESET_LIFE,
        )
    )
    _record(db, "person.start_reset", by.name, person, by.request_id, now)
    return token


def finish_reset(
    records: Records,
    token: str,
    *,
    new: str,
    now: datetime,
    request_id: str | None = None,
    hasher: PasswordHasher = HASHER,
) -> None:
    """Set a password by a link; every session of the person ends.

    Raises ResetRefusedError, and PasswordRefusedError, after which the link can still be used.
    """
    live = (
        PasswordReset.token_hash == hash_token(token),
        PasswordReset.closed_at.is_(None),
        PasswordReset.expires_at > now,
        Person.disabled_at.is_(None),
    )
    query = select(Person).join(PasswordReset, PasswordReset.person_id == Person.id).where(*live)
    with records() as db:
        person = db.scalar(query)
        if person is None:
            raise ResetRefusedError
        about = (person.email, person.name)
    require_good_password(new, about=about)
    fresh_hash = hash_password(new, hasher)
    with records() as db:
        person = db.scalar(query.with_for_update())
        if person is None:
            raise ResetRefusedError
        _set(db, person, fresh_hash, now, keep=None)
        _record(db, "person.finish_reset", person.email, person, request_id, now)


def _set(db: Session, person: Person, fresh_hash: str, now: datetime, keep: int | None) -> None:
    person.password_hash = fresh_hash
    person.password_changed_at = now
    end_all_sessions(db, person.id, because="password changed", now=now, keep=keep)
    _close_resets(db, person.id, now)


def _close_resets(db: Session, person_id: int, now: datetime) -> None:
    db.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.closed_at.is_(None))
        .values(closed_at=now)
    )


def _record(
    db: Session, action: str, actor: str, person: Person, request_id: str | None, now: datetime
) -> None:
    record(
        db,
        actor=actor,
        action=action,
        object=f"person:{person.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=request_id,
        detail={"person": person.email},
        now=now,
    )
