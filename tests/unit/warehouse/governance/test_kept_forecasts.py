"""Forecasts are kept as they were published, and scored when their months have come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from warehouse.db import open_database
from warehouse.forecasting.kept import Kept, scored
from warehouse.governance.kept_forecasts import Published, forecasts_to_score, keep_forecasts
from warehouse.migrate import migrate
from warehouse.scope import Scope

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(f"sqlite:///{tmp_path}/records.sqlite", tmp_path)
    migrate(database)
    with database.records(Scope.whole_government()) as opened:
        yield opened
    database.dispose()


def published(
    agency: int, origin: str, *means: float, service: str = "", members: str = ""
) -> list[Published]:
    year, month = map(int, origin.split("-"))
    return [
        Published(agency, origin, f"{year + (month + step - 1) // 12:04d}-"
                  f"{(month + step - 1) % 12 + 1:02d}", step, "1-x",
                  tuple(Decimal(str(round(mean * by, 2))) for by in (1, 0.9, 1.1, 0.8, 1.2)),
                  service, members)
        for step, mean in enumerate(means, start=1)
    ]  # fmt: skip


def test_the_same_forecast_is_kept_once_and_a_corrected_one_beside_it(session: Session) -> None:
    first = [*published(1, "2025-12", 10, 11), *published(2, "2025-12", 5, 5)]
    assert keep_forecasts(session, first, "b1", START) == 4
    assert keep_forecasts(session, first, "b2", START + timedelta(hours=1)) == 0
    corrected = [*published(1, "2025-12", 10, 12), *published(2, "2025-12", 5, 5)]
    assert keep_forecasts(session, corrected, "b3", START + timedelta(hours=2)) == 2
    # Back again is published again, and is what readers have.
    assert keep_forecasts(session, first, "b4", START + timedelta(hours=3)) == 2
    last = {(row[0], row[3]): row[6] for row in forecasts_to_score(session)}
    assert last == {(1, "2026-01"): 10, (1, "2026-02"): 11, (2, "2026-01"): 5, (2, "2026-02"): 5}


def test_only_months_that_are_scored_are_read_and_all_are_kept(session: Session) -> None:
    assert keep_forecasts(session, published(1, "2025-12", *range(1, 19)), "b", START) == 18
    assert [row[4] for row in forecasts_to_score(session)] == [1, 2, 3, 4, 5, 6]


def test_services_are_kept_beside_their_agency_and_apart_from_each_other(session: Session) -> None:
    first = [
        *published(1, "2025-12", 10),
        *published(1, "2025-12", 4, service="IaaS"),
        *published(1, "2025-12", 6, service="PaaS"),
    ]
    assert keep_forecasts(session, first, "b1", START) == 3
    moved = [*first[:2], *published(1, "2025-12", 7, service="PaaS")]
    assert keep_forecasts(session, moved, "b2", START + timedelta(hours=1)) == 1
    kept = [(row[1], row[6]) for row in forecasts_to_score(session)]
    assert kept == [("", 10), ("IaaS", 4), ("PaaS", 7)]


def test_of_all_together_other_members_make_another_forecast(session: Session) -> None:
    assert keep_forecasts(session, published(0, "2025-12", 9, members="1,2"), "b1", START) == 1
    later = START + timedelta(days=1)
    assert keep_forecasts(session, published(0, "2025-12", 9, members="1,2,3"), "b2", later) == 1
    assert [row[-1] for row in forecasts_to_score(session)] == ["1,2,3"]


def kept(
    agency: int, mean: float, month: int = 10, members: tuple[int, ...] = (), service: str = ""
) -> Kept:
    return Kept(agency, service, 9, month, "1-x", mean, mean * 0.9, mean * 1.1, members)


def whole(recorded: dict[int, dict[int, float]]) -> dict[tuple[int, str], dict[int, float]]:
    return {(agency, ""): {9: 1.0, **months} for agency, months in recorded.items()}


def test_a_month_is_scored_when_it_has_come_and_anew_when_it_is_corrected() -> None:
    assert scored([kept(1, 100)], whole({1: {9: 95.0}})) == []
    (found,) = scored([kept(1, 100)], whole({1: {9: 95.0, 10: 104.0}}))
    assert (found.came, found.missed, found.held) == (104.0, 4.0, True)
    (found,) = scored([kept(1, 100)], whole({1: {10: 89.99}}))
    assert (round(found.missed, 2), found.held) == (10.01, False)
    assert scored([kept(1, 100)], whole({2: {10: 100.0}})) == []


def test_a_sum_waits_for_all_that_were_in_it_and_leaves_out_who_came_later() -> None:
    both = kept(0, 300, members=(1, 2))
    assert scored([both], whole({1: {10: 100.0}, 2: {9: 200.0}, 3: {10: 50.0}})) == []
    (found,) = scored([both], whole({1: {10: 100.0}, 2: {10: 190.0}, 3: {10: 50.0}}))
    assert (found.came, found.held) == (290.0, True)


def test_a_service_is_scored_by_its_own_months_of_the_source_it_was_forecast_from() -> None:
    one = kept(1, 100, service="PaaS")
    assert scored([one], whole({1: {10: 100.0}})) == []
    (found,) = scored([one], {(1, "PaaS"): {9: 90.0, 10: 99.0}, (1, ""): {9: 9.0, 10: 9.0}})
    assert found.came == 99.0
    # Bills have taken the place of summaries since: what is PaaS now is told otherwise.
    assert scored([one], {(1, "PaaS"): {10: 99.0}}) == []
