"""How figures moved within a period: on literal rows, and against the months of a star."""

from typing import Any

import pytest

from warehouse.answering.evaluation import Context
from warehouse.answering.frames import Frame
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Need, Span
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY, Kind
from warehouse.measures.sources import FAMILIES
from warehouse.question import Period, Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
MILLION = 1_000_000
COURSES = [name for name, measure in REGISTRY.items() if measure.kind is Kind.COURSE]


def latency_change(rows: list[tuple[str, bool]], milliseconds: list[int]) -> Any:
    """Evaluate the change of latency over rows of month and is_modelled."""
    measure = REGISTRY["latency_ms_change"]
    need = Need("performance", frozenset(measure.components), (), hidden=("month", "is_modelled"))
    columns: dict[str, list[Any]] = {
        "latency_weighted_s_sum": [value * MILLION // 1000 for value in milliseconds],
        "latency_weight": [MILLION] * len(rows),
    }
    frame = Frame(need, FAMILIES["performance"][-1], tuple(rows), columns)
    context = Context(Question((measure.name,)), (), Span(), None, (), 0)
    return EVALUATIONS[measure.kind].figures(measure, context, [frame])


def test_the_first_month_is_subtracted_from_the_last() -> None:
    found = latency_change([("2025-03", False), ("2025-01", False), ("2025-02", False)],
                           [450, 300, 900])  # fmt: skip
    assert found.values == {(): pytest.approx(150)}
    assert not found.used_modelled


def test_of_a_month_with_both_the_measured_rows_count() -> None:
    rows = [("2025-01", False), ("2025-01", True), ("2025-02", True), ("2025-02", False)]
    assert latency_change(rows, [300, 999, 111, 310]).values == {(): pytest.approx(10)}


def test_a_measured_month_is_never_set_against_a_modelled_one() -> None:
    found = latency_change([("2025-01", True), ("2025-02", False)], [300, 450])
    assert found.values == {(): None}
    assert list(found.reasons) == ["measured in the first or the last month only"]


def test_a_course_of_modelled_months_says_that_it_is_one() -> None:
    found = latency_change([("2025-01", True), ("2025-02", True)], [300, 450])
    assert found.values == {(): pytest.approx(150)}
    assert found.used_modelled


def test_one_month_has_not_moved() -> None:
    found = latency_change([("2025-01", False)], [300])
    assert found.values == {(): None}


@pytest.mark.parametrize("name", COURSES)
@pytest.mark.parametrize("scope", [ALL, Scope.of_agencies([10])], ids=["all", "one"])
def test_each_change_is_that_of_the_months_themselves(
    name: str, scope: Scope, gateway: Gateway
) -> None:
    of = name.removesuffix("_change")
    period = Period("2025-01", "2025-10")
    answer = gateway.ask(Question((of,), by=("month",), period=period), scope)
    months = [row[of] for row in answer.rows if row[of] is not None]
    changed = gateway.ask(Question((name,), period=period), scope)
    moved = changed.value(name)
    if moved is None:
        assert changed.reasons[name]
        return
    times = 100 if REGISTRY[name].unit == "pct_points" else 1
    assert moved == pytest.approx(times * (float(months[-1]) - float(months[0])), abs=1e-9)


def test_a_single_month_has_no_change_by_month(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("tagged_pct_change",), by=("month",)), ALL)
    assert {row["tagged_pct_change"] for row in answer.rows} == {None}
    assert "fewer than two months" in answer.reasons["tagged_pct_change"]
