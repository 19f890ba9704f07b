"""What stands out in telemetry by day, and what must not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from warehouse.forecasting.anomaly_scoring import score
from warehouse.forecasting.reliability_anomalies import BURN, ERRORS, LATENCY, find_in_telemetry
from warehouse.forecasting.telemetry_scoring import (
    above_last_days,
    telemetry_alerts,
    telemetry_case,
)

DAYS = pd.date_range("2026-01-01", periods=150, freq="D")
AT = 120
HELD = 0.999


def service(target: float = HELD, name: str = "a", points: int = 150) -> pd.DataFrame:
    """Give a service that fails once in two thousand requests and has quiet weekends."""
    days, at = DAYS[:points], np.arange(points)
    requests = np.where(days.day_of_week >= 5, 8_000.0, 20_000.0)
    latency = 200 * (1 + 0.03 * np.sin(at * 1.7))
    return pd.DataFrame(
        {
            "unique_id": name, "ds": days, "requests": requests, "timed": requests,
            "waited": latency * requests,
            "errors": np.rint(requests * 0.0005 * (1 + 0.2 * np.sin(at * 2.3))),
            "allowed": (1 - target) * requests,
        }
    )  # fmt: skip


def found(frame: pd.DataFrame) -> dict[str, pd.Series]:
    events = find_in_telemetry(frame)
    assert events["signal"].is_unique
    return {row["signal"]: row for _, row in events.iterrows()}


def test_a_steady_service_has_nothing() -> None:
    assert find_in_telemetry(service()).empty
    assert find_in_telemetry(service().iloc[:0]).empty


def test_a_slow_day_is_an_event_of_latency_alone() -> None:
    frame = service()
    frame.loc[AT, "waited"] *= 3
    events = found(frame)
    assert events.keys() == {LATENCY}
    event = events[LATENCY]
    assert event["first"] == event["last"] == dt.date(2026, 5, 1)
    assert event["actual"] == pytest.approx(frame.loc[AT, "waited"] / frame.loc[AT, "requests"])
    assert event["expected"] == pytest.approx(200, rel=0.05)
    assert event["lower"] < event["expected"] < event["upper"] < event["actual"]
    assert np.isnan(event["failures"])
    assert event["requests"] == frame.loc[AT, "requests"]


def test_a_bad_outage_burns_in_both_windows_and_without_a_target_only_fails() -> None:
    frame = service()
    frame.loc[AT, "errors"] += 2_000
    events = found(frame)
    assert events.keys() == {ERRORS, BURN}
    burn = events[BURN]
    assert burn["first"] == burn["last"] == dt.date(2026, 5, 1), "what echoes in a week is no news"
    week = frame.loc[AT - 6 : AT]
    assert burn["actual"] == pytest.approx(week["errors"].sum() / week["allowed"].sum())
    assert burn["burn_week"] == pytest.approx(burn["actual"])
    assert burn["burn_day"] == pytest.approx(frame.loc[AT, "errors"] / frame.loc[AT, "allowed"])
    assert burn["failures"] == pytest.approx(2_000, rel=0.05)
    without = service(target=np.nan)
    without.loc[AT, "errors"] += 2_000
    events = found(without)
    assert events.keys() == {ERRORS}
    assert np.isnan(events[ERRORS]["burn_day"])


def test_failures_before_there_was_a_target_are_held_against_none() -> None:
    frame = service()
    frame.loc[: AT - 5, "allowed"] = np.nan
    frame.loc[AT, "errors"] += 2_000
    week = frame.loc[AT - 4 : AT]
    burnt = week["errors"].sum() / week["allowed"].sum()
    assert found(frame)[ERRORS]["burn_week"] == pytest.approx(burnt)


def test_a_rise_that_the_target_allows_is_no_burn() -> None:
    frame = service(target=0.99)
    frame.loc[AT, "errors"] *= 8
    assert found(frame).keys() == {ERRORS}
    assert BURN in set(find_in_telemetry(frame, target=0.05)["signal"]), "by a lower limit it is"


def test_failures_that_double_for_two_weeks_burn_though_no_day_is_an_outage() -> None:
    frame = service()
    frame.loc[AT : AT + 13, "errors"] = np.rint(frame.loc[AT : AT + 13, "errors"] * 3.5)
    assert BURN in set(find_in_telemetry(frame)["signal"])


def test_more_requests_alone_are_nothing() -> None:
    frame = service()
    for name in ("requests", "timed", "waited", "errors", "allowed"):
        frame.loc[AT : AT + 5, name] *= 3
    assert find_in_telemetry(frame).empty


def test_a_few_failures_of_few_requests_are_chance() -> None:
    frame = service().assign(requests=40.0, timed=40.0, waited=8_000.0, errors=0.0, allowed=0.04)
    frame.loc[AT, "errors"] = 3
    assert find_in_telemetry(frame).empty
    frame.loc[AT, "errors"] = 25
    assert ERRORS in found(frame)


def test_better_is_a_drop_and_as_bad_as_before_it_is_news_again() -> None:
    frame = service()
    frame.loc[70:99, "waited"] *= 0.4
    kinds = [row["kind"] for _, row in find_in_telemetry(frame).iterrows()]
    assert kinds[0] == "drop"
    assert set(kinds[1:]) <= {"new level", "spike"}
    assert len(kinds) > 1


def test_without_four_weeks_or_without_requests_nothing_is_judged() -> None:
    frame = service(points=27)
    frame.loc[26, ["waited", "errors"]] *= 50
    assert find_in_telemetry(frame).empty
    quiet = service()
    quiet.loc[AT, ["requests", "timed", "waited", "errors", "allowed"]] = 0.0
    assert find_in_telemetry(quiet).empty
    assert find_in_telemetry(quiet.drop(index=range(100, 110))).empty, "a gap is no event"


def test_a_service_s_events_are_its_own_and_the_order_of_rows_does_not_matter() -> None:
    frame = service()
    frame.loc[AT, "errors"] += 2_000
    alone = find_in_telemetry(frame)
    other = service(name="b")
    other.loc[60:, "errors"] *= 30
    both = find_in_telemetry(pd.concat([other, frame]).iloc[::-1])
    own = both[both["unique_id"] == "a"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)
    assert (both["unique_id"] == "b").any()


def test_most_of_what_is_put_into_services_is_found_and_little_else() -> None:
    case = telemetry_case(count=105, seed=1)
    ours = score(case, telemetry_alerts)
    assert ours.precision >= 0.80
    assert ours.recall >= 0.75
    assert ours.precision > 1.2 * score(case, above_last_days).precision
