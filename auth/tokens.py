"""Personal tokens for the programming interface: shown once, kept as a hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import InvalidValueError, UnknownRecordError
from auth.grants import live_grants, require_person
from auth.models import ApiToken, Person
from auth.plain_text import is_one_line
from auth.principals import Principal
from auth.random_tokens import hash_token, new_token

PREFIX: Final = "exq_"
"""Starts every token, so that scanners find one that was left in a file."""

LONGEST_LIFE: Final = timedelta(days=366)
NAME_LIMIT: Final = 100
TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """One token as its owner sees it."""

    id: int
    person_id: int
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Tell whether the token opens anything at this instant."""
        return self.revoked_at is None and self.expires_at > now


def create_token(
    db: Session,
    user_id: int,
    name: str,
    expires_at: datetime,
    now: datetime,
    *,
    by: Actor | None = None,
) -> str:
    """Make a token for a person and return it: the only time that it can be read."""
    person = require_person(db, user_id)
    plain_name = name.strip()
    if not plain_name or len(plain_name) > NAME_LIMIT or not is_one_line(plain_name):
        raise InvalidValueError("name", name, f"give 1 to {NAME_LIMIT} characters in one line.")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise InvalidValueError(
            "expires_at",
            expires_at.isoformat(),
            f"choose an instant within the next {LONGEST_LIFE.days} days.",
        )
    token = new_token(PREFIX)
    row = ApiToken(
        person_id=user_id,
        name=plain_name,
        token_hash=hash_token(token),
        created_at=now,
        expires_at=expires_at,
    )
    db.add(row)
    db.flush()
    _record(db, "api_token.create", row, by or Actor(person.email, person.id), now)
    return token


def principal_of_token(
    db: Session, token: str, now: datetime, *, touch: bool = True
) -> Principal | None:
    """Return whose token this is, with today's grants; None if it is dead or unknown.

    ``touch`` writes the use down, at most once a minute; without it nothing is written.
    """
    if not token.startswith(PREFIX):
        return None
    found = db.execute(
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(
            ApiToken.token_hash == hash_token(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, person = found
    if touch and (row.last_used_at is None or now - row.last_used_at >= TOUCH_EVERY):
        row.last_used_at = now
    return Principal(person.id, person.email, person.name, live_grants(db, person.id, now))


def list_tokens(db: Session, user_id: int) -> tuple[TokenInfo, ...]:
    """Return a person's tokens, dead ones included, the newest first."""
    rows = db.scalars(
        select(ApiToken).where(ApiToken.person_id == user_id).order_by(ApiToken.id.desc())
    )
    return tuple(
        TokenInfo(
            id=row.id,
            person_id=row.person_id,
            name=row.name,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    )


def revoke_token(db: Session, user_id: int, token_id: int, *, by: Actor, now: datetime) -> None:
    """Make a person's token useless; UnknownRecordError where they have no such live one."""
    row = db.scalar(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.person_id == user_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiToken)
    )
    if row is None:
        raise UnknownRecordError("token", token_id)
    _record(db, "api_token.revoke", row, by, now)


def _record(db: Session, action: str, row: ApiToken, by: Actor, now: datetime) -> None:
    record(
        db,
        actor=by.name,
        action=action,
        object=f"api_token:{row.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={"person": row.person_id, "name": row.name, "expires_at": row.expires_at},
        now=now,
    )
