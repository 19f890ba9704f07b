from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BLANK_SCHEMA, MetaData, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from auth.models import AUTH
from tests.unit.auth.migrating import upgrade
from tests.unit.auth.scene import RecordsDatabase

TABLES = {
    "api_token",
    "audit_event",
    "password_reset",
    "person",
    "person_grant",
    "person_session",
    "saved_view",
    "sign_in_attempt",
}


def without_schema() -> MetaData:
    plain = MetaData(naming_convention=AUTH.naming_convention)
    for table in AUTH.sorted_tables:
        table.to_metadata(plain, schema=None, referred_schema_fn=lambda *_: BLANK_SCHEMA)
    return plain


def test_the_migrated_database_is_what_the_models_say(records: RecordsDatabase) -> None:
    metadata = AUTH if records.is_postgresql else without_schema()
    options = {
        "version_table": "auth_version",
        "version_table_schema": metadata.schema,
        "include_schemas": records.is_postgresql,
        "include_name": lambda name, kind, _: kind != "schema" or name == metadata.schema,
        "compare_type": True,
    }
    with records.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_every_table_has_a_comment_and_every_column_too() -> None:
    assert {table.name for table in AUTH.sorted_tables} == TABLES
    for table in AUTH.sorted_tables:
        assert table.comment
        assert [column.name for column in table.columns if not column.comment] == []


def test_migrating_again_changes_nothing(records: RecordsDatabase) -> None:
    schema = "auth" if records.is_postgresql else None
    before = inspect(records.engine).get_table_names(schema)
    with records.engine.begin() as connection:
        upgrade(connection)
    assert set(before) == TABLES | {"auth_version"} | ({"sqlite_sequence"} & set(before))
    assert inspect(records.engine).get_table_names(schema) == before


def test_migrating_keeps_what_it_did_without_a_transaction_of_the_caller(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        upgrade(connection)
    assert set(inspect(engine).get_table_names("auth")) == TABLES | {"auth_version"}
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM auth.person",
        "DELETE FROM auth.person_grant",
        "UPDATE auth.audit_event SET actor = 'x'",
        "DELETE FROM auth.audit_event",
        "TRUNCATE auth.audit_event",
        "ALTER TABLE auth.audit_event DISABLE TRIGGER ALL",
        "CREATE TABLE auth.mine (id integer)",
    ],
)
@pytest.mark.parametrize("records", ["postgresql"], indirect=True)
def test_the_portal_s_role_may_not_remove_people_or_touch_the_trail(
    records: RecordsDatabase, statement: str
) -> None:
    with records() as db:
        role = db.execute(
            text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
        assert (role.rolsuper, role.rolbypassrls) == (False, False)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), records() as db:
        db.execute(text(statement))
