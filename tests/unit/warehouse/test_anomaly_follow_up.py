"""Anomalies stay the same from build to build, whatever a build calls them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.backends.duckdb import Backend

from warehouse.db import Database, open_database
from warehouse.governance.anomaly_cases import (
    FALSE_ALARM,
    GONE,
    MERGED,
    OPEN,
    PLANNED,
    RESOLVED,
    AnomalyCaseError,
    ClosedCaseError,
    StaleCaseError,
    UnknownCaseError,
    cases_of,
    move_case,
    muted_by,
    steps_of,
)
from warehouse.governance.anomaly_models import AnomalyCase
from warehouse.migrate import migrate
from warehouse.publishing.anomaly_follow_up import BELOW, CORRECTED, follow_anomalies
from warehouse.scope import Scope

ALL = Scope.whole_government()
START = datetime(2026, 6, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records")
    made = open_database(f"sqlite:///{path}/records.sqlite", path)
    migrate(made)
    made.dispose()
    return path / "records.sqlite"


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "records.sqlite").write_bytes(empty.read_bytes())
    made = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    yield made
    made.dispose()


def event(
    first: str,
    last: str = "",
    *,
    level: str = "all",
    part: str = "all",
    under: str = "",
    alert: bool = True,
    excess: int | None = 900,
    subject: str = "cost",
) -> dict[str, Any]:
    period = "month" if first.endswith("01") and subject == "cost" else "day"
    name = f"1:{period if subject == 'cost' else subject}:{level}:{part}:{first}"
    return {
        "anomaly_id": name, "agency_id": 1, "subject": subject, "period": period,
        "level": level, "part": part,
        "first_day": first, "last_day": last or first, "excess_usd": excess,
        "excess_value": 2 if excess is None else None,
        "days_to_find": 3, "told_under": under or name, "is_alert": alert,
    }  # fmt: skip


def build(database: Database, *events: dict[str, Any], day: int = 0) -> list[AnomalyCase]:
    """Follow a build that holds these events; give the anomalies known then, the first first."""
    con: Backend = ibis.duckdb.connect()
    con.raw_sql(
        "create table fact_anomaly (anomaly_id varchar, agency_id integer, subject varchar, "
        "period varchar, level varchar, part varchar, first_day date, last_day date, "
        "excess_usd decimal(28, 6), excess_value decimal(28, 6), "
        "days_to_find integer, told_under varchar, is_alert boolean)"
    )
    if events:
        con.con.executemany(
            f"insert into fact_anomaly values ({', '.join('?' * 13)})",
            [tuple(one.values()) for one in events],
        )
    con.raw_sql("create table fact_cost_monthly as select 1 as agency_id, '2023-01' as month")
    con.raw_sql(
        "create table fact_performance as select 1 as agency_id, '2026-05' as month, "
        "false as is_modelled"
    )
    con.raw_sql(
        "create table agg_charge_agency_day as select 1 as agency_id, date '2026-05-31' as day"
    )
    with database.records(ALL) as session:
        follow_anomalies(con, session, START + timedelta(days=day))
    return known(database)


def known(database: Database) -> list[AnomalyCase]:
    with database.reading_records(ALL) as session:
        cases = cases_of(session, None)
        session.expunge_all()
    return sorted(cases, key=lambda one: one.case_id)


def move(database: Database, number: int, state: str, **given: Any) -> AnomalyCase:
    asked = {
        "agencies": None, "lock": known(database)[number - 1].lock, "reason": "So it is.",
        "by": "ada@example", "now": START + timedelta(days=5), **given,
    }  # fmt: skip
    with database.records(ALL) as session:
        return move_case(session, number, state, **asked)


def test_what_a_build_alerts_to_is_opened_once_and_grows(database: Database) -> None:
    (case,) = build(database, event("2026-05-01"), event("2026-04-01", alert=False))
    assert (case.state, case.days_to_find, case.last_day) == (OPEN, 3, date(2026, 5, 31))
    (case,) = build(database, event("2026-05-01", "2026-06-01", excess=2000), day=30)
    assert (case.last_day, case.excess_usd, case.found_at) == (
        date(2026, 6, 30), Decimal(2000), START,
    )  # fmt: skip


def test_it_stays_the_same_when_another_level_explains_it(database: Database) -> None:
    build(database, event("2026-05-01"))
    move(database, 1, PLANNED)
    account = event("2026-05-12", level="account", part="aws/1")
    whole = event("2026-05-01", under=account["anomaly_id"])
    (case,) = build(database, whole, account, day=1)
    assert (case.state, case.anomaly_id) == (PLANNED, account["anomaly_id"])


def test_neighbours_that_become_one_go_on_as_the_one_that_was_worked(database: Database) -> None:
    build(database, event("2026-05-12"), event("2026-05-15"))
    move(database, 2, PLANNED)
    first, second = build(database, event("2026-05-12", "2026-05-16"), day=1)
    assert (first.state, second.state) == (MERGED, PLANNED)
    assert second.first_day == date(2026, 5, 12)
    assert "number 2" in first.reason


def test_what_the_data_no_longer_show_is_closed_and_opened_again(database: Database) -> None:
    build(database, event("2026-05-01"), event("2026-03-01"))
    gone, below = build(database, event("2026-03-01", alert=False), day=1)[::1]
    assert {(one.first_day.month, one.state, one.reason) for one in (gone, below)} == {
        (5, GONE, CORRECTED), (3, GONE, BELOW),
    }  # fmt: skip
    again = build(database, event("2026-05-01"), day=2)
    (found,) = [one for one in again if one.first_day.month == 5]
    assert found.state == OPEN
    with database.reading_records(ALL) as session:
        steps = steps_of(session, [found.case_id])[found.case_id]
        assert [(one.was, one.state, one.by) for one in steps] == [
            (OPEN, GONE, "build"), (GONE, OPEN, "build"),
        ]  # fmt: skip


def test_days_too_old_to_be_judged_and_what_is_decided_stay_as_they_are(
    database: Database,
) -> None:
    build(database, event("2025-02-11"), event("2026-04-01"))
    move(database, 2, RESOLVED)
    old, done = build(database, day=9)
    assert (old.state, done.state, done.days_to_resolve) == (OPEN, RESOLVED, 5)


def test_a_change_is_refused_that_is_stale_foreign_unfounded_or_of_what_is_gone(
    database: Database,
) -> None:
    build(database, event("2026-05-01"))
    for error, given in (
        (UnknownCaseError, {"agencies": {2}}),
        (StaleCaseError, {"lock": 7}),
        (AnomalyCaseError, {"reason": "  "}),
        (AnomalyCaseError, {"state": OPEN}),
        (AnomalyCaseError, {"state": GONE}),
        (AnomalyCaseError, {"state": RESOLVED, "muted_until": date(2026, 7, 1)}),
        (AnomalyCaseError, {"muted_until": date(2025, 7, 1)}),
        (AnomalyCaseError, {"muted_until": date(2029, 7, 1)}),
        (AnomalyCaseError, {"muted_usd": Decimal(5)}),
    ):
        state = str(given.pop("state", PLANNED))
        with pytest.raises(error):
            move(database, 1, state, **given)
    with pytest.raises(UnknownCaseError):
        move(database, 1, PLANNED, agencies=set())
    build(database)
    with pytest.raises(ClosedCaseError):
        move(database, 1, PLANNED)


def test_the_like_is_muted_for_a_time_and_up_to_a_size(database: Database) -> None:
    cases = build(
        database, event("2026-05-12"), event("2026-05-20", excess=1500),
        event("2026-05-25", excess=700), event("2026-05-26", level="account", part="aws/1"),
    )  # fmt: skip
    (number,) = [one.case_id for one in cases if one.first_day.day == 12]
    move(database, number, FALSE_ALARM, muted_until=date(2026, 6, 30), muted_usd=Decimal(1000))
    cases = known(database)
    muted = {one.first_day.day: muted_by(one, cases) for one in cases}
    assert {day for day, by in muted.items() if by is not None} == {25}
    move(database, number, OPEN)
    assert not any(muted_by(one, known(database)) for one in known(database))


def test_an_anomaly_of_a_service_stays_the_same_when_another_subject_tells_it(
    database: Database,
) -> None:
    tax = {"level": "digital service", "part": "tax", "excess": None}
    slow = event("2026-05-12", **tax, subject="latency")
    build(database, slow, event("2026-05-12"))
    cost, latency = sorted(known(database), key=lambda one: one.subject)
    assert (latency.subject, latency.excess_usd, cost.subject) == ("latency", None, "cost")
    until = {"muted_until": date(2026, 12, 31)}
    with pytest.raises(AnomalyCaseError, match="amount of money"):
        move(database, latency.case_id, PLANNED, **until, muted_usd=Decimal(5))
    move(database, latency.case_id, PLANNED, **until)
    failing = event("2026-05-12", **tax, subject="errors")
    slow["told_under"] = failing["anomaly_id"]
    again = event("2026-05-25", **tax, subject="errors")
    cases = {
        one.anomaly_id: one
        for one in build(database, slow, failing, again, event("2026-05-12"), day=1)
    }
    assert len(cases) == 3
    same, new = cases[failing["anomaly_id"]], cases[again["anomaly_id"]]
    assert (same.case_id, same.state) == (latency.case_id, PLANNED)
    with database.reading_records(ALL) as session:
        everything = cases_of(session, None)
        muting = muted_by(new, everything)
        assert muting is not None
        assert muting.case_id == same.case_id
        assert muted_by(cases["1:day:all:all:2026-05-12"], everything) is None


def test_what_telemetry_no_longer_shows_is_closed_and_what_is_too_old_is_left(
    database: Database,
) -> None:
    tax = {"level": "digital service", "part": "tax", "excess": None, "subject": "errors"}
    build(database, event("2026-05-12", **tax), event("2025-03-03", **tax))
    old, recent = sorted(build(database, day=1), key=lambda one: one.first_day)
    assert (old.state, recent.state) == (OPEN, GONE)
