"""The pivot is a function of the address, and every level of it is an answer of its own."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from portal.filters import FURTHER, read_filters
from portal.pages import PageRequest
from portal.pages.explore.page import draw_explore
from portal.scoping import TAGGING_MEASURES
from tests.unit.portal.pages.figures_shown import (
    agrees,
    asked_again,
    figures_of,
    text_of,
    unasked_of,
)
from warehouse.gateway import Gateway
from warehouse.measures import DIMENSION_NAMES, REGISTRY
from warehouse.question import Answer, Question
from warehouse.scope import Scope

Ask = Callable[..., PageRequest]
TWO_LEVELS = "?measure=actual_spend,waste_pct&by=agency,service_type&across=quarter"


def hrefs_of(part: Any) -> list[str]:
    if isinstance(part, (list, tuple)):
        return [href for one in part for href in hrefs_of(one)]
    own = [part.href] if isinstance(getattr(part, "href", None), str) else []
    return own + (hrefs_of(part.children) if getattr(part, "children", None) else [])


@pytest.mark.parametrize(
    "search",
    [
        TWO_LEVELS,
        "?measure=budget_variance_pct,budget&by=country,agency&across=month&from=2025-01",
        "?measure=latency_ms,sla_breach_rate,availability_requests&by=service_type,month",
        "?measure=ytd_spend,mom_growth&by=agency",
        "?measure=provider_share,fragmentation&by=country",
        "?measure=cost_per_unit&across=service_type",
        "?measure=actual_spend&by=agency&currency=own&year=fiscal",
        "?measure=agency_count",
    ],
)
def test_every_cell_and_every_total_is_what_the_gateway_answers(ask_for: Ask, search: str) -> None:
    request = ask_for("treasury", "/explore", search)
    page = draw_explore(request)
    found = figures_of(page)
    assert unasked_of(page) == []
    wrong = [
        f"{shown} but {value}"
        for shown in found
        if not agrees(
            shown.text, value := asked_again(request, shown), REGISTRY[shown.measure].unit
        )
    ]
    assert wrong == []
    assert found


def test_totals_of_a_ratio_are_no_means_of_what_is_above_them(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", "?measure=cost_per_unit&by=agency,service_type")
    shown = {(one.question, one.row): one.text for one in figures_of(draw_explore(request))}
    levels = {question.partition("by=")[2] for question, _ in shown}
    assert levels == {"", "agency", "agency%2Cservice_type"}
    whole = request.gateway.ask(Question(("cost_per_unit",)), request.scope).value("cost_per_unit")
    rows = request.gateway.ask(Question(("cost_per_unit",), ("agency",)), request.scope).rows
    mean = sum(float(row["cost_per_unit"] or 0) for row in rows) / len(rows)
    assert whole is not None
    assert abs(mean - whole) > 1e-6
    assert any(agrees(text, whole, "usd") for (_, row), text in shown.items() if row == "")


def test_a_pivot_of_two_levels_and_columns_asks_six_questions(
    ask_for: Ask, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Question] = []
    plain = gateway.ask

    def counted(question: Question, scope: Scope) -> Answer:
        asked.append(question)
        return plain(question, scope)

    monkeypatch.setattr(gateway, "ask", counted)
    draw_explore(ask_for("treasury", "/explore", TWO_LEVELS))
    assert len(set(asked)) == len(asked) == 6


def test_a_viewer_sees_nobody_else(ask_for: Ask, draw: Callable[..., str]) -> None:
    for search in (
        "?measure=actual_spend&by=agency",
        "?measure=actual_spend&by=parent,country,agency&across=month",
        "?measure=untagged_share&across=agency",
        "",
    ):
        page = draw("viewer of 10", "/explore", search)
        assert not any(name in page for name in ("Revenue Authority", "Water Board", "Jamaica"))
    unknown = draw("viewer of 10", "/explore", "?measure=actual_spend&agency=99")
    foreign = draw("viewer of 10", "/explore", "?measure=actual_spend&agency=11")
    assert "can't be shown" in foreign
    assert foreign.replace("'11'", "'99'") == unknown


def test_a_reader_limited_to_tagging_is_offered_and_answered_nothing_else(ask_for: Ask) -> None:
    def limited(search: str) -> str:
        request = ask_for("treasury", "/explore", search)
        scope = Scope.whole_government(TAGGING_MEASURES)
        return text_of(draw_explore(replace(request, reader=replace(request.reader, scope=scope))))

    start = limited("")
    assert "untagged" in start.lower()
    assert "actual spend" not in start
    assert "There is no measure “actual_spend” for you" in limited("?measure=actual_spend")
    both = limited("?measure=untagged_cost,actual_spend&by=agency")
    assert "no measure “actual_spend” for you here, so it is left out" in both
    assert "Ministry of Health" in both


def test_a_measure_that_is_foreign_and_one_that_does_not_exist_read_alike(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", "?measure=actual_spend")
    limited = replace(request.reader, scope=Scope.whole_government(TAGGING_MEASURES))
    foreign = text_of(draw_explore(replace(request, reader=limited)))
    invented = replace(request, reader=limited, filters=read_filters("?measure=no_such"))
    assert text_of(draw_explore(invented)) == foreign.replace("actual_spend", "no_such")


def test_a_dimension_that_a_measure_lacks_is_left_out_and_said(ask_for: Ask) -> None:
    page = draw_explore(
        ask_for("treasury", "/explore", "?measure=actual_spend,budget&by=agency,service_type")
    )
    assert "Budget: not split by service type, so “Service type” is left out." in text_of(page)
    assert "by=agency" in next(one.question for one in figures_of(page) if one.row == "10")


def test_a_filter_that_a_measure_lacks_is_not_applied_and_said(ask_for: Ask) -> None:
    page = draw_explore(ask_for("treasury", "/explore", "?measure=budget&by=agency&service=IaaS"))
    assert "Budget: not split by service type, so that filter is not applied." in text_of(page)


def test_rows_stand_in_the_order_that_the_address_asks_for(ask_for: Ask) -> None:
    def order(sort: str) -> list[str]:
        page = draw_explore(
            ask_for("treasury", "/explore", f"?measure=actual_spend&by=agency{sort}")
        )
        rows = [one.row for one in figures_of(page) if one.question.endswith("by=agency")]
        return list(dict.fromkeys(rows))

    falling, rising = order("&sort=-actual_spend"), order("&sort=actual_spend")
    assert falling == rising[::-1] == order("")
    assert order("&sort=agency")[0] == "16"  # Education Services
    assert order("&sort=nothing") == falling


def test_a_row_leads_to_the_same_pivot_narrowed_to_it_one_dimension_further(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", "?measure=actual_spend&by=agency&across=quarter")
    address = next(one for one in hrefs_of(draw_explore(request)) if "agency=11" in one)
    below = read_filters(address.partition("?")[2])
    assert (below.agency, below.by, below.across) == (("11",), ("service_type",), "quarter")
    assert below.measures == ("actual_spend",)


def test_way_down_ends_with_the_months_of_one_service(ask_for: Ask) -> None:
    search = "?measure=actual_spend&by=country"
    split = []
    for _ in range(9):
        filters = read_filters(search)
        split.append(filters.by[0])
        page = draw_explore(ask_for("treasury", "/explore", search))
        shown = read_filters(search).measures[0]
        links = [
            one
            for one in hrefs_of(page)
            if one.startswith("/explore?") and f"by={filters.by[0]}" not in one
            and "sort=" not in one and f"measure={shown}" in one and "by=" in one
        ]  # fmt: skip
        if not links:
            break
        search = "?" + links[0].partition("?")[2]
    assert split[:3] == ["country", "sector", "agency"]
    assert "service_type" in split
    assert "month" in split


def test_what_is_more_than_a_page_is_paged_and_counted(ask_for: Ask) -> None:
    search = "?measure=actual_spend&by=agency,month&top=25"
    first = text_of(draw_explore(ask_for("treasury", "/explore", search)))
    assert "1 to 25 of 128 rows shown" in first
    last = text_of(draw_explore(ask_for("treasury", "/explore", f"{search}&page=999")))
    assert "126 to 128 of 128 rows shown" in last


def test_one_figure_is_no_chart(ask_for: Ask) -> None:
    page = draw_explore(ask_for("viewer of 10", "/explore", "?measure=actual_spend&by=agency"))
    assert "comes first" not in text_of(page)


def test_modelled_figures_are_marked_and_not_ranked(ask_for: Ask) -> None:
    page = draw_explore(ask_for("treasury", "/explore", "?measure=latency_ms&by=agency"))
    text = text_of(page)
    assert "modelled in part" in text
    assert "comes first" not in text


NAMES = ("measure", "by", "across", "sort", "where", "top", "page", "agency", "service", "from",
         "to", "currency", "year", "peak", "status")  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([*REGISTRY, *DIMENSION_NAMES]),
    st.lists(st.sampled_from([*REGISTRY, *DIMENSION_NAMES]), max_size=4).map(",".join),
    st.sampled_from(
        ["10", "2025-01", "IaaS", "own", "fiscal", "peak", "Pre", "25", "-actual_spend"]
    ),
    st.tuples(
        st.sampled_from(FURTHER), st.sampled_from(["TT", "Agency", "2025-Q1", "x", "Yes"])
    ).map(":".join),
    st.text(max_size=20),
)
ADDRESSES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12).map(urlencode)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ADDRESSES)
def test_no_address_breaks_the_page(ask_for: Ask, search: str) -> None:
    page = draw_explore(ask_for("manager of 10 and 12", "/explore", search))
    assert "could not be drawn" not in text_of(page)


@settings(max_examples=300, deadline=None)
@given(ADDRESSES)
def test_a_pivot_survives_being_written_and_read(search: str) -> None:
    filters = read_filters(search)
    again = read_filters(filters.to_query())
    assert again == replace(filters, problems=())
    assert len(filters.measures) <= 6
    assert len(filters.by) <= 3


@pytest.mark.parametrize(
    ("measure", "mode"), [("actual_spend", "stack"), ("agency_count", "group")]
)
def test_bars_are_stacked_only_where_a_measure_adds_over_what_stands_across(
    ask_for: Ask, measure: str, mode: str
) -> None:
    request = ask_for("treasury", "/explore", f"?measure={measure}&by=agency&across=quarter")
    drawn = json.dumps(draw_explore(request).to_plotly_json(), cls=PlotlyJSONEncoder)
    assert f'"barmode": "{mode}"' in drawn
