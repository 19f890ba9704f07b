"""Make a finished build visible in one step: readers see the old one or the new one, whole.

On SQLite a build is a file of its own beside the records, and a small pointer names it. On
PostgreSQL it is loaded into schema ``star_next``, walled in, and renamed to ``star``.
"""

from __future__ import annotations

import time
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgresql_adbc
import adbc_driver_sqlite.dbapi as sqlite_adbc
from adbc_driver_manager import Error as AdbcError
from ibis.backends.duckdb import Backend
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import AddConstraint, ExecutableDDLElement, SetColumnComment, SetTableComment

from warehouse.db import Database
from warehouse.errors import BuildError
from warehouse.publishing.landing import OnStep, Target, land_tables, star_in
from warehouse.publishing.pointer import (
    Pointer,
    builds_folder,
    read_pointer,
    sync_file,
    sync_folder,
    write_pointer,
)
from warehouse.question import BuildInfo
from warehouse.rowsecurity import ANALYST_ROLE, APP_ROLE, protect
from warehouse.schema.views import VIEWS

_NEXT = "star_next"
# Named parameters: the default style would double every per cent sign of a comment.
_SQLITE = sqlite.dialect()
_POSTGRESQL = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
_SWAP_TRIES = 12
_SWAP_LOCK_TIMEOUT = "5s"


def publish(
    con: Backend, database: Database, build: BuildInfo, inputs_hash: str, on_step: OnStep
) -> dict[str, int]:
    """Land the engine's tables and make them the published build; gives the rows of each table.

    Raises BuildError when the disk is full or the database refuses; the build published before
    stays in place.
    """
    try:
        if database.dialect == "sqlite":
            return _publish_file(con, database.var_dir, build, inputs_hash, on_step)
        return _publish_schema(con, database, on_step)
    except (AdbcError, OSError) as error:
        raise BuildError(
            f"The build {build.build_id} couldn't be written: {error}. See that the disk of "
            f"{database.var_dir} has room and the database is up; the build published before "
            "still serves, and the next run starts over."
        ) from error


def remove_leftovers(var_dir: Path) -> None:
    """Remove build files that no pointer names: those of runs that were killed."""
    pointer = read_pointer(var_dir)
    kept = {pointer.file, pointer.previous_file} if pointer else set()
    for path in builds_folder(var_dir).glob("*.sqlite*"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _publish_file(
    con: Backend, var_dir: Path, build: BuildInfo, inputs_hash: str, on_step: OnStep
) -> dict[str, int]:
    folder = builds_folder(var_dir)
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(var_dir)
    finished = folder / f"{build.build_id}.sqlite"
    unfinished = finished.with_name(f"{finished.name}.tmp")
    try:
        counts = _write_file(con, unfinished, on_step)
        on_step("publish file")
        sync_file(unfinished)
        unfinished.rename(finished)
        sync_folder(folder)
    finally:
        unfinished.unlink(missing_ok=True)
    on_step("publish pointer")
    before = read_pointer(var_dir)
    write_pointer(
        var_dir, Pointer(build, finished.name, inputs_hash, before.file if before else None)
    )
    on_step("publish clean")
    remove_leftovers(var_dir)
    return counts


def _write_file(con: Backend, path: Path, on_step: OnStep) -> dict[str, int]:
    with sqlite_adbc.connect(f"file:{path}", autocommit=True) as connection:
        target = Target(connection, _SQLITE, None)
        # Nobody reads this file before it is whole and synced, so a journal on disk buys nothing.
        target.run("PRAGMA journal_mode=MEMORY")
        target.run("PRAGMA synchronous=OFF")
        counts = land_tables(con, target, star_in(None), on_step, references=True)
        for view in VIEWS:
            target.run(f"CREATE VIEW {view.name} AS {view.sql('sqlite')}")
        target.run("ANALYZE")
    return counts


def _publish_schema(con: Backend, database: Database, on_step: OnStep) -> dict[str, int]:
    with database.builder() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {_NEXT} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {_NEXT}"))
    star = star_in(_NEXT)
    url = make_url(database.builder_url).set(drivername="postgresql")
    with postgresql_adbc.connect(
        url.render_as_string(hide_password=False), autocommit=True
    ) as loading:
        target = Target(loading, _POSTGRESQL, _NEXT)
        counts = land_tables(con, target, star, on_step, references=False)
    on_step("publish walls")
    with database.builder() as connection:
        _finish_schema(connection)
    on_step("publish swap")
    _swap(database)
    on_step("publish clean")
    return counts


def _finish_schema(connection: Connection) -> None:
    """Add references, comments, grants and walls to the loaded tables."""
    statements: list[str | ExecutableDDLElement] = []
    for table in star_in(_NEXT).sorted_tables:
        statements += [AddConstraint(reference) for reference in table.foreign_key_constraints]
        statements.append(SetTableComment(table))
        statements += [SetColumnComment(column) for column in table.columns]
        statements += protect(table, _NEXT)
    for role in (APP_ROLE, ANALYST_ROLE):
        statements.append(f"GRANT USAGE ON SCHEMA {_NEXT} TO {role}")
    # Hundreds of small statements: sent as one script, they cost one round trip.
    script = ";\n".join(
        each if isinstance(each, str) else str(each.compile(dialect=_POSTGRESQL))
        for each in statements
    )
    connection.connection.cursor().execute(script)


def _swap(database: Database) -> None:
    """Rename the schemas once no reader is in the middle of the old build.

    A reader holds its build's ``build_info`` from its first statement on. Taking that lock waits
    for the readers at work, and makes later ones wait and then find the new build.
    """
    for attempt in range(1, _SWAP_TRIES + 1):
        try:
            with database.builder() as connection:
                _swap_once(connection)
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or attempt == _SWAP_TRIES:
                raise
            # Let the readers that queued up behind us through before trying again.
            time.sleep(0.2 * attempt)


def _swap_once(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{_SWAP_LOCK_TIMEOUT}'"))
    if connection.execute(text("SELECT to_regclass('star.build_info')")).scalar():
        connection.execute(text("LOCK TABLE star.build_info IN ACCESS EXCLUSIVE MODE"))
    connection.execute(text("DROP SCHEMA IF EXISTS star_previous CASCADE"))
    connection.execute(text("ALTER SCHEMA star RENAME TO star_previous"))
    for role in (APP_ROLE, ANALYST_ROLE):
        connection.execute(text(f"REVOKE ALL ON SCHEMA star_previous FROM {role}"))
    connection.execute(text(f"ALTER SCHEMA {_NEXT} RENAME TO star"))
    for view in VIEWS:
        name = f"star.{view.name}"
        connection.exec_driver_sql(
            f"CREATE VIEW {name} WITH (security_invoker = true) AS {view.sql('postgresql')}"
        )
        connection.execute(text(f"GRANT SELECT ON {name} TO {APP_ROLE}, {ANALYST_ROLE}"))
