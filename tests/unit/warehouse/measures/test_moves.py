"""Before and after a migration, on literal rows."""

import pytest

from warehouse.answering.evaluation import Context, Figures
from warehouse.answering.frames import Frame
from warehouse.answering.kinds import EVALUATIONS
from warehouse.answering.planner import Span
from warehouse.errors import UnknownDimensionError
from warehouse.gateway import Gateway
from warehouse.measures import REGISTRY
from warehouse.measures.sources import FAMILIES
from warehouse.question import Period, Question
from warehouse.schema.types import SCALE
from warehouse.scope import Scope

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
ALL = Scope.whole_government()
Row = tuple[int, str, str, int]


def course(agency: int, *costs: int, moves: str | None = None) -> list[Row]:
    return [
        (agency, month, "Post" if moves and month >= moves else "Pre", cost)
        for month, cost in zip(MONTHS, costs, strict=False)
    ]


def figures_of(name: str, *courses: list[Row], claims: dict[int, float] | None = None) -> Figures:
    measure = REGISTRY[name]
    context = Context(Question((name,)), (), Span(), None, (), 0)
    evaluation = EVALUATIONS[measure.kind]
    needs = evaluation.needs(measure, context)
    rows = [row for each in courses for row in each]
    frames = [
        Frame(
            needs[0],
            FAMILIES["cost"][-1],
            tuple((agency, month, side) for agency, month, side, _ in rows),
            {"cost_usd": [cost * 10**SCALE for *_, cost in rows]},
        )
    ]
    if len(needs) > 1:
        claimed = {agency: round(value * 10**SCALE) for agency, value in (claims or {}).items()}
        frames.append(
            Frame(
                needs[1],
                FAMILIES["fact_migration_summary"][0],
                tuple((agency,) for agency in claimed),
                {"realised_savings_pct": list(claimed.values())},
            )
        )
    return evaluation.figures(measure, context, frames)


def value(name: str, *courses: list[Row], claims: dict[int, float] | None = None) -> float | None:
    return figures_of(name, *courses, claims=claims).values[()]


EARLY = course(1, 100, 60, 80, 70, moves="2025-02")
LATE = course(2, 200, 200, 200, 100, moves="2025-04")
STAYED = course(3, 10, 20, 30, 40)


def test_each_agency_counts_with_its_own_mean_month_on_either_side() -> None:
    assert value("monthly_cost_pre", EARLY, LATE, STAYED) == 300
    assert value("monthly_cost_post", EARLY, LATE, STAYED) == 170
    assert value("moved_agency_count", EARLY, LATE, STAYED) == 2
    assert value("observed_cost_change", EARLY, LATE, STAYED) == pytest.approx(170 / 300 - 1)
    assert value("observed_savings", EARLY, LATE, STAYED) == pytest.approx(1 - 170 / 300)


def test_a_month_in_which_only_a_part_had_moved_is_on_neither_side() -> None:
    mixed = [*EARLY, (1, "2025-02", "Pre", 1000)]
    assert value("monthly_cost_pre", mixed) == 100
    assert value("monthly_cost_post", mixed) == 75


def test_those_that_stayed_are_split_at_the_first_and_the_last_move_of_others() -> None:
    assert value("unmoved_monthly_cost_pre", EARLY, LATE, STAYED) == 10
    assert value("unmoved_monthly_cost_post", EARLY, LATE, STAYED) == 40
    assert value("unmoved_cost_change", EARLY, LATE, STAYED) == 3


def test_without_a_move_there_is_nothing_to_compare_and_a_reason() -> None:
    found = figures_of("observed_cost_change", STAYED)
    assert found.values[()] is None
    assert list(found.reasons) == ["no agency with months both before and after a migration"]
    assert value("moved_agency_count", STAYED) == 0
    assert value("unmoved_cost_change", STAYED) is None


def test_an_agency_that_only_has_months_after_is_not_compared() -> None:
    new = course(4, 50, 50, moves="2025-01")
    assert value("moved_agency_count", EARLY, new) == 1
    assert value("monthly_cost_pre", EARLY, new) == 100
    assert value("unmoved_cost_change", EARLY, new) is None


