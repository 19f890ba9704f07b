"""Signing in with an e-mail address and a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from auth.errors import SignInRefusedError
from auth.models import Person
from auth.passwords import HASHER
from auth.principals import Principal
from auth.proof import Claim, prove
from auth.sessions import open_session
from auth.transactions import Records


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token, for the cookie alone, and who it belongs to."""

    token: str = field(repr=False)
    principal: Principal


def sign_in(
    records: Records,
    *,
    email: str,
    password: str,
    address: str,
    now: datetime,
    request_id: str | None = None,
    hasher: PasswordHasher = HASHER,
) -> SignedIn:
    """Open a session for whoever proves the password, and write it to the audit trail.

    Takes the function that opens a transaction, not a transaction: the attempt must stay counted
    when it is refused, and no lock may be held while the password is hashed. ``address`` is the
    real peer's. Raises SignInRefusedError, alike for unknown, wrong and disabled, and
    ThrottledError.
    """

    def start(db: Session, person: Person) -> SignedIn:
        token, principal = open_session(db, person, address=address, now=now)
        return SignedIn(token, principal)

    claim = Claim(email, password, address, "session.sign_in", request_id, hasher)
    signed_in = prove(records, claim, now, start)
    if signed_in is None:
        raise SignInRefusedError
    return signed_in
