"""Open the records and the published star: the only module that creates engines.

Reads of the star are read-only, limited in time and rolled back; a change of records commits
once or not at all. On PostgreSQL every transaction of the application runs as a role that
owns nothing, with the reader's agencies declared to row security.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from sqlite3 import OperationalError as LockedError
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from warehouse.errors import (
    NothingPublishedError,
    OutdatedStarError,
    ScopeMissingError,
    WarehouseError,
)
from warehouse.publishing.pointer import Pointer, Stamp, builds_folder, pointer_stamp, read_pointer
from warehouse.question import BuildInfo
from warehouse.rowsecurity import declaration
from warehouse.schema.operations import build_info
from warehouse.scope import Scope

NO_SCHEMAS = {"star": None, "governance": None, "auth": None}
"""SQLite has no schemas: records share one file, and each build has its own."""

_BUSY_SECONDS = 20
_PUBLISHED_FOR_SECONDS = 1.0
_WEB_LIMITS = (
    "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
)
_BUILDER_LIMITS = "-c statement_timeout=0 -c lock_timeout=0"
_UNDEFINED = ("42P01", "42703")
"""What PostgreSQL says of a table and of a column that aren't there."""
_NOTHING_PUBLISHED = (
    "No build has been published yet. Run `exchequer build`, or wait for the worker's first one."
)


class Database:
    """The records and the star of one installation, on either database."""

    url: str
    dialect: str

    def __init__(
        self, url: str, var_dir: Path, builder_url: str | None, max_connections: int
    ) -> None:
        self.url = url
        self.var_dir = var_dir
        self.builder_url = builder_url or url
        self.dialect = _dialect_of(url)
        self._max_connections = max_connections
        self._lock = threading.Lock()
        self._star: Engine | None = None
        self._pointer: Pointer | None = None
        self._stamp: Stamp | None = None
        self._published: tuple[float, BuildInfo | None] = (float("-inf"), None)
        if self.dialect == "sqlite":
            self._records = _open_sqlite_records(url, max_connections)
            self._owner = self._records
        else:
            # All of them are kept open: opening one costs more than most questions.
            self._records = _open_postgresql(
                url, _WEB_LIMITS, pool_size=max_connections, max_overflow=0
            )
            self._owner = _open_postgresql(self.builder_url, _BUILDER_LIMITS, poolclass=NullPool)

    @contextmanager
    def records(self, scope: Scope | None = None) -> Iterator[Session]:
        """Change or read records in one transaction: commits at the end, rolls back on error.

        On PostgreSQL the scope opens the rows of its agencies; without one they stay shut.
        """
        engine = self._records.execution_options(exchequer_begin="BEGIN IMMEDIATE")
        with Session(engine, expire_on_commit=False) as session, session.begin():
            if self.dialect == "postgresql":
                session.execute(declaration(scope, read_only=False))
            yield session

    @contextmanager
    def reading_records(self, scope: Scope | None = None) -> Iterator[Session]:
        """Read records without ever waiting for a writer; rolled back at the end."""
        with Session(self._records, expire_on_commit=False) as session:
            if self.dialect == "postgresql":
                session.execute(declaration(scope, read_only=True))
            yield session
            session.rollback()

    @contextmanager
    def star(self, scope: Scope) -> Iterator[Connection]:
        """Read one whole published build; see ``build_of`` for which.

        Raises NothingPublishedError before the first build, OutdatedStarError where an earlier
        program published it and it lacks what is asked for, ScopeMissingError without a scope.
        """
        if not isinstance(scope, Scope):
            raise ScopeMissingError("The star was reached without saying whose rows may be read.")
        opened = self._sqlite_star if self.dialect == "sqlite" else self._schema_star
        try:
            with opened(scope) as connection:
                yield connection
        except (OperationalError, ProgrammingError) as error:
            if _lacks_something(error):
                raise OutdatedStarError(str(error.orig).partition("\n")[0]) from error
            raise

    def build_of(self, connection: Connection) -> BuildInfo:
        """Give the build that a connection of ``star`` reads."""
        build: BuildInfo = connection.info["build"]
        return build

    def published(self) -> BuildInfo | None:
        """Give the published build, ``None`` before the first; at most a second behind."""
        if self.dialect == "sqlite":
            self._follow_pointer()
            return self._pointer.build if self._pointer else None
        asked_at, build = self._published
        if time.monotonic() - asked_at > _PUBLISHED_FOR_SECONDS:
            build = self._ask_published()
            self._published = (time.monotonic(), build)
        return build

    @contextmanager
    def builder(self) -> Iterator[Connection]:
        """Work as the owner of the tables, in one transaction; never for serving."""
        engine = self._owner.execution_options(exchequer_begin="BEGIN IMMEDIATE")
        with engine.begin() as connection:
            yield connection

    @contextmanager
    def holding(self, lock_number: int) -> Iterator[None]:
        """Hold a lock across all hosts for as long as the block runs; SQLite has one host."""
        if self.dialect == "sqlite":
            yield
            return
        with self._owner.connect() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (lock_number,))
            # Outside a transaction, so that a long wait holds no snapshot.
            connection.commit()
            yield

    def dispose(self, *, close: bool = True) -> None:
        """Close all connections; after a fork, ``close=False`` leaves the parent's alone."""
        self._records.dispose(close=close)
        self._owner.dispose(close=close)
        with self._lock:
            if self._star is not None:
                self._star.dispose(close=close)
            self._star, self._pointer, self._stamp = None, None, None
        self._published = (float("-inf"), None)

    @contextmanager
    def _schema_star(self, scope: Scope) -> Iterator[Connection]:
        with self._records.connect() as connection:
            connection.execute(declaration(scope, read_only=True))
            # Reading this row also keeps the build in place: a swap waits for its lock.
            connection.info["build"] = _read_build(connection)
            yield connection
            connection.rollback()

    @contextmanager
    def _sqlite_star(self, _scope: Scope) -> Iterator[Connection]:
        engine, build = self._follow_pointer()
        try:
            connection = engine.connect() if engine else None
        except OperationalError:
            # Two builds may have passed since the pointer was read, and the file with them.
            self._stamp = None
            engine, build = self._follow_pointer()
            connection = engine.connect() if engine else None
        if connection is None:
            raise NothingPublishedError(_NOTHING_PUBLISHED)
        with connection:
            connection.info["build"] = build
            yield connection
            connection.rollback()

    def _follow_pointer(self) -> tuple[Engine | None, BuildInfo | None]:
        stamp = pointer_stamp(self.var_dir)
        with self._lock:
            if stamp != self._stamp:
                pointer = read_pointer(self.var_dir)
                if self._star is not None and pointer != self._pointer:
                    self._star.dispose()
                    self._star = None
                if pointer is not None and self._star is None:
                    self._star = _open_sqlite_build(
                        builds_folder(self.var_dir) / pointer.file, self._max_connections
                    )
                self._pointer, self._stamp = pointer, stamp
            return self._star, self._pointer.build if self._pointer else None

    def _ask_published(self) -> BuildInfo | None:
        try:
            with self._records.connect() as connection:
                connection.execute(declaration(None, read_only=True))
                return _read_build(connection)
        except NothingPublishedError:
            return None


