"""The page of unusual days: which services ran worse, and what people said of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote_plus

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from portal.pages.anomalies.page import draw_anomalies
from portal.pages.anomalies.services_listing import draw_latest_services
from portal.pages.anomalies.services_page import draw_service_anomalies
from portal.pages.page import PageRequest
from portal.pages.summary.tasks import tasks_of
from portal.settings import Settings
from tests.factories.published import copy_in_use
from tests.unit.portal.pages.figures_shown import agrees, asked_again, figures_of
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway
from warehouse.governance.anomaly_models import AnomalyCase
from warehouse.measures import REGISTRY
from warehouse.question import Period
from warehouse.scope import Scope

PATH = "/reliability/anomalies"
ALL = Scope.whole_government()
AT = datetime(2026, 1, 3, tzinfo=UTC)
VALUES = {
    "latency": (900, 300, 250, 400),
    "errors": (0.05, 0.004, 0.001, 0.01),
    "burn rate": (7.5, 1.5, 0.8, 2.5),
}


@pytest.fixture(scope="module")
def database(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give a government some of whose services stand out."""
    var = copy_in_use(settings.var_dir, tmp_path_factory.mktemp("services") / "var")
    (star,) = (var / "builds").glob("*.sqlite")
    events = [
        event(10, "burn rate"),
        event(10, "latency", first="2025-03-05"),
        event(10, "errors", under=name_of(10, "burn rate")),
        event(10, "latency", first="2025-04-05", kind="drop"),
        event(13, "errors", part="all", level="all"),
    ]
    with sqlite3.connect(star) as connection:
        for row in events:
            gaps = ", ".join(f":{name}" for name in row)
            connection.execute(f"insert into fact_anomaly ({', '.join(row)}) values ({gaps})", row)
        insert_points(connection, name_of(10, "burn rate"), 10, "burn rate")
        insert_points(connection, name_of(13, "errors", "all"), 13, "errors")
    connection.close()
    opened = open_database(f"sqlite:///{var}/records.sqlite", var)
    with opened.records(ALL) as session:
        session.add(
            AnomalyCase(
                agency_id=10, anomaly_id=name_of(10, "burn rate"), subject="burn rate",
                period="day", level="digital service", part="tax", first_day=date(2025, 2, 7),
                last_day=date(2025, 2, 8), excess_usd=None, found_at=AT, state="open",
                state_by="build", state_at=AT, reason="", lock=1,
            )
        )  # fmt: skip
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def gateway(database: Database) -> Gateway:
    return Gateway(database)


def name_of(agency_id: int, subject: str, part: str = "tax", first: str = "2025-02-07") -> str:
    level = "all" if part == "all" else "digital service"
    return f"{agency_id}:{subject}:{level}:{part}:{first}"


def insert_points(connection: sqlite3.Connection, name: str, agency_id: int, subject: str) -> None:
    """Give what is known of the days around an event; of the fourth nothing is."""
    actual, expected, lower, upper = (10**6 * value for value in VALUES[subject])
    unit = "usd" if subject == "cost" else "value"
    for day in (1, 2, 3, 5, 6, 7, 8, 9):
        connection.execute(
            "insert into fact_anomaly_point (anomaly_id, agency_id, month, day, subject, "
            f"actual_{unit}, expected_{unit}, lower_{unit}, upper_{unit}) "
            "values (?, ?, '2025-02', ?, ?, ?, ?, ?, ?)",
            (name, agency_id, f"2025-02-{day:02d}", subject,
             actual if 7 <= day <= 8 else expected + day, expected,
             *((None, None) if day == 1 else (lower, upper))),
        )  # fmt: skip


def event(
    agency_id: int,
    subject: str,
    *,
    part: str = "tax",
    level: str = "digital service",
    first: str = "2025-02-07",
    kind: str = "spike",
    under: str = "",
) -> dict[str, Any]:
    actual, expected, lower, upper = (10**6 * value for value in VALUES[subject])
    if kind == "drop":
        actual = lower / 2
    name, fails = name_of(agency_id, subject, part, first), subject != "latency"
    return {
        "anomaly_id": name, "agency_id": agency_id, "month": first[:7], "subject": subject,
        "period": "day", "level": level, "part": part, "first_day": first,
        "last_day": f"{first[:8]}08", "expected_value": expected, "actual_value": actual,
        "lower_value": lower, "upper_value": upper, "excess_value": actual - expected,
        "excess_ratio": 10**6 * (actual - expected) / expected, "requests": 40_000 * 10**6,
        "failure_excess": 1_234 * 10**6 if fails else None,
        "burn_rate_day": 21 * 10**6 if fails else None,
        "burn_rate_week": 8 * 10**6 if fails else None, "kind": kind, "is_alert": kind != "drop",
        "told_under": under or name,
        "contributors": "tax +1,000.00; visas +234.00" if part == "all" else "",
    }  # fmt: skip


def written(request: PageRequest) -> str:
    return json.dumps(draw_service_anomalies(request).to_plotly_json(), cls=PlotlyJSONEncoder)


