"""Growth of like on like, changes, and shares of services, on literal rows."""

from collections.abc import Mapping

import pytest

from warehouse.answering.evaluation import Context, Figures
from warehouse.answering.frames import Frame
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Span
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.measures.sources import FAMILIES
from warehouse.months import shifted
from warehouse.question import Period, Question
from warehouse.schema.types import SCALE
from warehouse.scope import Scope

ALL = Scope.whole_government()
LAST = "2025-06"
TO_LAST = Period(None, LAST)


def months(*costs: int | None, last: str = LAST) -> dict[str, int]:
    """Give months that end with ``last`` these costs; ``None`` was not reported."""
    first = shifted(last, 1 - len(costs))
    return {shifted(first, at): cost for at, cost in enumerate(costs) if cost is not None}


def figures_of(
    name: str,
    agencies: Mapping[int, Mapping[str, int]],
    *,
    by: tuple[str, ...] = (),
    period: Period = TO_LAST,
) -> Figures:
    measure = REGISTRY[name]
    context = Context(
        Question((name,), by=by, period=period), (), Span(period.start, period.end), LAST, (), 0
    )
    evaluation = EVALUATIONS[measure.kind]
    (need,) = evaluation.needs(measure, context)
    names = (*need.keys, *need.hidden)
    rows = [
        (tuple({"agency": agency, "month": month}[key] for key in names), cost)
        for agency, costs in agencies.items()
        for month, cost in costs.items()
    ]
    frame = Frame(
        need,
        FAMILIES["cost"][1],
        tuple(key for key, _ in rows),
        {"cost_usd": [cost * 10**SCALE for _, cost in rows]},
    )
    return evaluation.figures(measure, context, [frame])


def test_three_months_are_set_against_the_three_before() -> None:
    agencies = {1: months(10, 20, 30, 20, 30, 40), 2: months(5, 5, 5, 5, 5, 5)}
    assert figures_of("three_month_change", agencies).values[()] == 10
    assert figures_of("three_month_growth", agencies).values[()] == pytest.approx(30 / 75)


def test_an_agency_that_joins_or_is_late_moves_nothing() -> None:
    steady = months(10, 10, 10, 10, 10, 10)
    joined, late = months(None, None, None, 50, 50, 50), months(9, 9, 9, 9, 9, None)
    agencies = {1: steady, 2: joined, 3: late}
    assert figures_of("three_month_growth", agencies).values[()] == 0
    by_agency = figures_of("three_month_growth", agencies, by=("agency",))
    assert by_agency.values == {(1,): 0, (2,): None, (3,): None}
    assert any("six months in a row" in reason for reason in by_agency.reasons)


def test_by_month_every_month_looks_back_for_itself() -> None:
    found = figures_of(
        "three_month_change", {1: months(1, 1, 1, 1, 1, 4, 7)}, by=("month",),
        period=Period("2025-05", LAST),
    ).values  # fmt: skip
    assert found == {("2025-05",): 1, ("2025-06",): 3}


def test_growth_from_nothing_is_not_available() -> None:
    assert figures_of("three_month_growth", {1: months(0, 0, 0, 1, 1, 1)}).values[()] is None


def test_a_year_is_compared_over_the_months_reported_in_both() -> None:
    year_before = months(10, 10, 10, last="2024-06")
    agencies = {
        1: {**year_before, **months(12, None, 14)},
        2: months(100, 100, 100),
        3: {**months(20, last="2024-06"), **months(30)},
    }
    period = Period("2025-04", LAST)
    assert figures_of("yoy_change", agencies, period=period).values[()] == 2 + 4 + 10
    growth = figures_of("yoy_growth", agencies, period=period).values[()]
    assert growth == pytest.approx(16 / 40)
    by_month = figures_of("yoy_change", agencies, by=("month",), period=period).values
    assert by_month == {("2025-04",): 2, ("2025-05",): None, ("2025-06",): 14}


def test_without_a_year_before_there_is_no_growth_on_it() -> None:
    found = figures_of("yoy_growth", {1: months(1, 2, 3)})
    assert found.values[()] is None
    assert any("a year before" in reason for reason in found.reasons)


def test_acceleration_is_growth_minus_the_growth_before() -> None:
    totals = {1: months(100, 110, 132)}
    assert REGISTRY["growth_acceleration"].unit == "ratio"
    found = figures_of("growth_acceleration", totals, by=("agency", "month")).values
    assert found[1, LAST] == pytest.approx(0.2 - 0.1)
    assert found[1, "2025-05"] is None


def test_a_change_is_the_month_minus_the_one_before() -> None:
    assert figures_of("mom_change", {1: months(7, 4)}, by=("agency", "month")).values == {
        (1, "2025-05"): None,
        (1, LAST): -3,
    }


def test_shares_of_services_add_up_to_one_even_under_a_filter(gateway: Gateway) -> None:
    rows = gateway.ask(Question(("service_share",), by=("service_type",)), ALL).rows
    assert sum(float(row["service_share"] or 0) for row in rows) == pytest.approx(1)
    one = gateway.ask(Question(("service_share",), where=(("service_type", ("PaaS",)),)), ALL)
    paas = next(row for row in rows if row["service_type"] == "PaaS")
    assert one.value("service_share") == paas["service_share"]


@pytest.mark.parametrize("name", ["three_month_growth", "yoy_growth", "service_share"])
def test_currencies_are_not_mixed(gateway: Gateway, name: str) -> None:
    period = Period("2025-01", "2025-04")
    by = ("service_type",) if name == "service_share" else ()
    question = Question((name,), by=by, period=period, currency="own")
    mixed = gateway.ask(question, ALL)
    assert {row[name] for row in mixed.rows} == {None}
    assert "more than one currency" in mixed.reasons[name]
    jamaica = gateway.ask(question, Scope.of_agencies([12, 13]))
    assert all(row[name] is not None for row in jamaica.rows)


def test_the_changes_of_agencies_add_up_to_that_of_all(gateway: Gateway) -> None:
    names = ("three_month_change", "yoy_change")
    period = Period("2025-01", "2025-04")
    whole = gateway.ask(Question(names, period=period), ALL)
    parts = gateway.ask(Question(names, by=("agency",), period=period), ALL)
    for name in names:
        added = sum(float(row[name] or 0) for row in parts.rows)
        assert whole.value(name) == pytest.approx(added)
