"""The view of bills: every figure follows the filters, and nobody sees another's account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from portal.pages import PAGES, PageRequest
from portal.pages.data.page import draw_data
from portal.pages.explore.page import draw_explore
from portal.pages.money.governance import draw_governance
from portal.pages.money.trends import draw_trends
from tests.factories.government import account_of
from tests.factories.published import copy_of_government, opened_in
from tests.unit.portal.pages.figures_shown import (
    agrees,
    asked_again,
    charts_of,
    figures_of,
    text_of,
    unasked_in_sentences,
    unasked_of,
)
from warehouse.db import Database
from warehouse.measures import REGISTRY

Ask = Callable[..., PageRequest]
VIEW = "?view=bills"

OF_RECORDS = ("/admin/policies", "/finops/exemptions")
"""Pages that count decisions: no measure's figures."""
OF_MONEY = [
    page.path for page in PAGES if page.nav_group == "Money" and page.path not in OF_RECORDS
]


def written(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), cls=PlotlyJSONEncoder)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("billed")
    copy_of_government(tmp_path_factory, folder, with_bills=True)
    with opened_in(folder / "var") as opened:
        yield opened


@pytest.mark.parametrize(
    ("who", "search"),
    [
        ("treasury", VIEW),
        ("treasury", f"{VIEW}&agency=10"),
        ("treasury", f"{VIEW}&where=service:Amazon+EC2&from=2025-03"),
        ("auditor", f"{VIEW}&year=fiscal"),
        ("viewer of 10", VIEW),
        ("manager of 10 and 12", f"{VIEW}&provider=AWS"),
    ],
)
def test_every_figure_is_what_the_gateway_answers(ask_for: Ask, who: str, search: str) -> None:
    request = ask_for(who, "/explore", search)
    page = draw_explore(request)
    found = figures_of(page)
    assert unasked_of(page) == []
    assert unasked_in_sentences(page) == []
    wrong = [
        f"{shown} but {value}"
        for shown in found
        if not agrees(
            shown.text, value := asked_again(request, shown), REGISTRY[shown.measure].unit
        )
    ]
    assert wrong == []
    assert len(found) > 20
    assert list(charts_of(page))


def test_a_viewer_sees_its_own_account_and_no_other(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("viewer of 10", "/explore", VIEW)))
    assert "Ministry of Health" in page
    for other in (account_of(11), "999999999999", "Revenue Authority", "Shared"):
        assert other not in page


def test_the_account_of_nobody_is_the_treasurys_to_see(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("treasury", "/explore", VIEW)))
    assert "999999999999" in page


def test_a_foreign_account_in_the_address_answers_as_an_unknown_one(ask_for: Ask) -> None:
    foreign, unknown = (
        text_of(
            draw_explore(ask_for("viewer of 10", "/explore", f"{VIEW}&where=account:{account}"))
        )
        for account in (account_of(11), account_of(77))
    )
    assert foreign.replace(account_of(11), "X") == unknown.replace(account_of(77), "X")


def test_without_bills_the_view_says_so(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("treasury", "/explore", f"{VIEW}&to=2024-03")))
    assert "There are no bills of all MDAs" in page


def test_bills_stand_beside_summaries_with_the_rule_and_a_way_to_each_month(ask_for: Ask) -> None:
    page = draw_explore(ask_for("treasury", "/explore", VIEW))
    text = text_of(page)
    assert "2 months of an MDA take their cost from bills" in text
    assert "at least 80 % of what the MDA summed up itself" in text
    assert "view=reconciliation-rows" in written(page)


def test_each_month_says_where_its_cost_is_taken_from_and_why(ask_for: Ask) -> None:
    search = "?view=reconciliation-rows&agency={}&from=2025-01"
    whole, little = (
        text_of(draw_data(ask_for("treasury", "/data", search.format(agency))))
        for agency in (17, 10)
    )
    assert "the bills are whole" in whole
    assert "no bill of this month" in whole
    assert "the bills reach only a part of the month" in whole
    assert "% of the summary" in little


def test_rows_of_cost_lead_to_a_file_or_to_the_lines_of_bills(ask_for: Ask) -> None:
    page = draw_data(ask_for("treasury", "/data", "?view=cost-rows&agency=17&from=2025-02"))
    assert "lines of the bills" in text_of(page)
    assert "agency=17" in written(page)
    assert "row " in text_of(page)


def test_pages_of_cost_say_how_much_of_it_bills_are(ask_for: Ask) -> None:
    said = "of this cost comes from bills, the rest from the MDAs' own summaries"
    draw = draw_trends
    assert said in text_of(draw(ask_for("treasury", "/finops/trends")))
    assert said not in text_of(draw(ask_for("viewer of 10", "/finops/trends")))


def test_where_bills_came_after_summaries_services_are_said_to_be_told_otherwise(
    ask_for: Ask,
) -> None:
    said, last_year = "on bills tell service types apart", "same months of last year"

    def drawn(who: str, search: str) -> str:
        return text_of(draw_trends(ask_for(who, "/finops/trends", search)))

    one, service = (drawn("treasury", f"?agency=17{more}") for more in ("", "&service=IaaS"))
    assert said in one
    assert last_year in one
    assert said in service
    assert last_year not in service
    assert said not in drawn("treasury", "")
    assert said not in drawn("viewer of 10", "?service=IaaS")


@pytest.mark.parametrize(
    "path",
    [page.path for page in PAGES if page.nav_group == "Money" and page.path not in OF_RECORDS],
)
@pytest.mark.parametrize("search", ["", "?agency=17"])
def test_every_figure_of_cost_taken_from_bills_is_what_the_gateway_answers(
    ask_for: Ask, path: str, search: str
) -> None:
    request = ask_for("treasury", path, search)
    page = next(one for one in PAGES if one.path == path).build(request)
    found = figures_of(page)
    assert unasked_of(page) == []
    assert [
        f"{shown} but {value}"
        for shown in found
        if not agrees(
            shown.text, value := asked_again(request, shown), REGISTRY[shown.measure].unit
        )
    ] == []


def test_where_resources_are_known_both_sources_of_tagging_are_named(ask_for: Ask) -> None:
    page = text_of(draw_governance(ask_for("treasury", "/finops/governance")))
    assert "is tagged as the policies ask" in page
    assert "resources on bills and in inventories, judged one by one" in page
