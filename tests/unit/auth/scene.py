"""What the tests of this package share: a moment, a password, and two kinds of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.sign_in import SignedIn, sign_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD_PASSWORD = "otter lamp gravel 42 violin"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
CHEAP_HASH = CHEAP.hash(GOOD_PASSWORD)
CONSOLE = Actor.console()


@dataclass(frozen=True)
class RecordsDatabase:
    """Opens transactions as the portal does; each ``worker`` has an engine of its own."""

    open_engine: Callable[[], Engine]
    engine: Engine

    def __call__(self) -> AbstractContextManager[Session]:
        return transaction(self.engine)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def worker(self) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
        engine = self.open_engine()
        try:
            yield lambda: transaction(engine)
        finally:
            engine.dispose()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL ROLE exchequer_app"))
        yield session


@dataclass(frozen=True)
class Staff:
    """Two administrators, a viewer and a manager of agency 1000, and somebody of the treasury."""

    admin: Actor
    other_admin: Actor
    viewer: Actor
    manager: Actor
    treasury: Actor


def signed_in(
    records: Callable[[], AbstractContextManager[Session]],
    email: str,
    *,
    password: str = GOOD_PASSWORD,
    address: str = "192.0.2.10",
    now: datetime = NOW,
) -> SignedIn:
    """Sign in with cheap hashing parameters."""
    return sign_in(records, email=email, password=password, address=address, now=now, hasher=CHEAP)
