"""What stands out in the demo as it is served: its stories of cost, all of them and no others."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import Row, select

from warehouse.db import open_database
from warehouse.demo import STORIES
from warehouse.demo.government import month_names
from warehouse.demo.stories import FALLS, RISES, SPIKE
from warehouse.forecasting.anomaly_events import DROP
from warehouse.schema.anomalies import BY_DAY, fact_anomaly
from warehouse.scope import Scope

pytestmark = pytest.mark.timeout(600)
MONTHS = month_names("2026-10", 36)


@pytest.fixture(scope="module")
def told(demo_var: Path) -> list[Row]:
    database = open_database(f"sqlite:///{demo_var}/records.sqlite", demo_var)
    with database.star(Scope.whole_government()) as star:
        rows = list(star.execute(select(fact_anomaly)))
    database.dispose()
    return [row for row in rows if row.told_under == row.anomaly_id]


def stories(cost: str) -> set[tuple[int, str]]:
    return {
        (story.agency_id, MONTHS[-1 - story.months_back]) for story in STORIES if story.cost == cost
    }


def migrations(demo_var: Path) -> set[tuple[int, str]]:
    """Give the first month after each migration."""
    first: dict[int, str] = {}
    with (demo_var / "demo/mda/usage_monthly.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["migration_status"] == "Post":
                agency = int(row["agency_id"])
                first[agency] = min(first.get(agency, row["month"]), row["month"])
    return set(first.items())


def test_the_demo_alerts_to_its_stories_of_dear_months_and_to_nothing_else(
    told: list[Row],
) -> None:
    assert sorted((row.agency_id, row.month) for row in told if row.is_alert) == sorted(
        stories(RISES)
    )
    assert {row.kind for row in told if not row.is_alert} == {DROP}


def test_the_spike_is_told_by_the_days_that_it_lasted(told: list[Row]) -> None:
    (spike,) = (row for row in told if row.agency_id == SPIKE.agency_id)
    assert spike.period == BY_DAY
    assert (str(spike.first_day), str(spike.last_day)) == ("2026-04-12", "2026-04-15")


def test_what_fell_is_what_was_migrated(told: list[Row], demo_var: Path) -> None:
    fell = {(row.agency_id, row.month) for row in told if row.kind == DROP}
    assert stories(FALLS) <= fell <= migrations(demo_var)
