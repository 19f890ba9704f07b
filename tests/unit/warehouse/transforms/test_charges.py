from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.factories.bills import line, put_lines
from tests.unit.warehouse.transforms.staging_rows import Staging

TABLES = (
    "agg_charge_account_day",
    "agg_charge_agency_day",
    "agg_charge_agency_month",
    "agg_charge_agency_service_month",
    "agg_charge_country_month",
    "agg_charge_country_service_month",
    "agg_charge_day",
    "agg_charge_service_day",
    "dim_billed_account",
    "dim_day",
    "fact_bill_reconciliation",
    "fact_charge_daily",
)
"""What is built for these tests, with all that it is made from."""


def owned(staging: Staging, agency_id: int, account: str = "111", **row: object) -> None:
    usual = {"provider": "AWS", "valid_from": "2025-01"}
    staging.add("rec_account_owner", agency_id=agency_id, account_id=account, **{**usual, **row})


def test_lines_of_a_day_are_added_up_and_given_to_the_owner_of_the_account(
    staging: Staging,
) -> None:
    staging.agency(1)
    owned(staging, 1)
    lines = [line("2025-03-01", "1.25"), line("2025-03-01", "2.50", sub_account_name="Portal")]
    put_lines(staging.con, [*lines, line("2025-03-02", "-0.10", charge_category="Credit")])
    staging.build()

    assert staging.rows(
        "select agency_id, month, day, category, attribution, billed_cost, billed_cost_usd,"
        " line_count, is_weekend from fact_charge_daily order by day"
    ) == [
        (1, "2025-03", date(2025, 3, 1), "Usage", "account", Decimal("3.75"), Decimal("3.75"), 2,
         True),
        (1, "2025-03", date(2025, 3, 2), "Credit", "account", Decimal("-0.1"), Decimal("-0.1"), 1,
         True),
    ]  # fmt: skip
    assert staging.rows("select * from dim_billed_account") == [(1, "AWS", "111", "Portal")]
    assert staging.one("select count(*) from dim_day") == 31


def test_an_account_belongs_to_each_of_its_owners_in_their_own_months(staging: Staging) -> None:
    staging.agency(1)
    staging.agency(2)
    owned(staging, 1, valid_to="2025-02")
    owned(staging, 2, valid_from="2025-03", valid_to="2025-03", provider="amazon web services ")
    put_lines(staging.con, [line(f"2025-0{month}-01", "1") for month in (1, 2, 3, 4)])
    staging.build()

    assert staging.rows(
        "select month, agency_id, attribution from fact_charge_daily order by 1"
    ) == [
        ("2025-01", 1, "account"),
        ("2025-02", 1, "account"),
        ("2025-03", 2, "account"),
        ("2025-04", 0, "unallocated"),
    ]


def test_of_two_owners_of_one_month_the_later_holds_and_nothing_is_doubled(
    staging: Staging,
) -> None:
    staging.agency(1)
    staging.agency(2)
    owned(staging, 1)
    owned(staging, 2, valid_from="2025-02")
    owned(staging, 3, "222")
    put_lines(staging.con, [line("2025-03-01", "5"), line("2025-03-01", "7", account_id="222")])
    staging.build()

    assert staging.rows("select agency_id, billed_cost from fact_charge_daily order by 1") == [
        (0, Decimal(7)),
        (2, Decimal(5)),
    ]


def test_foreign_money_has_dollars_where_its_month_has_a_rate(staging: Staging) -> None:
    staging.add("rec_exchange_rate", month="2025-03", currency="EUR", usd_per_unit=Decimal("1.1"))
    put_lines(
        staging.con,
        [line(f"2025-0{month}-05", "10", billing_currency="EUR") for month in (3, 4)],
    )
    staging.build()

    assert staging.rows(
        "select month, currency, billed_cost, billed_cost_usd from agg_charge_agency_month"
        " order by 1"
    ) == [
        ("2025-03", "EUR", Decimal(10), Decimal(11)),
        ("2025-04", "EUR", Decimal(10), None),
    ]


def test_commitments_count_as_used_or_unused_whatever_the_category(staging: Staging) -> None:
    lines = [
        line("2025-03-01", "4", commitment_discount_status="Used"),
        line("2025-03-01", "1", commitment_discount_status="Unused"),
        line("2025-03-01", "9", commitment_discount_status="Unused", charge_category="Purchase"),
        line("2025-03-01", "8", charge_category="Purchase"),
        line("2025-03-01", "2"),
    ]
    put_lines(staging.con, lines)
    staging.build()

    found = "select sum(commitment_used_cost), sum(commitment_unused_cost) from fact_charge_daily"
    assert staging.rows(found) == [(Decimal(4), Decimal(10))]


def test_every_summary_adds_up_to_the_charges(staging: Staging) -> None:
    staging.agency(1)
    owned(staging, 1)
    put_lines(
        staging.con,
        [
            line(f"2025-03-{day:02}", f"{day}.01", account_id=account, service_name=service)
            for day in range(1, 15)
            for account in ("111", "222")
            for service in ("EC2", "S3")
        ],
    )
    staging.build()

    for table in ("agg_charge_country_month", "agg_charge_country_service_month", "agg_charge_day",
                  "agg_charge_service_day", "agg_charge_account_day",
                  "agg_charge_agency_month", "agg_charge_agency_day",
                  "agg_charge_agency_service_month"):  # fmt: skip
        assert staging.rows(
            "select sum(billed_cost_usd), sum(unallocated_cost_usd), sum(weekend_cost_usd),"
            f" sum(line_count), sum(row_count) from {table}"
        ) == [(Decimal("420.56"), Decimal("210.28"), Decimal("80.16"), 56, 56)], table


def test_bills_stand_beside_the_summary_of_the_same_month(staging: Staging) -> None:
    staging.agency(1)
    owned(staging, 1)
    staging.usage(1, "2025-02", cost_usd=Decimal("4.50"))
    staging.usage(1, "2025-03", cost_usd=Decimal("4.50"))
    staging.usage(1, "2025-04", cost_usd=Decimal("4.50"))
    put_lines(
        staging.con,
        [
            line("2025-03-01", "5", effective_cost=Decimal("4.75")),
            line("2025-04-01", "5"),
            line("2025-04-01", "5", billing_currency="EUR"),
            line("2025-05-01", "5", account_id="999"),
            line("2025-05-01", "6"),
        ],
    )
    staging.build()

    assert staging.rows(
        "select month, summary_usd, billed_usd, difference_usd, compared_count"
        " from fact_bill_reconciliation order by 1"
    ) == [
        ("2025-02", Decimal("4.5"), None, None, 0),
        ("2025-03", Decimal("4.5"), Decimal(5), Decimal("0.25"), 1),
        ("2025-04", Decimal("4.5"), None, None, 0),
        ("2025-05", None, Decimal(6), None, 0),
    ]
