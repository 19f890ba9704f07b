from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from warehouse.db import open_database
from warehouse.governance.imports import (
    AccountRow,
    BudgetRow,
    RateRow,
    TargetRow,
    import_accounts,
    import_budgets,
    import_rates,
    import_targets,
)
from warehouse.governance.in_force import digest_of, records_in_force, version_order
from warehouse.governance.models import ExchangeRate
from warehouse.migrate import migrate

JUNE = datetime(2025, 6, 10, tzinfo=UTC)
JULY = datetime(2025, 7, 10, tzinfo=UTC)
RATE = RateRow("2025-01", "JMD", Decimal("0.006400000001"), "fx/exchange_rates.csv")
LINE = BudgetRow(
    10, "2025-01", Decimal("4000.50"), "USD", "given", "original", "budgets/b.csv", "a" * 64, 2
)
ACCOUNT = AccountRow("AWS", "012345678901", 10, "2024-01", None, "accounts/accounts.csv")
TARGET = TargetRow("passports", 10, Decimal("0.999"), "services/services.csv")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(database)
    with database.records() as opened:
        yield opened
    database.dispose()


def in_force(session: Session, table: str) -> list[tuple[object, ...]]:
    return list(records_in_force(session)[table])


def test_rates_keep_twelve_places_and_the_same_file_again_changes_nothing(
    session: Session,
) -> None:
    assert import_rates(session, [RATE], JUNE) == 1
    digest = digest_of(records_in_force(session))
    assert import_rates(session, [RATE], JULY) == 0
    assert in_force(session, "rec_exchange_rate") == [("2025-01", "JMD", Decimal("0.006400000001"))]
    assert digest_of(records_in_force(session)) == digest


def test_a_corrected_rate_is_a_further_version_and_changes_the_digest(session: Session) -> None:
    import_rates(session, [RATE], JUNE)
    digest = digest_of(records_in_force(session))
    assert import_rates(session, [replace(RATE, usd_per_unit=Decimal("0.0065"))], JULY) == 1
    assert in_force(session, "rec_exchange_rate") == [("2025-01", "JMD", Decimal("0.0065"))]
    assert digest_of(records_in_force(session)) != digest
    assert session.get_one(ExchangeRate, ("2025-01", "JMD", 1)).usd_per_unit == RATE.usd_per_unit


def test_the_same_file_again_does_not_undo_what_the_treasury_decided(session: Session) -> None:
    import_rates(session, [RATE], JUNE)
    session.add(
        ExchangeRate(
            month="2025-01", currency="JMD", version=2, usd_per_unit=Decimal("0.007"),
            source="portal", recorded_at=JUNE, recorded_by="treasury@example.gov",
        )
    )  # fmt: skip
    session.flush()
    assert import_rates(session, [RATE], JULY) == 0
    assert in_force(session, "rec_exchange_rate") == [("2025-01", "JMD", Decimal("0.007"))]


def test_a_supplementary_budget_replaces_only_the_periods_it_names(session: Session) -> None:
    february = replace(LINE, period="2025-02", source_row=3)
    more = replace(LINE, version="supplementary-1", amount=Decimal(4500), source_row=4)
    assert import_budgets(session, [more, LINE, february], JUNE) == 2
    assert in_force(session, "rec_budget") == [
        (10, "2025-01", Decimal(4500), "USD", "given", "supplementary-1"),
        (10, "2025-02", Decimal("4000.5"), "USD", "given", "original"),
    ]


def test_a_line_that_a_corrected_budget_leaves_out_is_gone(session: Session) -> None:
    import_budgets(session, [LINE, replace(LINE, period="2025-02")], JUNE)
    assert import_budgets(session, [LINE], JULY) == 1
    assert [row[1] for row in in_force(session, "rec_budget")] == ["2025-01"]


def test_one_agencys_new_budget_leaves_the_others_as_it_was(session: Session) -> None:
    other = replace(LINE, agency_id=11)
    import_budgets(session, [LINE, other], JUNE)
    assert import_budgets(session, [LINE, replace(other, amount=Decimal(1))], JULY) == 1
    assert [(row[0], row[2]) for row in in_force(session, "rec_budget")] == [
        (10, Decimal("4000.5")),
        (11, Decimal(1)),
    ]


def test_a_year_without_a_phasing_is_spread_evenly(session: Session) -> None:
    import_budgets(session, [replace(LINE, period="2025", phasing=None)], JUNE)
    assert in_force(session, "rec_budget")[0][4] == "even"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["supplementary-10", "original", "supplementary-2"],
         ["original", "supplementary-2", "supplementary-10"]),
        (["b", "2", "a1"], ["2", "a1", "b"]),
    ],
)  # fmt: skip
def test_versions_follow_each_other_as_a_person_would_count(
    labels: list[str], expected: list[str]
) -> None:
    assert sorted(labels, key=version_order) in (expected, [*expected[1:], expected[0]])


def test_an_accounts_history_is_replaced_whole(session: Session) -> None:
    import_accounts(session, [ACCOUNT], JUNE)
    handed_over = [
        replace(ACCOUNT, valid_to="2025-03"),
        replace(ACCOUNT, agency_id=11, valid_from="2025-04"),
    ]
    assert import_accounts(session, handed_over, JULY) == 2
    assert import_accounts(session, reversed(handed_over), JULY) == 0
    assert in_force(session, "rec_account_owner") == [
        ("AWS", "012345678901", 10, "2024-01", "2025-03"),
        ("AWS", "012345678901", 11, "2025-04", None),
    ]


def test_a_changed_target_leaves_the_months_gone_by_as_they_were(session: Session) -> None:
    assert import_targets(session, [TARGET], JUNE) == 1
    assert import_targets(session, [TARGET], JULY) == 0
    assert import_targets(session, [replace(TARGET, availability_ratio=None)], JULY) == 1
    assert in_force(session, "rec_service_target") == [
        ("passports", 10, None, "2025-07"),
        ("passports", 10, Decimal("0.999"), "1900-01"),
    ]


def test_a_service_without_a_target_gets_no_record(session: Session) -> None:
    assert import_targets(session, [replace(TARGET, availability_ratio=None)], JUNE) == 0
