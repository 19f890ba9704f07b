from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import ibis
import pytest

from tests.unit.warehouse.bills.conftest import Lines, csv_text
from warehouse.bills.layouts import TOO_LONG, layout_of
from warehouse.bills.layouts.normalising import normalise

LEGACY = {
    "bill/PayerAccountId": "000000000001",
    "bill/BillingPeriodStartDate": "2023-11-01T00:00:00.000Z",
    "bill/BillingPeriodEndDate": "2023-12-01T00:00:00.000Z",
    "bill/InvoicingEntity": "Amazon Web Services, Inc.",
    "lineItem/UsageAccountId": "000000000042",
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageStartDate": "2023-11-04T23:00:00.000Z",
    "lineItem/UsageEndDate": "2023-11-05T00:00:00.000Z",
    "lineItem/ProductCode": "AmazonEC2",
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedCost": "10.0",
    "lineItem/UsageAmount": "1.0E+6",
    "product/ProductName": "Amazon Elastic Compute Cloud",
    "product/regionCode": "us-east-1",
    "pricing/publicOnDemandCost": "12.0",
    "pricing/unit": "Hrs",
    "reservation/ReservationARN": "",
    "reservation/EffectiveCost": "",
    "reservation/SubscriptionId": "123444517",
    "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "",
    "reservation/UnusedRecurringFee": "",
    "savingsPlan/SavingsPlanARN": "",
    "savingsPlan/SavingsPlanEffectiveCost": "",
    "savingsPlan/TotalCommitmentToDate": "",
    "savingsPlan/UsedCommitment": "",
    "splitLineItem/ParentResourceId": "",
    "resourceTags/user:CostCentre": "",
    "resourceTags/aws:createdBy": "",
}
RESERVATION = {"reservation/ReservationARN": "arn:aws:ec2:us-east-1:1:reserved-instances/r"}
PLAN = {"savingsPlan/SavingsPlanARN": "arn:aws:savingsplans::1:savingsplan/s"}


def row(kind: str = "Usage", **changed: str) -> dict[str, str]:
    return {**LEGACY, "lineItem/LineItemType": kind, **changed}


def one(lines: Lines, given: dict[str, str]) -> dict[str, Any]:
    (line,) = lines(csv_text(given))
    return line


def test_usage_is_brought_to_focus(lines: Lines) -> None:
    line = one(lines, row())
    assert line["failed"] == 0
    assert (line["provider"], line["billing_account_id"]) == ("AWS", "000000000001")
    assert line["account_id"] == "000000000042"
    assert (line["service_name"], line["service_category"]) == (
        "Amazon Elastic Compute Cloud",
        "Compute",
    )
    assert (line["billing_month"], line["charge_day"]) == ("2023-11", datetime.date(2023, 11, 4))
    assert line["charge_end_day"] == datetime.date(2023, 11, 5)
    assert line["consumed_quantity"] == Decimal("1000000")
    # A subscription's number is in every row and is no reservation.
    assert line["commitment_discount_id"] is None


@pytest.mark.parametrize(
    ("kind", "more", "category", "billed", "effective", "status"),
    [
        ("Usage", {}, "Usage", "10", "10", None),
        (
            "DiscountedUsage",
            {**RESERVATION, "lineItem/UnblendedCost": "0", "reservation/EffectiveCost": "4.5"},
            "Usage", "0", "4.5", "Used",
        ),
        (
            "RIFee",
            {
                **RESERVATION,
                "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "1.25",
                "reservation/UnusedRecurringFee": "2.0",
            },
            "Purchase", "10", "3.25", "Unused",
        ),
        ("Fee", RESERVATION, "Purchase", "10", "0", None),
        ("Fee", {}, "Purchase", "10", "10", None),
        (
            "SavingsPlanCoveredUsage",
            {**PLAN, "savingsPlan/SavingsPlanEffectiveCost": "7.2"},
            "Usage", "0", "7.2", "Used",
        ),
        ("SavingsPlanNegation", {**PLAN, "lineItem/UnblendedCost": "-10"}, "Usage", "0", "0", None),
        (
            "SavingsPlanRecurringFee",
            {
                **PLAN,
                "savingsPlan/TotalCommitmentToDate": "10",
                "savingsPlan/UsedCommitment": "9.75",
            },
            "Purchase", "10", "0.25", "Unused",
        ),
        ("SavingsPlanUpfrontFee", PLAN, "Purchase", "10", "0", None),
        ("Tax", {}, "Tax", "10", "10", None),
        ("Credit", {"lineItem/UnblendedCost": "-3"}, "Credit", "-3", "-3", None),
        ("Refund", {"lineItem/UnblendedCost": "-3"}, "Credit", "-3", "-3", None),
        ("EdpDiscount", {"lineItem/UnblendedCost": "-1"}, "Adjustment", "-1", "-1", None),
        ("SomethingNew", {}, "Adjustment", "10", "10", None),
    ],
)  # fmt: skip
def test_a_type_of_line_item_says_what_is_billed_and_what_it_cost(
    lines: Lines,
    kind: str,
    more: dict[str, str],
    category: str,
    billed: str,
    effective: str,
    status: str | None,
) -> None:
    line = one(lines, row(kind, **more))
    assert line["failed"] == 0
    assert line["charge_category"] == category
    assert (line["billed_cost"], line["effective_cost"]) == (Decimal(billed), Decimal(effective))
    assert line["commitment_discount_status"] == status


