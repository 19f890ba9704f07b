from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.warehouse.quality.hand_in import (
    NOTHING_BEFORE,
    HandIn,
    Outcome,
    agency,
    published,
    usage,
)

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
HELD = "SELECT feed, agency_id, month, rule, row_count FROM held_slice ORDER BY ALL"


@pytest.fixture
def jumping(hand_in: HandIn) -> HandIn:
    """Agency 2 costs twenty times its usual in April."""
    rows = [usage(number, month) for number in (1, 2) for month in MONTHS[:3]]
    hand_in.usage(*rows, usage(1, "2025-04"), usage(2, "2025-04", "20000"))
    return hand_in


def approval(outcome: Outcome) -> frozenset[tuple[str, int, str, str]]:
    return frozenset(
        (row[0], row[1], row[2], row[3])
        for row in outcome.rows("SELECT feed, agency_id, month, content_hash FROM held_slice")
    )


def test_a_month_far_above_the_others_waits_and_no_other_agency_is_touched(
    jumping: HandIn,
) -> None:
    outcome = jumping.stage()

    assert outcome.rows(HELD) == [("usage_monthly", 2, "2025-04", "total_is_like_other_months", 1)]
    assert outcome.staged.rows_held == 1
    assert outcome.rows(
        "SELECT agency_id, list(month ORDER BY month) FROM stg_usage_monthly GROUP BY 1 ORDER BY 1"
    ) == [(1, list(MONTHS)), (2, list(MONTHS[:3]))]
    [(reason,)] = outcome.rows("SELECT reason FROM held_slice")
    assert "20,000.00 US dollars, 20 times the median of the agency's other months" in reason


def test_a_month_far_below_the_others_waits_too(hand_in: HandIn) -> None:
    rows = [usage(1, month) for month in MONTHS[:3]]
    hand_in.usage(*rows, usage(1, "2025-04", "99"))

    assert [row[:3] for row in hand_in.stage().rows(HELD)] == [("usage_monthly", 1, "2025-04")]


def test_two_other_months_are_too_few_to_judge_by(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, "2025-01"), usage(1, "2025-02"), usage(1, "2025-03", "90000"))

    assert hand_in.stage().rows(HELD) == []


def test_an_approved_slice_passes_and_only_with_the_content_approved(jumping: HandIn) -> None:
    approved = approval(jumping.stage())

    assert jumping.stage(approvals=approved).rows(HELD) == []

    other = [usage(2, month) for month in MONTHS[:3]]
    jumping.usage(usage(1), *other, usage(2, "2025-04", "20001"))
    assert len(jumping.stage(approvals=approved).rows(HELD)) == 1


@pytest.mark.parametrize(("cost", "is_held"), [("301", True), ("299", False), ("33", True)])
def test_a_total_far_from_the_published_one_waits(
    hand_in: HandIn, cost: str, is_held: bool
) -> None:
    hand_in.usage(usage(1, cost=cost), usage(2))
    before = published(totals={("usage_monthly", 1, "2025-01"): Decimal(100)})

    found = hand_in.stage(before).rows("SELECT agency_id, rule FROM held_slice")

    assert found == ([(1, "total_is_like_published")] if is_held else [])


def test_a_slice_that_waits_already_waits_on_after_the_next_build(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, cost="400"), usage(2))
    first = hand_in.stage(published(totals={("usage_monthly", 1, "2025-01"): Decimal(100)}))
    held = {
        (row[0], row[1], row[2], row[3], row[4]): row[5]
        for row in first.rows(
            "SELECT feed, agency_id, month, rule, content_hash, reason FROM held_slice"
        )
    }

    again = hand_in.stage(replace(NOTHING_BEFORE, held=held))

    assert again.rows("FROM held_slice") == first.rows("FROM held_slice")
    assert hand_in.stage(replace(NOTHING_BEFORE, held=held), approval(first)).rows(HELD) == []


def test_a_changed_currency_waits_and_the_one_before_stays_in_force(hand_in: HandIn) -> None:
    hand_in.agencies(agency(1, currency="USD"), agency(2))
    before = published(currencies={1: "TTD", 2: "TTD"})

    outcome = hand_in.stage(before)

    assert outcome.rows(HELD) == [("agencies", 1, "", "currency_is_unchanged", 1)]
    assert outcome.rows("SELECT agency_id, currency FROM stg_agencies ORDER BY 1") == [
        (1, "TTD"),
        (2, "TTD"),
    ]
    assert (outcome.staged.rows_read, outcome.staged.rows_held) == (4, 1)
    approved = hand_in.stage(before, approval(outcome))
    assert approved.rows("SELECT currency FROM stg_agencies WHERE agency_id = 1") == [("USD",)]


def test_a_missing_agency_is_shown_as_held_and_its_rows_are_in_quarantine(
    hand_in: HandIn,
) -> None:
    hand_in.agencies(agency(1))

    outcome = hand_in.stage(published(currencies={1: "TTD", 2: "TTD"}))

    assert outcome.rows(HELD) == [("agencies", 2, "", "agency_is_still_there", 0)]
    assert outcome.failures() == [(3, "agency_is_known")]
    assert outcome.rows("SELECT agency_id FROM stg_usage_monthly") == [(1,)]


def test_a_missing_agency_is_still_shown_after_the_next_build_until_approved(
    hand_in: HandIn,
) -> None:
    hand_in.agencies(agency(1))
    first = hand_in.stage(published(currencies={1: "TTD", 2: "TTD"}))
    key = ("agencies", 2, "", "agency_is_still_there", next(iter(approval(first)))[3])
    before = replace(published(currencies={1: "TTD"}), held={key: "gone"})

    assert hand_in.stage(before).rows(HELD) == first.rows(HELD)
    assert hand_in.stage(before, approval(first)).rows(HELD) == []
