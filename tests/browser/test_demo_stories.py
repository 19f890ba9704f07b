"""What stands out in the demo as it is served: its stories, all of them and no others."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Row, select

from auth.models import AuditEvent
from warehouse.db import Database, open_database
from warehouse.demo import STORIES
from warehouse.demo.advice import stopped_resource
from warehouse.demo.government import month_names
from warehouse.demo.stories import FALLS, OUTAGE_MINUTES, RISES, SPIKE, STOPPED
from warehouse.forecasting.daily_anomalies import DAILY
from warehouse.forecasting.event_kinds import DROP
from warehouse.forecasting.event_kinds import SPIKE as SHORT
from warehouse.gateway import Gateway
from warehouse.governance.anomaly_cases import ACKNOWLEDGED, OPEN, cases_of
from warehouse.governance.recommendations import ACCEPTED, DONE, decided
from warehouse.governance.spend_events import events_of
from warehouse.question import Period, Question
from warehouse.schema.anomalies import BY_DAY, COST, fact_anomaly
from warehouse.scope import Scope
from warehouse.transforms.anomaly_reading import DAYS_READ

pytestmark = pytest.mark.timeout(600)
MONTHS = month_names("2026-10", 36)


@pytest.fixture(scope="module")
def database(demo_var: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{demo_var}/records.sqlite", demo_var)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def events(database: Database) -> list[Row]:
    with database.star(Scope.whole_government()) as star:
        rows = list(star.execute(select(fact_anomaly)))
    return [row for row in rows if row.told_under == row.anomaly_id]


@pytest.fixture(scope="module")
def told(events: list[Row]) -> list[Row]:
    return [row for row in events if row.subject == COST]


@pytest.fixture(scope="module")
def lost(demo_var: Path) -> dict[tuple[str, date], int]:
    """Give the minutes that each service lost on each day that can be judged."""
    found: dict[tuple[str, date], int] = {}
    with (demo_var / "demo/telemetry/telemetry.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["digital_service_id"], date.fromisoformat(row["period_start"])
            found[key] = int(row["total_minutes"]) - int(row["successful_minutes"])
    begun = max(day for _, day in found) - timedelta(days=DAYS_READ - DAILY.history)
    return {key: minutes for key, minutes in found.items() if key[1] >= begun}


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


def test_services_alert_to_tax_time_and_to_days_of_outages_and_to_nothing_else(
    events: list[Row], lost: dict[tuple[str, date], int], demo_var: Path
) -> None:
    (worse,) = (story for story in STORIES if story.worsens)
    with (demo_var / "demo/services/services.csv").open(encoding="utf-8", newline="") as file:
        (service,) = (row for row in csv.DictReader(file)
                      if row["digital_service_name"] == worse.service)  # fmt: skip
    name, season = service["digital_service_id"], service["peak_months"].split(";")
    days = {
        (row.part, row.first_day + timedelta(at)): row
        for row in events if row.subject != COST and row.is_alert
        for at in range((row.last_day - row.first_day).days + 1)
    }  # fmt: skip
    beside = {key: minutes for key, minutes in lost.items()
              if not (key[0] == name and str(key[1].month) in season)}  # fmt: skip
    out = {days[key] for key, minutes in beside.items()
           if key in days and minutes >= OUTAGE_MINUTES}  # fmt: skip
    assert len(out) > 10
    assert [(row.part, row.month) for row in set(days.values()) - out] == [
        (name, MONTHS[-1 - worse.months_back])
    ], "the story is told once, as it begins, and all else is an outage"
    assert {key for key, minutes in beside.items() if minutes >= 2 * OUTAGE_MINUTES} <= days.keys()


def test_what_ran_better_or_hardly_worse_alerts_nobody(
    events: list[Row], lost: dict[tuple[str, date], int]
) -> None:
    quiet = [row for row in events if row.subject != COST and not row.is_alert]
    assert {row.kind for row in quiet} == {DROP, SHORT}
    small = [lost[row.part, row.first_day] for row in quiet if row.kind == SHORT]
    assert min(small) > OUTAGE_MINUTES / 2
    assert max(small) < OUTAGE_MINUTES


def test_who_tries_the_demo_finds_an_anomaly_to_look_at_and_states_in_use(
    demo_var: Path, database: Database
) -> None:
    people = json.loads((demo_var / "demo-sign-ins.json").read_text("utf-8"))
    own = {number for person in people for number in person["agencies"]}
    with database.reading_records() as records:
        states = {
            (case.agency_id, case.state) for case in cases_of(records, None) if case.subject == COST
        }
        events = len(events_of(records, own))
        advice = sorted(row.state for row in decided(records, own).values())
        audited = set(records.scalars(select(AuditEvent.action).where(AuditEvent.actor == "demo")))
    assert {state for agency, state in states if agency in own} == {OPEN}
    assert (SPIKE.agency_id, ACKNOWLEDGED) in states
    assert (events, advice) == (1, [ACCEPTED, ACCEPTED, DONE])
    assert {"spend_event.told", "anomaly.acknowledged", "recommendation.accepted"} <= audited


def test_what_was_switched_off_has_saved_what_its_bills_say_and_more_is_recommended(
    database: Database,
) -> None:
    account, resource = stopped_resource()
    own, after = Scope.of_agencies({STOPPED.agency_id}), MONTHS[-STOPPED.months_back]
    names = ("resource_cost_change", "resource_compared_months", "resource_gone_months")
    where = (("account", (account,)), ("resource", (resource,)))
    answer = Gateway(database).ask(
        Question(names, where=where, period=Period(after), against=Period(MONTHS[0], MONTHS[-6])),
        own,
    )
    change, months, gone = (answer.value(name) for name in names)
    assert change is not None
    assert change < 0
    assert (months, gone) == (4, 4)
    by = ("agency", "resource")
    advised = Gateway(database).ask(Question(("recommended_saving_most",), by=by), own)
    assert len([row for row in advised.rows if row["resource"]]) == 5
    assert resource not in {row["resource"] for row in advised.rows}
