"""How far the records reach is told from a reader's own rows, not from a neighbour's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.star import agencies_costing, star_of
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.publishing.publish import publish
from warehouse.question import BuildInfo, Question
from warehouse.scope import Scope


def added_up(agency: int, month: str) -> dict[str, Any]:
    return {
        "agency_id": agency, "month": month, "country_code": "PA", "currency": "USD",
        "row_count": 1, "cost_count": 1, "bill_count": 0, "cost_usd": "5",
        "cost_local_missing_count": 0, "idle_cost_usd": "0",
        "workload_units": "0", "compute_hours": "0", "storage_gb": "0", "data_egress_gb": "0",
        "utilisation_sum": "0", "utilisation_count": 0, "resource_count": 1,
    }  # fmt: skip


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder: Path = tmp_path_factory.mktemp("months")
    first, second = (agencies_costing({10: "5", 11: "5", 12: "5"}, m) for m in MONTHS)
    rows = {
        **first,
        "dim_date": [*first["dim_date"], *second["dim_date"]],
        "agg_usage_agency_month": [
            added_up(10, MONTHS[0]), added_up(11, MONTHS[0]), added_up(11, MONTHS[1]),
        ],
    }  # fmt: skip
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    con, info = star_of("one", rows)
    info = BuildInfo(info.build_id, info.published_at, *MONTHS)
    publish(con, database, info, "inputs", lambda _: None)
    con.disconnect()
    yield Gateway(database)
    database.dispose()


MONTHS = ("2025-01", "2025-02")


@pytest.mark.parametrize(
    ("scope", "months"),
    [
        (Scope.whole_government(), MONTHS),
        (Scope.of_agencies([10]), (MONTHS[0], MONTHS[0])),
        (Scope.of_agencies([11]), MONTHS),
        (Scope.of_agencies([10, 11]), MONTHS),
    ],
)
def test_the_months_of_an_answer_are_those_in_scope(
    gateway: Gateway, scope: Scope, months: tuple[str, str]
) -> None:
    build = gateway.ask(Question(("actual_spend",)), scope).build
    assert (build.data_from, build.data_to) == months
    assert gateway.build_info(scope) == build
