from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from warehouse.db import open_database
from warehouse.governance.builds import records_stamp
from warehouse.governance.in_force import digest_of, records_in_force
from warehouse.governance.rule_imports import (
    AllocationRow,
    TagRuleRow,
    import_allocation_rules,
    import_tag_rules,
)
from warehouse.migrate import migrate

JUNE = datetime(2025, 6, 10, tzinfo=UTC)
JULY = datetime(2025, 7, 10, tzinfo=UTC)
TAG = TagRuleRow("health", 1, "CostCentre", "h-*", 10, "2024-01", None, "accounts/tag_rules.csv")
SHARE = AllocationRow(
    "hub", 1, "AWS", "111", "*", "fixed", 10, Decimal("0.25"), "2024-01", None,
    "accounts/allocation_rules.csv",
)  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(database)
    with database.records() as opened:
        yield opened
    database.dispose()


def test_a_rule_over_tags_changes_as_a_whole_and_only_when_it_changes(session: Session) -> None:
    later = replace(TAG, valid_from="2025-01", agency_id=11)
    assert import_tag_rules(session, [replace(TAG, valid_to="2024-12"), later], JUNE) == 2
    before = digest_of(records_in_force(session)), records_stamp(session)
    assert import_tag_rules(session, [later, replace(TAG, valid_to="2024-12")], JULY) == 0
    assert (digest_of(records_in_force(session)), records_stamp(session)) == before

    assert import_tag_rules(session, [TAG], JULY) == 1
    assert records_in_force(session)["rec_tag_rule"] == [
        ("health", 1, "CostCentre", "h-*", 10, "2024-01", None)
    ]
    assert digest_of(records_in_force(session)) != before[0]


def test_a_share_without_an_agency_is_for_every_one(session: Session) -> None:
    every = replace(SHARE, rule="rest", method="even", agency_id=None, share=None)
    assert import_allocation_rules(session, [SHARE, every], JUNE) == 2
    assert import_allocation_rules(session, [SHARE, every], JULY) == 0
    assert records_in_force(session)["rec_allocation_rule"] == [
        ("hub", 1, "AWS", "111", "*", "fixed", 10, Decimal("0.25"), "2024-01", None),
        ("rest", 1, "AWS", "111", "*", "even", 0, None, "2024-01", None),
    ]
    assert import_allocation_rules(session, [replace(SHARE, share=Decimal("0.3"))], JULY) == 1


def test_nothing_handed_in_changes_nothing(session: Session) -> None:
    assert import_tag_rules(session, [], JUNE) == 0
    assert import_allocation_rules(session, [], JUNE) == 0
