"""Where an agency's month takes its cost from: its bills, or its own summary."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = (
    "agg_finance_country_month",
    "agg_usage_agency_month",
    "agg_usage_agency_region_month",
    "agg_usage_agency_service_month",
    "agg_usage_country_month",
    "agg_usage_country_service_month",
    "fact_bill_reconciliation",
    "fact_cost_monthly",
    "fact_finance_governance",
    "fact_forecast_input",
    "fact_provider_finance",
)
"""What is built for these tests, with all that it is made from."""

MONTHS = ("2025-02", "2025-03", "2025-04")


def whole_month(month: str, cost: str, **row: Any) -> list[dict[str, Any]]:
    """Give two lines of a month, which reach its first and its last day."""
    last = {"2025-02": 28, "2025-03": 31, "2025-04": 30, "2025-05": 31}[month]
    return [line(f"{month}-01", cost, **row), line(f"{month}-{last}", cost, **row)]


def owned(staging: Staging, agency_id: int, account: str) -> None:
    staging.agency(agency_id)
    staging.add(
        "rec_account_owner", provider="AWS", account_id=account, agency_id=agency_id,
        valid_from="2025-01",
    )  # fmt: skip


def sources(staging: Staging) -> list[tuple[Any, ...]]:
    return list(
        staging.rows(
            "select agency_id, month, source, reason from fact_bill_reconciliation order by 1, 2"
        )
    )


def costs(staging: Staging) -> list[tuple[Any, ...]]:
    return list(
        staging.rows(
            "select agency_id, month, source, sum(cost_usd) from fact_cost_monthly"
            " group by all order by 1, 2"
        )
    )


def test_each_month_takes_its_cost_from_one_source_and_says_why(staging: Staging) -> None:
    owned(staging, 1, "111")
    for month in ("2025-02", "2025-03", "2025-04"):
        staging.usage(1, month, cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [
            *whole_month("2025-03", "4.5", account_id="111"),
            *whole_month("2025-04", "3.9", account_id="111"),
            *whole_month("2025-05", "2", account_id="111"),
        ],
    )
    staging.build()

    assert sources(staging) == [
        (1, "2025-02", "summary", "no_bill"),
        (1, "2025-03", "bill", ""),
        (1, "2025-04", "summary", "covers_too_little"),
        (1, "2025-05", "bill", ""),
    ]
    assert costs(staging) == [
        (1, "2025-02", "summary", Decimal(10)),
        (1, "2025-03", "bill", Decimal(9)),
        (1, "2025-04", "summary", Decimal(10)),
        (1, "2025-05", "bill", Decimal(4)),
    ]
    ratio = "select coverage_ratio from fact_bill_reconciliation where month = '2025-04'"
    assert staging.one(ratio) == Decimal("0.78")
    for table in ("agg_usage_agency_region_month", "agg_usage_agency_service_month",
                  "agg_usage_agency_month", "agg_usage_country_service_month",
                  "agg_usage_country_month", "agg_finance_country_month",
                  "fact_forecast_input"):  # fmt: skip
        assert staging.one(f"select sum(cost_usd) from {table}") == Decimal(33), table


def test_exactly_what_is_needed_is_enough(staging: Staging) -> None:
    owned(staging, 1, "111")
    staging.usage(1, "2025-03", cost_usd=Decimal(10))
    put_lines(staging.con, whole_month("2025-03", "4", account_id="111"))
    staging.build()

    assert sources(staging) == [(1, "2025-03", "bill", "")]


def test_a_dated_limit_decides_from_its_month_on(staging: Staging) -> None:
    owned(staging, 1, "111")
    staging.add(
        "rec_threshold", name="bill_coverage_ratio", value=Decimal("0.1"), effective_from="2025-03"
    )
    for month in MONTHS[:2]:
        staging.usage(1, month, cost_usd=Decimal(10))
    put_lines(staging.con, [each for month in MONTHS[:2] for each in whole_month(month, "1")])
    staging.build()

    assert [row[2] for row in sources(staging)] == ["summary", "bill"]


def test_a_month_in_part_waits_for_its_rest(staging: Staging) -> None:
    """Between two months with bills a month is whole, whatever days it has charges on."""
    owned(staging, 1, "111")
    for month in MONTHS:
        staging.usage(1, month, cost_usd=Decimal(10))
    lines = [line("2025-02-03", "10"), line("2025-03-09", "10"), line("2025-04-20", "10")]
    put_lines(staging.con, lines)
    staging.build()

    assert sources(staging) == [
        (1, "2025-02", "summary", "part_of_month"),
        (1, "2025-03", "bill", ""),
        (1, "2025-04", "summary", "part_of_month"),
    ]


def test_shared_cost_that_goes_on_does_not_make_an_own_bill_whole(staging: Staging) -> None:
    owned(staging, 1, "111")
    owned(staging, 2, "222")
    staging.add(
        "rec_allocation_rule", rule="network", priority=1, provider="*", account_id="999",
        service_name="*", method="even", agency_id=0, valid_from="2025-01",
    )  # fmt: skip
    put_lines(
        staging.con,
        [
            *whole_month("2025-03", "10", account_id="999"),
            line("2025-03-15", "10", account_id="111"),
            *whole_month("2025-03", "10", account_id="222"),
        ],
    )
    staging.build()

    assert sources(staging) == [(1, "2025-03", "none", "part_of_month"), (2, "2025-03", "bill", "")]
    assert costs(staging) == [(2, "2025-03", "bill", Decimal(30))]


def test_a_charge_without_a_rate_leaves_the_month_to_its_summary(staging: Staging) -> None:
    owned(staging, 1, "111")
    staging.usage(1, "2025-03", cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [*whole_month("2025-03", "20"), line("2025-03-09", "1", billing_currency="EUR")],
    )
    staging.build()

    assert sources(staging) == [(1, "2025-03", "summary", "no_rate")]
    assert costs(staging) == [(1, "2025-03", "summary", Decimal(10))]


def test_a_month_of_credits_counts_where_nothing_else_is_known_of_it(staging: Staging) -> None:
    owned(staging, 1, "111")
    owned(staging, 2, "222")
    staging.usage(2, "2025-03", cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [
            each
            for account in ("111", "222")
            for each in whole_month("2025-03", "-3", account_id=account, charge_category="Credit")
        ],
    )
    staging.build()

    assert costs(staging) == [
        (1, "2025-03", "bill", Decimal(-6)),
        (2, "2025-03", "summary", Decimal(10)),
    ]


def test_the_government_costs_what_was_taken(staging: Staging) -> None:
    for agency_id, account in ((1, "111"), (2, "222"), (3, "333")):
        owned(staging, agency_id, account)
        staging.usage(agency_id, "2025-03", cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [
            *whole_month("2025-03", "5.5", account_id="111"),
            *whole_month("2025-03", "1.5", account_id="222"),
            *whole_month("2025-03", "70", account_id="999"),
        ],
    )
    staging.build()

    assert staging.one("select sum(cost_usd) from agg_usage_country_month") == Decimal(31)
    assert staging.one("select sum(bill_cost_usd) from agg_usage_country_month") == Decimal(11)
    assert staging.one("select sum(usage_cost_usd) from agg_usage_country_month") == Decimal(30)


def test_services_of_a_bill_have_a_type_a_category_and_the_status_of_the_month(
    staging: Staging,
) -> None:
    owned(staging, 1, "111")
    staging.con.raw_sql("update stg_agencies set currency = 'TTD'")
    staging.add("rec_exchange_rate", month="2025-03", currency="TTD", usd_per_unit=Decimal("0.5"))
    staging.usage(1, "2025-03", migration_status="Post", cost_usd=Decimal(10))
    staging.usage(1, "2025-03", migration_status="Pre", service_type="SaaS", cost_usd=Decimal(1))
    put_lines(
        staging.con,
        [
            *whole_month("2025-03", "4"),
            line("2025-03-09", "3", service_category="Databases", region_id="eu-west-1"),
            line("2025-03-09", "1", service_category="Something new", charge_category="Tax"),
        ],
    )
    staging.build()

    assert staging.rows(
        "select service_type, region, migration_status, category, cost_usd, cost_local,"
        " utilisation_pct, source_row from fact_cost_monthly order by cost_usd desc"
    ) == [
        ("IaaS", "us-east-1", "Post", "Usage", Decimal(8), Decimal(16), None, None),
        ("PaaS", "eu-west-1", "Pre", "Usage", Decimal(3), Decimal(6), None, None),
        ("IaaS", "us-east-1", "Post", "Tax", Decimal(1), Decimal(2), None, None),
    ]


def test_what_usage_tells_is_set_against_the_cost_of_the_same_rows(staging: Staging) -> None:
    """100 h, 200 GB and 20 GB are 120 units; below 20 % of use a row is idle."""
    owned(staging, 1, "111")
    staging.usage(1, "2025-03", cost_usd=Decimal(6), utilisation_pct=10)
    staging.usage(1, "2025-03", cost_usd=Decimal(4), service_type="SaaS")
    put_lines(
        staging.con,
        [*whole_month("2025-03", "6"), line("2025-03-09", "5", service_category="Databases")],
    )
    staging.build()

    for table in ("agg_usage_agency_region_month", "agg_usage_agency_month",
                  "agg_usage_country_month"):  # fmt: skip
        assert staging.rows(
            "select sum(cost_usd), sum(usage_cost_usd), sum(idle_cost_usd), sum(unit_cost_usd),"
            " sum(costed_units), sum(workload_units), sum(row_count), sum(cost_count),"
            f" sum(bill_count) from {table}"
        ) == [
            (Decimal(17), Decimal(10), Decimal(6), Decimal(12), Decimal(120), Decimal(240), 2, 2, 2)
        ], table


def test_a_jump_is_not_told_between_a_summary_and_a_bill(staging: Staging) -> None:
    owned(staging, 1, "111")
    for month in MONTHS[:2]:
        staging.usage(1, month, cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [*whole_month("2025-03", "10"), *whole_month("2025-04", "20")],
    )
    staging.build()

    assert staging.rows(
        "select month, cost_usd, is_spend_spike, fast_growth_count, idle_cost_usd"
        " from fact_finance_governance order by month"
    ) == [
        ("2025-02", Decimal(10), None, 0, Decimal(0)),
        ("2025-03", Decimal(20), None, 0, Decimal(0)),
        ("2025-04", Decimal(40), True, 1, None),
    ]


def test_a_years_providers_are_those_of_its_bills_where_all_its_months_are(
    staging: Staging,
) -> None:
    for agency_id, account in ((1, "111"), (2, "222")):
        owned(staging, agency_id, account)
        staging.add(
            "stg_provider_spend", agency_id=agency_id, year=2025, cloud_provider="GCP",
            spend_usd=Decimal(99),
        )  # fmt: skip
    staging.usage(2, "2025-02", cost_usd=Decimal(10))
    put_lines(
        staging.con,
        [
            *whole_month("2025-03", "5", account_id="111"),
            *whole_month("2025-03", "5", account_id="222"),
        ],
    )
    staging.build()

    assert staging.rows(
        "select agency_id, provider, source, spend_usd, provider_share_ratio"
        " from fact_provider_finance order by 1"
    ) == [
        (1, "AWS", "bill", Decimal(10), Decimal(1)),
        (2, "GCP", "summary", Decimal(99), Decimal(1)),
    ]
