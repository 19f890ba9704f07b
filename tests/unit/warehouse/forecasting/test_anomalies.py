"""What stands out in months and days, and what must not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from warehouse.forecasting.anomaly_events import Alerting, find_daily, find_monthly, is_daily
from warehouse.forecasting.anomaly_scoring import daily_alerts, daily_case, score
from warehouse.forecasting.event_kinds import DROP, LEVEL, RETURN, RISE, SPIKE

MONTHS = pd.date_range("2023-01-01", periods=36, freq="MS")
DAYS = pd.date_range("2026-01-01", periods=150, freq="D")


def frame(amounts: np.ndarray, dates: pd.DatetimeIndex = MONTHS, name: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"unique_id": name, "ds": dates[: len(amounts)], "y": amounts})


def steady(points: int = 36, seed: int = 1) -> np.ndarray:
    return 1000 * np.exp(np.random.default_rng(seed).normal(0, 0.02, points))


def weeks(points: int = 150) -> np.ndarray:
    weekend = np.where(DAYS[:points].day_of_week >= 5, 0.4, 1.0)
    return steady(points) * weekend


def test_a_spike_is_one_alert_with_its_excess() -> None:
    amounts = steady()
    amounts[30] += 800
    (event,) = find_monthly(frame(amounts)).events.itertuples()
    assert (event.kind, event.is_alert) == (SPIKE, True)
    assert event.first == event.last == dt.date(2025, 7, 1)
    assert event.actual == pytest.approx(amounts[30])
    assert event.expected == pytest.approx(1000, rel=0.05)
    assert event.lower < event.expected < event.upper < event.actual
    assert event.excess == pytest.approx(event.actual - event.expected)


def test_two_months_on_one_side_are_one_event_and_make_a_new_level() -> None:
    amounts = steady()
    amounts[28:] *= 1.6
    (event,) = find_monthly(frame(amounts)).events.itertuples()
    assert (event.kind, event.first, event.last) == (
        LEVEL, dt.date(2025, 5, 1), dt.date(2025, 6, 1),
    )  # fmt: skip


def test_the_last_month_is_a_rise_until_the_next_one_is_known() -> None:
    amounts = steady()
    amounts[35] *= 1.6
    assert find_monthly(frame(amounts)).events.kind.tolist() == [RISE]


def test_drops_and_what_comes_back_after_them_are_listed_without_alert() -> None:
    amounts = steady()
    amounts[26:30] /= 3
    events = find_monthly(frame(amounts)).events
    assert events.kind.tolist() == [DROP, RETURN]
    assert not events.is_alert.any()


def test_an_alert_has_to_pass_in_money_and_in_per_cent() -> None:
    amounts = steady()
    amounts[30] += 300
    for alerting, expected in (
        (Alerting(200, 0.2), True),
        (Alerting(400, 0.2), False),
        (Alerting(200, 0.5), False),
    ):
        (event,) = find_monthly(frame(amounts), alerting=alerting).events.itertuples()
        assert event.is_alert is expected


def test_short_history_is_said_and_not_judged() -> None:
    amounts = steady(12)
    amounts[11] *= 9
    found = find_monthly(frame(amounts))
    assert found.events.empty
    assert found.too_little_history == ("a",)


def test_the_part_month_and_the_part_day_are_never_judged() -> None:
    amounts = steady()
    amounts[35] *= 5
    assert find_monthly(frame(amounts), dt.date(2025, 12, 31)).events.empty
    days = weeks()
    days[-1] *= 5
    assert find_daily(frame(days, DAYS), DAYS[-1].date()).events.empty


@pytest.mark.parametrize(
    "amounts",
    [
        np.zeros(36),
        np.full(36, 5.0),
        np.full(36, -5.0),
        np.array([7.0]),
        np.array([7.0, 8.0]),
        np.r_[np.zeros(20), np.full(16, 100.0)],
        np.r_[steady(20), 0, -50, steady(14)],
        np.r_[steady(30), steady(6) * 1e5],
    ],
)
def test_zeros_constants_negatives_and_leaps_give_finite_figures(amounts: np.ndarray) -> None:
    for found in (find_monthly(frame(amounts)), find_daily(frame(amounts, DAYS))):
        figures = found.events[["expected", "actual", "lower", "upper", "excess"]]
        assert np.isfinite(figures.to_numpy(dtype=float)).all()


def test_spend_that_begins_after_nothing_stands_out_and_has_no_percentage() -> None:
    (event,) = find_monthly(frame(np.r_[np.zeros(34), 100.0, 100.0])).events.itertuples()
    assert (event.expected, event.is_alert) == (0, True)
    assert np.isnan(event.share)


def test_a_month_that_is_missing_is_no_event() -> None:
    rows = frame(steady()).drop(index=[20, 21])
    assert find_monthly(rows).events.empty


def test_neither_order_nor_scale_nor_other_series_matter() -> None:
    amounts = steady()
    amounts[[15, 30]] *= 2
    alone = find_monthly(frame(amounts)).events
    many = pd.concat([frame(amounts * 1000, name="b"), frame(steady(seed=7), name="c"),
                      frame(amounts)]).sample(frac=1, random_state=1)  # fmt: skip
    events = find_monthly(many).events
    mine = events[events.unique_id == "a"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone)
    larger = events[events.unique_id == "b"]
    np.testing.assert_allclose(larger.excess, 1000 * alone.excess, rtol=1e-9)


def test_weekends_and_fees_on_firsts_are_usual_and_a_dear_wednesday_is_not() -> None:
    amounts = weeks()
    amounts[DAYS.day == 1] += 5000
    assert find_daily(frame(amounts, DAYS)).events.empty
    amounts[110] *= 1.8
    (event,) = find_daily(frame(amounts, DAYS)).events.itertuples()
    assert event.first == DAYS[110].date()
    assert event.is_alert


def test_a_first_is_judged_by_earlier_firsts() -> None:
    amounts = weeks()
    firsts = np.flatnonzero(DAYS.day == 1)
    amounts[firsts] += 5000
    amounts[firsts[-1]] += 4000
    (event,) = find_daily(frame(amounts, DAYS)).events.itertuples()
    assert event.first == DAYS[firsts[-1]].date()
    assert event.expected == pytest.approx(6000, rel=0.1)


def test_a_first_may_be_as_far_off_as_any_other_day() -> None:
    amounts = weeks() * np.exp(np.random.default_rng(4).normal(0, 0.4, 150))
    firsts = np.flatnonzero(DAYS.day == 1)
    amounts[firsts[:-1]] = 1000
    amounts[firsts[-1]] = 2200
    events = find_daily(frame(amounts, DAYS)).events
    assert DAYS[firsts[-1]].date() not in set(events["first"])


def test_days_are_told_from_months() -> None:
    assert is_daily(frame(weeks(), DAYS))
    assert not is_daily(frame(steady()))


def test_events_put_into_daily_bills_are_found() -> None:
    found = score(daily_case(120, seed=5), daily_alerts)
    assert found.precision >= 0.8
    assert found.recall >= 0.8
