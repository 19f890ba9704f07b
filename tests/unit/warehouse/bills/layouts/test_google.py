from __future__ import annotations

import datetime
import json
from decimal import Decimal

import ibis

from tests.unit.warehouse.bills.conftest import Lines, csv_text
from warehouse.bills.layouts import layout_of
from warehouse.bills.layouts.normalising import normalise

CREDITS = [
    {"name": "Sustained use", "amount": -1.25, "type": "SUSTAINED_USAGE_DISCOUNT", "id": ""},
    {
        "name": "Committed, CPU",
        "amount": -0.000012,
        "type": "COMMITTED_USAGE_DISCOUNT",
        "id": "c-1",
    },
]
ROW = {
    "billing_account_id": "01-AB",
    "service.description": "Compute Engine",
    "sku.id": "1-2",
    "sku.description": "N1 core",
    "usage_start_time": "2024-09-30 23:00:00 UTC",
    "usage_end_time": "2024-10-01 00:00:00 UTC",
    "project.id": "etax",
    "project.name": "e-Tax",
    "labels": '[{"key":"env","value":"prod"},{"key":"team","value":"a b"}]',
    "location.region": "europe-west1",
    "cost": "5",
    "cost_at_list": "6",
    "currency": "EUR",
    "usage.amount": "3600",
    "usage.unit": "seconds",
    "credits": json.dumps(CREDITS),
    "invoice.month": "202410",
    "cost_type": "regular",
}


def test_credits_within_a_row_become_lines_of_their_own(lines: Lines) -> None:
    found = lines(csv_text(ROW, {**ROW, "credits": "[]"}, {**ROW, "credits": ""}))
    assert [line["source_row"] for line in found] == [2, 2, 2, 3, 4]
    first = sorted(found[:3], key=lambda line: line["billed_cost"], reverse=True)
    assert [line["charge_category"] for line in first] == ["Usage", "Credit", "Credit"]
    assert [line["billed_cost"] for line in first] == [
        Decimal("5"),
        Decimal("-0.000012"),
        Decimal("-1.25"),
    ]
    assert [line["list_cost"] for line in first] == [6, 0, 0]
    assert [line["consumed_quantity"] for line in first] == [3600, None, None]
    assert [line["commitment_discount_id"] for line in first] == [None, "c-1", None]
    assert first[2]["charge_description"] == "Sustained use"
    assert {line["failed"] for line in found} == {0}


def test_late_usage_is_on_the_invoice_that_names_it(lines: Lines) -> None:
    line = lines(csv_text({**ROW, "usage_start_time": "2024-09-12 23:00:00 UTC"}))[0]
    assert (line["billing_month"], line["charge_day"]) == ("2024-10", datetime.date(2024, 9, 12))
    assert line["failed"] == 0


def test_labels_become_tags(lines: Lines) -> None:
    line = lines(csv_text({**ROW, "credits": ""}))[0]
    assert json.loads(line["tags"]) == {"env": "prod", "team": "a b"}
    assert (line["provider"], line["account_id"]) == ("GCP", "etax")
    assert (line["service_category"], line["region_id"]) == ("Compute", "europe-west1")


def test_tax_belongs_to_no_project(lines: Lines) -> None:
    given = {**ROW, "cost_type": "tax", "project.id": "", "credits": "", "labels": "[]"}
    line = lines(csv_text(given))[0]
    assert (line["charge_category"], line["account_id"]) == ("Tax", "01-AB")
    assert (line["tags"], line["failed"]) == (None, 0)


def test_nested_parquet_gives_the_same(backend: ibis.backends.duckdb.Backend) -> None:
    raw = backend.sql(
        """SELECT 2 AS source_row, '01-AB' AS billing_account_id,
            {'id': 's', 'description': 'Compute Engine'} AS service,
            {'id': '1-2', 'description': 'N1 core'} AS sku,
            TIMESTAMP '2024-09-30 23:00:00' AS usage_start_time,
            {'id': 'etax', 'name': 'e-Tax'} AS project,
            [{'key': 'env', 'value': 'prod'}] AS labels, 5.0::DOUBLE AS cost, 'EUR' AS currency,
            [{'name': 'Sustained use', 'amount': (-1.25)::DOUBLE, 'type': 'X', 'id': NULL}]
                AS credits, {'month': '202410'} AS invoice, 'regular' AS cost_type"""
    )
    layout = layout_of(raw.columns[1:])
    assert layout is not None
    found = normalise(layout, raw).to_pyarrow().to_pylist()
    assert sorted(line["billed_cost"] for line in found) == [Decimal("-1.25"), Decimal("5")]
    assert {line["failed"] for line in found} == {0}
    assert {line["tags"] for line in found} == {'{"env":"prod"}'}


def test_it_compiles_for_spark() -> None:
    layout = layout_of(list(ROW))
    assert layout is not None
    raw = ibis.table({"source_row": "int64", **dict.fromkeys(ROW, "string")}, name="raw")
    assert "EXPLODE" in str(ibis.to_sql(normalise(layout, raw), dialect="pyspark"))
