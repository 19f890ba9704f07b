"""The sample bills as lines, against a reader that knows nothing of how they were made."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pytest
from ibis.backends.duckdb import Backend

from tests.unit.warehouse.bills.conftest import report_on
from warehouse.bills.layouts import Layout, layout_of
from warehouse.bills.layouts.normalising import normalise
from warehouse.bills.remarks import Remark

Row = dict[str, str]
Totals = dict[tuple[str, ...], Decimal]

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sample:
    """A bill, and how a reader with a spreadsheet would find in it what it says."""

    path: str
    layout: str
    provider: Callable[[Row], str]
    currency: Callable[[Row], str]
    category: Callable[[Row], str]
    service: Callable[[Row], str]
    day: Callable[[Row], date]
    billed: Callable[[Row], str]
    effective: Callable[[Row], str]


def iso(text: str) -> date:
    return datetime.fromisoformat(text[:10]).date()


def covered(row: Row) -> bool:
    return row["PricingModel"] in ("Reservation", "SavingsPlan")


SHORT = {"AWS": "AWS", "Microsoft": "Azure", "Oracle": "Oracle"}

SAMPLES = (
    Sample(
        "focus/focus_1_0_sample.csv",
        "FOCUS 1.0",
        provider=lambda row: SHORT[row["ProviderName"]],
        currency=lambda row: row["BillingCurrency"],
        category=lambda row: row["ChargeCategory"],
        service=lambda row: row["ServiceName"],
        day=lambda row: iso(row["ChargePeriodStart"]),
        billed=lambda row: row["BilledCost"],
        effective=lambda row: row["EffectiveCost"],
    ),
    Sample(
        "focus/aws_cur_anonymous.csv",
        "AWS CUR legacy",
        provider=lambda row: "AWS",
        currency=lambda row: row["lineItem/CurrencyCode"],
        category=lambda row: row["lineItem/LineItemType"],
        service=lambda row: row["product/ProductName"],
        day=lambda row: iso(row["lineItem/UsageStartDate"]),
        billed=lambda row: row["lineItem/UnblendedCost"],
        effective=lambda row: row["lineItem/UnblendedCost"],
    ),
    Sample(
        "focus/azure_amortized_small.csv",
        "Azure EA",
        provider=lambda row: "Azure",
        currency=lambda row: row["BillingCurrency"],
        category=lambda row: row["ChargeType"],
        service=lambda row: row["MeterCategory"],
        day=lambda row: datetime.strptime(row["Date"], "%m/%d/%Y").date(),
        billed=lambda row: "0" if covered(row) else row["Cost"],
        effective=lambda row: row["Cost"],
    ),
    Sample(
        "multicloud/cloud_costs_20251026_130512.csv",
        "daily costs",
        provider=lambda row: "AWS",
        currency=lambda row: row["Currency"],
        category=lambda row: "Usage",
        service=lambda row: row["Service"],
        day=lambda row: iso(row["Date"]),
        billed=lambda row: row["Cost"],
        effective=lambda row: row["Cost"],
    ),
)


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(params=SAMPLES, ids=lambda sample: str(sample.layout))
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


@pytest.fixture
def backend() -> Iterator[Backend]:
    backend = ibis.duckdb.connect()
    yield backend
    backend.disconnect()


def read(backend: Backend, path: Path) -> tuple[Layout, list[str]]:
    """Make the table ``raw`` of a sample and ``lines`` of its lines."""
    backend.con.execute(
        f"CREATE TABLE raw AS SELECT CAST(row_number() OVER () + 1 AS INTEGER) AS source_row, * "
        f"FROM read_csv('{path}', all_varchar = true, header = true)"
    )
    names = [name for name in backend.table("raw").columns if name != "source_row"]
    layout = layout_of(names)
    assert layout is not None
    lines = backend.compile(normalise(layout, backend.table("raw")))
    backend.con.execute(f"CREATE TABLE lines AS {lines}")
    return layout, names


def totals_of_lines(backend: Backend, by: str, cost: str) -> Totals:
    found = backend.con.execute(
        f"SELECT provider, billing_currency, CAST({by} AS VARCHAR), sum({cost}) FROM lines "
        "WHERE failed = 0 GROUP BY ALL"
    ).fetchall()
    return {(provider, currency, key): total for provider, currency, key, total in found}


@pytest.mark.parametrize("cost", ["billed", "effective"])
@pytest.mark.parametrize(
    ("by", "key"),
    [("charge_category", "category"), ("service_name", "service"), ("charge_day", "day")],
)
def test_totals_are_those_of_the_file_to_the_cent(
    backend: Backend, exchequer_samples: Path, sample: Sample, by: str, key: str, cost: str
) -> None:
    path = exchequer_samples / sample.path
    layout, _ = read(backend, path)
    assert layout.name == sample.layout
    expected: Totals = defaultdict(Decimal)
    for row in rows_of(path):
        place = sample.provider(row), sample.currency(row), str(getattr(sample, key)(row))
        expected[place] += Decimal(getattr(sample, cost)(row))
    found = totals_of_lines(backend, by, f"{cost}_cost")
    assert found.keys() == expected.keys()
    for place, total in expected.items():
        assert abs(found[place] - total) < CENT / 1000, place


def test_no_row_of_the_samples_is_lost(
    backend: Backend, exchequer_samples: Path, sample: Sample
) -> None:
    path = exchequer_samples / sample.path
    read(backend, path)
    counted = backend.con.execute("SELECT count(*) FROM lines WHERE failed = 0").fetchone()
    assert counted == (len(rows_of(path)),)


def test_the_daily_costs_have_the_categories_that_are_known_of_them(
    backend: Backend, exchequer_samples: Path
) -> None:
    read(backend, exchequer_samples / SAMPLES[-1].path)
    assert totals_of_lines(backend, "service_category", "billed_cost") == {
        ("AWS", "USD", "Compute"): Decimal("9176.13"),
        ("AWS", "USD", "Databases"): Decimal("4119.16"),
        ("AWS", "USD", "Networking"): Decimal("4096.03"),
        ("AWS", "USD", "Storage"): Decimal("1586.21"),
    }


def report(backend: Backend, path: Path) -> list[Remark]:
    layout, names = read(backend, path)
    return report_on(backend, layout, names)


@pytest.mark.parametrize(
    ("rule", "column", "rows"),
    [
        ("nothing_is_blank", "AvailabilityZone", 893),
        ("nothing_is_blank", "Tags", 289),
        ("instant_has_a_zone", "ChargePeriodStart", 1000),
        ("column_is_of_focus", "Id", 1000),
        ("cost_is_not_rounded", "effective_cost", 614),
        ("cost_is_not_rounded", "contracted_cost", 614),
        ("tag_keys_have_no_stray_spaces", "Tags", 23),
        ("tag_keys_are_spelled_alike", "tags", 701),
        ("credits", "charge_category", 1),
        ("column_is_filled", "ContractedCost", 7),
        ("value_is_known", "ChargeFrequency", 7),
        ("usage_is_billed_in_its_month", "charge_day", 1),
    ],
)
def test_the_report_names_the_real_defects_of_the_focus_sample(
    backend: Backend, exchequer_samples: Path, rule: str, column: str, rows: int
) -> None:
    found = report(backend, exchequer_samples / SAMPLES[0].path)
    assert (rule, column, rows) in {(each.rule, each.column, each.row_count) for each in found}


def test_four_spellings_of_one_tag_are_told(backend: Backend, exchequer_samples: Path) -> None:
    found = report(backend, exchequer_samples / SAMPLES[0].path)
    messages = [each.message for each in found if each.rule == "tag_keys_are_spelled_alike"]
    assert any(
        all(key in message for key in ("business_unit", "CostCenter", "Cost department"))
        for message in messages
    )
