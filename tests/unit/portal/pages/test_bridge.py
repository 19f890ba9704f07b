"""Why did it change? The section for the treasury, for one MDA, and where it can't be told."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from dash.development.base_component import Component
from werkzeug.datastructures import MultiDict

from portal.asking import read_question
from portal.components.waterfall import Step, Total, waterfall
from portal.pages import PageRequest
from portal.pages.bridge.periods import periods_of
from portal.pages.bridge.sections import change_in_words, draw_bridge, draw_budget_bridge
from tests.unit.portal.pages.figures_shown import MINUS, agrees, figures_of, text_of, unasked_of
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Period

AskFor = Callable[..., PageRequest]
MONEY = "/finops/budget"


def asked_again(request: PageRequest, query: str) -> Answer:
    arguments = MultiDict(parse_qsl(query))
    measures = tuple(arguments.poplist("measure"))
    return request.gateway.ask(read_question(arguments, measures), request.scope)


def attributes_of(part: object, name: str) -> list[str]:
    found: list[str] = []
    if isinstance(part, (list, tuple)):
        for one in part:
            found += attributes_of(one, name)
    elif isinstance(part, Component):
        value = part.to_plotly_json()["props"].get(name)
        found += [str(value)] if value else []
        found += attributes_of(getattr(part, "children", None), name)
    return found


@pytest.mark.parametrize(
    ("who", "search"),
    [
        ("treasury", ""),
        ("treasury", "?agency=10"),
        ("treasury", "?from=2025-01&to=2025-03&against=2024-01..2024-03"),
        ("treasury", "?agency=12&currency=own&from=2025-02"),
        ("viewer of 10", ""),
        ("viewer of 10", "?service=IaaS"),
        ("viewer of 10", "?from=2025-01&to=2025-04&against=2024-11..2024-12"),
        ("manager of 10 and 12", "?from=2025-01"),
    ],
)
@pytest.mark.parametrize("draw", [draw_bridge, draw_budget_bridge])
def test_every_figure_is_what_its_question_answers(
    draw: Callable[[PageRequest], Component], who: str, search: str, ask_for: AskFor
) -> None:
    request = ask_for(who, MONEY, search)
    drawn = draw(request)
    assert unasked_of(drawn) == []
    shown = figures_of(drawn)
    assert len(shown) > 5
    for found in shown:
        answer = asked_again(request, found.question)
        row = next(
            row
            for row in answer.rows
            if "|".join(str(row[name]) for name in answer.question.by) == found.row
        )
        value = row[found.measure]
        number = None if value is None else float(value)
        assert agrees(found.text, number, REGISTRY[found.measure].unit), found


def test_the_last_reported_month_is_compared_with_the_one_before(ask_for: AskFor) -> None:
    text = text_of(draw_bridge(ask_for("treasury", MONEY)))
    assert "in April 2025, above all through " in text
    assert "April 2025 against March 2025" in text
    assert "By MDA, 6 of 8 that moved most" in text
    assert "not shown apart" in text


def test_a_chosen_period_is_compared_with_the_one_before_or_the_one_named(
    ask_for: AskFor,
) -> None:
    quarter = draw_bridge(ask_for("treasury", MONEY, "?from=2025-01&to=2025-03"))
    assert "January to March 2025 against October to December 2024" in text_of(quarter)
    named = draw_bridge(
        ask_for("treasury", MONEY, "?from=2025-01&to=2025-03&against=2024-01..2024-03")
    )
    assert "January to March 2025 against January to March 2024" in text_of(named)


def test_the_form_compares_months_of_its_own_and_leaves_those_of_the_page(
    ask_for: AskFor,
) -> None:
    search = (
        "?from=2025-02&now=2025-04&now=2025-04&against=2024-01&against=2024-04&agency=10"
        "&year=fiscal"
    )
    request = ask_for("treasury", MONEY, search)
    assert periods_of(request) == (Period("2025-04", "2025-04"), Period("2024-01", "2024-04"))
    assert request.year_period().start == "2025-02"
    drawn = draw_bridge(request, path="/")
    assert attributes_of(drawn, "action") == ["/#bridge"]
    assert attributes_of(drawn, "id")[0] == "bridge"
    assert attributes_of(drawn, "name") == [
        "from", "agency", "year", "now", "now", "against", "against"
    ]  # fmt: skip


def test_one_mda_sees_its_services_and_can_go_down_to_them(ask_for: AskFor) -> None:
    drawn = draw_bridge(ask_for("viewer of 10", "/"), path="/")
    assert "By service" in text_of(drawn)
    assert "/?service=IaaS" in attributes_of(drawn, "href")
    many = draw_bridge(ask_for("treasury", MONEY), path=MONEY)
    assert any(href.startswith(f"{MONEY}?agency=") for href in attributes_of(many, "href"))


def test_one_month_of_records_can_be_compared_with_nothing(ask_for: AskFor) -> None:
    first = draw_bridge(ask_for("viewer of 10", MONEY, "?from=2024-01&to=2024-01"))
    assert "can't be set against December 2023: no records in one of the two periods" in text_of(
        first
    )
    assert change_in_words(ask_for("viewer of 10", "/", "?from=2024-01&to=2024-01")) == []


def test_months_without_a_counterpart_are_left_out_and_named(ask_for: AskFor) -> None:
    late = "?from=2025-03&to=2025-06&against=2024-11..2025-02"
    left_out = "Left out, as the month each is compared with wasn't reported: 2 agency-months."
    request = ask_for("viewer of 10", "/", late)
    assert left_out in text_of(draw_bridge(request, path="/"))
    assert left_out in text_of(change_in_words(request))
    even = ask_for("viewer of 10", "/", "?from=2025-03&to=2025-04&against=2024-11..2024-12")
    assert (
        text_of(change_in_words(request)).partition(" in ")[0]
        == (text_of(change_in_words(even)).partition(" in ")[0])
    )


def test_of_periods_that_differ_in_length_no_rise_fall_or_cause_is_told(ask_for: AskFor) -> None:
    request = ask_for("treasury", "/", "?from=2025-01&to=2025-04&against=2024-11..2024-12")
    for text in (text_of(draw_bridge(request)), text_of(change_in_words(request))):
        assert "Spend was US$" in text
        assert "in November to December 2024; the two periods differ in length" in text
        assert not any(word in text for word in ("Spend rose", "Spend fell", "above all"))


def test_amounts_in_several_currencies_are_not_compared(ask_for: AskFor) -> None:
    text = text_of(draw_bridge(ask_for("treasury", MONEY, "?currency=own")))
    assert "more than one currency" in text
    assert "+" not in text


def test_the_budget_is_followed_from_last_year_to_the_spend(ask_for: AskFor) -> None:
    text = text_of(draw_budget_bridge(ask_for("viewer of 10", MONEY)))
    assert "the budget, above all through " in text
    assert "Change that the budget allowed for" in text
    assert "January to April 2025, months with both" in text


def test_without_a_budget_or_a_year_before_it_says_so(ask_for: AskFor) -> None:
    without = text_of(draw_budget_bridge(ask_for("viewer of 13", MONEY)))
    assert "no budget recorded" in without
    early = text_of(draw_budget_bridge(ask_for("viewer of 10", MONEY, "?from=2024-01&to=2024-03")))
    assert "no records of the same months a year before" in early


def test_the_steps_stand_where_the_last_one_ended() -> None:
    drawn = waterfall(
        Total("March", "US$100"),
        [Step("Usage", 30.0, "+US$30"), Step("Unit price", -10.0, f"{MINUS}US$10")],
        Total("April", "US$120", ["+US$20 in all"]),
    )
    assert text_of(drawn) == (
        f"MarchUS$100Usage+US$30Unit price{MINUS}US$10April+US$20 in allUS$120"
    )
    styles = [style for style in attributes_of(drawn, "style") if "width" in style]
    assert styles == [
        "{'left': '0.00%', 'width': '0.00%'}",
        "{'left': '0.00%', 'width': '100.00%'}",
        "{'left': '66.67%', 'width': '33.33%'}",
        "{'left': '0.00%', 'width': '66.67%'}",
    ]
