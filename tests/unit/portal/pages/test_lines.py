"""The view of lines: what they come to, the rows of the grid, and nobody else's among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from portal.pages import PageRequest
from portal.pages.explore.line_grid import COLUMNS, shown_rows
from portal.pages.explore.page import draw_explore
from tests.factories.government import account_of
from tests.factories.published import copy_of_government, opened_in
from tests.unit.portal.pages.figures_shown import text_of
from warehouse.db import Database
from warehouse.lines.asking import LineFilter

Ask = Callable[..., PageRequest]
VIEW = "?view=lines"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("lines")
    copy_of_government(tmp_path_factory, folder, with_bills=True)
    with opened_in(folder / "var") as opened:
        yield opened


def test_the_sentence_says_what_the_lines_come_to(ask_for: Ask) -> None:
    request = ask_for("viewer of 10", "/explore", VIEW)
    page = text_of(draw_explore(request))
    [totals] = request.gateway.line_totals(LineFilter(request.year_period()), request.scope)
    assert f"{totals.line_count} lines" in page
    assert f"US${totals.billed_cost:,.2f}" in page
    for other in (account_of(11), "999999999999", "Revenue Authority", "Nobody"):
        assert other not in page


def test_a_row_has_every_column_of_the_grid_in_words(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", VIEW)
    page = request.gateway.lines(LineFilter(), request.scope, limit=500)
    rows = shown_rows(request, page.rows)
    assert {one.key for one in COLUMNS} <= rows[0].keys()
    of_health = next(row for row in rows if row["owner"] == "Ministry of Health")
    assert of_health["step"] == "Owner of the account"
    assert of_health["origin"].startswith("bills/10.csv, row ")
    assert of_health["tags"] == "CostCentre: CC-0010"
    assert any(row["owner"] == "Nobody" for row in rows)


@pytest.mark.parametrize(
    ("tags", "shown"),
    [('{"team": "red", "ends": null}', "team: red; ends: null"), ('["team"]', '["team"]'),
     ("5", "5"), ("team", "team"), (None, ""), ("{}", "")],
)  # fmt: skip
def test_tags_are_shown_as_far_as_they_can_be_read(
    ask_for: Ask, tags: str | None, shown: str
) -> None:
    request = ask_for("viewer of 10", "/explore", VIEW)
    [line] = request.gateway.lines(LineFilter(), request.scope, limit=1).rows
    [row] = shown_rows(request, [{**line, "tags": tags}])
    assert row["tags"] == shown


def test_downloads_leave_out_filters_that_lines_don_t_have(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", f"{VIEW}&peak=peak&service=SaaS&provider=AWS")
    page = str(draw_explore(request).to_plotly_json())
    assert "/export/lines?" in page
    [link] = {one for one in page.split("'") if one.startswith("/export/lines?") and "=csv" in one}
    assert "provider=AWS" in link
    assert "peak" not in link
    assert "service" not in link


def test_tags_and_text_of_the_address_narrow_the_lines(ask_for: Ask) -> None:
    found = f"{VIEW}&tag=CostCentre%3DCC-0010&find=EC2%3A0"
    assert "30 lines" in text_of(draw_explore(ask_for("treasury", "/explore", found)))
    none = f"{VIEW}&tag=CostCentre%3DCC-7777"
    page = text_of(draw_explore(ask_for("treasury", "/explore", none)))
    assert "No line of bills" in page
    assert "letter by letter" in page


def test_columns_are_narrowed_in_the_address_for_sums_table_and_downloads(ask_for: Ask) -> None:
    day = "col=day.equals.2025-02-01"
    request = ask_for("viewer of 10", "/explore", f"{VIEW}&{day}&column=service.contains&value=ec2")
    drawn = draw_explore(request)
    page = text_of(drawn)
    assert "1 line of" in page
    for said in ("Day is on", "Cloud service contains ec2", "The first 1 of 1 lines"):
        assert said in page
    links = [one for one in str(drawn.to_plotly_json()).split("'") if "/export/lines?" in one]
    assert links
    assert all("col=day.equals.2025-02-01&col=service.contains.ec2" in one for one in links)
    again = ask_for("viewer of 10", "/explore", request.filters.to_query())
    assert again.filters.columns == request.filters.columns


def test_the_one_form_takes_tags_and_numbers_as_people_write_them(ask_for: Ask) -> None:
    found = f"{VIEW}&column=tag&value=+CostCentre%3DCC-0010+"
    request = ask_for("treasury", "/explore", found)
    assert request.filters.tags == ("CostCentre=CC-0010",)
    page = text_of(draw_explore(request))
    assert "30 lines" in page
    assert "Tag CostCentre=CC-0010" in page
    request = ask_for("treasury", "/explore", f"{VIEW}&column=billed_cost.to&value=1,000.50")
    assert [str(one) for one in request.filters.columns] == ["billed_cost.to.1000.50"]


@pytest.mark.parametrize("given", ["col=agency_id.equals.11", "column=day.from&value=soon"])
def test_a_condition_that_can_t_be_read_is_left_out_and_said(ask_for: Ask, given: str) -> None:
    page = text_of(draw_explore(ask_for("viewer of 10", "/explore", f"{VIEW}&{given}")))
    assert "30 lines" in page
    assert "is no condition on a column that can be read" in page


def test_the_table_leads_on_to_the_next_lines(ask_for: Ask) -> None:
    request = ask_for("treasury", "/explore", VIEW)
    first = request.gateway.lines(LineFilter(request.year_period()), request.scope, limit=50)
    assert first.next_key
    page = str(draw_explore(request).to_plotly_json())
    assert "after=" in page
    following = ask_for("treasury", "/explore", f"{VIEW}&after={first.next_key}")
    assert "First lines" in text_of(draw_explore(following))


def test_an_administrator_sees_no_lines(ask_for: Ask) -> None:
    page = text_of(draw_explore(ask_for("admin", "/explore", VIEW)))
    assert "Which lines make up our bills?" not in page


def test_lines_of_a_foreign_agency_answer_as_those_of_an_unknown_one(ask_for: Ask) -> None:
    foreign, unknown = (
        text_of(draw_explore(ask_for("viewer of 10", "/explore", f"{VIEW}&agency={agency}")))
        for agency in (11, 99)
    )
    # The number of a build and its minute may hold an agency's by chance.
    chance = r"build [0-9a-f]{8}|[0-9]{2}:[0-9]{2} UTC|[0-9]{1,2} \w+ 20[0-9]{2}"
    foreign, unknown = (re.sub(chance, "", text) for text in (foreign, unknown))
    assert foreign.replace("11", "X") == unknown.replace("99", "X")
