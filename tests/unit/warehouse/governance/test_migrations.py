from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BLANK_SCHEMA, MetaData, func, select

from warehouse.db import Database, open_database
from warehouse.governance.builds import records_stamp
from warehouse.governance.in_force import records_in_force
from warehouse.governance.models import GOVERNANCE, Threshold
from warehouse.migrate import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


def test_the_migrations_make_the_tables_that_the_models_declare(database: Database) -> None:
    def only_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "schema" or name == ("governance" if has_schemas else None)

    has_schemas = database.dialect == "postgresql"
    with database.builder() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": only_ours,
                "compare_type": has_schemas,
                "version_table": "governance_version",
                "version_table_schema": "governance" if has_schemas else None,
            },
        )
        metadata = GOVERNANCE if has_schemas else without_schema()
        assert compare_metadata(context, metadata) == []


def without_schema() -> MetaData:
    copied = MetaData(naming_convention=GOVERNANCE.naming_convention)
    for table in GOVERNANCE.sorted_tables:
        table.to_metadata(copied, schema=None, referred_schema_fn=lambda *_: BLANK_SCHEMA)
    return copied


def test_the_defaults_are_recorded_as_measures_describe_them(database: Database) -> None:
    with database.reading_records() as session:
        records = records_in_force(session)
        assert session.scalar(select(func.count()).select_from(Threshold)) == 25
        assert records_stamp(session) == (25, 5, 6, *[0] * 13)
    assert ("sla_latency_ms", Decimal(500), "1900-01") in records["rec_threshold"]
    assert ("budget_amber_ratio", Decimal("0.1"), "1900-01") in records["rec_threshold"]
    assert ("anomaly_least_usd", Decimal(500), "1900-01") in records["rec_threshold"]
    assert records["rec_fiscal_calendar"] == [
        ("*", 1, "1900-01"),
        ("BB", 4, "1900-01"),
        ("BZ", 4, "1900-01"),
        ("JM", 4, "1900-01"),
        ("TT", 10, "1900-01"),
    ]
    assert [row[1] for row in records["rec_peak_calendar"]] == [1, 2, 3, 7, 8, 9]
