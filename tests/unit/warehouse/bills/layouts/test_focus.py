from __future__ import annotations

import datetime
from decimal import Decimal

import ibis
import pytest

from tests.unit.warehouse.bills.conftest import Lines, csv_text, raw_table
from warehouse.bills.columns import LINE_COLUMNS, Form
from warehouse.bills.layouts import BILL_RULES, TOO_LONG, layout_of
from warehouse.bills.layouts.normalising import normalise

ROW = {
    "BilledCost": "1.25",
    "EffectiveCost": "1.00",
    "ListCost": "2.50",
    "ContractedCost": "1.50",
    "BillingAccountId": "001122334455",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2024-09-01 00:00:00",
    "BillingPeriodEnd": "2024-10-01 00:00:00",
    "ChargeCategory": "Usage",
    "ChargeClass": "",
    "ChargePeriodStart": "2024-09-18 22:00:00",
    "ChargePeriodEnd": "2024-09-18 23:00:00",
    "ProviderName": "Amazon Web Services",
    "PublisherName": "Amazon Web Services, Inc.",
    "ServiceCategory": "Compute",
    "ServiceName": "Amazon Elastic Compute Cloud",
    "SubAccountId": "000000000042",
    "Tags": '{"env": "prod"}',
}


def row(**changed: str) -> dict[str, str]:
    return {**ROW, **changed}


def rules_failed(failed: int) -> list[str]:
    return [rule.name for rule in BILL_RULES if failed & rule.bit]


def test_a_line_has_the_columns_of_the_contract_in_their_order(lines: Lines) -> None:
    line = lines(csv_text(ROW))[0]
    assert list(line) == [column.name for column in LINE_COLUMNS[1:]] + ["failed"]
    assert line["provider"] == "AWS"
    assert line["provider_name"] == "Amazon Web Services"
    assert line["account_id"] == "000000000042"
    assert line["billing_month"] == "2024-09"
    assert line["charge_day"] == datetime.date(2024, 9, 18)
    assert line["charge_end_day"] == datetime.date(2024, 9, 19)
    assert line["billed_cost"] == Decimal("1.25")
    assert line["effective_cost"] == Decimal("1.00")
    assert line["failed"] == 0


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        (list(ROW), "FOCUS 1.0"),
        ([*ROW, "ServiceSubcategory"], "FOCUS 1.1"),
        ([*ROW, "InvoiceId"], "FOCUS 1.2"),
        ([*ROW, "ServiceProviderName", "HostProviderName"], "FOCUS 1.3"),
        ([*ROW, "InvoiceDetailId"], "FOCUS 1.4"),
        ([*ROW, "Id"], "FOCUS 1.0"),
        ([name.upper() for name in ROW], "FOCUS 1.0"),
        (["\ufeffBilledCost", *list(ROW)[1:]], "FOCUS 1.0"),
    ],
)
def test_the_version_is_told_by_the_newest_column(columns: list[str], name: str) -> None:
    layout = layout_of(columns)
    assert layout is not None
    assert layout.name == name


def test_a_table_of_something_else_has_no_layout() -> None:
    assert layout_of(["a", "b"]) is None


def test_the_provider_is_read_from_the_column_of_newer_versions(lines: Lines) -> None:
    given = {name: value for name, value in ROW.items() if name not in ("ProviderName",)}
    line = lines(csv_text({**given, "ServiceProviderName": "Microsoft", "HostProviderName": "x"}))
    assert (line[0]["provider"], line[0]["provider_name"]) == ("Azure", "Microsoft")


def test_an_unknown_provider_is_its_own_short_name(lines: Lines) -> None:
    assert lines(csv_text(row(ProviderName="Island Hosting")))[0]["provider"] == "Island Hosting"


