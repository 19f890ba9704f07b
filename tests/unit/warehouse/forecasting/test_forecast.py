"""What holds of every forecast, whatever the series."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from warehouse.forecasting.frames import Outlook, forecast_frame
from warehouse.forecasting.intervals import forecast_rows, overrun_word

Floats = NDArray[np.float64]

HORIZON = 15
COLUMNS = ["lo-95", "lo-80", "mean", "hi-80", "hi-95"]


def grown(points: int, seed: int = 1) -> Floats:
    """A spend that grows, has a season and is noisy."""
    chance = np.random.default_rng(seed)
    logs = 0.01 * np.arange(points) + chance.normal(0, 0.05, points)
    return 1000 * np.exp(logs + 0.1 * np.sin(np.arange(points) * np.pi / 6))


def framed(amounts: Floats, name: str = "a", start: str = "2023-01") -> pd.DataFrame:
    months = pd.period_range(start, periods=len(amounts), freq="M").to_timestamp()
    return pd.DataFrame({"unique_id": name, "ds": months, "y": amounts})


def expect_sound(outlook: Outlook) -> None:
    for frame in (outlook.months, outlook.totals):
        figures = frame[COLUMNS].to_numpy()
        assert np.isfinite(figures).all()
        assert (np.diff(figures, axis=1) >= 0).all()


whole = grown(60)
ODD = {
    "constant": np.full(36, 5.0),
    "zeros": np.zeros(36),
    "one negative month": np.r_[whole[:20], -50, whole[21:36]],
    "last month negative": np.r_[whole[:35], -50],
    "all negative": -whole[:36],
    "a hundredfold spike": np.r_[whole[:20], 100 * whole[20], whole[21:36]],
    "last month a hundredfold": np.r_[whole[:35], 100 * whole[35]],
    "nothing at first": np.r_[np.zeros(18), whole[:18]],
    "nothing at last": np.r_[whole[:30], np.zeros(6)],
    "next to nothing, then much": np.array([1e-300, 1.0]),
    "next to nothing every other month": np.tile([1e-300, 1e300], 18),
    "every other month nothing": np.tile([0, 100.0], 18),
    **{f"{points} points": whole[:points] for points in (1, 2, 5, 11, 12, 13, 23, 24, 36, 37)},
}


@pytest.mark.parametrize("amounts", ODD.values(), ids=ODD)
def test_bounds_are_finite_ordered_and_nested_for_one_series_alone(amounts: Floats) -> None:
    expect_sound(forecast_frame(framed(amounts), HORIZON))


amounts_drawn = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.floats(1, 1e4), st.just(0.0)), min_size=1, max_size=40
)


@given(amounts_drawn)
@settings(max_examples=60, deadline=None)
def test_bounds_are_finite_ordered_and_nested_whatever_the_amounts(drawn: list[float]) -> None:
    expect_sound(forecast_frame(framed(np.array(drawn)), HORIZON))


@given(st.integers(1, 40), st.floats(1e-6, 1e9), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_forecast_in_cents_is_a_hundred_times_that_in_dollars(
    points: int, factor: float, seed: int
) -> None:
    once = forecast_frame(framed(grown(points, seed)), HORIZON)
    scaled = forecast_frame(framed(factor * grown(points, seed)), HORIZON)
    for frame, other in ((once.months, scaled.months), (once.totals, scaled.totals)):
        np.testing.assert_allclose(other[COLUMNS], factor * frame[COLUMNS], rtol=1e-6)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_does_not_matter(chance: object) -> None:
    frame = pd.concat([framed(grown(30, at), f"s{at}") for at in range(4)], ignore_index=True)
    order = list(range(len(frame)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    mixed = forecast_frame(frame.iloc[order], HORIZON)
    pd.testing.assert_frame_equal(mixed.months, forecast_frame(frame, HORIZON).months)


def test_one_series_is_forecast_the_same_among_others_as_alone() -> None:
    others = [framed(grown(points, points), f"s{points}") for points in (5, 20, 36, 50)]
    together = forecast_frame(pd.concat([*others, framed(grown(36), "z")]), HORIZON).months
    alone = forecast_frame(framed(grown(36), "z"), HORIZON).months
    among = together[together["unique_id"] == "z"].reset_index(drop=True)
    np.testing.assert_allclose(among[COLUMNS], alone[COLUMNS], rtol=1e-12)


def test_fewer_than_twelve_points_keep_the_last_value_and_are_named() -> None:
    frame = pd.concat([framed(grown(11), "short"), framed(grown(12), "longer")])
    outlook = forecast_frame(frame, HORIZON)
    short = outlook.months[outlook.months["unique_id"] == "short"]
    assert outlook.too_little_history == ("short",)
    assert short["mean"].to_list() == pytest.approx([grown(11)[-1]] * HORIZON)


def test_the_part_month_is_never_used() -> None:
    known = framed(grown(36))
    part = pd.concat([known, framed(np.array([7.0]), start="2026-01")])
    outlook = forecast_frame(part, HORIZON, as_of=dt.date(2026, 1, 20))
    expected = forecast_frame(known, HORIZON)
    pd.testing.assert_frame_equal(outlook.months, expected.months)
    assert outlook.months["ds"].iloc[0] == pd.Timestamp(2026, 1, 1)
    later = forecast_frame(part, HORIZON, as_of=dt.date(2026, 2, 1))
    assert later.months["ds"].iloc[0] == pd.Timestamp(2026, 2, 1)


def test_a_gap_is_bridged() -> None:
    frame = framed(grown(36))
    outlook = forecast_frame(frame.drop(index=[10, 11, 20]), HORIZON)
    expect_sound(outlook)
    whole_mean = forecast_frame(frame, HORIZON).months["mean"]
    np.testing.assert_allclose(outlook.months["mean"], whole_mean, rtol=0.1)


def test_a_spike_that_stands_alone_moves_the_forecast_little() -> None:
    plain = forecast_frame(framed(grown(36)), HORIZON).months["mean"]
    spiked = forecast_frame(framed(ODD["a hundredfold spike"]), HORIZON).months["mean"]
    np.testing.assert_allclose(spiked, plain, rtol=0.1)


def test_a_season_of_two_years_is_seen() -> None:
    shape = np.r_[np.full(11, 1.0), 3.0]
    ahead = forecast_frame(framed(1000 * np.tile(shape, 2)), 12).months["mean"].to_numpy()
    assert ahead[11] > 2 * ahead[:11].max()


def test_spend_by_the_day_is_lower_in_february_and_spend_by_the_month_is_not() -> None:
    months = pd.period_range("2024-03", periods=20, freq="M")
    chance = np.random.default_rng(4).normal(1, 0.002, 20)
    by_day = framed(10.0 * months.days_in_month.to_numpy() * chance, start="2024-03")
    by_month = framed(300.0 * chance, start="2024-03")
    day, month = (forecast_frame(one, 4).months["mean"].to_numpy() for one in (by_day, by_month))
    assert day[3] / day[2] == pytest.approx(28 / 31, abs=0.02)
    assert month[3] / month[2] == pytest.approx(1, abs=0.01)


def test_upper_bounds_are_further_away_than_lower_ones() -> None:
    months = forecast_frame(framed(grown(36)), HORIZON).months
    assert ((months["hi-80"] - months["mean"]) > (months["mean"] - months["lo-80"])).all()


def test_bounds_of_a_total_are_narrower_than_the_sum_of_monthly_bounds() -> None:
    outlook = forecast_frame(framed(grown(36)), 12)
    added = (outlook.months["hi-80"] - outlook.months["mean"]).sum()
    total = (outlook.totals["hi-80"] - outlook.totals["mean"]).iloc[-1]
    assert 0.5 * added < total < added


@given(amounts_drawn, st.lists(st.floats(-1e8, 1e8), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_overrun_is_less_likely_the_higher_the_budget(
    drawn: list[float], limits: list[float]
) -> None:
    rows = np.array([drawn])
    total = forecast_rows(rows, np.arange(len(drawn))[None, :] + 600, 3).total
    chances = [total.chance_above(np.full((1, 3), limit)) for limit in sorted(limits)]
    assert (np.diff(np.array(chances), axis=0) <= 0).all()
    assert (np.array(chances) >= 0).all()
    assert (np.array(chances) <= 1).all()


def test_an_overrun_is_as_likely_as_the_bound_it_stands_at_says() -> None:
    total = forecast_rows(grown(36)[None, :], np.arange(36)[None, :] + 600, 6).total
    for band in (80, 95):
        low, high = total.bounds(band)
        outside = (1 - band / 100) / 2
        assert total.chance_above(high) == pytest.approx(np.full((1, 6), outside), abs=1e-9)
        assert total.chance_above(low) == pytest.approx(np.full((1, 6), 1 - outside), abs=1e-9)


def test_a_budget_that_is_spent_or_endless_is_certain() -> None:
    total = forecast_rows(grown(36)[None, :], np.arange(36)[None, :] + 600, 6).total
    assert total.chance_above(np.full((1, 6), -1.0)).tolist() == [[1.0] * 6]
    assert total.chance_above(np.full((1, 6), 1e9)).tolist() == [[0.0] * 6]


def test_chances_are_said_in_four_words() -> None:
    said = [overrun_word(chance) for chance in (0, 0.19, 0.2, 0.49, 0.5, 0.79, 0.8, 1)]
    assert said == [
        *("on track", "on track", "watch", "watch"),
        *("likely over", "likely over", "very likely over", "very likely over"),
    ]
