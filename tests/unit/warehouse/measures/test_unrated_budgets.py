"""A budget that no exchange rate turns into dollars is never left out of a sum silently."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.factories.star import agencies_costing, star_of
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.publishing.publish import publish
from warehouse.question import Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
REASON = "no exchange rate to US dollars for a budget of 2025-01"


def governed(country: str, *, budget: str | None, unrated: int, cost: str) -> Mapping[str, Any]:
    return {
        "month": "2025-01", "country_code": country, "currency": "USD", "cost_usd": cost,
        "budget_usd": budget, "budget_reported_usd": budget,
        "actual_budgeted_usd": None if budget is None else "90", "cost_count": 1,
        "budget_count": int(budget is not None), "budget_rate_missing_count": unrated,
        "budget_reported_count": int(budget is not None),
    }  # fmt: skip


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    rated = governed("PA", budget="100", unrated=0, cost="90")
    unrated = governed("PA", budget=None, unrated=1, cost="50")
    everybody = governed("PA", budget="100", unrated=1, cost="140")
    names = (
        "tagged_count", "governance_risk_count", "spend_spike_count", "growth_count",
        "high_season_count", "seasonality_count", "fast_growth_count",
    )  # fmt: skip
    counted = dict.fromkeys(names, 0)
    rows = {
        **agencies_costing({10: "90", 11: "50"}),
        "agg_finance_agency_month": [
            {**counted, **rated, "agency_id": 10}, {**counted, **unrated, "agency_id": 11},
        ],
        "agg_finance_country_month": [{**counted, **everybody}],
    }  # fmt: skip
    folder: Path = tmp_path_factory.mktemp("unrated")
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    con, info = star_of("one", rows)
    publish(con, database, info, "inputs", lambda _: None)
    con.disconnect()
    yield Gateway(database)
    database.dispose()


@pytest.mark.parametrize(
    "measure",
    [
        "budget", "ytd_budget", "cumulative_budget", "budget_variance", "burn_index",
        "budget_used_pct", "budget_left",
    ],
)  # fmt: skip
def test_a_sum_that_lacks_a_budget_is_not_available_and_says_why(
    gateway: Gateway, measure: str
) -> None:
    answer = gateway.ask(Question((measure,)), ALL)
    assert answer.value(measure) is None
    assert answer.reasons == {measure: REASON}


def test_the_agency_beside_it_keeps_its_budget(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("budget", "budget_variance"), by=("agency",)), ALL)
    assert [(row["agency"], row["budget"], row["budget_variance"]) for row in answer.rows] == [
        (10, 100.0, -10.0),
        (11, None, None),
    ]


def test_an_agency_whose_budget_lacks_a_rate_is_not_without_a_budget(gateway: Gateway) -> None:
    assert (
        gateway.ask(Question(("agencies_without_budget",)), ALL).value("agencies_without_budget")
        == 0
    )
