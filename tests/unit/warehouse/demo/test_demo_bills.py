"""The bills of the demo: FOCUS exports that come to what the agencies' own records say."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from warehouse.demo import generate_demo
from warehouse.demo.bills import SHARED_ACCOUNT, UNKNOWN_ACCOUNT
from warehouse.demo.stories import MIGRATION_PAID, UNTAGGED
from warehouse.forecasting.anomaly_events import find_daily
from warehouse.forecasting.event_kinds import DROP

MONTHS = ("2026-08", "2026-09", "2026-10")

_ENVIRONMENTS = {"Production", "Test", "Development", "prod"}


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("billed")
    generate_demo(folder, months=len(MONTHS), lines=8_000)
    return folder


def lines(folder: Path, provider: str) -> Iterator[dict[str, str]]:
    for path in sorted((folder / "bills" / provider).glob("*.csv.gz")):
        with gzip.open(path, "rt", newline="") as stream:
            yield from csv.DictReader(stream)


def owners(folder: Path) -> dict[str, int]:
    with (folder / "accounts/accounts.csv").open(newline="") as stream:
        return {row["account_id"]: int(row["agency_id"]) for row in csv.DictReader(stream)}


def test_there_is_a_bill_of_each_provider_and_month(billed: Path) -> None:
    found = {path.relative_to(billed / "bills").as_posix() for path in billed.rglob("*.csv.gz")}
    assert found == {f"{p}/focus-{m}.csv.gz" for p in ("aws", "azure") for m in MONTHS}
    assert 7_000 < sum(1 for p in ("aws", "azure") for _ in lines(billed, p)) < 11_000


def test_the_bills_of_a_month_come_to_what_the_agency_says_of_it(billed: Path) -> None:
    said: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    with (billed / "mda/usage_monthly.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["month"] in MONTHS and Decimal(row["cost_usd"]) > 0:
                said[int(row["agency_id"]), row["month"]] += Decimal(row["cost_usd"])
    used: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    owner = owners(billed)
    for line in (*lines(billed, "aws"), *lines(billed, "azure")):
        if line["ChargeCategory"] in {"Usage", "Credit"} and line["SubAccountId"] in owner:
            month = line["BillingPeriodStart"][:7]
            used[owner[line["SubAccountId"]], month] += Decimal(line["EffectiveCost"])
    assert len(used) > 60
    for key, amount in used.items():
        assert abs(amount / said[key] - 1) < Decimal("0.4"), key
    whole = sum(used.values()) / sum(said[key] for key in used)
    assert abs(whole - 1) < Decimal("0.03")


def test_what_is_billed_is_in_its_own_period_and_whose_it_is_can_be_told(billed: Path) -> None:
    known = owners(billed)
    strangers = set()
    for provider in ("aws", "azure"):
        for line in lines(billed, provider):
            assert (
                line["BillingPeriodStart"] <= line["ChargePeriodStart"] < line["BillingPeriodEnd"]
            )
            if line["SubAccountId"] not in known:
                strangers.add(line["SubAccountId"])
    assert strangers == {SHARED_ACCOUNT, UNKNOWN_ACCOUNT}


def test_every_kind_of_charge_is_there_and_a_commitment_is_invoiced_once(billed: Path) -> None:
    kinds: dict[str, int] = defaultdict(int)
    covered = bought = Decimal()
    for line in lines(billed, "aws"):
        kinds[line["ChargeCategory"]] += 1
        if line["CommitmentDiscountStatus"] == "Used":
            assert Decimal(line["BilledCost"]) == 0
            covered += Decimal(line["EffectiveCost"])
        if line["ChargeCategory"] == "Purchase":
            assert Decimal(line["EffectiveCost"]) == 0
            bought += Decimal(line["BilledCost"])
    assert set(kinds) == {"Usage", "Purchase", "Tax", "Credit"}
    assert covered < bought < covered * Decimal("1.1")


def test_one_corner_is_hardly_tagged(billed: Path) -> None:
    tagged: dict[bool, list[bool]] = {True: [], False: []}
    owner = owners(billed)
    for line in lines(billed, "aws"):
        if line["ChargeCategory"] == "Usage" and line["SubAccountId"] in owner:
            if line["Tags"]:
                assert json.loads(line["Tags"])["Environment"] in _ENVIRONMENTS
            is_corner = owner[line["SubAccountId"]] == UNTAGGED.agency_id
            tagged[is_corner].append(bool(line["Tags"]))
    assert sum(tagged[True]) / len(tagged[True]) < 0.5
    assert sum(tagged[False]) / len(tagged[False]) > 0.7


def test_no_day_stands_out_where_nothing_is_told(billed: Path) -> None:
    used: dict[tuple[str, str], float] = defaultdict(float)
    owner = owners(billed)
    for line in (*lines(billed, "aws"), *lines(billed, "azure")):
        if line["ChargeCategory"] == "Usage" and line["SubAccountId"] in owner:
            whole = str(owner[line["SubAccountId"]])
            for name in (whole, f"{whole} {line['SubAccountId']}"):
                used[name, line["ChargePeriodStart"][:10]] += float(line["EffectiveCost"])
    frame = pd.DataFrame(
        [(*key, cost) for key, cost in used.items()], columns=["unique_id", "ds", "y"]
    )
    found = find_daily(frame.assign(ds=pd.to_datetime(frame["ds"])))
    assert not found.too_little_history
    assert set(found.events["kind"]) == {DROP}
    # In so short a demo it moves in the second month.
    assert {one.split()[0] for one in found.events["unique_id"]} == {str(MIGRATION_PAID.agency_id)}


def test_equal_seeds_write_equal_bills(billed: Path, tmp_path: Path) -> None:
    generate_demo(tmp_path, months=len(MONTHS), lines=8_000)
    for path in sorted(billed.rglob("*.csv.gz")):
        assert (tmp_path / path.relative_to(billed)).read_bytes() == path.read_bytes()
