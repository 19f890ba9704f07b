"""Bring the tables of people and the audit trail up to date on a connection given by the caller.

On SQLite the schema ``auth`` doesn't exist: its tables stand beside the others in one file.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.schema import CreateSchema

from auth.models import AUTH

VERSION_TABLE = "auth_version"


def run(connection: Connection) -> None:
    """Run the versions that are missing, in one transaction where the caller has none open."""
    is_callers_transaction = connection.in_transaction()
    has_schemas = connection.dialect.name != "sqlite"
    if has_schemas:
        connection.execute(CreateSchema("auth", if_not_exists=True))
    context.configure(
        connection=connection,
        target_metadata=AUTH,
        version_table=VERSION_TABLE,
        version_table_schema="auth" if has_schemas else None,
        include_schemas=has_schemas,
    )
    with context.begin_transaction():
        context.run_migrations()
    if not is_callers_transaction and connection.in_transaction():
        connection.commit()


run(context.config.attributes["connection"])
