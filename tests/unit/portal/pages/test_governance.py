"""Who owns the cost and what is wasted, for whoever may ask."""

import pytest

from tests.unit.portal.pages.conftest import Draw

PATH = "/finops/governance"
COST_ONLY = ("idle_cost", "waste_pct", "high_risk_spend", "actual_spend")


@pytest.mark.parametrize("who", ["treasury", "admin", "viewer of 10", "manager of 10 and 12"])
@pytest.mark.parametrize(
    "search",
    ["", "?agency=10", "?service=PaaS", "?currency=own", "?peak=peak", "?from=2025-01&to=2025-01",
     "?from=2024-03", "?to=2024-02"],
)  # fmt: skip
def test_the_page_is_whole_under_every_filter(draw: Draw, who: str, search: str) -> None:
    text = draw(who, PATH, search)
    assert "could not be drawn" not in text
    assert "Not available with these filters" not in text
    assert text.count('"type": "H1"') == 1


def test_an_administrator_sees_tagging_and_is_asked_for_no_other_cost(draw: Draw) -> None:
    text = draw("admin", PATH)
    assert "Nobody put a name to " in text
    assert "least tagged first" in text
    assert not any(f"measure={name}" in text for name in COST_ONLY)
    assert "Who owns this cost?" in text
    assert "measure=idle_cost" in draw("treasury", PATH)


def test_the_months_of_one_mda_stand_where_mdas_stand(draw: Draw) -> None:
    one = draw("viewer of 10", PATH)
    assert "missed the target" in one
    assert "Idle, at most" in one
    assert "MDAs below target" not in one
    assert "MDAs below target" in draw("treasury", PATH)


def test_an_administrator_sees_no_idle_column_of_one_mda(draw: Draw) -> None:
    assert "Idle, at most" not in draw("admin", PATH, "?agency=10")


def test_the_target_in_force_is_named(draw: Draw) -> None:
    assert "80 % of cost, in force for every month recorded" in draw("treasury", PATH)


def test_without_resources_that_a_policy_could_judge_the_page_says_whose_figures_it_shows(
    draw: Draw,
) -> None:
    assert "tagging reports of the MDAs, as no resource of these MDAs" in draw("treasury", PATH)
