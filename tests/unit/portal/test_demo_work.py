"""What the demo's people have said is recorded in either database, as its own rules ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from auth.permissions import Role
from portal.cli.installation import migrate_records
from portal.demo_people import SignIn
from portal.demo_work import EVENT, tell_demo_event
from warehouse.db import open_database
from warehouse.governance.spend_events import events_of
from warehouse.scope import Scope

MANAGER = SignIn("mina@demo.invalid", "-", Role.AGENCY_MANAGER.value, (10,))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_demos_event_is_told_once_and_for_the_managers_agency(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'records.sqlite'}"
        if engine == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    database = open_database(url, tmp_path)
    try:
        migrate_records(database)
        for _ in range(2):
            tell_demo_event(database, [MANAGER])
        with database.reading_records(Scope.of_agencies({10})) as db:
            (row,) = events_of(db, frozenset({10}))
            assert (row.agency_id, row.note) == (10, EVENT.note)
    finally:
        database.dispose()
