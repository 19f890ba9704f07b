from __future__ import annotations

from datetime import date

import pytest

from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = ("dim_country_month", "dim_date", "dim_day")
"""What is built for these tests, with all that it is made from."""


@pytest.mark.parametrize(
    ("country", "month", "expected"),
    [
        ("TT", "2025-09", ("2024/25", "2024/25-Q4", 12, "2024-10")),
        ("TT", "2025-10", ("2025/26", "2025/26-Q1", 1, "2025-10")),
        ("JM", "2025-03", ("2024/25", "2024/25-Q4", 12, "2024-04")),
        ("JM", "2025-04", ("2025/26", "2025/26-Q1", 1, "2025-04")),
        ("GY", "2025-09", ("2025", "2025-Q3", 9, "2025-01")),
    ],
)
def test_each_country_has_its_own_fiscal_year(
    staging: Staging, country: str, month: str, expected: tuple[object, ...]
) -> None:
    for code, start in (("TT", 10), ("JM", 4), ("*", 1)):
        staging.add(
            "rec_fiscal_calendar",
            country_code=code,
            start_month_number=start,
            effective_from="1900-01",
        )
    staging.agency(1, country)
    staging.usage(1, month)
    staging.build()

    assert staging.rows(
        "select fiscal_year, fiscal_quarter, fiscal_month_number, fiscal_year_start "
        "from dim_country_month"
    ) == [expected]


def test_a_year_that_spans_the_century_is_labelled_with_two_digits(staging: Staging) -> None:
    staging.add(
        "rec_fiscal_calendar", country_code="*", start_month_number=4, effective_from="1900-01"
    )
    staging.agency(1)
    staging.usage(1, "2099-05")
    staging.build()

    assert staging.one("select fiscal_year from dim_country_month") == "2099/00"


def test_a_moved_fiscal_year_leaves_earlier_months_as_they_were(staging: Staging) -> None:
    for start, since in ((1, "1900-01"), (4, "2025-03")):
        staging.add(
            "rec_fiscal_calendar", country_code="TT", start_month_number=start, effective_from=since
        )
    staging.agency(1)
    staging.usage(1, "2025-02")
    staging.usage(1, "2025-03")
    staging.build()

    assert staging.rows("select month, fiscal_year from dim_country_month order by month") == [
        ("2025-02", "2025"),
        ("2025-03", "2024/25"),
    ]


def test_months_run_without_gaps_and_reach_over_every_feed(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2025-02")
    staging.add(
        "stg_tagging_compliance",
        agency_id=1, month="2024-12", tagged_pct=90, untagged_cost_usd=1,
    )  # fmt: skip
    staging.budget(1, "2025-04", "10")
    staging.build()

    assert staging.rows("select month, quarter, month_name from dim_date order by month") == [
        ("2024-12", "2024-Q4", "December"),
        ("2025-01", "2025-Q1", "January"),
        ("2025-02", "2025-Q1", "February"),
        ("2025-03", "2025-Q1", "March"),
        ("2025-04", "2025-Q2", "April"),
    ]


def test_days_know_their_weekday_by_iso_8601(staging: Staging) -> None:
    staging.agency(1)
    staging.usage(1, "2024-02")
    staging.build()

    assert staging.one("select count(*) from dim_day") == 29
    assert staging.rows("select day, weekday, is_weekend from dim_day where day >= '2024-02-25'")[
        :2
    ] == [(date(2024, 2, 25), 7, True), (date(2024, 2, 26), 1, False)]


def test_a_country_with_its_own_peaks_does_not_share_the_default_ones(staging: Staging) -> None:
    for code, number in (("*", 1), ("*", 7), ("JM", 12)):
        staging.add(
            "rec_peak_calendar", country_code=code, month_number=number, effective_from="1900-01"
        )
    staging.agency(1, "TT")
    staging.agency(2, "JM")
    staging.usage(1, "2024-12")
    staging.usage(2, "2025-01")
    staging.build()

    assert staging.rows(
        "select country_code, month, is_peak from dim_country_month order by 1, 2"
    ) == [
        ("JM", "2024-12", True),
        ("JM", "2025-01", False),
        ("TT", "2024-12", False),
        ("TT", "2025-01", True),
    ]
    assert staging.rows("select month, peak_period_flag from dim_date order by 1") == [
        ("2024-12", False),
        ("2025-01", True),
    ]
