"""Tags that break a policy are followed from build to build, and their owners are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.db import Database, open_database
from warehouse.engine import connect_engine
from warehouse.governance.follow_up import TagTimes, notes_since, times_to_fix
from warehouse.migrate import migrate
from warehouse.publishing.follow_up import follow_up
from warehouse.scope import Scope

ALL = Scope.whole_government()
START = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = {
    "policy": "owners",
    "owner": "cloud@treasury.example",
    "effective_from": "2025-01",
    "stage": "warn",
    "tags": {"owner": {"required": "true"}},
}


@pytest.fixture
def staging(plans: Path) -> Staging:
    made = Staging(connect_engine("duckdb://", threads=1), plans=plans)
    for number in (1, 2):
        made.agency(number)
        made.add("rec_account_owner", agency_id=number, account_id=str(number) * 3,
                 provider="AWS", valid_from="2025-01")  # fmt: skip
    made.add("rec_tagging_policy", policy="owners", version=1, position=1,
             effective_from="2025-01", document=json.dumps(POLICY))  # fmt: skip
    return made


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(made)
    return made


def build(staging: Staging, database: Database, day: int, **tagged: str | None) -> None:
    """Build of resources with their owner, or none; those of account 222 begin with t."""
    put_lines(
        staging.con,
        [
            line("2025-03-01", "1", resource_id=name, account_id="222" if name[0] == "t" else "111",
                 tags=json.dumps({"owner": said} if said else {"Name": "x"}))
            for name, said in tagged.items()
        ],
    )  # fmt: skip
    staging.build()
    with database.records(ALL) as session:
        follow_up(staging.con, session, START + timedelta(days=day))


def test_what_is_mended_is_counted_with_its_days_and_what_is_new_is_told(
    staging: Staging, database: Database
) -> None:
    build(staging, database, 0, seen="a", other=None, gone=None, theirs="a")
    build(staging, database, 9, seen="a", other="a", gone=None, fresh=None, theirs="a")
    build(staging, database, 9, seen="a", other="a", fresh=None, theirs=None, theirs2="a")
    with database.reading_records(ALL) as session:
        assert times_to_fix(session, None, START) == (
            TagTimes("owner", 2, START + timedelta(days=9), 1, 9),
        )
        assert times_to_fix(session, {1}, START + timedelta(days=10)) == (
            TagTimes("owner", 1, START + timedelta(days=9), 0, None),
        )
        told = notes_since(session, None, START)
        assert sorted((one.agency_id, one.kind, one.number) for one in told) == [
            (1, "faults", 1),
            (2, "faults", 1),
        ]
        assert [one.agency_id for one in notes_since(session, {2}, START)] == [2]


def test_an_owner_is_told_once_that_a_policy_in_force_differs(
    staging: Staging, database: Database
) -> None:
    document = json.dumps({"other": {"tag_key": "Other"}})
    staging.add("stg_provider_policies", taken_on="2025-03", provider="AWS", target="111",
                statement="effective policy", document=document)  # fmt: skip
    build(staging, database, 0, seen="a")
    build(staging, database, 1, seen="a")
    with database.reading_records(ALL) as session:
        (note,) = notes_since(session, None, START)
        assert (note.agency_id, note.kind, note.number, note.noted_at) == (
            1,
            "policies",
            2,
            START,
        )
