"""Bring the records' tables up to date; safe when many processes start at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config

from warehouse.db import Database
from warehouse.locking import file_lock
from warehouse.rowsecurity import prepare_roles

GOVERNANCE_TREE = Path(__file__).with_name("migrations")
"""The migrations of the records of decisions."""

_ADVISORY_LOCK = 4_206_001


def migrate(database: Database, trees: Sequence[Path] = (GOVERNANCE_TREE,)) -> None:
    """Run each tree's missing migrations in the order given; all of them happen or none.

    On PostgreSQL this also sets up the roles and schemas. Raises RoleSetupError when the login
    may not create them.
    """
    with file_lock(database.var_dir / "migrate.lock"), database.builder() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
            prepare_roles(connection)
        for tree in trees:
            config = Config()
            config.set_main_option("script_location", str(tree).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
