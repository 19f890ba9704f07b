from __future__ import annotations

import pytest
from ibis.backends.duckdb import Backend

from tests.unit.warehouse.bills.conftest import csv_text, raw_table, report_on
from tests.unit.warehouse.bills.layouts.test_aws import LEGACY
from tests.unit.warehouse.bills.layouts.test_column_map import DAILY
from tests.unit.warehouse.bills.layouts.test_focus import ROW
from warehouse.bills.layouts import layout_of
from warehouse.bills.remarks import Remark, Severity

SOUND = {
    **ROW,
    "BillingAccountName": "Government",
    "BillingPeriodStart": "2024-09-01T00:00:00Z",
    "BillingPeriodEnd": "2024-10-01T00:00:00Z",
    "ChargeDescription": "Hours",
    "ChargePeriodStart": "2024-09-18T22:00:00Z",
    "ChargePeriodEnd": "2024-09-18T23:00:00Z",
    "InvoiceIssuerName": "Amazon Web Services, Inc.",
    "PricingQuantity": "1",
    "PricingUnit": "Hours",
}


def report(backend: Backend, *rows: dict[str, str]) -> list[Remark]:
    raw = raw_table(backend, csv_text(*rows))
    names = [name for name in raw.columns if name != "source_row"]
    layout = layout_of(names)
    assert layout is not None
    return report_on(backend, layout, names)


def said(remarks: list[Remark], rule: str) -> list[tuple[str, int]]:
    return [(each.column, each.row_count) for each in remarks if each.rule == rule]


def test_a_sound_bill_has_nothing_but_notes(backend: Backend) -> None:
    found = report(backend, SOUND)
    assert {each.level for each in found} <= {Severity.NOTE}


@pytest.mark.parametrize(
    ("changed", "rule", "column"),
    [
        ({"ChargeDescription": "NULL"}, "nothing_is_blank", "ChargeDescription"),
        ({"ChargePeriodStart": "2024-09-18 22:00:00"}, "instant_has_a_zone", "ChargePeriodStart"),
        ({"ContractedCost": ""}, "column_is_filled", "ContractedCost"),
        ({"ChargeCategory": "Gift"}, "value_is_known", "ChargeCategory"),
        ({"Tags": '{" org": "x"}'}, "tag_keys_have_no_stray_spaces", "Tags"),
        ({"Tags": '{" org": "x", "org": "x"}'}, "tag_keys_come_once", "tags"),
        ({"Tags": "{org: x"}, "tags_can_be_read", "tags"),
        ({"ChargeCategory": "Credit", "BilledCost": "-3"}, "credits", "charge_category"),
        ({"ChargeCategory": "Tax"}, "taxes", "charge_category"),
        ({"BilledCost": "-3"}, "usage_costs_something", "billed_cost"),
        (
            {"ChargePeriodStart": "2024-08-31T23:00:00Z"},
            "usage_is_billed_in_its_month",
            "charge_day",
        ),
    ],
)
def test_a_defect_is_named_with_its_column_and_rows(
    backend: Backend, changed: dict[str, str], rule: str, column: str
) -> None:
    found = report(backend, SOUND, {**SOUND, **changed})
    assert said(found, rule) == [(column, 1)]


def test_columns_that_are_missing_and_columns_that_are_no_one_s(backend: Backend) -> None:
    given = {name: value for name, value in SOUND.items() if name != "PricingUnit"}
    found = report(backend, {**given, "Id": "7", "x_Own": "8"})
    assert said(found, "column_is_there") == [("PricingUnit", 1)]
    assert said(found, "column_is_of_focus") == [("Id", 1)]


def test_a_cost_rounded_to_whole_numbers_is_an_error(backend: Backend) -> None:
    rows = [{**SOUND, "BilledCost": f"{n}.4", "EffectiveCost": f"{n}"} for n in range(6)]
    (remark,) = [each for each in report(backend, *rows) if each.rule == "cost_is_not_rounded"]
    assert (remark.column, remark.row_count, remark.level) == ("effective_cost", 6, Severity.ERROR)
    assert "AWS" in remark.message


def test_tags_that_mean_the_same_are_told_together(backend: Backend) -> None:
    rows = [
        {**SOUND, "Tags": tags}
        for tags in ('{"CostCenter": "1"}', '{"cost_center": "1"}', '{"ms:Department": "1"}')
    ]
    (remark,) = [
        each for each in report(backend, *rows) if each.rule == "tag_keys_are_spelled_alike"
    ]
    assert remark.row_count == 3
    assert "CostCenter (1 rows), cost_center (1 rows), ms:Department (1 rows)" in remark.message


def test_a_table_with_one_cost_says_what_it_doesn_t_tell_apart(backend: Backend) -> None:
    found = report(backend, DAILY, {**DAILY, "Service": "AWS Teleport"})
    assert [column for column, _ in said(found, "cost_is_told_apart")] == [
        "contracted_cost",
        "effective_cost",
        "list_cost",
    ]
    (remark,) = [each for each in found if each.rule == "service_has_a_category"]
    assert (remark.row_count, "AWS Teleport" in remark.message) == (1, True)


def test_a_type_of_line_item_that_is_new_is_named(backend: Backend) -> None:
    found = report(backend, LEGACY, {**LEGACY, "lineItem/LineItemType": "Surcharge"})
    assert said(found, "value_is_known") == [("lineItem/LineItemType", 1)]