def test_a_cost_of_nothing_before_gives_no_share() -> None:
    assert value("observed_cost_change", course(1, 0, 10, moves="2025-02")) is None


def test_the_gap_is_what_is_claimed_minus_what_the_months_show() -> None:
    claims = {1: 50.0, 2: 40.0, 3: 99.0}
    assert value("savings_gap", EARLY, STAYED, claims=claims) == pytest.approx(20)
    assert value("savings_gap", EARLY, LATE, STAYED, claims=claims) == pytest.approx(5)
    assert value("savings_gap", EARLY, claims={2: 40.0}) is None
    assert value("savings_gap", STAYED, claims=claims) is None


def test_of_a_built_government_the_parts_agree_with_the_whole(gateway: Gateway) -> None:
    names = ("monthly_cost_pre", "monthly_cost_post", "moved_agency_count")
    whole = gateway.ask(Question(names), ALL)
    parts = gateway.ask(Question(names, by=("agency",)), ALL)
    for name in names:
        assert sum(float(row[name] or 0) for row in parts.rows) == pytest.approx(whole.value(name))
    assert whole.value("moved_agency_count") == 6


def test_own_currencies_are_never_added(gateway: Gateway) -> None:
    own = Question(("monthly_cost_pre",), currency="own")
    answer = gateway.ask(own, ALL)
    assert answer.value("monthly_cost_pre") is None
    assert "more than one currency" in answer.reasons["monthly_cost_pre"]
    assert gateway.ask(own, Scope.of_agencies({10})).value("monthly_cost_pre") is not None


def test_the_others_can_t_be_split_by_agency(gateway: Gateway) -> None:
    with pytest.raises(UnknownDimensionError):
        gateway.ask(Question(("unmoved_cost_change",), by=("agency",)), ALL)


def test_one_side_of_the_same_agencies_and_the_change_belong_together(gateway: Gateway) -> None:
    names = ("stability_score_pre", "stability_score_post", "stability_delta")
    rows = gateway.ask(Question(names, by=("agency",)), ALL).rows
    known = [row for row in rows if row["stability_delta"] is not None]
    assert known
    for row in known:
        before, after, change = (float(row[name] or 0) for name in names)
        assert after - before == pytest.approx(change)


def test_measured_on_one_side_only_is_not_compared(gateway: Gateway) -> None:
    answer = gateway.ask(Question(("stability_score_post",)), Scope.of_agencies({10}))
    assert answer.value("stability_score_post") is None
    assert "measured on one side" in answer.reasons["stability_score_post"]


def test_where_some_were_measured_on_both_sides_they_alone_count(gateway: Gateway) -> None:
    modelled = gateway.ask(Question(("stability_delta",)), Scope.of_agencies({13, 15}))
    assert modelled.modelled == {"stability_delta"}
    mixed = gateway.ask(Question(("stability_delta",)), Scope.of_agencies({10, 13}))
    assert mixed.value("stability_delta") is None


def test_a_period_on_one_side_has_nothing_to_compare(gateway: Gateway) -> None:
    asked = Question(("observed_cost_change",), period=Period("2025-01", "2025-04"))
    assert gateway.ask(asked, ALL).value("observed_cost_change") is None


def test_agencies_measured_before_and_after_are_those_with_requests_on_both_sides(
    gateway: Gateway,
) -> None:
    sides = gateway.ask(Question(("request_count",), by=("agency", "migration_status")), ALL)
    counted = [row["agency"] for row in sides.rows if row["request_count"]]
    both = {agency for agency in counted if counted.count(agency) == 2}
    found = gateway.ask(Question(("measured_move_count",), by=("agency",)), ALL)
    assert {row["agency"] for row in found.rows if row["measured_move_count"]} == both
    assert gateway.ask(Question(("measured_move_count",)), ALL).value("measured_move_count") == len(
        both
    )