@pytest.mark.parametrize("who", ["treasury", "viewer of 10"])
def test_each_figure_can_be_asked_again(ask_for: Callable[..., PageRequest], who: str) -> None:
    request = ask_for(who, PATH)
    shown = [
        *figures_of(draw_service_anomalies(request)), *figures_of(draw_latest_services(request)),
    ]  # fmt: skip
    assert {one.row for one in shown} >= {
        name_of(10, "burn rate"), name_of(10, "latency", first="2025-03-05"),
        name_of(10, "latency", first="2025-04-05"),
    }  # fmt: skip
    theirs = name_of(13, "errors", "all")
    assert any(one.row == theirs for one in shown) is (who == "treasury")
    for one in shown:
        assert agrees(one.text, asked_again(request, one), REGISTRY[one.measure].unit), one


def test_what_stands_out_is_told_once_with_both_windows_and_no_money(
    ask_for: Callable[..., PageRequest],
) -> None:
    text = written(ask_for("viewer of 10", PATH))
    assert "2 anomalies" in text
    assert "7.50 times" in text
    assert "21.00 times" in text
    assert "also seen in failed requests" in text
    assert "faster than before" in text
    assert "US$" not in text
    assert "visas" not in text
    whole = written(ask_for("treasury", PATH))
    assert "several digital services" in whole
    assert "234 more failed requests" in whole


def test_a_form_offers_no_amount_of_money_and_only_to_who_may(
    ask_for: Callable[..., PageRequest],
) -> None:
    text = written(ask_for("manager of 10 and 12", PATH))
    assert "/finops/anomalies/1/state" in text
    assert "muted_until" in text
    assert "muted_usd" not in text
    assert "/finops/anomalies/1/state" not in written(ask_for("viewer of 10", PATH))


def test_the_days_around_an_anomaly_are_drawn_where_the_address_opens_it(
    ask_for: Callable[..., PageRequest],
) -> None:
    def opened(who: str, name: str) -> PageRequest:
        request = ask_for(who, PATH)
        return replace(request, filters=replace(request.filters, anomaly=name))

    burn, theirs = name_of(10, "burn rate"), name_of(13, "errors", "all")
    request = opened("viewer of 10", burn)
    page = draw_service_anomalies(request)
    (graph,) = (part for part in page._traverse() if getattr(part, "figure", None))
    low, high, expected, actual, marked, level = graph.figure["data"]
    assert list(actual["x"]) == [f"2025-02-{day:02d}" for day in range(1, 10)]
    assert [at for at, y in enumerate(actual["y"]) if np.isnan(y)] == [3], "a gap stays one"
    assert low["x"][0] == "2025-02-02", "where too little was known there is no band"
    assert (low["y"][-1], high["y"][-1], expected["y"][-1]) == (0.8, 2.5, 1.5)
    assert [y for y in marked["y"] if not np.isnan(y)] == [7.5, 7.5]
    assert (level["name"], set(level["y"])) == ("What the target allows", {1.0})
    text = written(request)
    assert "Furthest off: 7.50 times, 7 February 2025, where 0.80 times to 2.50 times" in text
    drawn = [one for one in figures_of(page) if one.measure.startswith("burn_rate_around")]
    assert len(drawn) > 20
    for one in drawn:
        assert agrees(one.text, asked_again(request, one), REGISTRY[one.measure].unit), one
    assert "Limit 3.00 %" in written(opened("treasury", theirs))
    refused, nowhere = (
        written(opened("viewer of 10", name)).replace(quote_plus(name), "")
        for name in (theirs, theirs.replace("13", "99"))
    )
    assert refused == nowhere, "what is foreign answers as what is unknown"
    assert "isn't among those of this period" in refused
    assert "isn't among" not in written(ask_for("viewer of 10", PATH))


def test_days_around_several_anomalies_are_not_mixed(ask_for: Callable[..., PageRequest]) -> None:
    request, name = ask_for("treasury", PATH), "error_rate_around_actual"
    own = (("anomaly", (name_of(13, "errors", "all"),)),)
    by_day = request.ask(name, by=("day",), where=own, period=Period())
    assert by_day.rows[-2][name] == 0.05
    month = request.ask(name, by=("month",), where=own, period=Period())
    assert month.rows[0][name] is None
    assert "one anomaly at a time" in month.reasons[name]


def test_cost_s_page_tells_nothing_of_services(ask_for: Callable[..., PageRequest]) -> None:
    drawn = draw_anomalies(ask_for("treasury", "/finops/anomalies")).to_plotly_json()
    assert "burn rate" not in json.dumps(drawn, cls=PlotlyJSONEncoder)


def test_an_mda_is_told_of_what_is_open(ask_for: Callable[..., PageRequest]) -> None:
    for who, said in (("viewer of 10", True), ("viewer of 13", False)):
        request = ask_for(who, "/")
        service = request.ask("stability_score", "sla_breach_rate", "sla_breaches")
        sentences = [str(task.sentence) for task in tasks_of(request, service)]
        assert any("2 anomalies of reliability are open" in one for one in sentences) is said


def test_without_telemetry_it_says_that_nothing_can_be_said(
    ask_for: Callable[..., PageRequest],
) -> None:
    request = ask_for("treasury", PATH)
    empty = replace(request, filters=replace(request.filters, start="2024-01", end="2024-02"))
    said = written(empty)
    assert "no telemetry was handed in" in said
    assert "from its fifth week on" in said
    assert "Nothing ran better" not in said
