"""Rules of attribution through the portal: who may do what, and what comes of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from auth.audit import list_events
from portal.services import utc_now
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.db import Database, open_database
from warehouse.governance.in_force import records_in_force
from warehouse.governance.policy_models import VersionPreview
from warehouse.governance.previews import finish_preview, waiting_previews
from warehouse.governance.reviewed import RULES
from warehouse.governance.rule_models import RuleVersion
from warehouse.scope import Scope

ALL = Scope.whole_government()
PAGE = "/treasury/rules"
HEADER = "provider,account_id,agency_id,valid_from,valid_to\n"
TEXT = HEADER + "amazon,000000000001,11,2025-01,\n"
FIELDS = {"book": "accounts", "text": TEXT, "base": "0", "note": "It moved."}

AsReader = Callable[[str], Browser]


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.url, settings.var_dir)
    yield opened
    with opened.records(ALL) as session:
        for model in (RuleVersion, VersionPreview):
            session.execute(delete(model))
    opened.dispose()


@pytest.fixture
def auditor(as_reader: AsReader) -> Browser:
    return as_reader("auditor@audit.example")


@pytest.fixture
def ben(as_reader: AsReader) -> Browser:
    return as_reader("treasury2@treasury.example")


def latest(database: Database, book: str = "accounts") -> RuleVersion:
    with database.reading_records(ALL) as session:
        found = RULES.versions(session, book)[0]
        session.expunge_all()
        return found


def owners(database: Database) -> list[tuple[object, ...]]:
    with database.reading_records(ALL) as session:
        found = records_in_force(session)["rec_account_owner"]
    return [row for row in found if row[1] == "000000000001"]


def text_of(browser: Browser, search: str = "") -> str:
    answer = browser.show(PAGE, search)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_change_is_written_tried_approved_by_another_and_then_in_force(
    treasury: Browser, ben: Browser, auditor: Browser, database: Database
) -> None:
    assert treasury.submit(f"{PAGE}/drafts", **FIELDS).status_code == 303
    assert treasury.submit(f"{PAGE}/accounts/1/preview").status_code == 303
    assert "Being counted" in text_of(treasury, "?book=accounts")
    with database.records(ALL) as session:
        asked = session.scalars(select(VersionPreview)).one()
        assert (asked.kind, asked.name) == ("rules", "accounts")
        finish_preview(session, asked.preview_id, utc_now(), result=FOUND)
    shown = text_of(treasury, "?book=accounts")
    assert "This change moves US$60 of 1 account, in the bills of January 2025." in shown
    assert "US$60.00" in shown

    assert treasury.submit(f"{PAGE}/accounts/1/submit", lock="1").status_code == 303
    own = treasury.submit(f"{PAGE}/accounts/1/approve", lock="2")
    assert own.status_code == 403
    assert "another person of the treasury" in own.get_data(as_text=True)
    assert owners(database) == []
    assert "Approve and publish" in text_of(ben, "?book=accounts")
    early = ben.submit(f"{PAGE}/accounts/1/approve", lock="2", reason="Right.")
    assert early.status_code == 409
    assert "is still being counted" in early.get_data(as_text=True)
    with database.records(ALL) as session:
        (waiting,) = waiting_previews(session)
        finish_preview(session, waiting.preview_id, utc_now(), result=FOUND)
    assert ben.submit(f"{PAGE}/accounts/1/approve", lock="2", reason="Right.").status_code == 303

    assert owners(database) == [("AWS", "000000000001", 11, "2025-01", None)]
    with database.reading_records(ALL) as session:
        (event,) = list_events(session, action="rules.approve")
        assert json.loads(event.detail)["after"] == {
            "rules.AWS/000000000001": "agency_id 11, valid_from 2025-01"
        }
    read = text_of(auditor, "?book=accounts")
    assert "Revenue Authority bears it, from January 2025 on." in read
    assert "Change AWS/000000000001" not in read
    assert "Submit for review" not in read


FOUND = {
    "currencies": [{"currency": "USD", "billed": "100.000000", "moved": "60.000000"}],
    "account_count": 1,
    "first_month": "2025-01",
    "last_month": "2025-01",
    "steps": [{"currency": "USD", "step": "account", "before": "100.000000", "after": "40.000000"},
              {"currency": "USD", "step": "unallocated", "before": None, "after": "60.000000"}],
    "agencies": [{"agency_id": 10, "currency": "USD", "before": "60.000000", "after": "0.000000"},
                 {"agency_id": 0, "currency": "USD", "before": "0.000000", "after": "60.000000"}],
    "accounts": [{"provider": "AWS", "account_id": "1", "agency_id": 10, "currency": "USD",
                  "first_month": "2025-01", "last_month": "2025-01",
                  "before": "60.000000", "after": "0.000000"}],
}  # fmt: skip


def test_what_cannot_be_used_is_named_by_its_row(treasury: Browser, database: Database) -> None:
    text = HEADER + "AWS,1,9999,2025-01,\nAWS,2,10,May,\nAWS,3,10,2025-02,2025-01\n"
    answer = treasury.submit(f"{PAGE}/drafts", **{**FIELDS, "text": text})
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    for place in ("row 2, agency_id", "row 3, valid_from", "row 4, valid_to"):
        assert place in said
    with database.reading_records(ALL) as session:
        assert session.scalars(select(RuleVersion)).all() == []


def test_a_stale_edit_is_answered_409_with_both_versions(
    treasury: Browser, ben: Browser, database: Database
) -> None:
    treasury.submit(f"{PAGE}/drafts", **FIELDS)
    edit = {**FIELDS, "version": "1", "lock": "1"}
    assert ben.submit(f"{PAGE}/drafts", **{**edit, "text": HEADER}).status_code == 303
    answer = treasury.submit(f"{PAGE}/drafts", **edit)
    assert answer.status_code == 409
    assert "000000000001" in answer.get_data(as_text=True)
    assert latest(database).document["rows"] == []
    assert treasury.submit(f"{PAGE}/accounts/1/submit", lock="1").status_code == 409


def test_nobody_else_may_write_or_decide(
    treasury: Browser, auditor: Browser, admin: Browser, as_reader: AsReader, database: Database
) -> None:
    treasury.submit(f"{PAGE}/drafts", **FIELDS)
    manager = as_reader("manager11@revenue.example")
    for browser in (auditor, admin, manager):
        assert browser.submit(f"{PAGE}/drafts", **FIELDS).status_code in (403, 404)
        assert browser.submit(f"{PAGE}/accounts/1/submit", lock="1").status_code in (403, 404)
        assert browser.submit(f"{PAGE}/accounts/1/preview").status_code in (403, 404)
    assert "000000000001" not in text_of(manager, "?book=accounts")
    assert treasury.submit(f"{PAGE}/nothing/1/submit", lock="1").status_code == 404
    assert latest(database).state == "draft"


def hand_in(browser: Browser, content: bytes, **changed: str) -> TestResponse:
    fields = {key: value for key, value in FIELDS.items() if key != "text"} | changed
    given = {"csrf_token": browser.own_token(), **fields, "file": (io.BytesIO(content), "o.csv")}
    return browser.post(f"{PAGE}/files", data=given, content_type="multipart/form-data")


def test_a_book_too_long_for_the_form_is_handed_in_as_a_file_under_the_same_checks(
    treasury: Browser, auditor: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.rules.LARGEST_FILE", 200_000)
    assert 'type=\\"file\\"' in text_of(treasury, "?book=accounts&view=edit")
    rows = "".join(f"AWS,{number:012d},11,2025-01,\n" for number in range(3_000))
    assert hand_in(treasury, f"\ufeff{HEADER}{rows}".encode()).status_code == 303
    assert len(latest(database).document["rows"]) == 3_000
    assert "too long for a form" in text_of(treasury, "?book=accounts&view=edit")
    wrong = hand_in(treasury, f"{HEADER}{rows}AWS,1,77,soon,\n".encode(), base="1")
    assert wrong.status_code == 422
    assert "row 3002, valid_from" in wrong.get_data(as_text=True)
    assert hand_in(treasury, "Österreich".encode("latin-1")).status_code == 422
    assert hand_in(treasury, b"x" * 200_001).status_code == 413
    assert hand_in(treasury, TEXT.encode(), base="0").status_code == 409
    assert hand_in(treasury, TEXT.encode(), book="sly").status_code == 404
    assert hand_in(treasury, TEXT.encode(), csrf_token="0" * 64).status_code == 403
    assert treasury.submit(f"{PAGE}/files", book="accounts", base="0").status_code == 400
    assert hand_in(auditor, TEXT.encode()).status_code == 404
    assert len(latest(database).document["rows"]) == 3_000
