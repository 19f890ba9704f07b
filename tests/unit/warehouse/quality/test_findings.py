from __future__ import annotations

from typing import Any

from tests.unit.warehouse.quality.hand_in import HandIn, Outcome, agency, usage

MIGRATION_HEADER = (
    "agency_id,country,country_code,org_size,migrated,migration_date,pre_migration_cost_usd,"
    "post_migration_cost_usd,expected_savings_pct,realized_savings_pct,sla_breaches_pre,"
    "sla_breaches_post"
)
SPEND_HEADER = "agency_id,country,country_code,year,cloud_provider,spend_usd"


def migration(number: int, migrated: str, date: str, size: str = "Large") -> str:
    return f"{number},Land,TT,{size},{migrated},{date},1000,900,10,-0.5,3,1"


def found(outcome: Outcome, rule: str) -> list[tuple[Any, ...]]:
    return outcome.rows(f"SELECT agency_id, detail FROM finding WHERE rule = '{rule}' ORDER BY ALL")


def test_sizes_that_differ_between_two_files_are_told_with_both(hand_in: HandIn) -> None:
    hand_in.write(
        "mda/migration_summary.csv",
        MIGRATION_HEADER,
        migration(1, "No", "", "Small"),
        migration(2, "No", ""),
    )

    [(agency_id, detail)] = found(hand_in.stage(), "org_size_agrees")

    assert agency_id == 1
    assert "agencies.csv says Large, migration_summary.csv says Small" in detail


def test_dates_are_month_day_year_and_usage_before_them_is_told(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, "2025-07", status="Post"), usage(2, "2025-09", status="Post"))
    hand_in.write(
        "mda/migration_summary.csv",
        MIGRATION_HEADER,
        migration(1, "Yes", "9/1/2025"),
        migration(2, "Yes", "9/30/2025"),
    )

    outcome = hand_in.stage()

    [(agency_id, detail)] = found(outcome, "post_starts_at_migration_date")
    assert agency_id == 1
    assert "Post from 2025-07 on, but the reported migration date is in 2025-09" in detail
    assert outcome.rows(
        "SELECT migrated, CAST(migration_date AS VARCHAR) FROM stg_migration_summary ORDER BY 2"
    ) == [(True, "2025-09-01"), (True, "2025-09-30")]


def test_a_migration_without_usage_after_it_is_told(hand_in: HandIn) -> None:
    hand_in.write("mda/migration_summary.csv", MIGRATION_HEADER, migration(2, "Yes", "1/15/2025"))

    assert [row[0] for row in found(hand_in.stage(), "migrated_agency_has_post_usage")] == [2]


def test_spend_far_from_cost_is_told_by_agency_and_overall(hand_in: HandIn) -> None:
    hand_in.write(
        "mda/provider_spend.csv",
        SPEND_HEADER,
        "1,Land,TT,2025,AWS,75037.5",
        "2,Land,TT,2025,AWS,1000",
    )

    rows = found(hand_in.stage(), "provider_spend_is_like_usage_cost")

    assert [row[0] for row in rows] == [0, 1]
    assert "75,037.50 US dollars for 2025, usage_monthly.csv to 1,000.50" in rows[1][1]


def test_a_gap_between_months_is_told(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, "2024-11"), usage(1, "2025-02"), usage(2))

    [(agency_id, detail)] = found(hand_in.stage(), "months_have_no_gap")

    assert agency_id == 1
    assert detail.startswith("2 months are missing after 2024-11")


def test_another_agencys_findings_do_not_renumber_ones_own(hand_in: HandIn) -> None:
    hand_in.usage(usage(1, "2025-01", "5"), usage(2))
    own = "SELECT finding_id FROM finding WHERE agency_id = 1"
    before = hand_in.stage().rows(own)
    hand_in.agencies(agency(1), agency(2), agency(3))
    hand_in.usage(usage(1, "2025-01", "5"), usage(2, "2025-01", "0"), usage(3, "2025-01", "0"))

    assert hand_in.stage().rows(own) == before
    assert len(before) == 1


def test_unknown_files_are_told(hand_in: HandIn) -> None:
    hand_in.write("mda/holiday-photos.csv", "a,b", "1,2")

    assert found(hand_in.stage(), "file_is_known")[0][0] == 0
