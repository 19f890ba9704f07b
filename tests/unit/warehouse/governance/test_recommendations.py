"""What became of recommendations: every decision kept, none overwritten unseen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from warehouse.db import Database, open_database
from warehouse.governance.recommendations import (
    ACCEPTED,
    DISMISSED,
    DONE,
    OPEN,
    Decision,
    RecommendationError,
    StaleDecisionError,
    decide,
    decided,
)
from warehouse.migrate import migrate
from warehouse.scope import Scope

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
KEY = (10, "rightsizing", "IaaS")
BY = "manager@health.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


def test_a_recommendation_goes_from_open_to_done_and_back(database: Database) -> None:
    scope = Scope.of_agencies({10})
    with database.records(scope) as session:
        first = Decision(ACCEPTED, owner="Ops", due_on=date(2027, 1, 31),
                         estimate_usd=Decimal("1200.50"))  # fmt: skip
        row, was = decide(session, KEY, first, lock=0, by=BY, now=NOW)
        assert (was, row.state, row.lock, row.done_on) == (OPEN, ACCEPTED, 1, None)
    with database.records(scope) as session:
        row, was = decide(session, KEY, Decision(DONE, estimate_usd=Decimal(9)), lock=1, by=BY,
                          now=NOW)  # fmt: skip
        assert (was, row.done_on) == (ACCEPTED, NOW.date())
        assert row.estimate_usd == Decimal("1200.50")
    with database.records(scope) as session:
        row, _ = decide(session, KEY, Decision(OPEN), lock=2, by=BY, now=NOW)
        assert (row.state, row.done_on) == (OPEN, None)
    with database.reading_records(scope) as session:
        assert list(decided(session, {10})) == [KEY]
    with database.reading_records(Scope.of_agencies({11})) as session:
        assert decided(session, {11}) == {}


def test_a_decision_on_what_was_changed_since_is_not_kept(database: Database) -> None:
    scope = Scope.of_agencies({10})
    with database.records(scope) as session:
        decide(session, KEY, Decision(ACCEPTED), lock=0, by=BY, now=NOW)
    with database.records(scope) as session:
        for lock in (0, 2):
            with pytest.raises(StaleDecisionError):
                decide(session, KEY, Decision(DONE), lock=lock, by=BY, now=NOW)
    with database.reading_records(scope) as session:
        assert decided(session, None)[KEY].state == ACCEPTED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_is_dismissed_without_a_reason_or_sent_to_a_state_that_is_none(
    database: Database,
) -> None:
    with database.records(Scope.of_agencies({10})) as session:
        for wrong in (Decision(DISMISSED, reason=" "), Decision("perhaps"),
                      Decision(ACCEPTED, owner="x" * 121)):  # fmt: skip
            with pytest.raises(RecommendationError):
                decide(session, KEY, wrong, lock=0, by=BY, now=NOW)
        assert decided(session, None) == {}
