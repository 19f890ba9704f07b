"""The page of anomalies: what stands out, what people said of it, and who may say it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import Role
from portal.pages.anomalies.page import draw_anomalies
from portal.pages.page import PageRequest
from portal.pages.summary.tasks import tasks_of
from portal.settings import Settings
from tests.factories.published import copy_in_use
from tests.unit.portal.pages.figures_shown import agrees, asked_again, figures_of
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.governance.anomaly_cases import cases_of, step_to
from warehouse.governance.anomaly_models import AnomalyCase
from warehouse.measures import REGISTRY
from warehouse.scope import Scope

PATH = "/finops/anomalies"
ALL = Scope.whole_government()
AT = datetime(2026, 1, 3, tzinfo=UTC)
RISE, DROP, THEIRS = "10:month:all:all:2025-02-01", "10:day:all:all:2025-03-05", "13:x"
AMOUNTS = {"expected": 1_000, "actual": 2_500, "lower": 800, "upper": 1_200, "excess": 1_500}


@pytest.fixture(scope="module")
def database(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give a government of whose cost something stands out."""
    var = copy_in_use(settings.var_dir, tmp_path_factory.mktemp("anomalies") / "var")
    (star,) = (var / "builds").glob("*.sqlite")
    with sqlite3.connect(star) as connection:
        for row in (event(RISE), event(DROP, kind="drop"), event(THEIRS, agency_id=13)):
            gaps = ", ".join(f":{name}" for name in row)
            connection.execute(f"insert into fact_anomaly ({', '.join(row)}) values ({gaps})", row)
        for month, amount in (("2025-01", 1_000), ("2025-02", AMOUNTS["actual"])):
            connection.execute(
                "insert into fact_anomaly_point (anomaly_id, agency_id, month, day, subject, "
                "actual_usd, expected_usd, lower_usd, upper_usd) "
                "values (?, 10, ?, ?, 'cost', ?, ?, ?, ?)",
                (RISE, month, f"{month}-01", amount * 10**6,
                 *(AMOUNTS[side] * 10**6 for side in ("expected", "lower", "upper"))),
            )  # fmt: skip
    connection.close()
    opened = open_database(f"sqlite:///{var}/records.sqlite", var)
    with opened.records(ALL) as session:
        session.add(
            AnomalyCase(
                agency_id=10, anomaly_id=RISE, period="month", level="all", part="all",
                first_day=date(2025, 2, 1), last_day=date(2025, 2, 28), excess_usd=Decimal(1500),
                found_at=AT, state="open", state_by="build", state_at=AT, reason="", lock=1,
            )
        )  # fmt: skip
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def gateway(database: Database) -> Gateway:
    return Gateway(database)


def event(name: str, kind: str = "spike", agency_id: int = 10) -> dict[str, Any]:
    sign = -1 if kind == "drop" else 1
    first = name.rpartition(":")[2] if agency_id == 10 else "2025-02-01"
    return {
        "anomaly_id": name, "agency_id": agency_id, "month": first[:7],
        "period": "day" if ":day:" in name else "month", "level": "all", "part": "all",
        "first_day": first, "last_day": first,
        **{f"{what}_usd": sign * amount * 10**6 for what, amount in AMOUNTS.items()},
        "excess_ratio": sign * 1_500_000, "kind": kind, "is_alert": kind != "drop",
        "told_under": name, "contributors": "IaaS +1,450.00; PaaS +50.00",
        "days_to_find": 3 if kind != "drop" else None, "days_to_resolve": None,
        "subject": "cost",
    }  # fmt: skip


def written(request: PageRequest) -> str:
    drawn = draw_anomalies(request).to_plotly_json()
    return json.dumps(drawn, cls=PlotlyJSONEncoder)


@pytest.mark.parametrize("who", ["treasury", "viewer of 10"])
def test_each_figure_can_be_asked_again(ask_for: Callable[..., PageRequest], who: str) -> None:
    request = ask_for(who, PATH)
    shown = figures_of(draw_anomalies(request))
    assert {one.row for one in shown} >= {RISE, DROP}
    assert any(one.row == THEIRS for one in shown) is (who == "treasury")
    for one in shown:
        assert agrees(one.text, asked_again(request, one), REGISTRY[one.measure].unit), one


def test_the_months_around_an_anomaly_of_cost_are_drawn_in_money(
    ask_for: Callable[..., PageRequest],
) -> None:
    request = ask_for("viewer of 10", PATH)
    request = replace(request, filters=replace(request.filters, anomaly=RISE))
    text = written(request)
    assert "Furthest off: US$2,500, February 2025, where US$800 to US$1,200 would have" in text
    assert "Cost, US$ thousand" in text
    for one in figures_of(draw_anomalies(request)):
        assert agrees(one.text, asked_again(request, one), REGISTRY[one.measure].unit), one


def test_only_who_may_is_offered_a_form(ask_for: Callable[..., PageRequest]) -> None:
    for who, may in (
        ("treasury", True), ("manager of 10 and 12", True), ("viewer of 10", False),
        ("auditor", False),
    ):  # fmt: skip
        text = written(ask_for(who, PATH))
        assert (f"{PATH}/1/state" in text) is may, who
        assert "1,450" not in text, "amounts are written short"
        assert "open" in text


def test_an_mda_is_told_of_what_is_open_until_somebody_says_what_it_is(
    ask_for: Callable[..., PageRequest], database: Database
) -> None:
    def said() -> str:
        request = ask_for("viewer of 10", "/")
        service = request.ask("stability_score", "sla_breach_rate", "sla_breaches")
        tasks = tasks_of(request, service)
        return " ".join(str(task.sentence) for task in tasks)

    assert "1 anomaly of cost is open" in said()
    with database.records(ALL) as session:
        case = session.get(AnomalyCase, 1)
        assert case is not None
        case.state, case.reason = "planned", "A census."
    assert "anomaly" not in said()
    assert "A census." in written(ask_for("viewer of 10", PATH))


def test_people_of_an_mda_are_told_of_the_treasury_and_not_of_its_people(
    ask_for: Callable[..., PageRequest], database: Database
) -> None:
    console, theirs, ours = Actor.console(), "theo@treasury.example", "mara@ten.example"
    with database.records(ALL) as session:
        for email, role, agency in (
            (theirs, Role.TREASURY, None), (ours, Role.AGENCY_MANAGER, 10),
        ):  # fmt: skip
            number = add_user(session, email=email, name="X", by=console, now=AT)
            grant(session, number, role, agency_id=agency, by=console, now=AT)
        (case,) = cases_of(session, (10,))
        for who, state in ((ours, "acknowledged"), (theirs, "false_alarm")):
            step_to(session, case, state, by=who, now=AT, reason="Seen.")
    for who in ("treasury", "auditor"):
        text = written(ask_for(who, PATH))
        assert theirs in text, who
        assert ours in text, who
    text = written(ask_for("viewer of 10", PATH))
    assert theirs not in text
    assert "the treasury, " in text
    assert ours in text, "one's own people are known"


def test_without_figures_of_that_period_it_says_so(ask_for: Callable[..., PageRequest]) -> None:
    request = ask_for("treasury", PATH)
    empty = replace(request, filters=replace(request.filters, start="2024-01", end="2024-02"))
    assert "Nothing in the cost of all MDAs stands out" in written(empty)
