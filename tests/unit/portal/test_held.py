"""The treasury decides on exactly the slice that is held, with a reason, once and audited."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func, select

from auth.actors import Actor
from auth.audit import list_events
from auth.people import add_user, grant
from auth.permissions import Role
from portal.app import create_app
from portal.cli.installation import migrate_records, opened
from portal.services import utc_now
from portal.settings import Settings
from tests.factories.government import GOVERNMENT, write_government
from tests.unit.portal.conftest import PASSWORD, Browser
from warehouse.build import build
from warehouse.db import Database
from warehouse.schema.charges import fact_charge_daily
from warehouse.schema.operations import held_slice
from warehouse.scope import Scope

BILL = {
    "BillingAccountId": "payer",
    "SubAccountId": "012",
    "BillingCurrency": "TTD",
    "BillingPeriodStart": "2025-05-01",
    "BillingPeriodEnd": "2025-06-01",
    "ChargePeriodStart": "2025-05-10",
    "ChargePeriodEnd": "2025-05-11",
    "ChargeCategory": "Usage",
    "ProviderName": "AWS",
    "ServiceCategory": "Compute",
    "ServiceName": "Amazon EC2",
}


def write_bill(settings: Settings, cost: str) -> None:
    """Write one line of a bill of an account that agency 12 owns, a month ahead of records."""
    costs = dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost)
    owner = "provider,account_id,agency_id,valid_from,valid_to\nAWS,012,12,2025-01,\n"
    for path, text in (
        ("accounts/accounts.csv", owner),
        ("bills/may.csv", f"{','.join(BILL | costs)}\n{','.join((BILL | costs).values())}\n"),
    ):
        (settings.data_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / path).write_text(text)


def held_bills(database: Database) -> list[dict[str, object]]:
    with database.star(Scope.whole_government()) as connection:
        return [
            dict(row._mapping)
            for row in connection.execute(select(held_slice).where(held_slice.c.feed == "bills"))
        ]


def counted(database: Database) -> object:
    with database.star(Scope.whole_government()) as connection:
        return connection.execute(select(func.sum(fact_charge_daily.c.billed_cost))).scalar()


@pytest.fixture(scope="module")
def held(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Flask, Database, dict[str, str]]]:
    """A portal whose second build holds a slice of agency 12, which leapt."""
    tmp_path = tmp_path_factory.mktemp("held")
    settings = Settings(
        data_dir=tmp_path / "data",
        var_dir=tmp_path / "var",
        secret_key=SecretStr(secrets.token_hex(32)),
        log_level="ERROR",
    )
    with opened(settings) as database:
        migrate_records(database)
        write_government(settings.data_dir)
        write_bill(settings, "100.5")
        build(database, settings.data_dir, settings.var_dir)
        write_bill(settings, "900")
        leapt = [replace(a, spoil="jump") if a.agency_id == 12 else a for a in GOVERNMENT]
        write_government(settings.data_dir, leapt)
        build(database, settings.data_dir, settings.var_dir)
        with database.records() as db:
            for name, role, agency in (
                ("t", Role.TREASURY, None),
                ("m", Role.AGENCY_MANAGER, 12),
            ):
                given = {"by": Actor.console(), "now": utc_now()}
                person = add_user(
                    db, email=f"{name}@x.example", name=name, password=PASSWORD, **given
                )
                grant(db, person, role, agency_id=agency, **given)
        app = create_app(settings)
        app.config["SETTINGS"] = settings
        with database.star(Scope.whole_government()) as connection:
            row = connection.exec_driver_sql(
                "SELECT feed, agency_id, month, content_hash FROM held_slice WHERE part = ''"
            ).first()
        assert row is not None, "nothing is held"
        yield app, database, {key: str(value) for key, value in row._mapping.items()}


def test_a_decision_is_kept_with_its_reason_and_its_event(
    held: tuple[Flask, Database, dict[str, str]],
) -> None:
    app, database, fields = held
    treasury = Browser(app)
    treasury.sign_in("t@x.example")
    decision = {**fields, "decision": "approved", "reason": "A one-off purchase"}
    assert treasury.submit("/data/held", **{**decision, "reason": " "}).status_code == 422
    assert treasury.submit("/data/held", **{**decision, "decision": "perhaps"}).status_code == 400
    assert treasury.submit("/data/held", **{**decision, "content_hash": "0"}).status_code == 404
    assert treasury.submit("/data/held", **{**decision, "agency_id": "1e9"}).status_code == 404
    assert treasury.submit("/data/held", **decision).status_code == 303
    with database.reading_records() as db:
        events = list_events(db, action="held_slice.approved")
    assert [event.agency_id for event in events] == [12]
    assert "A one-off purchase" in events[0].detail


def test_the_agency_whose_slice_it_is_may_not_release_it(
    held: tuple[Flask, Database, dict[str, str]],
) -> None:
    app, _, fields = held
    manager = Browser(app)
    manager.sign_in("m@x.example")
    answer = manager.submit("/data/held", **fields, decision="approved", reason="It is ours")
    assert answer.status_code == 404


def test_a_bill_that_leapt_is_shown_to_its_owner_and_counts_once_it_is_released(
    held: tuple[Flask, Database, dict[str, str]],
) -> None:
    app, database, fields = held
    settings: Settings = app.config["SETTINGS"]
    [bill] = held_bills(database)
    assert bill["agency_id"] == 12
    manager = Browser(app)
    manager.sign_in("m@x.example")
    page = manager.show("/data", "?view=held").get_data(as_text=True)
    for said in ("900.00", "100.50", "AWS account 012, billed to payer, TTD"):
        assert said in page
    treasury = Browser(app)
    treasury.sign_in("t@x.example")
    bills = treasury.show("/explore", "?view=bills").get_data(as_text=True)
    assert "Bills reach to May 2025; figures of cost on other pages end with April 2025" in bills
    assert "100.50" in bills
    remarks = treasury.show("/data", "?view=conformance").get_data(as_text=True)
    # Slashes are written otherwise inside markup.
    assert "may.csv" in remarks
    assert "FOCUS 1.0 requires" in remarks
    assert "requires" not in manager.show("/data", "?view=conformance").get_data(as_text=True)
    fields = {key: str(bill[key]) for key in ("feed", "agency_id", "month", "content_hash")}
    rejected = {**fields, "decision": "rejected", "reason": "Who ordered that?"}
    assert treasury.submit("/data/held", **rejected).status_code == 303
    assert "Rejected by t@x.example" in treasury.show("/data", "?view=held").get_data(as_text=True)
    # Those of the MDA are told of the office, not of the person in it.
    page = manager.show("/data", "?view=held").get_data(as_text=True)
    assert "Rejected by the treasury" in page
    assert "t@x.example" not in page
    build(database, settings.data_dir, settings.var_dir)
    assert counted(database) == Decimal("100.5")
    released = {**fields, "decision": "approved", "reason": "A new contract"}
    assert treasury.submit("/data/held", **released).status_code == 303
    build(database, settings.data_dir, settings.var_dir)
    assert counted(database) == Decimal(900)
    assert held_bills(database) == []
