"""What migration brought and how spend is spread, against answers worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.pages.reliability.migration_disagreements import RULES
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate
from warehouse.question import Answer, Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()


@pytest.fixture(scope="module")
def gateway(exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    var_dir = tmp_path_factory.mktemp("var")
    database = open_database(f"sqlite:///{var_dir}/records.sqlite", var_dir)
    migrate(database)
    build(database, exchequer_samples, var_dir)
    yield Gateway(database)
    database.dispose()


def ask(gateway: Gateway, *names: str, by: tuple[str, ...] = ()) -> Answer:
    return gateway.ask(Question(names, by=by), ALL)


@pytest.mark.parametrize(
    ("name", "digits", "expected"),
    [
        ("monthly_cost_pre", 2, 3_667.72),
        ("monthly_cost_post", 2, 3_207.66),
        ("observed_cost_change", 3, -0.125),
        ("observed_savings", 3, 0.125),
        ("moved_agency_count", 0, 12),
        ("unmoved_monthly_cost_pre", 2, 3_798.97),
        ("unmoved_monthly_cost_post", 2, 3_759.68),
        ("unmoved_cost_change", 3, -0.010),
        ("stability_score_pre", 4, 80.9081),
        ("stability_score_post", 4, 85.5941),
        ("latency_pre_ms", 4, 370.1789),
        ("latency_post_ms", 4, 382.4140),
    ],
)
def test_the_twelve_that_moved_beside_the_twelve_that_stayed(
    name: str, digits: int, expected: float, gateway: Gateway
) -> None:
    assert round(ask(gateway, name).value(name) or 0, digits) == expected


def test_claimed_savings_stand_apart_from_those_in_the_monthly_cost(gateway: Gateway) -> None:
    rows = ask(gateway, "savings_gap", "realised_savings_reported_mean", "observed_savings",
               by=("agency",)).rows  # fmt: skip
    known = [row for row in rows if row["savings_gap"] is not None]
    assert len(known) == 12
    for row in known:
        claimed = float(row["realised_savings_reported_mean"] or 0)
        observed = float(row["observed_savings"] or 0)
        assert float(row["savings_gap"] or 0) == pytest.approx(100 * (claimed - observed))
    assert sum(float(row["savings_gap"] or 0) > 0 for row in known) == 10


def test_no_agency_is_measured_on_both_sides_so_no_quarter_is_judged(gateway: Gateway) -> None:
    answer = ask(gateway, "cost_delta", "stability_delta", by=("agency",))
    placed = [row for row in answer.rows if row["stability_delta"] is not None]
    assert len(placed) == 12
    assert all(float(row["cost_delta"] or 0) < 0 for row in placed)
    assert "stability_delta" in answer.modelled


def test_nine_agencies_turn_before_the_date_that_they_report(gateway: Gateway) -> None:
    early = gateway.rows("finding", ALL, where={"rule": RULES[0]})
    assert early.total == 9
    assert all("2025-07" in str(row["detail"]) for row in early.rows)
    others = gateway.rows("finding", ALL, where={"rule": list(RULES[1:3])})
    assert others.total == 0


@pytest.mark.parametrize(
    ("year", "shares", "largest"),
    [
        (None, {"AWS": 58.98, "Azure": 29.44, "GCP": 11.58}, 58.98),
        ("2025", {"AWS": 56.00, "Azure": 32.65, "GCP": 11.35}, 56.00),
    ],
)
def test_spend_is_spread_over_three_providers(
    year: str | None, shares: dict[str, float], largest: float, gateway: Gateway
) -> None:
    period = Period(f"{year}-01", f"{year}-12") if year else Period()
    by_provider = gateway.ask(Question(("provider_share",), by=("provider",), period=period), ALL)
    found = {
        row["provider"]: round(float(row["provider_share"] or 0) * 100, 2)
        for row in by_provider.rows
    }
    assert found == shares
    spread = ("top_provider_share", "effective_providers", "fragmentation")
    answer = gateway.ask(Question(spread, period=period), ALL)
    assert round((answer.value("top_provider_share") or 0) * 100, 2) == largest
    equal = 1 / sum((share / 100) ** 2 for share in shares.values())
    assert answer.value("effective_providers") == pytest.approx(equal, abs=0.001)
    assert answer.value("fragmentation") == 3


def test_provider_spend_is_found_to_be_far_from_usage_cost(gateway: Gateway) -> None:
    rule = "provider_spend_is_like_usage_cost"
    found = gateway.rows("finding", ALL, where={"rule": rule, "agency_id": 0})
    assert [str(row["title"]) for row in found.rows] == [
        "Provider spend of 2025 is 75.7 times the usage cost"
    ]
