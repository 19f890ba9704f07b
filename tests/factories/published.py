"""A government's files built and published into a database of their own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from portal.cli.installation import migrate_records
from tests.factories.government import write_government
from tests.factories.once import made_once
from tests.factories.policies import publish_policy
from warehouse.build import build
from warehouse.db import Database, open_database

COST_CENTRES = {
    "CostCentre": {"spelling": "CostCentre", "required": "true", "values": ["CC-0010"]},
    "Owner": {"required": "true"},
}


@contextmanager
def opened_in(folder: Path) -> Iterator[Database]:
    """Open the SQLite installation in a folder, its records migrated."""
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    try:
        migrate_records(database)
        yield database
    finally:
        database.dispose()


@contextmanager
def published(data: Path, folder: Path) -> Iterator[Database]:
    """Build ``data`` into a SQLite installation in ``folder``; open while it is looked at."""
    with opened_in(folder) as database:
        build(database, data, folder)
        yield database


def copy_of_government(
    factory: pytest.TempPathFactory, folder: Path, *, with_bills: bool = False
) -> Path:
    """Fill ``folder`` with the factory's government, ``data`` and ``var``, built once in a run.

    With bills it has a tagging policy, too, that most of its resources break.
    """

    def make(made: Path) -> None:
        (made / "var").mkdir()
        data = write_government(made / "data", with_bills=with_bills)
        with opened_in(made / "var") as database:
            if with_bills:
                publish_policy(database, "costs", COST_CENTRES)
            build(database, data, made / "var")

    name = "government-with-bills" if with_bills else "government"
    shutil.copytree(made_once(factory, name, make), folder, dirs_exist_ok=True)
    return folder


def copy_in_use(var: Path, to: Path) -> Path:
    """Copy an SQLite installation that this process has open.

    SQLite copies its own file: read by anybody else, closing it would give up the locks that this
    process holds, and the next process to leave would take the log away from under it.
    """
    shutil.copytree(var, to, ignore=shutil.ignore_patterns("records.sqlite*"))
    with (
        closing(sqlite3.connect(var / "records.sqlite")) as found,
        closing(sqlite3.connect(to / "records.sqlite")) as made,
    ):
        found.backup(made)
    return to
