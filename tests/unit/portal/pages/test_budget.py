"""The budget page: who is over budget, who will be, and what can't be told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from portal.pages import PageRequest
from portal.pages.money.budget import draw_budget
from portal.pages.money.budget_agencies import draw_agencies, draw_unbudgeted, draw_variances
from portal.pages.money.budget_cards import is_fast
from portal.pages.money.budget_in_force import draw_in_force
from portal.pages.money.budget_months import draw_month_table, draw_month_variances
from portal.pages.summary.executive import draw_executive
from portal.pages.summary.home import draw_home
from tests.unit.portal.pages.conftest import Draw
from tests.unit.portal.pages.figures_shown import text_of

PATH = "/finops/budget"
AskFor = Callable[..., PageRequest]


def written(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), cls=PlotlyJSONEncoder)


def test_the_treasury_reads_who_is_over_and_who_will_be(ask_for: AskFor) -> None:
    text = text_of(draw_budget(ask_for("treasury", PATH)))
    assert "Spend of all MDAs this year to April 2025 is US$" in text
    assert "MDAs are over budget." in text
    assert "is furthest above it, by " in text
    assert "use up the budgets recorded for them before the year ends" in text


def test_an_mda_reads_how_much_of_its_budget_is_spent(ask_for: AskFor) -> None:
    text = text_of(draw_budget(ask_for("viewer of 10", PATH)))
    assert "Are we over budget, and will we be?" in text
    assert "The year's budget is used up: " in text
    assert "Who is over budget" not in text


def test_mdas_lead_down_to_their_own_page_with_the_filters(ask_for: AskFor) -> None:
    request = ask_for("treasury", PATH, "?year=fiscal&view=x&page=2")
    for draw in (draw_variances, draw_agencies, draw_unbudgeted):
        links = written(draw(request))
        assert f"{PATH}?agency=1" in links
        assert "year=fiscal" in links
        assert "page=2" not in links


def test_an_mda_without_a_budget_is_listed_apart(ask_for: AskFor) -> None:
    request = ask_for("treasury", PATH)
    assert "Ports Authority" in text_of(draw_unbudgeted(request))
    assert "Ports Authority" not in text_of(draw_agencies(request))
    assert "Every MDA has a budget" in text_of(
        draw_unbudgeted(ask_for("manager of 10 and 12", PATH))
    )


def test_without_a_budget_the_page_says_so_and_invents_none(ask_for: AskFor) -> None:
    text = text_of(draw_budget(ask_for("viewer of 13", PATH)))
    assert "can't be set against a budget: no budget recorded" in text
    assert "No budget is recorded for Ports Authority in this period." in text
    assert "Month by month" not in text


def test_the_table_says_how_each_budget_was_spread(ask_for: AskFor) -> None:
    text = text_of(draw_agencies(ask_for("treasury", PATH)))
    assert "month by month" in text


def test_the_version_of_an_mdas_budget_is_named(ask_for: AskFor) -> None:
    text = text_of(draw_in_force(ask_for("viewer of 10", PATH)))
    assert "The budget is set month by month" in text
    assert "original" in text
    assert "January to April 2025" in text


def test_the_two_exchange_rates_are_kept_apart(ask_for: AskFor) -> None:
    text = text_of(draw_in_force(ask_for("viewer of 10", PATH)))
    assert "at two exchange rates" in text
    assert "US$" in text
    assert "TTD " in text


def test_months_lead_to_their_rows(ask_for: AskFor) -> None:
    table = written(draw_month_table(ask_for("viewer of 10", PATH)))
    assert "/data?from=2025-03&to=2025-03&view=cost-rows" in table
    assert "/data?" in written(draw_month_variances(ask_for("viewer of 10", PATH)))


def test_one_month_is_no_chart(ask_for: AskFor) -> None:
    request = ask_for("viewer of 10", PATH, "?from=2025-02&to=2025-02")
    assert "It takes two months" in text_of(draw_month_variances(request))


@pytest.mark.parametrize(("index", "fast"), [(None, False), (1.004, False), (1.006, True)])
def test_a_burn_index_is_judged_as_it_is_written(index: float | None, fast: bool) -> None:
    assert is_fast(index) is fast


@pytest.mark.parametrize(
    ("who", "path", "draw_page"),
    [
        ("treasury", PATH, draw_budget),
        ("treasury", "/", draw_executive),
        ("manager of 10 and 12", "/", draw_home),
    ],
)
def test_several_currencies_are_not_said_to_be_no_spend(
    ask_for: AskFor, who: str, path: str, draw_page: Callable[[PageRequest], Any]
) -> None:
    text = text_of(draw_page(ask_for(who, path, "?currency=own")))
    assert "can't be told: amounts in more than one currency" in text
    assert "Choose one MDA, or US dollars." in text
    assert "No spend was reported for" not in text
    assert "No budget is recorded" not in text


def test_in_own_currencies_mdas_are_still_compared_with_their_budgets(ask_for: AskFor) -> None:
    text = text_of(draw_agencies(ask_for("treasury", PATH, "?currency=own")))
    assert "TTD " in text
    assert "JMD " in text


@pytest.mark.parametrize(
    "search", ["", "?currency=own", "?year=fiscal", "?from=2024-01&to=2024-03"]
)
@pytest.mark.parametrize(
    "who", ["treasury", "viewer of 10", "viewer of 13", "manager of 10 and 12"]
)
def test_every_part_is_drawn_for_every_reader(draw: Draw, who: str, search: str) -> None:
    for path in (PATH, "/"):
        text = draw(who, path, search)
        assert "could not be drawn" not in text
        assert text.count('"type": "H1"') == 1


def test_what_is_over_budget_is_a_task_that_names_its_mda(ask_for: AskFor) -> None:
    text = text_of(draw_home(ask_for("manager of 10 and 12", "/")))
    assert "Ministry of Health: " in text
    assert "above the budget of the same months" in text
    alone = text_of(draw_home(ask_for("viewer of 13", "/")))
    assert "Ports Authority: spend can't be set against anything" in alone
