"""What became of recommendations: every decision kept, none overwritten unseen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete

from warehouse.db import Database, open_database
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import (
    ACCEPTED,
    DISMISSED,
    DONE,
    OF_ACCOUNT,
    OF_RESOURCE,
    OPEN,
    Decision,
    RecommendationError,
    StaleDecisionError,
    accepted_savings,
    counted_savings,
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
        with pytest.raises(RecommendationError):
            decide(session, KEY, Decision(DONE, done_on=date(2026, 11, 29)), lock=2, by=BY, now=NOW)
        with pytest.raises(RecommendationError, match="today or later"):
            decide(session, KEY, Decision(ACCEPTED, due_on=date(2026, 11, 27)), lock=2, by=BY,
                   now=NOW)  # fmt: skip
        earlier = Decision(DONE, done_on=date(2026, 9, 3))
        decide(session, KEY, earlier, lock=2, by=BY, now=NOW)
        row, _ = decide(session, KEY, Decision(DONE, owner="Ops"), lock=3, by=BY, now=NOW)
        assert row.done_on == date(2026, 9, 3)
    with database.records(scope) as session:
        row, _ = decide(session, KEY, Decision(OPEN), lock=4, by=BY, now=NOW)
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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_accepted_for_a_resource_counts_once_with_its_account(database: Database) -> None:
    account, first, second = "AWS/1", "AWS/1/i-1", "AWS/1/i-2"
    elsewhere = "AWS/11/i-9"

    def counted(*given: tuple[str, str, int | None]) -> dict[str, Decimal]:
        """Give what counts of targets in a state, each with its estimate of twelve months."""
        with database.records(Scope.of_agencies({10})) as session:
            session.execute(delete(Recommendation))
            for target, state, estimate in given:
                kind = OF_RESOURCE if target.count("/") > 1 else OF_ACCOUNT
                saves = Decimal(estimate) if estimate is not None else None
                decision = Decision(state, reason="So.", estimate_usd=saves, estimate_months=12)
                decide(session, (10, kind, target), decision, lock=0, by=BY, now=NOW)
            found = counted_savings(decided(session, {10}))
            whole = sum(dict(accepted_savings(session, {10})).values())
            assert whole == sum(found.values())
            return {target: amount for (_, _, target), amount in found.items()}

    both = ((first, ACCEPTED, 480), (second, ACCEPTED, 120))
    assert counted(*both) == {first: 40, second: 10}
    assert counted((account, ACCEPTED, 1200), *both, (elsewhere, ACCEPTED, 60)) == {
        account: 100, elsewhere: 5,
    }  # fmt: skip
    # One resource is done and shows in cost, another won't be done: neither is still ahead.
    settled = ((first, DONE, 480), (second, DISMISSED, 120))
    assert counted((account, ACCEPTED, 1200), *settled) == {account: 50}
    assert counted((account, ACCEPTED, 500), *settled) == {}
    assert counted((account, ACCEPTED, 540), *both) == both_of(both)
    assert counted((account, ACCEPTED, None), *both) == both_of(both)
    assert counted((account, OPEN, 1200), *both) == both_of(both)


def both_of(given: tuple[tuple[str, str, int], ...]) -> dict[str, Decimal]:
    return {target: Decimal(estimate) / 12 for target, _, estimate in given}
