"""Forecasts of agencies and of all together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.foreseen import FIRST, agency
from warehouse.forecasting.agencies import (
    MONTHS_AHEAD,
    Agency,
    Ahead,
    months_ahead,
    year_end,
)
from warehouse.forecasting.backtest import past_forecasts
from warehouse.forecasting.known_steps import Step
from warehouse.forecasting.series import Series
from warehouse.forecasting.together import (
    PastSum,
    centre_year,
    judge_sums,
    learnt,
    members_of,
    past_sums,
    sum_ahead,
    together,
)
from warehouse.transforms import forecasts


def centre_of(agencies: list[Agency], ahead: list[Ahead]) -> Ahead | None:
    return sum_ahead(members_of(agencies, ahead), past_sums_of(agencies))


def past_sums_of(agencies: list[Agency]) -> list[PastSum]:
    series = [one.series for one in agencies]
    return past_sums([(series, past_forecasts(series))])[0]


def test_the_centre_is_the_sum_of_the_agencies_to_the_cent() -> None:
    agencies = [agency(number) for number in (1, 2, 3, 4)]
    ahead = months_ahead(agencies)
    centre = centre_of(agencies, ahead)
    assert centre is not None
    added = sum(one.figures[:, 0] for one in ahead)
    assert centre.figures[:, 0].tolist() == added.tolist()  # type: ignore[union-attr]
    assert (centre.figures == np.round(centre.figures)).all()
    ends = [year_end(one, of, "calendar") for one, of in zip(agencies, ahead, strict=True)]
    whole = centre_year(ends, centre)
    assert whole is not None
    assert whole.figures[0] == sum(end.figures[0] for end in ends)


def test_the_centres_bounds_are_narrower_than_the_sum_of_the_agencies() -> None:
    agencies = [agency(number) for number in range(1, 9)]
    ahead = months_ahead(agencies)
    centre = centre_of(agencies, ahead)
    assert centre is not None
    low, high = centre.figures[:, 1], centre.figures[:, 2]
    assert (low <= centre.figures[:, 0]).all()
    assert (centre.figures[:, 0] <= high).all()
    added = sum(one.figures[:, 2] - one.figures[:, 1] for one in ahead)
    assert (high - low < added).all()


def test_the_centres_bounds_widen_by_how_far_the_sum_stands_from_the_series_together() -> None:
    (one, *_) = past_sums_of([agency(number) for number in (1, 2, 3)])
    spread, own = one.whole.month, one.whole.month.mean
    low, high = (np.log(bound / own) for bound in spread.apart(own).bounds(80))
    assert (spread.bounds(80)[1] == spread.apart(own).bounds(80)[1]).all()
    for away in (0.9, 1.1):
        wider_low, wider_high = (
            np.log(bound / (own * away)) for bound in spread.apart(own * away).bounds(80)
        )
        assert (wider_low < low).all()
        assert (wider_high > high).all()


def test_the_centre_learns_from_what_it_missed_but_not_from_what_came_later() -> None:
    agencies = [agency(number) for number in (1, 2, 3)]
    every = past_sums_of(agencies)
    sums = [one for one in every if one.points >= 24]
    usual = sums[-1].whole.month
    upto = sums[-1].origin
    calm = [replace(one, actual=one.mean) for one in sums]
    wild = [replace(one, actual=2 * one.mean) for one in sums]
    assert learnt(usual, 33, calm, upto).scale < usual.scale
    assert learnt(usual, 33, wild, upto).scale > 2 * usual.scale
    # What was told without knowing seasons counts a little, and in full while none are known.
    young = [replace(one, actual=2 * one.mean) for one in every if one.points < 24]
    known, unknown = (learnt(usual, points, young, upto).scale for points in (33, 20))
    assert usual.scale < known < unknown / 2
    # Months that are missed by turns make up for one another in a total.
    turns = np.array([1.1, 0.9] * 3)
    swung = [replace(one, actual=np.where(np.isnan(one.actual), np.nan, one.mean * turns))
             for one in sums]  # fmt: skip
    by_kind = [
        learnt(spread, 33, swung, upto, kind).scale / spread.scale
        for kind, spread in (("month", usual), ("total", sums[-1].whole.total))
    ]
    assert by_kind[1] < 0.85 * by_kind[0]
    members = members_of(agencies, months_ahead(agencies))
    taught, untaught = (sum_ahead(members, past) for past in (swung, []))
    assert taught is not None
    assert untaught is not None
    assert taught.total.scale < 0.85 * by_kind[0] * untaught.total.scale
    first = sums[0].origin
    assert learnt(usual, 33, wild, first).scale == usual.scale
    assert learnt(usual, 33, wild, first + 1).scale > usual.scale


def test_a_late_agency_counts_with_its_forecast_for_the_months_after_the_last() -> None:
    agencies = [agency(1), agency(2, points=32)]
    ahead = months_ahead(agencies)
    centre = centre_of(agencies, ahead)
    assert centre is not None
    assert centre.origin == FIRST + 33
    assert len(centre.figures) == MONTHS_AHEAD
    assert centre.figures[0, 0] == ahead[0].figures[0, 0] + ahead[1].figures[2, 0]
    # One that is too late has no say in how far bounds are: as if all were known to the last month.
    latest = agency(3, points=29)
    small = replace(latest, series=replace(latest.series, amounts=latest.series.amounts / 1e6))
    with_small = [agencies[0], small]
    alone, among = (
        centre_of(agencies[:1], ahead[:1]),
        centre_of(with_small, months_ahead(with_small)),
    )
    assert alone is not None
    assert among is not None
    assert among.figures == pytest.approx(alone.figures, rel=1e-2)


def test_what_is_ahead_of_an_agency_rests_on_its_own_months_alone() -> None:
    alone = months_ahead([agency(1)])[0]
    among = months_ahead([agency(1), agency(2), agency(3, points=60)])[0]
    assert among.figures.tolist() == alone.figures.tolist()


steps = st.builds(
    Step,
    first=st.integers(FIRST - 3, FIRST + 60),
    last=st.none() | st.integers(FIRST + 10, FIRST + 60),
    amount=st.sampled_from([0.0, 150.0, -90.0]),
    share=st.sampled_from([0.0, 0.3, -0.4]),
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_a_step_moves_its_agency_alone_and_the_centre_by_as_much(step: Step) -> None:
    plain = [agency(number) for number in (1, 2, 3)]
    known = [replace(plain[0], steps=(step,)), *plain[1:]]
    before, after = months_ahead(plain), months_ahead(known)
    for own, with_step in zip(before[1:], after[1:], strict=True):
        assert own.figures.tolist() == with_step.figures.tolist()
    if step.amount == step.share == 0:
        assert before[0].figures.tolist() == after[0].figures.tolist()
    assert np.isfinite(after[0].figures).all()
    assert (np.diff(after[0].figures[:, [3, 1, 0, 2, 4]], axis=1) >= 0).all()
    centre = centre_of(known, after)
    assert centre is not None
    assert centre.figures[:, 0].tolist() == sum(one.figures[:, 0] for one in after).tolist()  # type: ignore[union-attr]


def test_a_step_to_come_moves_the_months_from_its_first_on() -> None:
    one = agency(2)
    (before,) = months_ahead([one])
    (after,) = months_ahead(
        [replace(one, steps=(Step(one.origin + 3, one.origin + 5, 0.0, -0.5),))]
    )
    moved = after.figures / before.figures
    assert (moved[:2] == 1).all()
    assert moved[2:5] == pytest.approx(0.5, abs=1e-5)
    assert (moved[5:] == 1).all()
    assert after.told[2:5] == pytest.approx(-before.figures[2:5, 0] / 2, abs=1)
    (added,) = months_ahead([replace(one, steps=(Step(one.origin + 3, None, 100.0),))])
    assert added.figures[2:, 0] == pytest.approx(before.figures[2:, 0] + 10_000, abs=1)
    # What is known to come says nothing of errors: no band of a sum is wider for it.
    all_with = [replace(agency(number), steps=(Step(one.origin + 3, None, 0.0, -0.5),))
                for number in (1, 2)]  # fmt: skip
    usual, known = (
        centre_of(members, months_ahead(members)) for members in ([agency(1), agency(2)], all_with)
    )
    assert usual is not None
    assert known is not None
    bands = [of.figures[2:, 2] / of.figures[2:, 0] for of in (usual, known)]
    assert bands[1] == pytest.approx(bands[0], rel=0.02)


def test_a_step_that_was_told_is_not_taken_for_a_course() -> None:
    flat = np.full(36, 1000.0)
    flat[33:] = 600.0
    one = replace(agency(1, points=36), series=Series("1", FIRST, flat))
    (misled,) = months_ahead([one])
    (knows,) = months_ahead([replace(one, steps=(Step(FIRST + 33, None, 0.0, -0.4),))])
    assert knows.figures[:, 0] == pytest.approx(60_000, abs=1)
    assert abs(misled.figures[11, 0] - 60_000) > 5_000
    # One that is over leaves nothing behind.
    (over,) = months_ahead([replace(one, steps=(Step(FIRST + 33, FIRST + 35, 0.0, -0.4),))])
    assert over.figures[:, 0] == pytest.approx(100_000, abs=1)


def test_steps_together_go_no_further_than_one_may_and_move_nobody_else() -> None:
    one, other = agency(1), agency(2)
    plain = months_ahead([one, other])
    start = one.origin + 1
    for share, most in ((10.0, 11.0), (-0.95, 0.05)):
        many = replace(one, steps=(Step(start, None, 0.0, share),) * 30)
        moved, kept = months_ahead([many, other])
        assert moved.figures[:, 0] == pytest.approx(most * plain[0].figures[:, 0], rel=1e-3)
        assert (kept.figures == plain[1].figures).all()
    # A drop larger than what was ever spent says no more of the months before it.
    dropped = replace(one, steps=(Step(FIRST, None, -1e10),))
    assert dropped.plain.amounts.max() <= 20 * one.series.amounts.max()


def test_the_year_is_its_months_so_far_and_the_forecast_of_the_others() -> None:
    one = agency(2)
    ahead = months_ahead([one])[0]
    end = year_end(one, ahead, "calendar")
    so_far = sum(amount for month, amount in one.recorded.items() if month >= FIRST + 24)
    assert end.spent == round(so_far * 100)
    assert end.figures[0] == end.spent + ahead.figures[:2, 0].sum()
    assert (end.figures[[3, 1, 0, 2, 4]] == np.sort(end.figures)).all()


def test_an_overrun_is_less_likely_the_higher_the_budget() -> None:
    chances = []
    for budget in (1e3, 20e3, 30e3, 32e3, 34e3, 40e3, 1e6):
        one = agency(2, budget=budget)
        end = year_end(one, months_ahead([one])[0], "calendar")
        assert end.chance is not None
        chances.append(end.chance)
    assert chances[0] == 1
    assert chances[-1] == 0
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(("budget", "chance"), [(1.0, 1), (1e6, 0)])
def test_a_year_that_is_over_has_a_certain_end(budget: float, chance: float) -> None:
    one = agency(2, points=36, budget=budget)
    end = year_end(one, months_ahead([one])[0], "calendar")
    assert end.chance == chance
    assert end.figures.tolist() == [end.spent] * 5


def test_the_month_in_which_the_budget_is_spent_is_counted_from_the_last() -> None:
    one = agency(2, budget=1.0)
    ahead = months_ahead([one])[0]
    spent = year_end(one, ahead, "calendar").spent / 100
    next_month = float(ahead.figures[0, 0]) / 100

    def breaks_in(budget: float) -> int | None:
        return year_end(agency(2, budget=budget), ahead, "calendar").breaks_in

    assert breaks_in(spent - 1) == 0
    assert breaks_in(spent + 1) == 1
    assert breaks_in(spent + next_month + 1) == 2
    assert breaks_in(spent * 2) is None


def test_a_budget_of_some_months_alone_says_nothing_of_the_year() -> None:
    one = agency(2, budget=1e4)
    part = replace(one, budgets=dict(list(one.budgets.items())[:7]))
    end = year_end(part, months_ahead([part])[0], "calendar")
    assert (end.budgeted, end.chance, end.breaks_in) == (None, None, None)


def test_the_budgets_of_the_centre_stand_beside_the_years_of_those_who_have_them() -> None:
    agencies = [agency(1, budget=3e4), agency(2, budget=4e4), agency(3)]
    ahead = months_ahead(agencies)
    ends = [year_end(*each, "calendar") for each in zip(agencies, ahead, strict=True)]
    centre = centre_of(agencies, ahead)
    assert centre is not None
    whole = centre_year(ends, centre)
    assert whole is not None
    assert whole.budgeted is not None
    assert whole.budgeted.budget == 7e6
    assert whole.budgeted.spent == ends[0].spent + ends[1].spent < whole.spent
    assert whole.budgeted.middle == ends[0].figures[0] + ends[1].figures[0] < whole.figures[0]
    assert centre_year(ends[2:], centre).budgeted is None  # type: ignore[union-attr]


def test_the_centre_is_judged_by_its_sums() -> None:
    agencies = [agency(1), agency(2)]
    past = past_forecasts([one.series for one in agencies])
    found = judge_sums(past_sums_of(agencies))
    assert found is not None
    middles = past.mean[past.place == 0] + past.mean[past.place == 1]
    came = past.actual[past.place == 0] + past.actual[past.place == 1]
    assert found.missed_in_all[0] == pytest.approx(np.nansum(np.abs(came - middles)))


def test_the_month_that_today_is_in_is_not_used() -> None:
    con = duckdb.connect()
    con.execute("create table dim_agency as select 1 as agency_id, 'TT' as country_code")
    con.execute(
        "create table rec_spend_event (agency_id int, month_from text, month_to text, "
        "change_usd double, change_ratio double)"
    )
    con.execute("insert into rec_spend_event values (1, '2025-12', null, null, -0.25)")
    con.execute("create table fact_budget (agency_id int, month text, budget_usd double)")
    con.execute(
        "create table fact_forecast_input as select 1 as agency_id, "
        "'2025-' || lpad(i::text, 2, '0') as month, 100.0 as cost_usd from range(1, 11) t(i)"
    )
    con.execute(
        "create table dim_country_month as select 'TT' as country_code, month, "
        "'2025-01' as fiscal_year_start from fact_forecast_input"
    )

    class Engine:
        def __init__(self) -> None:
            self.con = con

    for day, points in ((dt.date(2025, 10, 31), 9), (dt.date(2025, 11, 1), 10)):
        (found,) = forecasts.read_agencies(Engine(), day)  # type: ignore[arg-type]
        assert len(found.series.amounts) == points
        assert found.steps == (Step(FIRST + 8 * 12 - 1, None, 0.0, -0.25),)
    con.close()


def test_a_sum_begins_when_most_of_it_was_there() -> None:
    long = [Series("", FIRST, np.full(30, 50.0)) for _ in range(2)]
    small = Series("", FIRST + 25, np.full(5, 10.0))
    assert together([*long, small], FIRST + 29).first_month == FIRST
    large = Series("", FIRST + 10, np.full(20, 100.0))
    whole = together([*long, large, small], FIRST + 28)
    assert whole.first_month == FIRST + 10
    assert whole.amounts.tolist() == [200.0] * 15 + [210.0] * 4
