"""A migrated records database on SQLite and on PostgreSQL, new for each test."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text, update

from auth.actors import Actor
from auth.grants import grant
from auth.models import Person
from auth.people import add_user
from auth.permissions import Role
from tests.unit.auth.migrating import upgrade
from tests.unit.auth.scene import CHEAP_HASH, CONSOLE, NOW, RecordsDatabase, Staff


def open_sqlite(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", execution_options={"schema_translate_map": {"auth": None}}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=20000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("auth") / "template.sqlite"
    engine = open_sqlite(path)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(new_postgres_database: Callable[[], str]) -> URL:
    """A migrated database that others are copied from; nobody may be connected to it."""
    url = make_url(new_postgres_database())
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "DO $$ BEGIN CREATE ROLE exchequer_app NOLOGIN; "
                "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
        )
        upgrade(connection)
    engine.dispose()
    return url


@contextmanager
def copied_postgres(template: URL) -> Iterator[URL]:
    name = f"{template.database}_{uuid.uuid4().hex[:8]}"
    admin = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        copy = f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY file_copy"
        connection.execute(text(copy))
    yield template.set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def records(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[RecordsDatabase]:
    if request.param == "sqlite":
        path = tmp_path / "records.sqlite"
        shutil.copy(sqlite_template, path)
        engine = open_sqlite(path)
        yield RecordsDatabase(lambda: open_sqlite(path), engine)
        engine.dispose()
        return
    with copied_postgres(request.getfixturevalue("postgres_template")) as url:
        engine = create_engine(url)
        yield RecordsDatabase(lambda: create_engine(url), engine)
        engine.dispose()


@pytest.fixture
def staff(records: RecordsDatabase) -> Staff:
    def member(email: str, role: Role, agency_id: int | None = None) -> Actor:
        person_id = add_user(db, email=email, name=email.split("@")[0], by=CONSOLE, now=NOW)
        db.execute(update(Person).where(Person.id == person_id).values(password_hash=CHEAP_HASH))
        grant(db, person_id, role, agency_id=agency_id, by=CONSOLE, now=NOW)
        return Actor(email, person_id, "request-1")

    with records() as db:
        return Staff(
            admin=member("ada@gov.example", Role.ADMIN),
            other_admin=member("ben@gov.example", Role.ADMIN),
            viewer=member("vera@gov.example", Role.AGENCY_VIEWER, 1000),
            manager=member("max@gov.example", Role.AGENCY_MANAGER, 1000),
            treasury=member("tess@gov.example", Role.TREASURY),
        )
