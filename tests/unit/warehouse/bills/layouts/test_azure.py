from __future__ import annotations

import datetime
from decimal import Decimal

import ibis
import pytest

from tests.unit.warehouse.bills.conftest import Lines, csv_text
from warehouse.bills.layouts import layout_of
from warehouse.bills.layouts.normalising import normalise

ENTERPRISE = {
    "BillingAccountId": "8611537",
    "BillingPeriodStartDate": "09/01/2023",
    "BillingPeriodEndDate": "09/30/2023",
    "SubscriptionId": "9ec51cfd",
    "SubscriptionName": "Corporate",
    "Date": "09/30/2023",
    "MeterId": "14fc9a21",
    "MeterCategory": "Virtual Machines",
    "Quantity": "8",
    "UnitPrice": "0.146",
    "PayGPrice": "0.2",
    "Cost": "1.168",
    "BillingCurrency": "USD",
    "ChargeType": "Usage",
    "Frequency": "UsageBased",
    "PricingModel": "OnDemand",
    "Tags": '"env": "prod","org": "trey"',
    "benefitId": "",
}
CUSTOMER = {
    "invoiceId": "G1",
    "previousInvoiceId": "",
    "billingAccountId": "a:b",
    "billingPeriodStartDate": "01/01/2025",
    "billingPeriodEndDate": "01/31/2025",
    "subscriptionId": "s",
    "date": "1/5/2025",
    "meterId": "m",
    "meterCategory": "Azure Database for MySQL",
    "quantity": "2",
    "unitPrice": "0.5",
    "payGPrice": "0.75",
    "costInBillingCurrency": "0.9",
    "costInPricingCurrency": "1.0",
    "paygCostInBillingCurrency": "1.35",
    "billingCurrency": "EUR",
    "pricingCurrency": "USD",
    "chargeType": "Usage",
    "pricingModel": "OnDemand",
    "tags": "",
}


def test_an_enterprise_export_is_brought_to_focus(lines: Lines) -> None:
    line = lines(csv_text(ENTERPRISE))[0]
    assert line["failed"] == 0
    assert (line["provider"], line["account_id"]) == ("Azure", "9ec51cfd")
    assert (line["billing_month"], line["charge_day"]) == ("2023-09", datetime.date(2023, 9, 30))
    assert (line["service_name"], line["service_category"]) == ("Virtual Machines", "Compute")
    assert line["billed_cost"] == line["effective_cost"] == Decimal("1.168")
    assert (line["list_cost"], line["contracted_cost"]) == (Decimal("1.6"), Decimal("1.168"))
    assert line["tags"] == '{"env": "prod","org": "trey"}'
    assert line["charge_frequency"] == "Usage-Based"


@pytest.mark.parametrize(
    ("kind", "model", "category", "billed", "effective", "status"),
    [
        ("Usage", "Reservation", "Usage", "0", "5", "Used"),
        ("Usage", "SavingsPlan", "Usage", "0", "5", "Used"),
        ("UnusedReservation", "Reservation", "Usage", "0", "5", "Unused"),
        ("UnusedSavingsPlan", "SavingsPlan", "Usage", "0", "5", "Unused"),
        ("Purchase", "Reservation", "Purchase", "5", "5", None),
        ("Purchase", "OnDemand", "Purchase", "5", "5", None),
        ("Usage", "Spot", "Usage", "5", "5", None),
        ("Tax", "", "Tax", "5", "5", None),
        ("Refund", "Reservation", "Credit", "5", "5", None),
        ("RoundingAdjustment", "", "Adjustment", "5", "5", None),
    ],
)
def test_what_a_commitment_covers_isn_t_billed_again(
    lines: Lines,
    kind: str,
    model: str,
    category: str,
    billed: str,
    effective: str,
    status: str | None,
) -> None:
    given = {**ENTERPRISE, "ChargeType": kind, "PricingModel": model, "Cost": "5"}
    line = lines(csv_text(given))[0]
    assert line["charge_category"] == category
    assert (line["billed_cost"], line["effective_cost"]) == (Decimal(billed), Decimal(effective))
    assert (line["commitment_discount_status"], line["failed"]) == (status, 0)


def test_a_price_of_nothing_is_no_public_price(lines: Lines) -> None:
    given = {**ENTERPRISE, "PricingModel": "Reservation", "PayGPrice": "0", "Cost": "0.493152"}
    line = lines(csv_text(given))[0]
    assert line["list_cost"] == Decimal("1.168")


def test_a_customer_agreement_is_read_in_its_billing_currency(lines: Lines) -> None:
    layout = layout_of(list(CUSTOMER))
    assert layout is not None
    assert layout.name == "Azure MCA"
    line = lines(csv_text(CUSTOMER))[0]
    assert (line["billing_currency"], line["billed_cost"]) == ("EUR", Decimal("0.9"))
    assert (line["list_cost"], line["charge_day"]) == (Decimal("1.35"), datetime.date(2025, 1, 5))
    assert (line["invoice_id"], line["tags"], line["failed"]) == ("G1", None, 0)


def test_an_iso_day_is_read_too(lines: Lines) -> None:
    line = lines(csv_text({**ENTERPRISE, "Date": "2023-09-04T00:00:00Z"}))[0]
    assert line["charge_day"] == datetime.date(2023, 9, 4)


def test_it_compiles_for_spark() -> None:
    layout = layout_of(list(ENTERPRISE))
    assert layout is not None
    raw = ibis.table({"source_row": "int64", **dict.fromkeys(ENTERPRISE, "string")}, name="raw")
    assert "TRY_CAST" in str(ibis.to_sql(normalise(layout, raw), dialect="pyspark"))