def test_a_text_that_says_null_is_nothing(lines: Lines) -> None:
    line = lines(csv_text(row(SubAccountId="NULL", ContractedCost="NULL", Tags="NULL")))[0]
    assert line["account_id"] == "001122334455"
    assert line["contracted_cost"] == Decimal("1.25")
    assert line["tags"] is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.2E-7", "0.00000012"),
        ("0.00000080000", "0.0000008"),
        ("-2.61370000000", "-2.6137"),
        ("999999.999999999999", "999999.999999999999"),
        ("0.1", "0.1"),
    ],
)
def test_a_cost_is_read_exactly(lines: Lines, written: str, read: str) -> None:
    line = lines(csv_text(row(BilledCost=written)))[0]
    assert line["billed_cost"] == Decimal(read)
    assert line["failed"] == 0


def test_a_cost_too_long_for_64_bits_is_marked_and_read_wide(lines: Lines) -> None:
    text = csv_text(row(BilledCost="1234567.89"), ROW)
    assert [line["failed"] for line in lines(text)] == [TOO_LONG, 0]
    wide = lines(text, wide=True)
    assert [line["failed"] for line in wide] == [0, 0]
    assert wide[0]["billed_cost"] == Decimal("1234567.89")


def test_a_quantity_may_be_long_in_a_file_of_short_costs(lines: Lines) -> None:
    line = lines(csv_text({**ROW, "ConsumedQuantity": "123456789012.5"}))[0]
    assert (line["consumed_quantity"], line["failed"]) == (Decimal("123456789012.5"), 0)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"BilledCost": ""}, "billed_cost_is_given"),
        ({"BilledCost": "1,234.00"}, "cost_can_be_read"),
        ({"EffectiveCost": "cheap"}, "cost_can_be_read"),
        ({"BillingPeriodStart": "September"}, "billing_period_can_be_read"),
        ({"ChargePeriodStart": "2024-02-31"}, "charge_day_can_be_read"),
        ({"ChargePeriodStart": "2024-10-01 00:00:00"}, "charge_day_is_in_billing_period"),
        ({"ChargePeriodStart": "2024-08-15 00:00:00"}, "charge_day_is_in_billing_period"),
        ({"ChargeCategory": "Gift"}, "charge_category_is_known"),
        ({"BillingAccountId": "", "SubAccountId": "NULL"}, "account_is_given"),
        ({"BillingCurrency": "dollars"}, "currency_is_a_code"),
        ({"ProviderName": ""}, "provider_is_given"),
    ],
)
def test_a_row_fails_one_rule(lines: Lines, changed: dict[str, str], rule: str) -> None:
    found = lines(csv_text(ROW, row(**changed)))
    assert [rules_failed(line["failed"]) for line in found] == [[], [rule]]


def test_what_was_used_in_the_last_hours_before_the_period_is_on_its_bill(lines: Lines) -> None:
    line = lines(csv_text(row(ChargePeriodStart="2024-08-31 22:00:00")))[0]
    assert (line["charge_day"], line["billing_month"]) == (datetime.date(2024, 8, 31), "2024-09")
    assert line["failed"] == 0


def test_a_correction_is_set_into_the_month_that_bills_it(lines: Lines) -> None:
    text = csv_text(
        row(ChargeClass="Correction", ChargePeriodStart="2024-07-03"),
        row(ChargeClass="Correction", ChargePeriodStart="2024-11-03"),
        row(ChargeClass="Correction"),
    )
    found = lines(text)
    assert [line["charge_day"].isoformat() for line in found] == [
        "2024-09-01",
        "2024-09-30",
        "2024-09-18",
    ]
    assert {line["failed"] for line in found} == {0}


def test_tags_keep_every_space_that_is_billed(lines: Lines) -> None:
    text = csv_text(
        row(Tags='{"env": " prod ", " org": "trey", "team ": "a b"}'),
        row(Tags='{" a":"x","b  ":"y, z"}'),
        row(Tags="{}"),
    )
    assert [line["tags"] for line in lines(text)] == [
        '{"env": " prod ", " org": "trey", "team ": "a b"}',
        '{" a":"x","b  ":"y, z"}',
        None,
    ]


