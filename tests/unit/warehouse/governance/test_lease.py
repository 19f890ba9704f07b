from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warehouse.db import Database, open_database
from warehouse.governance.lease import hold_lease, release_lease
from warehouse.migrate import migrate

NOON = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


def hold(database: Database, holder: str, now: datetime) -> bool:
    with database.records() as session:
        return hold_lease(session, "build", holder, now, MINUTE)


def test_one_worker_leads_until_its_lease_runs_out(database: Database) -> None:
    assert hold(database, "a", NOON)
    assert not hold(database, "b", NOON + MINUTE / 2)
    assert hold(database, "a", NOON + MINUTE / 2)
    assert not hold(database, "b", NOON + MINUTE)
    assert hold(database, "b", NOON + 2 * MINUTE)
    assert not hold(database, "a", NOON + 2 * MINUTE)


def test_a_lease_given_back_is_free_at_once(database: Database) -> None:
    assert hold(database, "a", NOON)
    with database.records() as session:
        release_lease(session, "build", "b")
    assert not hold(database, "b", NOON)
    with database.records() as session:
        release_lease(session, "build", "a")
    assert hold(database, "b", NOON)
