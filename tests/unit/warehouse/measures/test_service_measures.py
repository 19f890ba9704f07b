"""Figures that look at services one by one: on literal rows, and against the rows of a star."""

from typing import Any

import pytest

from warehouse.answering.evaluation import Context
from warehouse.answering.frames import Frame
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Need, Span
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.measures.sources import FAMILIES
from warehouse.question import Question
from warehouse.scope import Scope

ALL = Scope.whole_government()
MILLION = 1_000_000


def figures_of(name: str, rows: list[tuple[Any, ...]], **columns: list[int | None]) -> Any:
    """Evaluate a measure over rows of agency, service (, peak), is_modelled, split by agency."""
    measure = REGISTRY[name]
    is_season = len(rows[0]) == 4
    hidden = ("digital_service", "is_modelled")
    if is_season:
        rows = [(agency, peak, service, basis) for agency, service, peak, basis in rows]
        hidden = ("peak", *hidden)
    columns.setdefault("row_count", [1] * len(rows))
    need = Need("performance", frozenset(columns), ("agency",), hidden=hidden)
    frame = Frame(need, FAMILIES["performance"][-1], tuple(rows), dict(columns))
    context = Context(Question((name,), by=("agency",)), (), Span(), None, (), 0)
    return EVALUATIONS[measure.kind].figures(measure, context, [frame])


def latency_delta(rows: list[tuple[Any, ...]], milliseconds: list[int]) -> Any:
    return figures_of(
        "latency_peak_delta_ms",
        rows,
        latency_weighted_s_sum=[value * MILLION // 1000 for value in milliseconds],
        latency_weight=[MILLION] * len(rows),
    )


def test_peak_is_set_against_other_months_of_the_same_service() -> None:
    rows = [(1, "tax", True, False), (1, "tax", False, False)]
    assert latency_delta(rows, [900, 250]).values == {(1,): pytest.approx(650)}


def test_a_service_with_one_season_does_not_count() -> None:
    rows = [(1, "tax", True, False), (1, "tax", False, False), (1, "permits", True, False)]
    assert latency_delta(rows, [900, 250, 5000]).values == {(1,): pytest.approx(650)}


def test_a_measured_peak_is_never_set_against_a_modelled_other_month() -> None:
    rows = [(1, "tax", True, False), (1, "tax", False, True), (1, "PaaS", True, True),
            (1, "PaaS", False, True)]  # fmt: skip
    found = latency_delta(rows, [900, 250, 400, 390])
    assert found.values == {(1,): None}
    assert list(found.reasons) == ["measured in peak months only, or in other months only"]
    assert not found.used_modelled


def test_where_something_was_measured_modelled_services_are_left_out() -> None:
    rows = [(1, "tax", True, False), (1, "tax", False, False), (1, "PaaS", True, True),
            (1, "PaaS", False, True)]  # fmt: skip
    found = latency_delta(rows, [900, 250, 400, 390])
    assert found.values == {(1,): pytest.approx(650)}
    assert found.modelled_left_out == 2


def test_a_difference_of_modelled_seasons_says_that_it_is_modelled() -> None:
    found = latency_delta([(1, "PaaS", True, True), (1, "PaaS", False, True)], [400, 390])
    assert found.values == {(1,): pytest.approx(10)}
    assert found.used_modelled


def test_a_month_of_which_no_calendar_tells_the_season_counts_in_neither() -> None:
    rows = [(1, "tax", True, False), (1, "tax", None, False)]
    assert latency_delta(rows, [900, 250]).values == {(1,): None}


TARGETS = [(1, "tax", False), (1, "land", False), (1, "maps", False), (2, "IaaS", True)]
ERRORS = [5 * MILLION, 4 * MILLION, None, None]
ALLOWED = [4 * MILLION, 4 * MILLION, None, None]


@pytest.mark.parametrize(
    ("name", "expected"), [("services_with_target", 2), ("services_on_target", 1)]
)
def test_each_service_with_a_target_is_judged_alone(name: str, expected: int) -> None:
    found = figures_of(name, TARGETS, targeted_error_sum=ERRORS, allowed_error_sum=ALLOWED)
    assert found.values == {(1,): expected, (2,): None}
    assert list(found.reasons) == ["not measured: no traffic of a service with a target"]


def test_the_burn_rate_is_failed_requests_over_those_allowed(gateway: Gateway) -> None:
    names = ("error_budget_burn_rate", "error_budget_remaining", "error_rate", "slo_target")
    row = gateway.ask(Question(names), Scope.of_agencies([10])).rows[0]
    assert row["slo_target"] == pytest.approx(0.999)
    assert row["error_budget_burn_rate"] == pytest.approx(row["error_rate"] / 0.001)  # type: ignore[operator]
    assert row["error_budget_remaining"] == pytest.approx(1 - row["error_budget_burn_rate"])  # type: ignore[operator]


def test_the_peak_difference_of_one_service_is_that_of_its_two_figures(gateway: Gateway) -> None:
    scope = Scope.of_agencies([10])
    service = (("digital_service", ("portal-10",)),)
    sides = gateway.ask(Question(("stability_score",), by=("peak",), where=service), scope).rows
    found = {row["peak"]: row["stability_score"] for row in sides}
    answer = gateway.ask(Question(("stability_peak_delta",), where=service), scope)
    assert answer.value("stability_peak_delta") == pytest.approx(found["peak"] - found["non-peak"])  # type: ignore[operator]
    assert not answer.modelled


def test_reported_load_counts_every_service_whether_measured_or_not(gateway: Gateway) -> None:
    names = ("over_capacity_count", "capacity_breach_count", "service_utilisation")
    whole = gateway.ask(Question(names), ALL)
    apart = gateway.ask(Question(names, by=("agency", "digital_service")), ALL).rows
    assert whole.value("over_capacity_count") == sum(r["over_capacity_count"] for r in apart)  # type: ignore[misc]
    assert whole.value("over_capacity_count") > whole.value("capacity_breach_count")  # type: ignore[operator]
    assert not {"over_capacity_count", "service_utilisation"} & whole.modelled


def test_targets_are_counted_over_all_agencies(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("services_with_target", "services_on_target")), ALL)
    assert answer.rows[0] == {"services_with_target": 3, "services_on_target": 0}
    assert gateway.ask(Question(("services_on_target",)), Scope.of_agencies([12])).value(
        "services_on_target"
    ) is None  # fmt: skip
