"""What is known to change spend: said by an MDA's managers, seen by the treasury, kept for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select

from auth.audit import list_events
from portal.services import utc_now
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.db import Database, open_database
from warehouse.governance.forecast_models import SpendEvent
from warehouse.governance.in_force import digest_of, records_in_force
from warehouse.governance.spend_events import MOST_TOLD
from warehouse.scope import Scope

ALL = Scope.whole_government()
EVENTS = "/finops/events"
TRENDS = "/finops/trends"
EVENT = {
    "agency": "11",
    "kind": "migration",
    "month_from": "2025-09",
    "month_to": "",
    "change": "-12.5",
    "unit": "per_cent",
    "note": "Tax portal moves to managed databases",
}


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    found = open_database(settings.url, settings.var_dir)
    yield found
    # Other tests of the session draw pages from the same records.
    with found.records(ALL) as session:
        for row in session.scalars(select(SpendEvent)):
            session.delete(row)
    found.dispose()


@pytest.fixture
def manager(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("manager11@revenue.example")


def seen(browser: Browser, search: str = "") -> str:
    return browser.show(TRENDS, search).get_data(as_text=True)


def told(database: Database) -> SpendEvent:
    with database.reading_records(ALL) as session:
        row = session.scalars(select(SpendEvent)).one()
        session.expunge_all()
        return row


def test_an_event_is_told_changed_and_withdrawn_and_every_step_is_audited(
    database: Database, manager: Browser, viewer: Browser, treasury: Browser
) -> None:
    with database.reading_records(ALL) as session:
        before = digest_of(records_in_force(session))
    assert manager.submit(EVENTS, **EVENT).status_code == 303
    row = told(database)
    assert (row.agency_id, str(row.change_ratio), row.change_usd) == (11, "-0.125", None)
    with database.reading_records(ALL) as session:
        # It makes another build, which reads it.
        assert digest_of(records_in_force(session)) != before
    for browser in (manager, treasury):
        assert EVENT["note"] in seen(browser)
    assert "from the next build on" in seen(manager)
    assert EVENT["note"] not in seen(viewer)
    assert EVENT["note"] not in seen(treasury, "?agency=10")
    assert "Record event" in seen(manager)
    assert "Record event" not in seen(treasury)

    number, lock = row.event_id, str(row.lock)
    anew = {**EVENT, "change": "15,000", "unit": "us_dollars", "month_to": "2025-12", "lock": lock}
    del anew["agency"]
    assert manager.submit(f"{EVENTS}/{number}", **anew).status_code == 303
    stale = manager.submit(f"{EVENTS}/{number}", **{**anew, "note": "Lost"})
    assert stale.status_code == 409
    row = told(database)
    assert (str(row.change_usd), row.change_ratio, row.note) == ("15000", None, EVENT["note"])
    assert manager.submit(f"{EVENTS}/{number}/withdraw", lock=lock).status_code == 409
    gone = manager.submit(f"{EVENTS}/{number}/withdraw", lock=str(row.lock))
    assert gone.status_code == 303
    assert EVENT["note"] not in seen(manager)
    assert told(database).state == "withdrawn"
    with database.reading_records(ALL) as session:
        steps = [
            event.action
            for event in list_events(session, limit=10)
            if "spend_event" in event.action
        ]
    assert sorted(steps) == ["spend_event.changed", "spend_event.told", "spend_event.withdrawn"]


def test_nobody_tells_events_of_another_mda_and_a_foreign_one_is_as_an_unknown(
    database: Database, manager: Browser, viewer: Browser, treasury: Browser
) -> None:
    assert manager.submit(EVENTS, **{**EVENT, "agency": "10"}).status_code == 404
    assert manager.submit(EVENTS, **{**EVENT, "agency": "999"}).status_code == 404
    for other in (viewer, treasury):
        assert other.submit(EVENTS, **EVENT).status_code in {403, 404}
    forged = manager.post(EVENTS, data={**EVENT, "csrf_token": "0" * 64})
    assert forged.status_code == 403
    with database.records(ALL) as session:
        assert session.scalars(select(SpendEvent)).all() == []
        session.add(
            SpendEvent(agency_id=10, kind="other", month_from="2025-09", month_to=None,
                       change_usd=None, change_ratio=0, note="secret", lock=1, state="told",
                       written_by="x@y.example", written_at=utc_now())
        )  # fmt: skip
    number = told(database).event_id
    foreign = manager.submit(f"{EVENTS}/{number}/withdraw", lock="1")
    unknown = manager.submit(f"{EVENTS}/{number + 1}/withdraw", lock="1")
    assert foreign.status_code == unknown.status_code == 404
    with database.reading_records(ALL) as session:
        # Who tries numbers leaves a trace.
        tried = [event.object for event in list_events(session, action="access.denied", limit=2)]
    assert tried == [f"{EVENTS}/{number + 1}/withdraw", f"{EVENTS}/{number}/withdraw"]
    for answer in (foreign, unknown):
        assert "Nothing is known under this name or number." in answer.get_data(as_text=True)
    assert "secret" not in seen(manager)


@pytest.mark.parametrize(
    "wrong",
    [
        {"change": "much"}, {"change": "NaN"}, {"change": "-100"}, {"change": "1e30"},
        {"change": "1e-999999999"}, {"change": "1e999999999999"}, {"change": "9" * 1_900},
        {"month_from": "20\u0662\u0666-04"}, {"agency": "\u0661\u0661"}, {"note": "a\0b"},
        {"month_from": "2025-13"}, {"month_to": "2025-08"}, {"kind": "rumour"}, {"note": " "},
        {"unit": "roubles"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    database: Database, manager: Browser, wrong: dict[str, str]
) -> None:
    assert manager.submit(EVENTS, **{**EVENT, **wrong}).status_code in {400, 422}
    with database.reading_records(ALL) as session:
        assert session.scalars(select(SpendEvent)).all() == []


def test_an_event_in_the_months_drawn_is_marked_and_said_in_words(
    database: Database, manager: Browser
) -> None:
    last = manager.show(TRENDS).get_data(as_text=True)
    assert "Marked is what MDAs say is known" not in last
    manager.submit(EVENTS, **EVENT)
    text = seen(manager)
    assert "Marked is what MDAs say is known: 1: Migration, from September 2025, for good" in text


def test_places_beyond_those_that_the_records_keep_are_rounded_and_stop_no_build(
    database: Database, manager: Browser
) -> None:
    assert manager.submit(EVENTS, **{**EVENT, "change": "12.123456789012"}).status_code == 303
    assert str(told(database).change_ratio) == "0.12123456789"


def test_no_more_events_are_told_of_an_mda_than_its_people_can_see_and_take_back(
    database: Database, manager: Browser
) -> None:
    with database.records(ALL) as session:
        for _ in range(MOST_TOLD):
            session.add(
                SpendEvent(agency_id=11, kind="other", month_from="2025-09", month_to=None,
                           change_usd=None, change_ratio=Decimal(1), note="x", lock=1,
                           state="told", written_by="x@y.example", written_at=utc_now())
            )  # fmt: skip
    refused = manager.submit(EVENTS, **EVENT)
    assert refused.status_code == 422
    assert "Withdraw one" in refused.get_data(as_text=True)
