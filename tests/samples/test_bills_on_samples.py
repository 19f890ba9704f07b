"""The bills of the samples, against sums that plain Python takes from the files themselves."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
FOCUS = "focus/focus_1_0_sample.csv"
MULTICLOUD = "multicloud/cloud_costs_20251026_130512.csv"
FOCUS_MONTHS = Period("2024-09", "2024-10")
DAILY_MONTHS = Period("2025-07", "2025-10")
CENT = Decimal("0.005")
Row = dict[str, str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def gateway(
    request: pytest.FixtureRequest,
    exchequer_samples: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateway]:
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(exchequer_samples / "mda", data / "mda")
    for name in (FOCUS, MULTICLOUD):
        (data / "bills" / name).parent.mkdir(parents=True)
        shutil.copyfile(exchequer_samples / name, data / "bills" / name)
    rules = data / "accounts"
    rules.mkdir()
    (rules / "accounts.csv").write_text(
        "provider,account_id,agency_id,valid_from,valid_to\n"
        "AWS,123456789012,1001,2025-01,\nAWS,123456789013,1002,2025-01,2025-08\n"
    )
    (rules / "tag_rules.csv").write_text(
        "rule,priority,tag_key,value_pattern,agency_id,valid_from,valid_to\n"
        "units,1,Business Unit,*,1003,2024-01,\n"
    )
    (rules / "allocation_rules.csv").write_text(
        "rule,priority,provider,account_id,service_name,method,agency_id,share,valid_from,valid_to\n"
        "testing,1,AWS,123456789014,*,proportional,,,2025-01,\n"
    )
    var_dir = tmp_path_factory.mktemp("var")
    url = f"sqlite:///{var_dir}/records.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("new_postgres_database")()
    database = open_database(url, var_dir)
    migrate(database)
    build(database, data, var_dir)
    yield Gateway(database)
    database.dispose()


def summed(path: Path, cost: str, key: Callable[[Row], str]) -> dict[str, Decimal]:
    """Add up one column of a file by a key, with nothing of ours in between."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            # Where a bill leaves a cost out, what is invoiced stands for it.
            sums[key(row)] += Decimal(row["BilledCost"] if row[cost] == "NULL" else row[cost])
    return sums


def expect_sums(
    gateway: Gateway, expected: dict[str, Decimal], measure: str, by: str, period: Period
) -> None:
    answer = gateway.ask(Question((measure,), by=(by,), period=period), ALL)
    found = {str(row[by]): Decimal(str(row[measure])) for row in answer.rows}
    assert found.keys() == expected.keys()
    for name, amount in expected.items():
        assert abs(found[name] - amount) < CENT, (by, name, found[name], amount)


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("category", lambda row: row["ChargeCategory"]),
        ("service", lambda row: row["ServiceName"]),
        ("day", lambda row: row["ChargePeriodStart"][:10]),
        ("currency", lambda row: row["BillingCurrency"]),
        ("provider", lambda row: row["ProviderName"].replace("Microsoft", "Azure")),
        ("month", lambda row: row["BillingPeriodStart"][:7]),
    ],
)
@pytest.mark.parametrize(
    ("measure", "cost"),
    [
        ("billed_cost", "BilledCost"),
        ("effective_cost", "EffectiveCost"),
        ("list_cost", "ListCost"),
        ("contracted_cost", "ContractedCost"),
    ],
)
def test_a_focus_bill_adds_up_as_its_file_does(
    gateway: Gateway,
    exchequer_samples: Path,
    by: str,
    key: Callable[[Row], str],
    measure: str,
    cost: str,
) -> None:
    expected = summed(exchequer_samples / FOCUS, cost, key)
    expect_sums(gateway, expected, measure, by, FOCUS_MONTHS)


@pytest.mark.parametrize(
    ("by", "column"), [("service", "Service"), ("account", "AccountId"), ("day", "Date")]
)
def test_a_table_of_daily_costs_adds_up_as_its_file_does(
    gateway: Gateway, exchequer_samples: Path, by: str, column: str
) -> None:
    expected = summed(exchequer_samples / MULTICLOUD, "Cost", lambda row: row[column])
    expect_sums(gateway, expected, "billed_cost", by, DAILY_MONTHS)


def test_the_daily_view_of_the_sample(gateway: Gateway) -> None:
    names = ("billed_cost", "average_daily_cost", "weekend_share", "daily_trend_pct",
             "charge_line_count")  # fmt: skip
    answer = gateway.ask(Question(names, period=DAILY_MONTHS), ALL)
    assert answer.value("billed_cost") == pytest.approx(18_977.53, abs=0.005)
    assert answer.value("average_daily_cost") == pytest.approx(208.5443, abs=0.00005)
    assert answer.value("weekend_share") == pytest.approx(0.167907, abs=0.0000005)
    # September against August: July has four days in the file and October twenty-six.
    assert answer.value("daily_trend_pct") == pytest.approx(6_307.01 / 6_190.36 - 1)
    assert answer.value("charge_line_count") == 2457
    by_category = gateway.ask(
        Question(("billed_cost",), by=("service_category",), period=DAILY_MONTHS), ALL
    )
    assert {str(r["service_category"]): round(float(r["billed_cost"] or 0), 2)
            for r in by_category.rows} == {
        "Compute": 9_176.13, "Databases": 4_119.16, "Networking": 4_096.03, "Storage": 1_586.21,
    }  # fmt: skip


def test_what_agencies_bear_and_nobody_bears_is_the_bill(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("billed_cost",), by=("attribution",)), ALL)
    found = {str(row["attribution"]): Decimal(str(row["billed_cost"])) for row in answer.rows}
    assert set(found) == {"account", "tag", "allocated", "unallocated"}
    whole = gateway.ask(Question(("billed_cost",)), ALL).value("billed_cost")
    assert abs(sum(found.values()) - Decimal(str(whole))) < Decimal("0.000002")
    parts = [
        gateway.ask(Question(("billed_cost",)), Scope.of_agencies([agency])).value("billed_cost")
        for agency in (1001, 1002, 1003)
    ]
    nobody = gateway.ask(Question(("unallocated_cost",)), ALL).value("unallocated_cost")
    assert sum(part or 0 for part in parts) + (nobody or 0) == pytest.approx(whole, abs=1e-6)


def test_an_agency_sees_its_own_part_of_the_bills_alone(gateway: Gateway) -> None:
    own = Scope.of_agencies([1003])
    tagged = gateway.ask(Question(("billed_cost",), by=("account", "service")), own)
    assert tagged.rows
    assert {value for value, _ in gateway.options("account", own)} == {
        str(row["account"]) for row in tagged.rows
    }
    assert gateway.ask(Question(("unallocated_cost",)), own).value("unallocated_cost") == 0
    assert {row["agency_id"] for row in gateway.rows("fact_charge_daily", own).rows} == {1003}
    assert gateway.ask(Question(("billed_cost",)), Scope.of_agencies([1010])).value(
        "billed_cost"
    ) is None  # fmt: skip
