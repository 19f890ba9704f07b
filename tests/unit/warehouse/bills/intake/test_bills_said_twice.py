from __future__ import annotations

from decimal import Decimal

from tests.unit.warehouse.bills.intake.bill_rows import bill, charge, charges
from tests.unit.warehouse.quality.hand_in import HandIn, Outcome

TOTAL = "SELECT sum(billed_cost) FROM stg_charge"


def findings(outcome: Outcome, rule: str) -> list[str]:
    return [
        detail for (detail,) in outcome.rows(f"SELECT detail FROM finding WHERE rule = '{rule}'")
    ]


def test_the_same_file_under_two_names_counts_once(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/a.csv", bill(*charges(1, 4)))
    hand_in.write_bytes("bills/b.csv", bill(*charges(1, 4)))

    outcome = hand_in.stage()

    assert outcome.rows(TOTAL) == [(Decimal(5),)]
    assert outcome.rows(
        "SELECT path, status, rows_read FROM source_file WHERE feed = 'bills' ORDER BY path"
    ) == [("bills/a.csv", "accepted", 4), ("bills/b.csv", "repeated", 0)]
    [said] = findings(outcome, "bill_is_handed_in_once")
    assert "bills/b.csv is the same file as bills/a.csv" in said


def test_a_restated_month_replaces_the_month_it_restates(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march-1.csv", bill(*charges(1, 10)))
    hand_in.write_bytes("bills/march-2.csv", bill(*charges(1, 11, "2")))

    outcome = hand_in.stage()

    assert outcome.rows(TOTAL) == [(Decimal(22),)]
    [said] = findings(outcome, "bill_is_said_once")
    assert "bills/march-1.csv (10 lines, 12.50 USD) and again in bills/march-2.csv" in said
    assert outcome.rows(
        "SELECT path, rows_read, rows_passed FROM source_file WHERE feed = 'bills' ORDER BY path"
    ) == [("bills/march-1.csv", 0, 0), ("bills/march-2.csv", 11, 11)]


def test_of_two_states_of_a_month_the_one_that_reaches_further_counts(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/a-whole.csv", bill(*charges(1, 20)))
    hand_in.write_bytes("bills/b-first-days.csv", bill(*charges(1, 9)))

    assert hand_in.stage().rows("SELECT count(*) FROM stg_charge") == [(20,)]


def test_a_restated_month_leaves_the_other_months_of_its_file_alone(hand_in: HandIn) -> None:
    april = charge(
        3,
        "100",
        BillingPeriodStart="2025-04-01T00:00:00Z",
        BillingPeriodEnd="2025-05-01T00:00:00Z",
        ChargePeriodStart="2025-04-03T00:00:00Z",
        ChargePeriodEnd="2025-04-04T00:00:00Z",
    )
    hand_in.write_bytes("bills/1.csv", bill(*charges(1, 4), april))
    hand_in.write_bytes("bills/2.csv", bill(*charges(1, 4, "2")))

    outcome = hand_in.stage()

    assert outcome.rows(TOTAL) == [(Decimal(108),)]
    assert outcome.rows(
        "SELECT path, rows_read, rows_passed FROM source_file WHERE feed = 'bills' ORDER BY path"
    ) == [("bills/1.csv", 1, 1), ("bills/2.csv", 4, 4)]


def test_parts_of_one_bill_are_added_however_its_rows_are_spread(hand_in: HandIn) -> None:
    hours = [charge(1, ChargePeriodStart=f"2025-03-02T{hour:02d}:00:00Z") for hour in range(24)]
    hand_in.write_bytes("bills/part-0.csv", bill(*hours[::2]))
    hand_in.write_bytes("bills/part-1.csv", bill(*hours[1::2]))

    outcome = hand_in.stage()

    assert outcome.rows(TOTAL) == [(Decimal(30),)]
    assert findings(outcome, "bill_is_said_once") == []


def test_lines_in_another_currency_than_their_bill_are_quarantined(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*charges(1, 3), charge(4, BillingCurrency="EUR")))

    outcome = hand_in.stage()

    assert outcome.rows("SELECT DISTINCT billing_currency FROM stg_charge") == [("USD",)]
    assert outcome.failures() == [(5, "bill_has_one_currency")]
    [said] = findings(outcome, "bill_has_one_currency")
    assert "is in USD (3 lines), and 1 lines of it in bills/march.csv are in EUR" in said
    assert outcome.rows(
        "SELECT rows_read, rows_passed, rows_failed FROM source_file WHERE feed = 'bills'"
    ) == [(4, 3, 1)]


def test_accounts_and_months_may_be_billed_in_different_currencies(hand_in: HandIn) -> None:
    other = charge(2, BillingCurrency="EUR", BillingAccountId="other")
    hand_in.write_bytes("bills/march.csv", bill(charge(1), other))

    assert hand_in.stage().rows("SELECT count(*) FROM stg_charge") == [(2,)]
