from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tests.unit.warehouse.bills.conftest import Lines, csv_text
from warehouse.bills.layouts.column_map import read_column_map
from warehouse.errors import FeedError

DAILY = {
    "Date": "2025-07-28",
    "AccountId": "012345678901",
    "AccountName": "Production",
    "Service": "Amazon EC2",
    "Region": "us-west-2",
    "Cost": "17.26",
    "Currency": "USD",
    "Month": "2025-07",
}

MAP = """
dates = "DD/MM/YYYY"
[columns]
charge_day = "Day"
billed_cost = "Amount"
service_name = "Product"
sub_account_id = "Project"
[constants]
billing_currency = "XCD"
provider_name = "Island Hosting"
charge_category = "Purchase"
"""


def test_a_table_of_daily_costs_is_known_without_a_map(lines: Lines) -> None:
    line = lines(csv_text(DAILY, {**DAILY, "Service": "Virtual Machines"}))
    first = line[0]
    assert (first["provider"], first["account_id"]) == ("AWS", "012345678901")
    assert (first["service_category"], first["charge_category"]) == ("Compute", "Usage")
    assert (first["billing_month"], first["charge_day"]) == ("2025-07", datetime.date(2025, 7, 28))
    assert first["billed_cost"] == first["effective_cost"] == Decimal("17.26")
    assert first["failed"] == 0


def test_a_cloud_column_tells_the_provider(lines: Lines) -> None:
    line = lines(csv_text({**DAILY, "Cloud": "Azure", "Service": "Virtual Machines"}))[0]
    assert (line["provider"], line["failed"]) == ("Azure", 0)


def test_a_map_says_which_column_is_what(lines: Lines) -> None:
    text = csv_text({"Day": "3/4/2025", "Amount": "5", "Product": "VPS", "Project": "p-1"})
    line = lines(text, maps=[read_column_map(MAP, "isle.columns.toml")])[0]
    assert line["charge_day"] == datetime.date(2025, 4, 3)
    assert (line["provider"], line["billing_currency"]) == ("Island Hosting", "XCD")
    assert (line["account_id"], line["billing_account_id"]) == ("p-1", "p-1")
    assert (line["charge_category"], line["failed"]) == ("Purchase", 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns", "no TOML"),
        ('colour = "red"\n' + MAP, "colour"),
        (MAP.replace("billed_cost", "cost"), "cost, which a line of a bill doesn't have"),
        (MAP.replace("billed_cost", "list_cost"), "doesn't say where billed_cost"),
        (MAP.replace("sub_account_id", "region_id"), "billing_account_id or sub_account_id"),
        (MAP.replace("DD/MM/YYYY", "D.M.Y"), "should be one of YYYY-MM-DD"),
        (MAP.replace('"Amount"', "7"), "one text each"),
        ("provider = 1\n" + MAP, "provider should be a text"),
    ],
)
def test_a_map_that_says_too_little_or_too_much_is_refused(text: str, said: str) -> None:
    with pytest.raises(FeedError, match=said) as refused:
        read_column_map(text, "isle.columns.toml")
    assert "isle.columns.toml" in str(refused.value)
