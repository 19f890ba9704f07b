"""What somebody who keeps order has to know: who can sign in, what ends soon, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.audit import Outcome, count_events
from auth.grants import GrantRecord
from auth.models import ApiToken, AttemptOutcome, Person, SignInAttempt
from auth.people import PersonInfo, list_people

SOON: Final = timedelta(days=30)
"""A grant or token that ends within this time is worth a look today."""

RECENTLY: Final = timedelta(days=7)
LONG_UNSEEN: Final = timedelta(days=90)

_NOT_SUCCEEDED: Final = (
    AttemptOutcome.PENDING.value,
    AttemptOutcome.FAILED.value,
    AttemptOutcome.THROTTLED.value,
)


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """One grant in force together with who holds it."""

    person: PersonInfo
    grant: GrantRecord


@dataclass(frozen=True, slots=True)
class TokenEnding:
    """A token that is about to end, and whose it is."""

    name: str
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of access at one instant."""

    people: tuple[PersonInfo, ...]
    held: tuple[HeldGrant, ...]
    unseen: tuple[PersonInfo, ...]
    """Those who may sign in and never did, or not for ninety days."""
    tokens_ending: tuple[TokenEnding, ...]
    failed_sign_ins: int
    denied: int
    made_at: datetime

    @property
    def enabled(self) -> tuple[PersonInfo, ...]:
        """Those who may sign in."""
        return tuple(person for person in self.people if person.is_enabled)

    @property
    def ending(self) -> tuple[HeldGrant, ...]:
        """Grants of theirs that end soon, the first to end first."""
        until = self.made_at + SOON
        found = [one for one in self.held if one.grant.expires_at and one.grant.expires_at <= until]
        return tuple(sorted(found, key=lambda one: str(one.grant.expires_at)))


def read_overview(db: Session, now: datetime) -> Overview:
    """Count and list what an administrator looks at first."""
    people = list_people(db)
    return Overview(
        people=people,
        held=held_grants(people, now),
        unseen=tuple(
            person
            for person in people
            if person.is_enabled
            and (person.last_seen_at is None or person.last_seen_at < now - LONG_UNSEEN)
        ),
        tokens_ending=_tokens_ending(db, now),
        failed_sign_ins=_failed_sign_ins(db, now),
        denied=count_events(
            db, action="access.denied", outcome=Outcome.REFUSED, since=now - RECENTLY
        ),
        made_at=now,
    )


def held_grants(people: tuple[PersonInfo, ...], now: datetime) -> tuple[HeldGrant, ...]:
    """List the grants in force of everybody who may sign in, person by person."""
    return tuple(
        HeldGrant(person, grant)
        for person in people
        if person.is_enabled
        for grant in person.grants
        if grant.is_live(now)
    )


def _tokens_ending(db: Session, now: datetime) -> tuple[TokenEnding, ...]:
    rows = db.execute(
        select(ApiToken.name, Person.email, ApiToken.expires_at)
        .join(Person, Person.id == ApiToken.person_id)
        .where(
            ApiToken.revoked_at.is_(None),
            Person.disabled_at.is_(None),
            ApiToken.expires_at > now,
            ApiToken.expires_at <= now + SOON,
        )
        .order_by(ApiToken.expires_at, ApiToken.id)
    )
    return tuple(TokenEnding(row.name, row.email, row.expires_at) for row in rows)


def _failed_sign_ins(db: Session, now: datetime) -> int:
    return (
        db.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.outcome.in_(_NOT_SUCCEEDED), SignInAttempt.at > now - RECENTLY)
        )
        or 0
    )
