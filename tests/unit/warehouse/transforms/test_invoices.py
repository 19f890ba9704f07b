"""Invoices beside the lines that name them, and contracts with the day a ceiling is reached."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.government import (
    BILL_HEADER,
    CONTRACT_HEADER,
    INVOICE_HEADER,
    Agency,
    write_government,
)
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate
from warehouse.scope import Scope

Rows = list[dict[str, Any]]
Build = Callable[..., tuple[Rows, Rows]]
ALL = Scope.whole_government()
OWN, OTHER = "000000000010", "000000000011"


def charge(day: str, cost: str, invoice: str = "I-1", account: str = OWN, kind: str = "Usage") -> (
    tuple[object, ...]
):  # fmt: skip
    month = day[:7]
    after = f"{month[:5]}{int(month[5:]) + 1:02d}"
    return (
        cost, cost, cost, cost, "1", account, "A", "USD", f"{month}-01T00:00:00Z",
        f"{after}-01T00:00:00Z", f"{day}T00:00:00Z", f"{day}T01:00:00Z", kind, "AWS", "Compute",
        "Amazon EC2", "us-east-1", "i-1", "", invoice,
    )  # fmt: skip


def write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header.split(","), *rows])


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Build]:
    databases = []

    def make(
        charges: Iterable[tuple[object, ...]],
        invoices: Iterable[tuple[object, ...]] = (),
        contracts: Iterable[tuple[object, ...]] = (),
    ) -> tuple[Rows, Rows]:
        data = write_government(tmp_path / "data", [Agency(10, "Health"), Agency(11, "Revenue")])
        owners = [("AWS", OWN, 10, "2024-01", ""), ("AWS", OTHER, 11, "2024-01", "")]
        header = "provider,account_id,agency_id,valid_from,valid_to"
        write(data / "accounts/accounts.csv", header, owners)
        write(data / "bills/aws.csv", BILL_HEADER, charges)
        write(data / "invoices/invoices.csv", INVOICE_HEADER, invoices)
        write(data / "contracts/contracts.csv", CONTRACT_HEADER, contracts)
        database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
        databases.append(database)
        migrate(database)
        build(database, data, tmp_path)
        gateway = Gateway(database)
        found = (gateway.rows(name, ALL).rows for name in ("fact_invoice", "fact_contract"))
        first, second = ([dict(row) for row in rows] for rows in found)
        return first, second

    yield make
    for database in databases:
        database.dispose()


def invoice(number: str, amount: str, issuer: str = "Amazon", agency: str = "") -> (
    tuple[object, ...]
):  # fmt: skip
    return (number, issuer, "aws", agency, "2025-03", amount, "1", "USD", "", "")


def test_an_invoice_is_set_beside_its_lines_tax_apart_to_the_cent(built: Build) -> None:
    charges = [
        charge("2025-03-01", "10.123"), charge("2025-03-02", "20.004"),
        charge("2025-03-02", "3", kind="Tax"), charge("2025-03-03", "7", invoice="I-2"),
        charge("2025-03-03", "8", invoice="I-3"), charge("2025-03-04", "9", invoice="I-4"),
    ]  # fmt: skip
    asked = [
        invoice("I-1", "30.13"), invoice("I-2", "7.5"), invoice("I-3", "9", "Island Telecom"),
        invoice("I-5", "4"),
    ]  # fmt: skip
    found, _ = built(charges, asked)
    assert {row["invoice_id"]: row["state"] for row in found} == {
        "I-1": "matched",
        "I-2": "differs",
        "I-3": "resold",
        "I-4": "missing",
        "I-5": "unbilled",
    }
    by_number = {row["invoice_id"]: row for row in found}
    assert by_number["I-1"]["billed_amount"] == pytest.approx(30.127)
    assert by_number["I-2"]["difference_usd"] == pytest.approx(0.5)
    assert by_number["I-3"]["resold_difference_usd"] == pytest.approx(1)
    assert by_number["I-4"]["amount"] is None
    assert by_number["I-5"]["billed_amount"] is None


def test_an_agencys_invoice_is_set_beside_the_lines_of_its_own_accounts(built: Build) -> None:
    charges = [charge("2025-03-01", "10"), charge("2025-03-01", "5", account=OTHER)]
    (found,), _ = built(charges, [invoice("I-1", "10", agency="10")])
    assert (found["agency_id"], found["billed_amount"], found["state"]) == (10, 10, "matched")


def contract(ceiling: str, ends: str, account: str = "", agency: str = "") -> tuple[object, ...]:
    return ("K", "Amazon", "Amazon Web Services", account, agency, "", ceiling, "USD",
            "2025-01-01", ends)  # fmt: skip


DAILY = [charge(f"2025-{m:02d}-{d:02d}", "10") for m in (1, 2, 3) for d in range(1, 29)]


def test_a_ceiling_is_reached_at_the_pace_of_the_last_ninety_days(built: Build) -> None:
    _, (found,) = built(DAILY, contracts=[contract("1000", "2025-12-31")])
    # 84 days with a charge of 10 in the 87 from 1 January to 28 March: 160 are left.
    assert (found["drawn"], found["billed_to"]) == (840, "2025-03-28")
    assert found["runs_out_on"] == "2025-04-13"
    assert found["running_out_count"] == 1


def test_a_ceiling_that_lasts_has_no_such_day(built: Build) -> None:
    _, (found,) = built(DAILY, contracts=[contract("1000", "2025-04-12")])
    assert (found["runs_out_on"], found["running_out_count"]) == (None, 0)


def test_a_ceiling_that_was_passed_counts_as_running_out_though_nothing_is_billed_now(
    built: Build,
) -> None:
    charges = [charge("2025-01-02", "300"), charge("2025-04-30", "-10")]
    _, (found,) = built(charges, contracts=[contract("20", "2025-12-31")])
    assert (found["drawn"], found["runs_out_on"], found["running_out_count"]) == (290, None, 1)


def test_a_contract_is_drawn_on_by_its_own_account_and_agency(built: Build) -> None:
    charges = [*DAILY, *(charge("2025-03-05", "500", account=OTHER) for _ in range(2))]
    _, (found,) = built(charges, contracts=[contract("5000", "2025-12-31", OWN, "10")])
    assert (found["agency_id"], found["drawn"]) == (10, 840)


def test_a_contract_without_bills_is_there_all_the_same(built: Build) -> None:
    other = ("K", "IBM", "IBM", "", "", "", "100", "USD", "2025-01-01", "2025-12-31")
    _, (found,) = built(DAILY, contracts=[other])
    assert (found["drawn"], found["billed_to"], found["runs_out_on"]) == (0, None, None)
