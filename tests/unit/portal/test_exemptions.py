"""Exemptions from tagging policies through the portal: who asks, decides and sees them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select

from auth.audit import list_events
from portal.services import utc_now
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.db import Database, open_database
from warehouse.governance.models import AccountOwner
from warehouse.governance.policy_models import TagExemption
from warehouse.scope import Scope

ALL = Scope.whole_government()
PAGE = "/finops/exemptions"


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.url, settings.var_dir)
    yield opened
    with opened.records(ALL) as session:
        session.execute(delete(TagExemption))
    opened.dispose()


@pytest.fixture
def manager(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("manager11@revenue.example")


def shown(browser: Browser) -> str:
    answer = browser.show(PAGE)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def own(database: Database, account: str, agency: int) -> None:
    with database.records(ALL) as session:
        if session.get(AccountOwner, ("AWS", account, 1, "2024-01")) is None:
            session.add(
                AccountOwner(
                    provider="AWS", account_id=account, version=1, valid_from="2024-01",
                    agency_id=agency, source="file", recorded_at=utc_now(), recorded_by="a.csv",
                )
            )  # fmt: skip


def ask(browser: Browser, **fields: str) -> int:
    until = f"{utc_now().year + 1}-01-31"
    given = {
        "account": "AWS/0911", "resource_id": "i-9", "tag": "CostCentre", "reason": "Moving.",
        "expires_on": until, **fields,
    }  # fmt: skip
    return browser.submit("/finops/exemptions", **given).status_code


def test_an_exemption_is_asked_by_its_manager_and_decided_by_an_administrator(
    manager: Browser, admin: Browser, viewer: Browser, treasury: Browser, database: Database
) -> None:
    own(database, "0911", 11)
    own(database, "0910", 10)
    assert ask(manager) == 303
    assert (ask(manager, account="AWS/0910"), ask(manager, account="AWS/0999")) == (404, 404)
    assert ask(viewer, account="AWS/0910") in {403, 404}
    assert ask(manager, expires_on="soon") == 422
    assert ask(manager, reason=" ") == 422
    with database.reading_records(ALL) as session:
        number = session.scalars(select(TagExemption.exemption_id)).one()
    decide = f"/finops/exemptions/{number}/decide"
    assert manager.submit(decide, decision="approved").status_code in {403, 404}
    assert "i-9" in shown(manager)
    assert "i-9" not in shown(viewer)
    assert "i-9" in shown(treasury)
    assert admin.submit(decide, decision="maybe").status_code == 400
    assert admin.submit(decide, decision="approved", reason="Until it is moved.").status_code == 303
    assert admin.submit(decide, decision="refused", reason="No.").status_code == 409
    with database.reading_records(ALL) as session:
        (event,) = list_events(session, action="exemption.approved")
        assert json.loads(event.detail)["state"] == {"before": "asked", "after": "approved"}
    assert manager.submit(f"/finops/exemptions/{number}/withdraw").status_code == 303


def test_a_foreign_exemption_is_as_unknown_as_one_that_does_not_exist(
    manager: Browser, database: Database
) -> None:
    with database.records(ALL) as session:
        session.add(
            TagExemption(
                agency_id=10, provider="AWS", account_id="0910", resource_id="secret", tag="*",
                reason="Ours.", asked_by="manager@health.example", asked_at=utc_now(),
                expires_on=utc_now().date(), state="asked",
            )
        )  # fmt: skip
    with database.reading_records(ALL) as session:
        number = session.scalars(select(TagExemption.exemption_id)).one()
    foreign = manager.submit(f"/finops/exemptions/{number}/withdraw")
    unknown = manager.submit(f"/finops/exemptions/{number + 1}/withdraw")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.get_data() == unknown.get_data()
    assert "secret" not in shown(manager)
