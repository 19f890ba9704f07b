"""Bring the tables of the records up to date on a connection given by the caller.

On SQLite the schema ``governance`` doesn't exist: its tables stand beside the others in one file.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from warehouse.governance.models import GOVERNANCE

VERSION_TABLE = "governance_version"


def run(connection: Connection) -> None:
    """Run the versions that are missing, in the caller's transaction."""
    has_schemas = connection.dialect.name != "sqlite"
    context.configure(
        connection=connection,
        target_metadata=GOVERNANCE,
        version_table=VERSION_TABLE,
        version_table_schema="governance" if has_schemas else None,
        include_schemas=has_schemas,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
