"""Forecasts through the gateway: of one agency, and of all together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from tests.factories.government import GOVERNMENT, MONTHS
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.governance.recommendations import ACCEPTED, OPEN, Decision, decide, decided
from warehouse.measures import REGISTRY
from warehouse.months import shifted
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
ONE = Scope.of_agencies([10])
BOUNDS = ("forecast_low_95", "forecast_low_80", "forecast_spend", "forecast_high_80",
          "forecast_high_95")  # fmt: skip
LAST = MONTHS[-1]


def test_months_ahead_follow_the_last_month_with_ordered_bounds(gateway: Gateway) -> None:
    for scope in (ALL, ONE):
        answer = gateway.ask(Question(BOUNDS, by=("month",)), scope)
        assert [row["month"] for row in answer.rows][:2] == [shifted(LAST, 1), shifted(LAST, 2)]
        for row in answer.rows:
            figures = [row[name] for name in BOUNDS]
            assert figures == sorted(figures)  # type: ignore[type-var]
            assert None not in figures


def test_the_centre_is_the_sum_of_the_agencies_to_the_cent(gateway: Gateway) -> None:
    month = Period(shifted(LAST, 1), shifted(LAST, 1))
    for name, period in (("forecast_spend", month), ("forecast_year_end", Period())):
        whole = gateway.ask(Question((name,), period=period), ALL).value(name)
        parts = gateway.ask(Question((name,), by=("agency",), period=period), ALL)
        assert len(parts.rows) == len(GOVERNMENT)
        cents = sum(round(float(row[name]) * 100) for row in parts.rows)  # type: ignore[arg-type]
        assert round(float(whole) * 100) == cents  # type: ignore[arg-type]


def test_an_agency_is_told_the_same_by_itself_as_by_the_treasury(gateway: Gateway) -> None:
    names = ("forecast_year_end", "forecast_year_end_low_80", "forecast_year_end_high_95",
             "forecast_error_1", "forecast_skill", "forecast_months_compared")  # fmt: skip
    own = gateway.ask(Question(names), ONE).rows[0]
    asked = gateway.ask(Question(names, where=(("agency", ("10",)),)), ALL).rows[0]
    assert own == asked


def test_bounds_of_several_but_not_all_are_not_added_up(gateway: Gateway) -> None:
    name = "forecast_year_end_high_80"
    answer = gateway.ask(Question((name,)), Scope.of_agencies([10, 11]))
    assert answer.value(name) is None
    assert answer.reasons[name].startswith("bounds don't add up")
    assert gateway.ask(Question((name,)), ALL).value(name) is not None


def test_a_service_is_bounded_and_judged_of_one_agency_and_of_all_together(
    gateway: Gateway,
) -> None:
    judged = ("forecast_error_1", "forecast_skill", "forecast_months_held",
              "forecast_months_compared")  # fmt: skip
    month = Period(shifted(LAST, 1), shifted(LAST, 1))
    for scope in (ONE, ALL):
        ahead = gateway.ask(Question(BOUNDS, by=("service_type",), period=month), scope)
        for row in ahead.rows:
            figures = [row[name] for name in BOUNDS]
            assert figures == sorted(figures)  # type: ignore[type-var]
        whole = gateway.ask(Question(("forecast_spend",), period=month), scope)
        added = sum(round(100 * float(row["forecast_spend"])) for row in ahead.rows)  # type: ignore[arg-type]
        assert added == round(100 * float(whole.value("forecast_spend")))  # type: ignore[arg-type]
        past = gateway.ask(Question(judged, by=("service_type",)), scope)
        assert [row["service_type"] for row in past.rows] == ["IaaS", "PaaS", "SaaS"]
        assert {row["forecast_months_compared"] for row in past.rows} == {4 + 3 + 2 + 1}
        assert all(row["forecast_skill"] is not None for row in past.rows)
    # Added up first: what agencies miss in opposite directions isn't missed by their sum.
    several = gateway.ask(Question((*judged, "forecast_high_80"), by=("service_type",),
                                   period=month), Scope.of_agencies([10, 11]))  # fmt: skip
    assert {row["forecast_months_compared"] for row in several.rows} == {2 * (4 + 3 + 2 + 1)}
    assert {row["forecast_high_80"] for row in several.rows} == {None}


def test_bounds_of_several_months_are_not_added_up_either(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("forecast_spend", "forecast_low_80")), ONE)
    assert answer.value("forecast_spend") is not None
    assert answer.value("forecast_low_80") is None


def test_the_years_forecast_holds_the_year_so_far(gateway: Gateway) -> None:
    names = ("forecast_year_end", "ytd_spend")
    answer = gateway.ask(Question(names), ONE)
    ahead = gateway.ask(
        Question(("forecast_spend",), period=Period(shifted(LAST, 1), f"{LAST[:4]}-12")), ONE
    )
    total = answer.value("ytd_spend") + ahead.value("forecast_spend")  # type: ignore[operator]
    assert answer.value("forecast_year_end") == pytest.approx(total, abs=0.01)


def test_a_fiscal_year_ends_when_the_agencys_country_says(gateway: Gateway) -> None:
    fiscal = gateway.ask(Question(("forecast_year_end", "ytd_spend"), year="fiscal"), ONE)
    start = gateway.ask(Question(("ytd_spend",), year="fiscal"), ONE).value("ytd_spend")
    assert fiscal.value("ytd_spend") == start
    calendar = gateway.ask(Question(("forecast_year_end",)), ONE).value("forecast_year_end")
    assert fiscal.value("forecast_year_end") != calendar


def test_a_budget_of_part_of_the_year_gives_no_chance_of_an_overrun(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("overrun_probability", "forecast_over_budget")), ONE)
    for name in ("overrun_probability", "forecast_over_budget"):
        assert answer.value(name) is None
        assert answer.reasons[name].startswith("no budget recorded for the whole")


@pytest.mark.parametrize(
    "name", [name for name, one in REGISTRY.items() if one.group == "Forecast"]
)
def test_a_figure_of_each_agency_is_kept_for_those_who_see_one(gateway: Gateway, name: str) -> None:
    for scope in (ALL, ONE):
        answer = gateway.ask(Question((name,), by=("agency",)), scope)
        assert "government only" not in answer.reasons.get(name, "")


def test_what_came_inside_the_band_is_counted(gateway: Gateway) -> None:
    names = ("forecast_months_held", "forecast_months_compared", "forecast_band_held")
    row = gateway.ask(Question(names), ONE).rows[0]
    held, compared = row["forecast_months_held"], row["forecast_months_compared"]
    # Sixteen months: from origins of 12 to 15 months, four, three, two and one month came.
    assert compared == 4 + 3 + 2 + 1
    assert row["forecast_band_held"] == pytest.approx(held / compared)  # type: ignore[operator]


def test_what_if_moves_what_is_ahead_and_not_what_was_spent(gateway: Gateway) -> None:
    names = ("forecast_year_end", "whatif_year_end")
    for scope in (ALL, ONE):
        as_forecast = gateway.ask(Question(names), scope)
        year = as_forecast.value("forecast_year_end") or 0.0
        assert as_forecast.value("whatif_year_end") == pytest.approx(year, abs=0.005)
        figures = [
            gateway.ask(Question(names, whatif=share), scope).value("whatif_year_end") or 0.0
            for share in (-1.0, -0.1, 0.1)
        ]
        spent, less, more = figures
        assert 0 < spent < less < year < more
        assert year - less == pytest.approx((year - spent) / 10, abs=0.01)
        assert more - year == pytest.approx(year - less, abs=0.01)


def test_moved_by_what_meets_the_budget_the_year_ends_on_it() -> None:
    sums = {
        "budgeted_forecast_usd": np.array([120.0, 120.0, 90.0]),
        "budgeted_spent_usd": np.array([60.0, 60.0, 90.0]),
        "year_budget_usd": np.array([100.0, 150.0, 100.0]),
        "budgeted_saved_usd": np.zeros(3),
    }
    needed = REGISTRY["change_to_meet_budget"].compute(sums)
    assert needed[:2] == pytest.approx([-1 / 3, 0.5])
    # A year that is over can't be moved any more.
    assert np.isnan(needed[2])
    over = REGISTRY["whatif_over_budget"].compute
    assert over({**sums, "moved": 1 + needed})[:2] == pytest.approx(0)
    assert over({**sums, "moved": np.ones(3)}).tolist() == [20.0, -30.0, -10.0]


NOW = datetime(2025, 5, 2, tzinfo=UTC)
LEFT = 12 - int(LAST[5:])
"""Months left of the year."""


@pytest.fixture
def accepted(database: Database) -> Iterator[None]:
    """Let three agencies have accepted: a saving, more than there is to save, and one unknown."""
    savings = {10: Decimal(1200), 11: Decimal(10**12), 12: None}
    set_states(database, savings, ACCEPTED)
    yield
    set_states(database, savings, OPEN)


def set_states(database: Database, savings: dict[int, Decimal | None], state: str) -> None:
    with database.records(ALL) as session:
        known = decided(session, None)
        for agency, saving in savings.items():
            key = (agency, "rightsizing", "IaaS")
            lock = known[key].lock if key in known else 0
            decision = Decision(state, estimate_usd=saving, estimate_months=12 if saving else None)
            decide(session, key, decision, lock=lock, by="a@b.example", now=NOW)


@pytest.mark.usefixtures("accepted")
def test_what_was_accepted_is_saved_in_every_month_ahead_and_never_more_than_there_is(
    gateway: Gateway,
) -> None:
    names = ("forecast_spend", "whatif_spend", "forecast_low_80", "whatif_low_80")
    by_month = gateway.ask(Question(names, by=("agency", "month"), whatif="accepted"), ALL)
    for row in by_month.rows:
        as_forecast, moved = float(row["forecast_spend"] or 0), float(row["whatif_spend"] or 0)
        saved = {10: 100.0, 11: as_forecast}.get(int(row["agency"] or 0), 0.0)
        assert as_forecast - moved == pytest.approx(saved, abs=0.005)
        low, moved_low = float(row["forecast_low_80"] or 0), float(row["whatif_low_80"] or 0)
        assert moved_low == pytest.approx(max(low - saved, 0), abs=0.005)
    names = ("whatif_year_change", "whatif_year_end", "whatif_year_end_high_95", "whatif_spend")
    parts = gateway.ask(Question(names, by=("agency",), whatif="accepted"), ALL)
    changes = {row["agency"]: float(row["whatif_year_change"] or 0) for row in parts.rows}
    assert changes[10] == pytest.approx(-100 * LEFT)
    assert {changes[agency] for agency in changes if agency not in {10, 11}} == {0.0}
    whole = gateway.ask(Question(names, whatif="accepted"), ALL)
    for name in ("whatif_year_change", "whatif_year_end", "whatif_spend"):
        added = sum(float(row[name] or 0) for row in parts.rows)
        assert whole.value(name) == pytest.approx(added, abs=0.05)
    own = gateway.ask(Question(names, whatif="accepted"), ONE).rows[0]
    asked = next(row for row in parts.rows if row["agency"] == 10)
    assert own == {name: asked[name] for name in names}


def test_a_decision_moves_the_forecast_without_a_new_build(
    gateway: Gateway, database: Database
) -> None:
    question = Question(("whatif_year_change",), whatif="accepted")
    assert gateway.ask(question, ONE).value("whatif_year_change") == 0
    set_states(database, {10: Decimal(1200)}, ACCEPTED)
    assert gateway.ask(question, ONE).value("whatif_year_change") == pytest.approx(-100 * LEFT)
    set_states(database, {10: None}, OPEN)
    assert gateway.ask(question, ONE).value("whatif_year_change") == 0


def test_services_add_up_to_their_agency_in_every_month_to_the_cent(gateway: Gateway) -> None:
    by_agency = gateway.ask(Question(("forecast_spend",), by=("agency", "month")), ALL)
    parts = gateway.ask(
        Question(("forecast_spend", "forecast_low_80", "forecast_high_80"),
                 by=("agency", "month", "service_type")), ALL
    )  # fmt: skip
    added: dict[tuple[object, object], int] = {}
    for row in parts.rows:
        key = (row["agency"], row["month"])
        amount, low, high = (float(row[name] or 0) for name in
                             ("forecast_spend", "forecast_low_80", "forecast_high_80"))  # fmt: skip
        added[key] = added.get(key, 0) + round(amount * 100)
        assert low <= amount <= high
    whole = {(row["agency"], row["month"]): round(float(row["forecast_spend"] or 0) * 100)
             for row in by_agency.rows}  # fmt: skip
    assert added == whole
    assert len(parts.rows) > len(by_agency.rows)
    own = gateway.ask(Question(("forecast_spend",), by=("month", "service_type")), ONE).rows
    assert [row["forecast_spend"] for row in own] == [
        row["forecast_spend"] for row in parts.rows if row["agency"] == 10
    ]