@pytest.mark.parametrize(
    ("category", "service", "expected"),
    [
        ("Compute", "anything", "Compute"),
        ("Database", "anything", "Databases"),
        ("", "Amazon Elastic Compute Cloud - Compute", "Compute"),
        ("Stuff", "Virtual Machines", "Compute"),
        ("", "Cloud SQL", "Databases"),
        ("", "Teleporter", "Other"),
        ("NULL", "", "Other"),
    ],
)
def test_the_service_category_is_focus_s_or_told_by_the_service(
    lines: Lines, category: str, service: str, expected: str
) -> None:
    line = lines(csv_text(row(ServiceCategory=category, ServiceName=service)))[0]
    assert line["service_category"] == expected


def test_costs_that_the_export_lacks_are_the_billed_cost(lines: Lines) -> None:
    given = {name: value for name, value in ROW.items() if name not in ("ListCost",)}
    line = lines(csv_text({**given, "EffectiveCost": ""}))[0]
    assert line["list_cost"] == line["effective_cost"] == Decimal("1.25")


def test_the_expression_compiles_for_spark_without_what_spark_lacks() -> None:
    raw = ibis.table({"source_row": "int64", **dict.fromkeys(ROW, "string")}, name="raw")
    layout = layout_of(list(ROW))
    assert layout is not None
    statement = str(ibis.to_sql(normalise(layout, raw), dialect="pyspark"))
    assert "TRY_CAST" in statement
    assert r"\1" not in statement


def test_a_typed_file_gives_the_same_lines(backend: ibis.backends.duckdb.Backend) -> None:
    raw = backend.sql(
        """SELECT 2 AS source_row, 1.25::DOUBLE AS BilledCost, 0.1::DOUBLE AS EffectiveCost,
            2.5::DECIMAL(30, 15) AS ListCost, 1 AS ContractedCost, '1' AS BillingAccountId,
            'USD' AS BillingCurrency, TIMESTAMP '2024-09-01' AS BillingPeriodStart,
            TIMESTAMP '2024-10-01' AS BillingPeriodEnd, 'Usage' AS ChargeCategory,
            TIMESTAMP '2024-09-18 22:00:00' AS ChargePeriodStart,
            TIMESTAMP '2024-09-18 23:00:00' AS ChargePeriodEnd, 'AWS' AS ProviderName,
            'EC2' AS ServiceName, MAP {'env': 'prod'} AS Tags"""
    )
    layout = layout_of(raw.columns[1:])
    assert layout is not None
    (line,) = normalise(layout, raw).to_pyarrow().to_pylist()
    assert line["failed"] == 0
    assert [line[name] for name in ("billed_cost", "effective_cost", "list_cost")] == [
        Decimal("1.25"),
        Decimal("0.1"),
        Decimal("2.5"),
    ]
    assert (line["charge_day"], line["charge_end_day"]) == (
        datetime.date(2024, 9, 18),
        datetime.date(2024, 9, 19),
    )
    assert (line["billing_month"], line["tags"]) == ("2024-09", '{"env":"prod"}')


def test_lines_stay_in_the_order_of_the_file_and_have_the_types_they_say(
    backend: ibis.backends.duckdb.Backend,
) -> None:
    raw = raw_table(backend, csv_text(*(row(BilledCost=str(count)) for count in range(50))))
    layout = layout_of(list(ROW))
    assert layout is not None
    backend.con.execute(f"CREATE TABLE lines AS {backend.compile(normalise(layout, raw))}")
    costs = backend.con.execute("SELECT billed_cost FROM lines").fetchall()
    assert [cost for (cost,) in costs] == list(range(50))
    described = backend.con.execute("DESCRIBE lines").fetchall()
    kinds = {name: kind for name, kind, *_ in described}
    expected = {Form.AMOUNT: "DECIMAL", Form.DAY: "DATE", Form.WHOLE: "INTEGER"}
    for column in LINE_COLUMNS[1:]:
        assert kinds[column.name].startswith(expected.get(column.form, "VARCHAR")), column.name
