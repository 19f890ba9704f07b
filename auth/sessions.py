"""Who is signed in: rows in the database, so that ending one acts at once in every worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import UnknownRecordError
from auth.grants import live_grants
from auth.models import Person, PersonSession
from auth.plain_text import encode_unprintable
from auth.principals import Preferences, Principal
from auth.random_tokens import hash_token, new_token

IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
TOUCH_EVERY: Final = timedelta(minutes=1)
"""Use is written down at most this often, so that reading pages seldom writes."""

KEPT_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One session as its owner or an administrator sees it."""

    id: int
    person_id: int
    address: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A session in use: whose, and whether it is time to write down that it was used."""

    principal: Principal
    is_touch_due: bool


def open_session(
    db: Session, person: Person, *, address: str, now: datetime
) -> tuple[str, Principal]:
    """Start a session under a new identifier; the token is given out here and never again."""
    token = new_token()
    row = PersonSession(
        person_id=person.id,
        token_hash=hash_token(token),
        csrf_secret=new_token(),
        address=encode_unprintable(address, 64),
        created_at=now,
        last_seen_at=now,
    )
    db.add(row)
    db.flush()
    known_as = (person.id, person.email, person.name)
    preferences = Preferences(person.currency, person.year_kind, person.language)
    return token, _principal(db, known_as, (row.id, row.csrf_secret), now, preferences)


def visit_of(db: Session, token: str, now: datetime) -> Visit | None:
    """Return who holds this session token, with today's grants; None if it is dead or unknown.

    Only reads, so that a page takes no write lock. Where a touch is due and the person asked
    for the page themselves, follow it with ``touch_session``.
    """
    found = db.execute(
        _VISIT,
        {
            "token_hash": hash_token(token),
            "seen_after": now - IDLE_LIMIT,
            "made_after": now - ABSOLUTE_LIMIT,
        },
    ).one_or_none()
    if found is None:
        return None
    principal = _principal(
        db,
        (found.person_id, found.email, found.name),
        (found.session_id, found.csrf_secret),
        now,
        Preferences(found.currency, found.year_kind, found.language),
    )
    return Visit(principal, now - found.last_seen_at >= TOUCH_EVERY)


def touch_session(db: Session, session_id: int, now: datetime) -> None:
    """Write that a live session was used; a dead one stays dead."""
    db.execute(
        update(PersonSession)
        .where(PersonSession.id == session_id, PersonSession.last_seen_at < now, *_alive(now))
        .values(last_seen_at=now)
    )


def principal_of(db: Session, token: str, now: datetime, *, touch: bool = True) -> Principal | None:
    """Return who holds this session token, and write at most once a minute that it was used.

    ``touch`` is False for what the page asks for by itself: polling doesn't keep a session alive.
    """
    visit = visit_of(db, token, now)
    if visit is None:
        return None
    if touch and visit.is_touch_due and visit.principal.session_id is not None:
        touch_session(db, visit.principal.session_id, now)
    return visit.principal


def sign_out(db: Session, token: str, now: datetime, *, request_id: str | None = None) -> bool:
    """End the session of this token; False if it was dead already."""
    principal = principal_of(db, token, now, touch=False)
    if principal is None or principal.session_id is None:
        return False
    _end(db, now, "signed out", PersonSession.id == principal.session_id)
    record(
        db,
        actor=principal.email,
        action="session.sign_out",
        object=f"session:{principal.session_id}",
        outcome=Outcome.SUCCEEDED,
        request_id=request_id,
        now=now,
    )
    return True


def list_sessions(db: Session, person_id: int, now: datetime) -> tuple[SessionInfo, ...]:
    """Return a person's live sessions, the last used first."""
    rows = db.scalars(
        select(PersonSession)
        .where(PersonSession.person_id == person_id, *_alive(now))
        .order_by(PersonSession.last_seen_at.desc(), PersonSession.id.desc())
    )
    return tuple(
        SessionInfo(row.id, row.person_id, row.address, row.created_at, row.last_seen_at)
        for row in rows
    )


def sign_in_before(db: Session, person_id: int, session_id: int) -> datetime | None:
    """Return when a person signed in last before this session; None if that isn't remembered."""
    return db.scalar(
        select(func.max(PersonSession.created_at)).where(
            PersonSession.person_id == person_id, PersonSession.id < session_id
        )
    )


def end_session(db: Session, person_id: int, session_id: int, *, by: Actor, now: datetime) -> None:
    """End one session of a person.

    Raises UnknownRecordError where that person has no such live session.
    """
    which = (PersonSession.id == session_id, PersonSession.person_id == person_id)
    if _end(db, now, f"ended by {by.name}", *which, *_alive(now)) == 0:
        raise UnknownRecordError("session", session_id)
    record(
        db,
        actor=by.name,
        action="session.end",
        object=f"session:{session_id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={"person": person_id},
        now=now,
    )


def end_all_sessions(
    db: Session, person_id: int, *, because: str, now: datetime, keep: int | None = None
) -> int:
    """End every session of a person, but for ``keep``, and return how many were live."""
    others = () if keep is None else (PersonSession.id != keep,)
    return _end(db, now, because, PersonSession.person_id == person_id, *others)


def forget_old_sessions(db: Session, now: datetime) -> None:
    """Delete sessions that have long been dead."""
    db.execute(delete(PersonSession).where(PersonSession.created_at < now - KEPT_FOR))


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _seen_and_made_after(now - IDLE_LIMIT, now - ABSOLUTE_LIMIT)


def _seen_and_made_after(
    seen: datetime | BindParameter[datetime], made: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    return (
        PersonSession.ended_at.is_(None),
        PersonSession.last_seen_at > seen,
        PersonSession.created_at > made,
    )


# Columns, not objects, and written once: this is asked with every request.
_VISIT: Final = (
    select(
        PersonSession.id.label("session_id"),
        PersonSession.csrf_secret,
        PersonSession.last_seen_at,
        PersonSession.person_id,
        Person.email,
        Person.name,
        Person.currency,
        Person.year_kind,
        Person.language,
    )
    .join(Person, Person.id == PersonSession.person_id)
    .where(
        PersonSession.token_hash == bindparam("token_hash"),
        Person.disabled_at.is_(None),
        *_seen_and_made_after(bindparam("seen_after"), bindparam("made_after")),
    )
)


def _end(db: Session, now: datetime, because: str, *which: ColumnElement[bool]) -> int:
    ended = db.execute(
        update(PersonSession)
        .where(PersonSession.ended_at.is_(None), *which)
        .values(ended_at=now, ended_because=encode_unprintable(because, 64))
        .returning(PersonSession.id)
    )
    return len(ended.all())


def _principal(
    db: Session,
    person: tuple[int, str, str],
    session: tuple[int, str],
    now: datetime,
    preferences: Preferences,
) -> Principal:
    """Put together a person (number, e-mail, name) and their session (number, secret)."""
    user_id, email, name = person
    session_id, csrf_secret = session
    return Principal(
        user_id=user_id,
        email=email,
        name=name,
        grants=live_grants(db, user_id, now),
        session_id=session_id,
        csrf_secret=csrf_secret,
        preferences=preferences,
    )
