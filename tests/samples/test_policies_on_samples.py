"""The tags of the FOCUS sample, judged by a policy and by plain Python over the file's rows."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.policies import publish_policy
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
FOCUS = "focus/focus_1_0_sample.csv"
MONTHS = Period("2024-09", "2024-10")
KEY = "CostCenter"
ALIASES = ("Cost department", "ms:Department", "business_unit", "org")


@pytest.fixture(scope="module")
def gateway(exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    data, var = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("var")
    shutil.copytree(exchequer_samples / "mda", data / "mda")
    (data / "bills").mkdir()
    shutil.copyfile(exchequer_samples / FOCUS, data / "bills" / "focus.csv")
    database = open_database(f"sqlite:///{var}/records.sqlite", var)
    migrate(database)
    tag = {"spelling": KEY, "required": "true", "aliases": list(ALIASES)}
    publish_policy(database, "costs", {"costcenter": tag})
    build(database, data, var)
    yield Gateway(database)
    database.dispose()


def resources_of(path: Path) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """Gather the rows of the file by resource, with nothing of ours in between."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            named = {key: "" if value == "NULL" else value for key, value in row.items()}
            # A row without a resource stands for itself if it shows tags, else for nothing.
            own = "" if named["ResourceId"] else named["ServiceName"] + _without_spaces(named)
            place = (named["BillingPeriodStart"][:7], named["ProviderName"])
            account = named["SubAccountId"] or named["BillingAccountId"]
            found[(*place, account, named["ResourceId"] or own)].append(named)
    return found


def _without_spaces(row: dict[str, str]) -> str:
    return "" if row["Tags"] in ("", "{}") else json.dumps(json.loads(row["Tags"]), sort_keys=True)


def judged(rows: list[dict[str, str]]) -> tuple[str, str]:
    """Judge a resource by its last day: by the letter, and with other spellings forgiven."""
    last = max(row["ChargePeriodStart"][:10] for row in rows)
    said = {row["Tags"] for row in rows if row["ChargePeriodStart"][:10] == last and row["Tags"]}
    keys = set(json.loads(max(said))) if said else set()
    if not rows[0]["ResourceId"] and not keys:
        return "not_taggable", "not_taggable"
    if KEY in keys:
        return "compliant", "compliant"
    if {key.strip() for key in keys} & set(ALIASES):
        return "wrong_spelling", "compliant"
    return "missing", "missing"


def test_a_policy_finds_what_plain_python_finds_in_the_file(
    gateway: Gateway, exchequer_samples: Path
) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for (_, provider, *_), rows in resources_of(exchequer_samples / FOCUS).items():
        by_the_letter, by_sense = judged(rows)
        if by_the_letter == "missing" and provider == "Oracle":
            by_the_letter = by_sense = "not_visible"  # no row of that bill shows such a key
        expected[by_the_letter, by_sense] += 1
        costs[by_the_letter] += sum(
            Decimal(row["EffectiveCost"] or row["BilledCost"]) for row in rows
        )
    found = gateway.rows("agg_resource_month", ALL, limit=10_000).rows
    counted: Counter[tuple[str, str]] = Counter()
    for row in found:
        counted[row["outcome"], row["outcome_by_sense"]] += row["resource_count"]
    assert counted == expected
    answer = gateway.ask(
        Question(("taggable_cost", "non_compliant_cost"), period=MONTHS), ALL
    ).rows[0]
    broken = costs["missing"] + costs["wrong_spelling"]
    assert abs(Decimal(str(answer["non_compliant_cost"])) - broken) < Decimal("0.0001")
    whole = broken + costs["compliant"]
    assert abs(Decimal(str(answer["taggable_cost"])) - whole) < Decimal("0.0001")


def test_the_hand_checked_shares_hold_with_and_without_normalising(gateway: Gateway) -> None:
    names = ("policy_compliance", "policy_compliance_by_sense", "policy_compliance_by_resource")
    row = gateway.ask(Question(names, period=MONTHS), ALL).rows[0]
    # 31 of 869 resources spell the key as asked; another 599 call it something else.
    assert row["policy_compliance_by_resource"] == pytest.approx(31 / 869)
    assert row["policy_compliance"] == pytest.approx(1.75687 / 18.128447)
    # What carries no such key at all costs nothing in this bill, whose costs AWS rounded.
    assert row["policy_compliance_by_sense"] == 1


def test_an_agency_sees_no_resource_that_nobody_answers_for(gateway: Gateway) -> None:
    one = Scope.of_agencies([1001])
    assert gateway.rows("fact_resource_monthly", one, limit=10).rows == ()
    answer = gateway.ask(Question(("taggable_resource_count",), period=MONTHS), one)
    assert answer.rows[0]["taggable_resource_count"] == 0
