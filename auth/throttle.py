"""Counting failed attempts across all workers, in the records database.

Three things are told apart: an account tried from one address, an address trying many accounts,
and the whole portal under attack. Whoever has signed in from an address before is held up there
by their own mistakes only, so that nobody can lock a colleague out: neither from elsewhere nor
from the same office.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from auth.errors import ThrottledError
from auth.models import AttemptOutcome, SignInAttempt


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are let pass within the window; the next attempt waits."""

    failures: int
    window: timedelta


PAIR: Final = Limit(5, timedelta(minutes=15))
"""One account from one address, since that account's last success there."""

ACCOUNT_SOFT: Final = Limit(20, timedelta(minutes=15))
"""One account from all addresses; beyond it a new address has a single try a window."""

PAIR_UNDER_ATTACK: Final = Limit(1, timedelta(minutes=15))

ACCOUNT_HARD: Final = Limit(100, timedelta(hours=24))
"""One account from all addresses; beyond it only addresses it has signed in from (NIST
SP 800-63B, 5.2.2, allows no more than 100 failures in a row)."""

ADDRESS: Final = Limit(50, timedelta(minutes=15))
"""One address, all accounts."""

EVERYWHERE: Final = Limit(1_000, timedelta(minutes=15))
"""All addresses, all accounts."""

KNOWN_FOR: Final = timedelta(days=90)
"""How long an address counts as known after a success from it, and how long attempts are kept."""

NOTE_EVERY: Final = timedelta(minutes=1)

_TURN = 7_402_113
"""Number of the PostgreSQL advisory lock under which attempts are let in one by one."""


def open_attempt(db: Session, account: str, address: str, now: datetime) -> int:
    """Count an attempt as pending and return its number, or raise ThrottledError.

    Commit before proving the password: attempts made at the same time then count each other.
    """
    _take_turn(db)
    attempt = SignInAttempt(
        account_key=account, address_key=address, at=now, outcome=AttemptOutcome.PENDING.value
    )
    db.add(attempt)
    db.flush()
    wait = _wait(db, attempt, now)
    if wait > timedelta(0):
        raise ThrottledError(math.ceil(wait.total_seconds()))
    return attempt.id


def close_attempt(db: Session, attempt_id: int, outcome: AttemptOutcome) -> None:
    """Write how an attempt ended."""
    db.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(outcome=outcome.value)
    )


def note_throttled(db: Session, account: str, address: str, now: datetime) -> bool:
    """Write that an attempt was turned away; at most one a minute, and tell whether it was.

    These rows aren't counted: knocking on a closed door doesn't keep it closed.
    """
    throttled = AttemptOutcome.THROTTLED.value
    already = exists().where(
        SignInAttempt.account_key == account,
        SignInAttempt.address_key == address,
        SignInAttempt.outcome == throttled,
        SignInAttempt.at > now - NOTE_EVERY,
    )
    if db.scalar(select(already)):
        return False
    db.add(SignInAttempt(account_key=account, address_key=address, at=now, outcome=throttled))
    db.flush()
    return True


def forget_old_attempts(db: Session, now: datetime) -> None:
    """Delete attempts that no limit looks back to."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KNOWN_FOR))


def _take_turn(db: Session) -> None:
    """Wait until no other worker is counting; SQLite's write lock does so by itself."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _wait(db: Session, attempt: SignInAttempt, now: datetime) -> timedelta:
    """Return for how long the attempt has to wait; zero or less is not at all."""
    others = SignInAttempt.id != attempt.id
    of_account = SignInAttempt.account_key == attempt.account_key
    from_address = SignInAttempt.address_key == attempt.address_key
    last_success = db.scalar(
        select(func.max(SignInAttempt.id)).where(
            of_account,
            from_address,
            SignInAttempt.outcome == AttemptOutcome.SUCCEEDED.value,
            SignInAttempt.at > now - KNOWN_FOR,
        )
    )
    pair = (others, of_account, from_address)
    if last_success is not None:
        return _until(db, PAIR, now, *pair, SignInAttempt.id > last_success)
    waits = [
        _until(db, PAIR, now, *pair),
        _until(db, ADDRESS, now, others, from_address),
        _until(db, ACCOUNT_HARD, now, others, of_account),
        _until(db, EVERYWHERE, now, others),
    ]
    if _until(db, ACCOUNT_SOFT, now, others, of_account) > timedelta(0):
        waits.append(_until(db, PAIR_UNDER_ATTACK, now, *pair))
    return max(waits)


def _until(db: Session, limit: Limit, now: datetime, *which: ColumnElement[bool]) -> timedelta:
    """Return how long it takes until fewer failures than the limit are within its window."""
    failed = SignInAttempt.outcome.in_((AttemptOutcome.FAILED.value, AttemptOutcome.PENDING.value))
    decisive = db.scalar(
        select(SignInAttempt.at)
        .where(*which, failed, SignInAttempt.at > now - limit.window)
        .order_by(SignInAttempt.at.desc())
        .limit(1)
        .offset(limit.failures - 1)
    )
    return timedelta(0) if decisive is None else decisive + limit.window - now
