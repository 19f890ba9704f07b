from __future__ import annotations

import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories.government import GOVERNMENT, write_government
from tests.unit.warehouse.bills.intake.bill_rows import bill, charge, charges
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.migrate import migrate
from warehouse.schema.charges import fact_charge_daily
from warehouse.schema.operations import finding, quarantined_row, source_file
from warehouse.scope import Scope

ALL = Scope.whole_government()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    var = tmp_path / "var"
    made = open_database(f"sqlite:///{var}/records.sqlite", var)
    migrate(made)
    yield made
    made.dispose()


def test_a_build_with_good_and_bad_bills_publishes_and_says_what_happened(
    database: Database, tmp_path: Path
) -> None:
    data = write_government(tmp_path / "data", GOVERNMENT[:2])
    bills = data / "bills"
    bills.mkdir()
    (bills / "good.csv").write_bytes(bill(*charges(1, 8)))
    (bills / "again.csv").write_bytes(bill(*charges(1, 8)))
    (bills / "cut.csv").write_bytes(bill(*charges(9, 20))[:-60])
    (bills / "page.csv").write_bytes(b"<html>Sign in</html>")
    (bills / "bomb.csv.gz").write_bytes(gzip.compress(bytes(2**26)))
    (bills / "rows.csv").write_bytes(
        bill(
            charge(1, "4", BillingAccountId="two"),
            charge(2, "4", BillingAccountId="two", BillingCurrency="EUR"),
            charge(3, "4", BillingAccountId="two"),
            charge(4, "much", BillingAccountId="two"),
            charge(5, "4", BillingAccountId="two", ChargePeriodStart="2024-12-01T00:00:00Z"),
        )
    )

    report = build(database, data, tmp_path / "var")

    assert report.status == "published"
    with database.star(ALL) as connection:
        total = connection.execute(select(func.sum(fact_charge_daily.c.billed_cost))).scalar_one()
        files = connection.execute(
            select(source_file.c.path, source_file.c.status, source_file.c.rows_passed)
            .where(source_file.c.feed == "bills")
            .order_by(source_file.c.path)
        ).all()
        rules = connection.execute(
            select(quarantined_row.c.rules).order_by(quarantined_row.c.source_row)
        ).scalars()
        found = connection.execute(
            select(finding.c.rule).where(finding.c.feed == "bills").order_by(finding.c.rule)
        ).scalars()
        assert total == Decimal(18)
        assert [tuple(row) for row in files] == [
            ("bills/again.csv", "accepted", 8),
            ("bills/bomb.csv.gz", "refused", 0),
            ("bills/cut.csv", "refused", 0),
            ("bills/good.csv", "repeated", 0),
            ("bills/page.csv", "refused", 0),
            ("bills/rows.csv", "accepted", 2),
        ]
        assert list(rules) == [
            "bill_has_one_currency",
            "cost_can_be_read",
            "charge_day_is_in_billing_period",
        ]
        assert list(found) == [
            "bill_has_one_currency",
            "bill_is_handed_in_once",
            *["file_is_sound"] * 3,
        ]

    assert build(database, data, tmp_path / "var").status == "unchanged"
