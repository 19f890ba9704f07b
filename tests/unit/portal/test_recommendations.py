"""Recommendations through the portal: who may decide, and what is answered otherwise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete

from auth.audit import list_events
from portal.app import create_app
from portal.cli.installation import opened
from portal.settings import Settings
from tests.factories.government import SHARED_ACCOUNT, account_of, resource_of
from tests.unit.portal.conftest import Browser, installed
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import decided
from warehouse.scope import Scope

PATH = "/insights/recommendations"
KIND = {"kind": "rightsizing", "target": "IaaS"}


@pytest.fixture
def manager(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("manager11@revenue.example")


@pytest.fixture(autouse=True)
def anew(settings: Settings) -> None:
    with opened(settings) as database, database.records(Scope.whole_government()) as session:
        session.execute(delete(Recommendation))


def decide(browser: Browser, **fields: str) -> int:
    given = {"agency": "11", **KIND, "lock": "0", "state": "accepted", **fields}
    return browser.submit(PATH, **given).status_code


def test_a_manager_and_the_treasury_decide_and_nobody_overwrites_unseen(
    manager: Browser, treasury: Browser, viewer: Browser, settings: Settings
) -> None:
    assert decide(manager, owner="Ops", due_on="2027-01-31") == 303
    assert decide(treasury, state="done") == 409
    assert decide(treasury, state="done", lock="1") == 303
    assert decide(manager, state="dismissed", lock="2") == 422
    assert decide(manager, state="dismissed", lock="2", reason="Not ours.") == 303
    assert decide(viewer, agency="10") in {403, 404}
    with opened(settings) as database, database.reading_records(Scope.whole_government()) as db:
        (row,) = decided(db, None).values()
        assert (row.state, row.lock, row.agency_id) == ("dismissed", 3, 11)
        actions = [event.action for event in list_events(db, limit=20)]
    assert {"recommendation.accepted", "recommendation.done", "recommendation.dismissed"} <= set(
        actions
    )
    text = manager.show("/insights", "?view=decided").get_data(as_text=True)
    assert "Not ours." in text
    assert "Not ours." not in viewer.show("/insights", "?view=decided").get_data(as_text=True)


def test_what_is_forged_is_unknown_and_a_foreign_mda_is_no_exception(
    manager: Browser, treasury: Browser
) -> None:
    for forged in ({"agency": "10"}, {"agency": "9999"}, {"agency": "x"}, {"kind": "gold"},
                   {"kind": "rightsizing", "target": "portal"}, {"lock": "one"},
                   {"agency": "9" * 30}):  # fmt: skip
        assert decide(manager, **forged) == 404, forged
    assert decide(treasury, agency="9999") == 404
    assert decide(manager, state="perhaps") == 422
    assert decide(manager, due_on="soon") == 422
    assert decide(manager, unknown="1") == 400


def test_a_form_without_the_readers_own_token_is_refused(app: Flask, manager: Browser) -> None:
    given = {"agency": "11", **KIND, "lock": "0", "state": "accepted", "csrf_token": "0" * 64}
    assert manager.post(PATH, data=given).status_code == 403


def test_numbers_that_no_database_holds_are_unknown(manager: Browser, treasury: Browser) -> None:
    # Zeros before a number hide how long it is.
    for number in ("0" * 20 + "9" * 30, "9" * 10, "0" * 25 + "11"):
        assert decide(treasury, agency=number) == 404
        assert decide(manager, lock=number) == 404


def test_what_neither_a_database_nor_a_workbook_keeps_is_refused(manager: Browser) -> None:
    assert decide(manager, reason="a\0b") == 400
    assert decide(manager, owner="a\x1bb") == 400
    assert decide(manager, reason="one line\r\nand a tab\t.") == 303


def test_of_a_resource_its_own_mda_decides_and_only_on_what_is_recommended(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = installed(tmp_path_factory, with_bills=True)
    app = create_app(settings)

    def signed_in(who: str) -> Browser:
        browser = Browser(app)
        assert browser.sign_in(who).status_code == 303
        return browser

    def target(account: str) -> str:
        return f"AWS/{account}/{resource_of(account)}"

    manager, treasury = (signed_in(one) for one in ("manager11@revenue.example",
                                                    "treasury@treasury.example"))  # fmt: skip
    own = {"kind": "resource", "target": target(account_of(11))}
    foreign = {"kind": "resource", "target": target(account_of(10))}
    assert "Stop it" in manager.show("/insights").get_data(as_text=True)
    assert account_of(10) not in manager.show("/insights", "?view=resources").text
    assert decide(manager, **own) == 303
    assert decide(treasury, **own, state="done") == 409
    for day in ("2999-01-01", "0001-01-01", "1999-12-31"):
        assert decide(treasury, **own, lock="1", state="done", done_on=day) == 422
    assert decide(treasury, **own, lock="1", state="done", done_on="2025-03-09") == 303
    for forged in (foreign, {**foreign, "agency": "10"}, {**own, "target": "AWS/1"},
                   {**own, "target": target(account_of(11)) + "-2"}):  # fmt: skip
        assert decide(manager, **forged) == 404, forged
    nobodys = {"kind": "resource", "target": target(SHARED_ACCOUNT), "agency": "0"}
    assert decide(treasury, **nobodys) == 404
    with opened(settings) as database, database.reading_records(Scope.whole_government()) as db:
        (row,) = decided(db, None).values()
        assert (row.agency_id, row.kind, row.state) == (11, "resource", "done")
        assert f"{row.done_on}" == "2025-03-09"
        assert (row.estimate_usd, row.estimate_months) == (Decimal("204"), 12)
    # Its bill doesn't reach the end of April, which is the one month after.
    said = manager.show("/insights", "?view=decided").get_data(as_text=True)
    assert "no whole bill yet of the month after" in said
    assert target(account_of(11)).rpartition("/")[2] not in signed_in(
        "viewer10@health.example"
    ).show("/insights", "?view=decided").get_data(as_text=True)
