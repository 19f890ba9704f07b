"""Proving a password, counted and written to the audit trail whichever way it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.addresses import account_key, address_key, normalise_email
from auth.audit import Outcome, record
from auth.errors import ThrottledError
from auth.models import AttemptOutcome, Person
from auth.passwords import HASHER, hash_password, needs_rehash, verify_password
from auth.throttle import close_attempt, note_throttled, open_attempt
from auth.transactions import Records

NOBODY = "nobody"
"""The actor of a sign-in to no account; what was typed may be a password and isn't kept."""

Proven = TypeVar("Proven")


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody at an address says that this account is theirs, and that this is its password."""

    email: str
    password: str
    address: str
    action: str
    request_id: str | None = None
    hasher: PasswordHasher = HASHER


@dataclass(frozen=True, slots=True)
class _Opened:
    attempt_id: int
    person_id: int | None
    password_hash: str | None


def prove(
    records: Records,
    claim: Claim,
    now: datetime,
    then: Callable[[Session, Person], Proven],
) -> Proven | None:
    """Call ``then`` in the transaction that writes the success, or return None if refused.

    Unknown, wrong and disabled take the same steps: the attempt is counted, one hash is
    computed with no transaction open, the end is written. Raises ThrottledError.
    """
    opened = _open(records, claim, now)
    is_right = verify_password(claim.password, opened.password_hash, claim.hasher)
    fresh_hash = None
    if is_right and opened.password_hash and needs_rehash(opened.password_hash, claim.hasher):
        fresh_hash = hash_password(claim.password, claim.hasher)
    with records() as db:
        person = _still_the_same(db, opened)
        if not is_right or person is None or person.disabled_at is not None:
            close_attempt(db, opened.attempt_id, AttemptOutcome.FAILED)
            _record(db, claim, now, person, Outcome.REFUSED, _reason(opened, person, is_right))
            return None
        close_attempt(db, opened.attempt_id, AttemptOutcome.SUCCEEDED)
        if fresh_hash is not None:
            person.password_hash = fresh_hash
        proven = then(db, person)
        _record(db, claim, now, person, Outcome.SUCCEEDED, "")
        return proven


def _open(records: Records, claim: Claim, now: datetime) -> _Opened:
    account, address = account_key(claim.email), address_key(claim.address)
    try:
        with records() as db:
            attempt_id = open_attempt(db, account, address, now)
            person = _find(db, claim.email)
            if person is None:
                return _Opened(attempt_id, None, None)
            return _Opened(attempt_id, person.id, person.password_hash)
    except ThrottledError:
        with records() as db:
            if note_throttled(db, account, address, now):
                person = _find(db, claim.email)
                _record(db, claim, now, person, Outcome.REFUSED, "throttled")
        raise


def _find(db: Session, email: str) -> Person | None:
    plain = normalise_email(email)
    if not plain.isprintable():
        return None
    return db.scalar(select(Person).where(Person.email == plain))


def _still_the_same(db: Session, opened: _Opened) -> Person | None:
    """Read the person again: a password changed while this one was hashed no longer counts."""
    return db.scalar(
        select(Person)
        .where(
            Person.id == (opened.person_id or 0),
            Person.password_hash.is_not_distinct_from(opened.password_hash),
        )
        .with_for_update()
    )


def _reason(opened: _Opened, person: Person | None, is_right: bool) -> str:
    if opened.person_id is None:
        return "no such account"
    if not is_right:
        return "wrong password"
    return "password just changed" if person is None else "disabled"


def _record(
    db: Session,
    claim: Claim,
    now: datetime,
    person: Person | None,
    outcome: Outcome,
    reason: str,
) -> None:
    record(
        db,
        actor=NOBODY if person is None else person.email,
        action=claim.action,
        object="account" if person is None else f"person:{person.id}",
        outcome=outcome,
        request_id=claim.request_id,
        detail={"address": claim.address} | ({"reason": reason} if reason else {}),
        now=now,
    )