def test_a_reservation_s_cost_is_spread_and_counted_once(lines: Lines) -> None:
    """An upfront fee of 8 and a monthly one of 2, of which a tenth isn't used."""
    found = lines(
        csv_text(
            row("Fee", **RESERVATION, **{"lineItem/UnblendedCost": "8"}),
            row(
                "RIFee",
                **RESERVATION,
                **{
                    "lineItem/UnblendedCost": "2",
                    "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "0.8",
                    "reservation/UnusedRecurringFee": "0.2",
                },
            ),
            row(
                "DiscountedUsage",
                **RESERVATION,
                **{"lineItem/UnblendedCost": "0", "reservation/EffectiveCost": "9"},
            ),
        )
    )
    assert sum(line["billed_cost"] for line in found) == 10
    assert sum(line["effective_cost"] for line in found) == 10


def test_a_cost_split_among_containers_isn_t_counted_twice(lines: Lines) -> None:
    split = row(**{"splitLineItem/ParentResourceId": "i-1", "lineItem/UnblendedCost": "4"})
    found = lines(csv_text(row(), split))
    assert [line["billed_cost"] for line in found] == [10, 0]
    assert [line["list_cost"] for line in found] == [12, 0]
    assert [line["failed"] for line in found] == [0, 0]


def test_a_refund_is_set_into_the_month_that_pays_it(lines: Lines) -> None:
    line = one(lines, row("Refund", **{"lineItem/UsageStartDate": "2023-09-02T00:00:00.000Z"}))
    assert (line["charge_day"], line["failed"]) == (datetime.date(2023, 11, 1), 0)


def test_columns_of_tags_become_one_object(lines: Lines) -> None:
    found = lines(
        csv_text(
            row(**{"resourceTags/user:CostCentre": 'A "B"', "resourceTags/aws:createdBy": "x"}),
            row(**{"resourceTags/user:CostCentre": "C"}),
            row(),
        )
    )
    assert [line["tags"] for line in found] == [
        '{"CostCentre": "A \\"B\\"", "aws:createdBy": "x"}',
        '{"CostCentre": "C"}',
        None,
    ]


def test_cur_2_names_the_same_columns_otherwise(lines: Lines) -> None:
    given = {
        "bill_payer_account_id": "000000000001",
        "bill_billing_period_start_date": "2025-01-01 00:00:00.000",
        "bill_billing_period_end_date": "2025-02-01 00:00:00.000",
        "line_item_usage_account_id": "000000000042",
        "line_item_usage_account_name": "e-Tax",
        "line_item_line_item_type": "SavingsPlanCoveredUsage",
        "line_item_usage_start_date": "2025-01-31 23:00:00.000",
        "line_item_unblended_cost": "10",
        "line_item_currency_code": "USD",
        "line_item_product_code": "AmazonEC2",
        "product": '{"product_name":"Amazon Elastic Compute Cloud","sku":"x"}',
        "savings_plan_savings_plan_a_r_n": "arn:s",
        "savings_plan_savings_plan_effective_cost": "6",
        "resource_tags": '{"user_cost_centre":"A","aws_created_by":"b"}',
    }
    line = one(lines, given)
    layout = layout_of(list(given))
    assert layout is not None
    assert layout.name == "AWS CUR 2.0"
    assert line["failed"] == 0
    assert (line["sub_account_name"], line["service_name"]) == (
        "e-Tax",
        "Amazon Elastic Compute Cloud",
    )
    assert (line["billed_cost"], line["effective_cost"]) == (0, 6)
    assert line["commitment_discount_id"] == "arn:s"
    assert line["tags"] == '{"cost_centre":"A","aws_created_by":"b"}'


def test_the_legacy_report_has_its_own_name_and_compiles_for_spark() -> None:
    layout = layout_of(list(LEGACY))
    assert layout is not None
    assert layout.name == "AWS CUR legacy"
    raw = ibis.table({"source_row": "int64", **dict.fromkeys(LEGACY, "string")}, name="raw")
    assert "TRY_CAST" in str(ibis.to_sql(normalise(layout, raw), dialect="pyspark"))


def test_a_sum_too_long_for_64_bits_is_marked(lines: Lines) -> None:
    given = row(
        "RIFee",
        **RESERVATION,
        **{
            "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "900000",
            "reservation/UnusedRecurringFee": "900000",
        },
    )
    assert one(lines, given)["failed"] == TOO_LONG
    (line,) = lines(csv_text(given), wide=True)
    assert (line["effective_cost"], line["failed"]) == (1_800_000, 0)
