"""A government's files built and published into a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.cli.installation import migrate_records
from warehouse.build import build
from warehouse.db import Database, open_database


@contextmanager
def published(data: Path, folder: Path) -> Iterator[Database]:
    """Build ``data`` into a SQLite installation in ``folder``; open while it is looked at."""
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    try:
        migrate_records(database)
        build(database, data, folder)
        yield database
    finally:
        database.dispose()
