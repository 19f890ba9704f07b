from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from warehouse.db import open_database
from warehouse.governance.held import Decision, DecisionError, approved_slices, decide, decisions
from warehouse.migrate import migrate


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(database)
    with database.records() as opened:
        yield opened
    database.dispose()


def say(
    session: Session, decision: Decision, content_hash: str = "h", reason: str = "Seen."
) -> None:
    decide(
        session, feed="usage_monthly", agency_id=10, month="2025-03", content_hash=content_hash,
        decision=decision, decided_by="t@example.gov", reason=reason,
        now=datetime(2025, 4, 1, tzinfo=UTC),
    )  # fmt: skip


def test_an_approval_is_for_the_content_that_was_seen(session: Session) -> None:
    say(session, "approved", "h")
    assert approved_slices(session) == {("usage_monthly", 10, "2025-03", "h")}


def test_the_last_decision_holds(session: Session) -> None:
    say(session, "approved")
    say(session, "rejected")
    assert approved_slices(session) == frozenset()
    say(session, "approved")
    assert len(approved_slices(session)) == 1
    assert [made.decision for made in decisions(session)] == ["approved", "rejected", "approved"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_without_a_reason_is_refused(session: Session, reason: str) -> None:
    with pytest.raises(DecisionError, match="Say why"):
        say(session, "approved", reason=reason)


def test_only_two_decisions_exist(session: Session) -> None:
    with pytest.raises(DecisionError, match="perhaps"):
        say(session, "perhaps")  # type: ignore[arg-type]
