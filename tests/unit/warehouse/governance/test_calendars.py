from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse.db import Database, open_database
from warehouse.governance.calendars import CalendarError, set_fiscal_start
from warehouse.governance.in_force import records_in_force
from warehouse.migrate import migrate

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
    migrate(database)
    yield database
    database.dispose()


def start(database: Database, month: int) -> bool:
    with database.records() as db:
        return set_fiscal_start(
            db, country_code="QO", start_month_number=month, decided_by="t", now=NOW
        )


def starts(database: Database) -> list[int]:
    with database.reading_records() as db:
        rows = records_in_force(db)["rec_fiscal_calendar"]
    return [start_month for country, start_month, _ in rows if country == "QO"]


def test_the_last_decision_on_a_fiscal_year_is_in_force(database: Database) -> None:
    assert start(database, 4)
    assert start(database, 7)
    assert starts(database) == [7]


def test_the_same_decision_twice_changes_nothing(database: Database) -> None:
    assert start(database, 4)
    assert not start(database, 4)


def test_a_month_that_is_none_is_refused(database: Database) -> None:
    with pytest.raises(CalendarError, match="13"):
        start(database, 13)
