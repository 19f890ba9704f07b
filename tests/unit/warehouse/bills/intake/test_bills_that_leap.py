"""A bill that leaps waits, what was counted before stays, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.warehouse.bills.intake.bill_rows import bill, charge
from tests.unit.warehouse.quality.hand_in import NOTHING_BEFORE, HandIn, Outcome
from warehouse.bills.billed_before import BilledBefore
from warehouse.quality.holds import Previous

HELD = "SELECT month, rule, currency, amount, amount_counted, row_count FROM held_slice ORDER BY 1"
COUNTED = (
    "SELECT account_id, billing_month, sum(billed_cost) FROM stg_charge GROUP BY ALL ORDER BY ALL"
)
FILES = (
    "SELECT path, status, rows_read, rows_passed, rows_held FROM source_file "
    "WHERE feed = 'bills' ORDER BY path, status"
)


def month(
    number: int, cost: str, *, account: str = "A", payer: str = "", last: int = 31, **more: str
) -> list[dict[str, str]]:
    """Two charges of a month of 2025, on its first day and on ``last``, of half the cost each."""
    ends = {3: 31, 4: 30, 5: 31}
    start, after = f"2025-{number:02d}-01T00:00:00Z", f"2025-{number + 1:02d}-01T00:00:00Z"
    half = str(Decimal(cost) / 2)
    rows = []
    for day in (1, min(last, ends[number])):
        at = f"2025-{number:02d}-{day:02d}T00:00:00Z"
        rows.append(
            charge(
                number * 100 + day,
                half,
                BillingAccountId=payer or account,
                SubAccountId=account,
                BillingPeriodStart=start,
                BillingPeriodEnd=after,
                ChargePeriodStart=at,
                ChargePeriodEnd=after,
                ResourceId=f"i-{account}-{number}-{day}",
                **more,
            )
        )
    return rows


def published_by(outcome: Outcome) -> Previous:
    """What a build that was staged so would leave for the next one."""
    found = outcome.rows("FROM bill_slice")
    bills = tuple(BilledBefore(*row[1:6], row[7], tuple(row[8].split()), *row[9:]) for row in found)
    return replace(NOTHING_BEFORE, bills=bills)


def approvals(outcome: Outcome) -> frozenset[tuple[str, int, str, str]]:
    return frozenset(outcome.rows("SELECT feed, agency_id, month, content_hash FROM held_slice"))


def test_a_restated_bill_that_leaps_waits_and_the_bytes_counted_before_stay(
    hand_in: HandIn,
) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "1000"), *month(3, "500", account="B")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "9000"), *month(3, "600", account="B")))

    outcome = hand_in.stage(before)

    assert outcome.rows(COUNTED) == [("A", "2025-03", 1000), ("B", "2025-03", 600)]
    assert outcome.rows(HELD) == [("2025-03", "bill_is_like_counted", "USD", 9000, 1000, 2)]
    assert outcome.rows(FILES) == [
        ("bills/march.csv", "accepted", 4, 2, 2),
        ("bills/march.csv", "kept", 2, 2, 0),
    ]
    [(reason,)] = outcome.rows("SELECT reason FROM held_slice")
    assert "9,000.00 USD in 2 lines to 2025-03-31, 9.00 times what is counted for it" in reason
    # The next build finds the same: what is counted, and what waits.
    again = hand_in.stage(published_by(outcome))
    for asked in (COUNTED, HELD, FILES):
        assert again.rows(asked) == outcome.rows(asked)


def test_an_approved_bill_counts_and_a_further_one_waits_again(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "9000")))
    approved = approvals(hand_in.stage(before))

    released = hand_in.stage(before, approved)

    assert released.rows(COUNTED) == [("A", "2025-03", 9000)]
    assert released.rows(HELD) == []
    assert [row[1] for row in released.rows(FILES)] == ["accepted"]
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "9001")))
    assert len(hand_in.stage(before, approved).rows(HELD)) == 1


@pytest.mark.parametrize(
    ("cost", "last", "is_held"),
    [
        ("10000", 30, False),
        ("10001", 30, True),
        ("10001", 9, True),
        ("99", 30, True),
        # It may still grow.
        ("99", 9, False),
    ],
)
def test_a_new_month_is_compared_with_the_last_whole_one(
    hand_in: HandIn, cost: str, last: int, is_held: bool
) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/april.csv", bill(*month(4, cost, last=last)))

    outcome = hand_in.stage(before)

    held = [("2025-04", "bill_is_like_month_before", "USD", Decimal(cost), 0, 2)]
    assert outcome.rows(HELD) == (held if is_held else [])
    assert len(outcome.rows(COUNTED)) == (1 if is_held else 2)


@pytest.mark.parametrize(
    ("then", "now", "is_held"),
    [
        # Ten days later the same cost a day: it grew, as bills do.
        ((10, "300"), (31, "930"), False),
        ((10, "300"), (31, "3000"), True),
        # Cut off: fewer days than are counted already.
        ((31, "930"), (5, "150"), True),
        ((31, "930"), (31, "300"), True),
        ((31, "40"), (31, "130"), False),
    ],
)  # fmt: skip
def test_part_of_a_month_is_never_compared_with_more_of_it(
    hand_in: HandIn, then: tuple[int, str], now: tuple[int, str], is_held: bool
) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, then[1], last=then[0])))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/march.csv", bill(*month(3, now[1], last=now[0])))

    outcome = hand_in.stage(before)

    assert bool(outcome.rows(HELD)) is is_held
    assert outcome.rows("SELECT sum(billed_cost) FROM stg_charge") == [
        (Decimal(then[1] if is_held else now[1]),)
    ]


def test_the_first_bill_of_an_account_is_compared_with_nothing(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/new.csv", bill(*month(4, "900000", account="new")))

    assert hand_in.stage(before).rows(HELD) == []


def test_a_second_file_that_makes_a_month_leap_waits_and_the_first_stays(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march-1.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    more = month(3, "8000", RegionId="eu-west-1", SkuId="other")
    hand_in.write_bytes("bills/march-2.csv", bill(*more))

    outcome = hand_in.stage(before)

    assert outcome.rows(COUNTED) == [("A", "2025-03", 1000)]
    assert outcome.rows(FILES) == [
        ("bills/march-1.csv", "accepted", 2, 2, 0),
        ("bills/march-2.csv", "accepted", 2, 0, 2),
    ]


def test_what_a_held_restatement_in_another_file_would_replace_counts_on(hand_in: HandIn) -> None:
    hand_in.write_bytes("bills/march-1.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/march-2.csv", bill(*month(3, "9000")))

    outcome = hand_in.stage(before)

    assert outcome.rows(COUNTED) == [("A", "2025-03", 1000)]
    assert outcome.rows("SELECT * FROM finding WHERE rule = 'bill_is_said_once'") == []
    assert outcome.rows(FILES) == [
        ("bills/march-1.csv", "accepted", 2, 2, 0),
        ("bills/march-2.csv", "accepted", 2, 0, 2),
    ]


def test_where_the_bill_of_before_is_lost_the_month_is_missing_and_it_is_said(
    hand_in: HandIn,
) -> None:
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "1000")))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/march.csv", bill(*month(3, "9000")))
    lost = before.bills[0].made_from[0]
    (hand_in.root / "raw" / lost[:2] / lost).unlink()

    outcome = hand_in.stage(before)

    assert outcome.rows(COUNTED) == []
    assert outcome.rows(HELD)[0][3:5] == (9000, 0)
    [(reason,)] = outcome.rows("SELECT reason FROM held_slice")
    assert "can't be read any more" in reason


@pytest.mark.parametrize("path", ["bills/march.csv", "bills/of-march.csv"])
def test_one_account_s_leap_doesn_t_hold_up_others_of_its_payer(hand_in: HandIn, path: str) -> None:
    def of_both(one: str, other: str) -> bytes:
        return bill(*month(3, one, payer="P"), *month(3, other, account="B", payer="P"))

    hand_in.write_bytes("bills/march.csv", of_both("1000", "500"))
    before = published_by(hand_in.stage())
    hand_in.write_bytes(path, of_both("9000", "600"))

    outcome = hand_in.stage(before)

    assert outcome.rows(COUNTED) == [("A", "2025-03", 1000), ("B", "2025-03", 600)]
    assert outcome.rows("SELECT part, amount FROM held_slice") == [
        ("AWS account A, billed to P, USD", 9000)
    ]
    assert outcome.rows(
        "SELECT sum(rows_read), sum(rows_passed), sum(rows_held) FROM source_file "
        "WHERE feed = 'bills'"
    ) == [(6, 4, 2)]
    assert hand_in.stage(published_by(outcome)).rows(COUNTED) == outcome.rows(COUNTED)


def test_what_waits_is_added_up_by_currency_over_months(hand_in: HandIn) -> None:
    def bills(times: int) -> bytes:
        euros = month(3, str(700 * times), account="B", BillingCurrency="EUR")
        dollars = (month(number, str(1000 * times)) for number in (3, 4))
        return bill(*euros, *(row for rows in dollars for row in rows))

    hand_in.write_bytes("bills/all.csv", bills(1))
    before = published_by(hand_in.stage())
    hand_in.write_bytes("bills/all.csv", bills(9))
    outcome = hand_in.stage(before)
    titles = "SELECT title FROM finding WHERE rule = 'bills_wait_for_approval' ORDER BY ALL"
    assert outcome.rows(titles) == [
        ("Bills of 18,000.00 USD wait for approval",),
        ("Bills of 6,300.00 EUR wait for approval",),
    ]