def open_database(
    url: str, var_dir: Path, *, builder_url: str | None = None, max_connections: int = 8
) -> Database:
    """Open an installation's database; connects only when first used.

    ``builder_url`` is the login that owns the tables on PostgreSQL; the same by default.
    ``max_connections`` is how many threads use it at a time; on PostgreSQL, where connections
    are dear, no more are opened, beside building.
    """
    return Database(url, var_dir, builder_url, max_connections)


def _dialect_of(url: str) -> str:
    name = make_url(url).get_backend_name()
    if name not in {"sqlite", "postgresql"}:
        raise WarehouseError(
            f"The database {name!r} isn't supported. Set EXCHEQUER_DATABASE_URL to sqlite:///… "
            "or postgresql+psycopg://…"
        )
    return name


def _read_build(connection: Connection) -> BuildInfo:
    try:
        row = connection.execute(select(build_info)).one_or_none()
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) not in {"42P01", "3F000"}:
            raise
        row = None
    if row is None:
        raise NothingPublishedError(_NOTHING_PUBLISHED)
    return BuildInfo(row.build_id, row.built_at.astimezone(UTC), row.data_from, row.data_to)


def _open_postgresql(url: str, limits: str, **options: Any) -> Engine:
    # Statements prepared on the server would outlive a swap of the star, and a pooler in between.
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": limits, "prepare_threshold": None},
        **options,
    )


def _open_sqlite_records(url: str, max_connections: int) -> Engine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise WarehouseError(
            f"The database {url!r} isn't a file, and several processes share the records. "
            "Set EXCHEQUER_DATABASE_URL to sqlite:///path/to/records.sqlite."
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        execution_options={"schema_translate_map": NO_SCHEMAS},
        connect_args={"timeout": _BUSY_SECONDS},
        pool_size=max_connections,
    )
    event.listen(engine, "connect", _prepare_records_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _open_sqlite_build(path: Path, max_connections: int) -> Engine:
    engine = create_engine(
        f"sqlite:///file:{quote(str(path))}?mode=ro&immutable=1&uri=true",
        execution_options={"schema_translate_map": NO_SCHEMAS},
        pool_size=max_connections,
    )
    event.listen(engine, "connect", _prepare_star_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_records_connection(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late; _begin does it instead.
    connection.isolation_level = None
    _enter_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _enter_wal(connection: Any) -> None:
    """Switch to write-ahead logging; SQLite doesn't wait its turn here, so we do."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except LockedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _prepare_star_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA mmap_size=268435456")


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("exchequer_begin", "BEGIN")
    connection.exec_driver_sql(begin)


def _lacks_something(error: DBAPIError) -> bool:
    """Tell whether a statement asked for a table or column that isn't there."""
    code = getattr(error.orig, "sqlstate", None)
    return code in _UNDEFINED or str(error.orig).startswith(("no such table", "no such column"))
