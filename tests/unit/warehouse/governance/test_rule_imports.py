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
from warehouse.governance.review import Edit
from warehouse.governance.reviewed import RULES
from warehouse.governance.rule_books import (
    BOOKS,
    RuleBookError,
    read_book,
    records_of,
    write_book,
    written_rows,
)
from warehouse.governance.rule_imports import (
    AllocationRow,
    TagRuleRow,
    import_allocation_rules,
    import_tag_rules,
)
from warehouse.governance.rules import rules_in_force
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
        ("hub", 1, "AWS", "111", "*", "fixed", 10, Decimal("0.25"), "2024-01", None, None),
        ("rest", 1, "AWS", "111", "*", "even", 0, None, "2024-01", None, None),
    ]
    assert import_allocation_rules(session, [replace(SHARE, share=Decimal("0.3"))], JULY) == 1


def test_nothing_handed_in_changes_nothing(session: Session) -> None:
    assert import_tag_rules(session, [], JUNE) == 0
    assert import_allocation_rules(session, [], JUNE) == 0


def test_what_is_published_here_goes_before_what_files_say_until_it_is_taken_out(
    session: Session,
) -> None:
    other = replace(TAG, rule="works", agency_id=12)
    import_tag_rules(session, [TAG, other], JUNE)
    stamp = records_stamp(session)
    publish_book(session, "health,1,CostCentre,h-*,11,2024-01,\n")
    assert records_stamp(session) != stamp
    assert [row[4] for row in records_in_force(session)["rec_tag_rule"]] == [11, 12]
    health, works = rules_in_force(session, "tag_rules")
    assert (health.source, [row[4] for row in health.overruled]) == ("portal", [10])
    assert (works.source, works.overruled) == ("file", ())

    import_tag_rules(session, [replace(TAG, agency_id=13), replace(other, agency_id=14)], JULY)
    assert [row[4] for row in records_in_force(session)["rec_tag_rule"]] == [11, 14]

    publish_book(session, "")
    assert [row[4] for row in records_in_force(session)["rec_tag_rule"]] == [13, 14]


def publish_book(session: Session, rows: str) -> None:
    header = "rule,priority,tag_key,value_pattern,agency_id,valid_from,valid_to\n"
    document = read_book("tag_rules", header + rows)
    row = RULES.keep(session, "tag_rules", document, Edit(), by="ada", now=JULY)
    RULES.submit(session, row, row.lock, by="ada", now=JULY)
    RULES.approve(session, row, row.lock, by="ben", now=JULY)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("s,1,*,*,*,fixed,1,0.6,2025-01,\ns,1,*,*,*,fixed,2,0.5,2025-01,\n", "more than 1"),
        ("s,1,*,*,*,fixed,,0.5,2025-01,\n", "needs an agency"),
        ("s,1,*,*,*,even,1,0.5,2025-01,\n", "only fixed rules"),
        ("s,1,*,*,*,even,1,,2025-01,\ns,2,*,*,*,even,2,,2025-01,\n", "another priority"),
        ("s,1,*,*,*,even,1,,2025-01,\ns,1,*,*,*,even,1,,2025-01,\n", "of row 2"),
        ("s,1,*,*,*,evenly,1,,2025-01,\n", "isn't one of"),
        ("s,1,*,*,*,even,1,,20\u0662\u0665-01,\n", "isn't a month"),
        ("s,1,*,*,*,even,1,2025-01,\n", "9 fields"),
        ("s,1,*,*,*,even,0,,2025-01,\n", "isn't between"),
        ("s,one,*,*,*,even,1,,2025-01,\n", "a whole number"),
    ],
)
def test_a_book_that_says_something_impossible_is_refused(rows: str, said: str) -> None:
    header = "rule,priority,provider,account_id,service_name,method,agency_id,share,valid_from,"
    with pytest.raises(RuleBookError, match=said):
        read_book("allocation_rules", f"{header}valid_to\n{rows}")


@pytest.mark.parametrize(
    ("method", "measure", "said"),
    [("even", "request_count", "only proportional rules"),
     ("proportional", "actual_spend", "isn't one of")],
)  # fmt: skip
def test_a_measure_that_a_rule_can_t_go_by_is_refused(method: str, measure: str, said: str) -> None:
    row = dict.fromkeys(BOOKS["allocation_rules"].columns, "*") | {
        "priority": "1", "method": method, "agency_id": "1", "share": "", "valid_from": "2025-01",
        "valid_to": "", "measure": measure,
    }  # fmt: skip
    with pytest.raises(RuleBookError, match=said):
        read_book("allocation_rules", write_book("allocation_rules", [row]))


def test_a_book_that_no_table_could_be_read_from_is_refused_in_words() -> None:
    header = "provider,account_id,agency_id,valid_from,valid_to"
    for text in (f"{header}\x0c{'a' * 200_000}", f"{header}\n{'a' * 200_000},1,2,3,4"):
        with pytest.raises(RuleBookError, match="can't be read"):
            read_book("accounts", text)


def test_a_book_is_written_as_it_was_read() -> None:
    rows = "provider,account_id,agency_id,valid_from,valid_to\nAzure,00ab,7,2025-01,2025-06\n"
    document = read_book("accounts", rows.replace("Azure", "Microsoft"))
    assert write_book("accounts", document["rows"]) == rows
    assert written_rows(BOOKS["accounts"], records_of(document)) == document["rows"]
