"""Exemptions: asked for by the owner, decided by somebody else, ended by the calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from warehouse.db import Database, open_database
from warehouse.governance.builds import records_stamp
from warehouse.governance.exemptions import (
    DecidedError,
    ExemptionError,
    OwnRequestError,
    UnknownExemptionError,
    accounts_of,
    ask_exemption,
    decide_exemption,
    exemptions_in_force,
    exemptions_of,
    state_on,
    withdraw_exemption,
)
from warehouse.governance.in_force import digest_of, records_in_force
from warehouse.governance.models import AccountOwner
from warehouse.governance.policy_models import TagExemption
from warehouse.migrate import migrate
from warehouse.scope import Scope

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
END = date(2027, 1, 31)
MANAGER, ADMIN = "manager@health.example", "ada@treasury.example"


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""Most is the same on both; what a database decides is tried on each."""


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    with opened.records(Scope.whole_government()) as session:
        for account, agency in (("0111", 10), ("0222", 11)):
            session.add(
                AccountOwner(
                    provider="AWS", account_id=account, version=1, valid_from="2024-01",
                    agency_id=agency, source="file", recorded_at=NOW, recorded_by="accounts.csv",
                )
            )  # fmt: skip
    yield opened
    opened.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.records(Scope.whole_government()) as opened:
        yield opened


def ask(session: Session, **said: Any) -> TagExemption:
    given: dict[str, Any] = {
        "agencies": {10}, "provider": "AWS", "account_id": "0111", "resource_id": "i-1",
        "tag": "CostCentre", "reason": "It is being moved.", "expires_on": END, "by": MANAGER,
        "now": NOW, **said,
    }  # fmt: skip
    return ask_exemption(session, **given)


@BOTH
def test_an_exemption_holds_from_its_approval_to_its_last_day(session: Session) -> None:
    row = ask(session)
    assert (row.agency_id, row.tag, row.state) == (10, "costcentre", "asked")
    assert exemptions_in_force(session, NOW.date()) == ()
    decide_exemption(session, row.exemption_id, "approved", by=ADMIN, now=NOW, reason="")
    assert exemptions_in_force(session, END) == (row,)
    assert exemptions_in_force(session, date(2027, 2, 1)) == ()
    assert (state_on(row, END), state_on(row, date(2027, 2, 1))) == ("approved", "expired")


def test_one_that_runs_out_calls_for_a_build_by_itself(session: Session) -> None:
    row = ask(session)
    decide_exemption(session, row.exemption_id, "approved", by=ADMIN, now=NOW, reason="")
    table = records_in_force(session, END)["rec_tag_exemption"]
    assert table == [(10, "AWS", "0111", "i-1", "costcentre", "2027-01-31")]
    after = date(2027, 2, 1)
    assert records_stamp(session, END) != records_stamp(session, after)
    assert digest_of(records_in_force(session, END)) != digest_of(records_in_force(session, after))


@pytest.mark.parametrize("account", ["0222", "0999"])
def test_a_foreign_account_is_as_unknown_as_one_that_does_not_exist(
    session: Session, account: str
) -> None:
    with pytest.raises(UnknownExemptionError, match=r"^Nothing is known"):
        ask(session, account_id=account)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"tag": ""}, "one tag"),
        ({"tag": "Cost*"}, "one tag"),
        ({"reason": " "}, "Say why"),
        ({"expires_on": date(2026, 11, 27)}, "two years"),
        ({"expires_on": date(2028, 11, 30)}, "two years"),
    ],
)
def test_what_cannot_be_asked_is_refused(session: Session, said: Any, what: str) -> None:
    with pytest.raises(ExemptionError, match=what):
        ask(session, **said)


def test_nobody_approves_their_own_request(session: Session) -> None:
    number = ask(session).exemption_id
    with pytest.raises(OwnRequestError):
        decide_exemption(session, number, "approved", by=MANAGER, now=NOW, reason="")


def test_a_refusal_has_a_reason_and_a_decision_is_made_once(session: Session) -> None:
    number = ask(session).exemption_id
    with pytest.raises(ExemptionError, match="Say why"):
        decide_exemption(session, number, "refused", by=ADMIN, now=NOW, reason="")
    decide_exemption(session, number, "refused", by=ADMIN, now=NOW, reason="Tag it.")
    with pytest.raises(DecidedError):
        decide_exemption(session, number, "approved", by=ADMIN, now=NOW, reason="")


def test_another_agency_can_neither_see_nor_withdraw(session: Session) -> None:
    row = ask(session)
    assert exemptions_of(session, {11}) == ()
    assert exemptions_of(session, {10}) == (row,)
    for number in (row.exemption_id, 999):
        with pytest.raises(UnknownExemptionError, match=r"^Nothing is known"):
            withdraw_exemption(session, number, agencies={11}, by="x@y.example", now=NOW)
    withdraw_exemption(session, row.exemption_id, agencies={10}, by=MANAGER, now=NOW)
    assert row.state == "withdrawn"
    with pytest.raises(DecidedError):
        withdraw_exemption(session, row.exemption_id, agencies={10}, by=MANAGER, now=NOW)


def test_accounts_are_those_of_the_agencies(session: Session) -> None:
    assert accounts_of(session, {10}) == (("AWS", "0111", 10),)
    assert len(accounts_of(session, None)) == 2


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_database_keeps_one_agencys_exemptions_from_another(database: Database) -> None:
    with database.records(Scope.of_agencies({10})) as session:
        number = ask(session).exemption_id
    with database.records(Scope.of_agencies({11})) as session:
        assert exemptions_of(session, None) == ()
        with pytest.raises(UnknownExemptionError):
            withdraw_exemption(session, number, agencies=None, by="x@y.example", now=NOW)
