"""What commands share: the installation's records, and the console as the one who acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import auth.migrations
from auth.actors import Actor
from auth.audit import Outcome, record
from portal.settings import Settings
from warehouse.db import Database, open_database
from warehouse.migrate import GOVERNANCE_TREE, migrate

TREES: Final = (Path(auth.migrations.__file__).parent, GOVERNANCE_TREE)
"""The migrations of people and of decisions, in the order in which they run."""

CONSOLE: Final = Actor.console()


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database for as long as the block runs."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(
        settings.url, settings.var_dir, builder_url=settings.builder_database_url
    )
    try:
        yield database
    finally:
        database.dispose()


def migrate_records(database: Database) -> None:
    """Bring both trees of tables up to date."""
    migrate(database, TREES)


def note(database: Database, action: str, object: str, detail: Mapping[str, Any]) -> None:
    """Write into the audit trail what the console did."""
    with database.records() as db:
        record(
            db,
            actor=CONSOLE.name,
            action=action,
            object=object,
            outcome=Outcome.SUCCEEDED,
            detail=detail,
            now=datetime.now(UTC),
        )
