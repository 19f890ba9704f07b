"""A policy is tried on the published resources before anybody publishes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factories.bills import line, publish_lines, put_lines
from tests.factories.policies import publish_policy
from tests.unit.warehouse.transforms.staging_rows import Staging
from warehouse.engine import connect_engine
from warehouse.policies.documents import read_policy
from warehouse.rehearsal import NothingToRehearseError, rehearse

HEAD = {"owner": "cloud@treasury.example", "effective_from": "2026-01"}


@pytest.fixture
def staging(plans: Path) -> Staging:
    con = connect_engine("duckdb://", threads=1)
    made = Staging(con, plans=plans)
    made.agency(1)
    made.agency(2)
    for number, account in ((1, "111"), (2, "222")):
        made.add(
            "rec_account_owner",
            agency_id=number,
            account_id=account,
            provider="AWS",
            valid_from="2025-01",
        )
    return made


def test_a_draft_tells_what_it_would_move_before_it_is_published(
    staging: Staging, tmp_path: Path
) -> None:
    tags = [{"owner": "a@x.example"}, {"owner": "someone"}, {"team": "x"}, None]
    put_lines(
        staging.con,
        [
            line("2025-03-01", str(cost), resource_id=f"r{at}", account_id=account,
                 tags=None if said is None else json.dumps(said))
            for at, (said, cost, account) in enumerate(
                zip(tags, (60, 30, 6, 4), ("111", "111", "222", "222"), strict=True)
            )
        ],
    )  # fmt: skip
    database = publish_lines(staging, tmp_path)
    publish_policy(database, "owners", {"owner": {"required": "true"}})
    stricter = {"owner": {"required": "true", "values": ["*@x.example"]}}
    candidate = read_policy({"policy": "owners", **HEAD, "tags": stricter})

    found = rehearse(database, [candidate])

    assert found["month"] == "2025-03"
    assert found["compliance_before"] == pytest.approx(0.9)
    assert found["compliance_after"] == pytest.approx(0.6)
    assert (found["resource_count"], found["touched_count"], found["cost_usd"]) == (4, 1, 30)
    assert found["agencies"] == [{"agency_id": 1, "resource_count": 1, "cost_usd": 30}]
    assert found["resources"] == [
        {
            "agency_id": 1,
            "provider": "AWS",
            "account_id": "111",
            "resource_id": "r1",
            "tag": "owner",
            "before": "compliant",
            "after": "wrong_value",
            "cost_usd": 30,
        }
    ]
    nothing_new = read_policy({"policy": "owners", **HEAD, "tags": {"owner": {"required": "true"}}})
    assert rehearse(database, [nothing_new])["touched_count"] == 0
    database.dispose()


def test_without_resources_it_says_so(staging: Staging, tmp_path: Path) -> None:
    put_lines(staging.con, [])
    staging.usage(1, "2025-03")
    database = publish_lines(staging, tmp_path)
    candidate = read_policy({"policy": "owners", **HEAD, "tags": {"owner": {}}})
    with pytest.raises(NothingToRehearseError):
        rehearse(database, [candidate])
    database.dispose()
