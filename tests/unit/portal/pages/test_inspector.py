"""The inspector's cards and its table tell the same of somebody who may no longer sign in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auth.actors import Actor
from auth.people import add_user, disable_user, grant
from auth.permissions import Role
from auth.principals import Principal
from portal.access import Reader
from portal.cli.installation import migrate_records
from portal.filters import read_filters
from portal.pages.admin.inspector import draw_inspector
from portal.pages.page import PageRequest
from tests.unit.portal.pages.conftest import ROLES
from tests.unit.portal.pages.figures_shown import text_of
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate_records(opened)
    yield opened
    opened.dispose()


def inspected(records: Database, *, is_disabled: bool) -> str:
    console, now = Actor.console(), datetime.now(UTC)
    with records.records() as db:
        person = add_user(db, email="m@health.example", name="M", by=console, now=now)
        grant(db, person, Role.AGENCY_VIEWER, agency_id=10, by=console, now=now)
        if is_disabled:
            disable_user(db, person, by=console, now=now)
    reader = Reader.of(Principal(99, "ada@treasury.example", "Ada", ROLES["admin"], 1, "x"))
    asked = PageRequest(
        reader=reader,
        filters=read_filters(""),
        theme="light",
        gateway=Gateway(records),
        database=records,
        now=datetime(2026, 1, 5, tzinfo=UTC),
        search=f"?person={person}",
    )
    return text_of(draw_inspector(asked, ()))


def test_nothing_is_in_force_for_a_disabled_person(records: Database) -> None:
    text = inspected(records, is_disabled=True)
    assert "is disabled and can't sign in" in text
    assert "No grant is in force" in text
    assert "until revoked" not in text


def test_the_grants_of_somebody_who_may_sign_in_are_listed(records: Database) -> None:
    text = inspected(records, is_disabled=False)
    assert "until revoked" in text
    assert "No grant is in force" not in text
