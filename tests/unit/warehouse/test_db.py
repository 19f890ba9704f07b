import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from warehouse.db import Database, open_database
from warehouse.errors import NothingPublishedError, ScopeMissingError, WarehouseError
from warehouse.governance.models import Threshold
from warehouse.migrate import migrate
from warehouse.scope import Scope

LIMIT = {
    "name": "sla_latency_ms",
    "effective_from": "2025-07",
    "version": 1,
    "value": Decimal("450.5"),
    "source": "portal",
    "recorded_at": datetime(2025, 6, 30, 12, 0, tzinfo=UTC),
    "recorded_by": "treasury@example.gov",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


def limits(database: Database) -> list[tuple[str, Decimal]]:
    with database.reading_records() as session:
        found = select(Threshold).where(Threshold.name == "sla_latency_ms")
        return [(row.effective_from, row.value) for row in session.scalars(found)]


def test_records_commit_at_the_end_of_the_block(database: Database) -> None:
    with database.records() as session:
        session.execute(insert(Threshold), [LIMIT])
    assert limits(database) == [("1900-01", Decimal(500)), ("2025-07", Decimal("450.5"))]


def test_an_error_in_the_block_rolls_everything_back(database: Database) -> None:
    def add_twice() -> None:
        with database.records() as session:
            session.execute(insert(Threshold), [LIMIT])
            session.execute(insert(Threshold), [LIMIT])

    with pytest.raises(IntegrityError):
        add_twice()
    assert limits(database) == [("1900-01", Decimal(500))]


def test_moments_come_back_in_utc(database: Database) -> None:
    with database.records() as session:
        session.execute(insert(Threshold), [LIMIT])
    with database.reading_records() as session:
        row = session.get_one(Threshold, ("sla_latency_ms", "2025-07", 1))
        assert row.recorded_at == datetime(2025, 6, 30, 12, 0, tzinfo=UTC)
        assert row.recorded_at.tzinfo is UTC


def test_records_survive_a_power_cut_by_their_settings(database: Database) -> None:
    with database.reading_records() as session:
        settings = [
            session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 20_000]


def test_writers_in_many_threads_lose_no_update(database: Database) -> None:
    def add_one() -> None:
        for _ in range(20):
            with database.records() as session:
                row = session.get_one(Threshold, ("sla_latency_ms", "1900-01", 1))
                row.value = row.value + 1

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert limits(database) == [("1900-01", Decimal(580))]


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.records() as writing:
        writing.execute(insert(Threshold), [LIMIT])
        assert limits(database) == [("1900-01", Decimal(500))]


def test_a_fresh_installation_has_nothing_published(database: Database) -> None:
    assert database.published() is None
    with (
        pytest.raises(NothingPublishedError, match="exchequer build"),
        database.star(Scope.whole_government()),
    ):
        pytest.fail("there is no star to read")


def test_the_star_is_shut_without_a_scope(database: Database) -> None:
    with pytest.raises(ScopeMissingError), database.star(None):  # type: ignore[arg-type]
        pytest.fail("the star opened without a scope")


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert limits(database) == [("1900-01", Decimal(500))]


def test_a_row_that_breaks_a_reference_is_refused(database: Database) -> None:
    statement = text(
        "INSERT INTO budget_line (budget_version_id, period, agency_id, amount, currency, phasing)"
        " VALUES (99, '2025-01', 1, '5', 'USD', 'given')"
    )
    with pytest.raises(Exception, match="FOREIGN KEY"), database.records() as session:
        session.execute(statement)


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_hold_the_records_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(WarehouseError, match="EXCHEQUER_DATABASE_URL"):
        open_database(url, tmp_path)


def test_opening_connects_to_nothing(tmp_path: Path) -> None:
    opened = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path)
    with pytest.raises(OperationalError), opened.records():
        pytest.fail("there is no such server")


def test_a_child_after_a_fork_reads_over_connections_of_its_own(database: Database) -> None:
    assert limits(database)
    child = os.fork()
    if child == 0:
        database.dispose(close=False)
        os._exit(0 if limits(database) == [("1900-01", Decimal(500))] else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert limits(database) == [("1900-01", Decimal(500))]


def test_a_web_worker_that_opens_the_database_carries_no_build_engine() -> None:
    code = (
        "import sys, warehouse.db, warehouse.governance.in_force, warehouse.governance.held\n"
        "import warehouse.governance.builds, warehouse.governance.imports, warehouse.migrate\n"
        "heavy = {'duckdb', 'ibis', 'pyarrow', 'adbc_driver_manager', 'pandas'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"


def test_records_live_in_one_file_without_schemas(database: Database) -> None:
    with database.builder() as connection:
        found = set(inspect(connection).get_table_names())
    assert {"threshold", "budget_line", "build_history", "governance_version"} <= found
