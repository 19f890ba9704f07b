"""Anomalies through the portal: who may say what they are, and what is answered otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete

from auth.audit import list_events
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.db import Database, open_database
from warehouse.governance.anomaly_models import AnomalyCase, AnomalyStep
from warehouse.scope import Scope

ALL = Scope.whole_government()
AT = datetime(2026, 1, 3, tzinfo=UTC)
OURS, THEIRS = 1, 2


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.url, settings.var_dir)
    with opened.records(ALL) as session:
        for number, agency in ((OURS, 11), (THEIRS, 10)):
            session.add(
                AnomalyCase(
                    case_id=number, agency_id=agency, anomaly_id=f"{agency}:month:all:all:2025-09",
                    period="month", level="all", part="all", first_day=date(2025, 9, 1),
                    last_day=date(2025, 9, 30), excess_usd=Decimal(900), found_at=AT,
                    state="open", state_by="build", state_at=AT, reason="", lock=1,
                )
            )  # fmt: skip
    yield opened
    with opened.records(ALL) as session:
        for model in (AnomalyStep, AnomalyCase):
            session.execute(delete(model))
    opened.dispose()


@pytest.fixture
def manager(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("manager11@revenue.example")


def say_of(browser: Browser, number: int, **fields: str) -> int:
    given = {"state": "acknowledged", "reason": "A test ran on.", "lock": "1", **fields}
    return browser.submit(f"/finops/anomalies/{number}/state", **given).status_code


def case(database: Database, number: int) -> AnomalyCase:
    with database.reading_records(ALL) as session:
        found = session.get(AnomalyCase, number)
        assert found is not None
        session.expunge_all()
        return found


def in_a_week() -> str:
    """Give a day until which may be muted, whatever day it has become when it is read."""
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


def test_a_manager_says_what_an_anomaly_is_and_it_is_kept_with_who_and_why(
    manager: Browser, treasury: Browser, database: Database
) -> None:
    fields = {"state": "false_alarm", "muted_until": "2026-12-31", "muted_usd": "2,500"}
    soon = in_a_week()
    assert say_of(manager, OURS, **{**fields, "muted_until": soon}) == 303
    found = case(database, OURS)
    assert (found.state, found.state_by, found.reason, found.lock) == (
        "false_alarm", "manager11@revenue.example", "A test ran on.", 2,
    )  # fmt: skip
    assert found.muted_usd == Decimal(2500)
    with database.reading_records(ALL) as session:
        (event,) = list_events(session, action="anomaly.false_alarm")
        assert (event.agency_id, json.loads(event.detail)["reason"]) == (11, "A test ran on.")
    assert say_of(manager, OURS) == 409, "it was changed since"
    assert say_of(treasury, OURS, lock="2", state="resolved") == 303
    assert say_of(treasury, THEIRS) == 303


def test_another_agencys_anomaly_is_as_unknown_as_one_that_is_not_there(
    manager: Browser, database: Database
) -> None:
    answers = [
        manager.submit(f"/finops/anomalies/{number}/state", state="planned", reason="x", lock="1")
        for number in (THEIRS, 99)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].get_data() == answers[1].get_data()
    assert case(database, THEIRS).state == "open"


def test_who_reads_changes_nothing(
    viewer: Browser,
    admin: Browser,
    as_reader: Callable[[str], Browser],
    database: Database,
) -> None:
    auditor = as_reader("auditor@audit.example")
    for browser in (viewer, auditor, admin):
        assert say_of(browser, THEIRS) in {403, 404}
    assert case(database, THEIRS).state == "open"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": " "}, 422),
        ({"state": "gone"}, 422),
        ({"state": "open"}, 422),
        ({"lock": "x"}, 400),
        ({"lock": "7"}, 409),
        ({"state": "planned", "muted_until": "soon"}, 422),
        ({"state": "planned", "muted_until": "1999-01-01"}, 422),
        ({"state": "planned", "muted_usd": "NaN"}, 422),
        ({"state": "planned", "muted_until": "in a week", "muted_usd": "1e9999"}, 422),
        ({"state": "planned", "muted_until": "in a week", "muted_usd": "1e-999999999"}, 422),
        ({"state": "planned", "muted_until": "in a week", "muted_usd": "9999999999999"}, 422),
        ({"reason": "a\0b"}, 400),
        ({"agency": "10"}, 400),
    ],
)
def test_what_cannot_be_is_refused(
    manager: Browser, database: Database, fields: dict[str, str], status: int
) -> None:
    if fields.get("muted_until") == "in a week":
        fields = {**fields, "muted_until": in_a_week()}
    assert say_of(manager, OURS, **fields) == status
    assert case(database, OURS).state == "open"


def test_a_form_from_elsewhere_changes_nothing(manager: Browser, database: Database) -> None:
    forged = {"state": "planned", "reason": "x", "lock": "1", "csrf_token": "0" * 64}
    assert manager.post(f"/finops/anomalies/{OURS}/state", data=forged).status_code == 403
    assert case(database, OURS).state == "open"


def test_an_anomaly_of_services_leads_back_to_its_page_and_takes_no_money(
    manager: Browser, database: Database
) -> None:
    with database.records(ALL) as session:
        found = session.get(AnomalyCase, OURS)
        assert found is not None
        found.subject, found.excess_usd = "errors", None
    soon = in_a_week()
    fields = {"state": "planned", "reason": "A test of load.", "lock": "1", "muted_until": soon}
    path = f"/finops/anomalies/{OURS}/state"
    assert manager.submit(path, **fields, muted_usd="10").status_code == 422
    answer = manager.submit(path, **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reliability/anomalies")
    assert say_of(manager, THEIRS) == 404
