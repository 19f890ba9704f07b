"""Every page, drawn from a real star for every kind of reader."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine, event

from auth.passwords import MIN_LENGTH
from auth.permissions import Permission
from auth.principals import Principal
from portal.access import Reader
from portal.pages import PAGES, PageRequest
from portal.pages.shell import CHROME_IDS, destinations, layout, navigation
from tests.factories.government import GOVERNMENT
from tests.unit.portal.pages.conftest import ROLES, Draw
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.months import shifted
from warehouse.question import Period

VIEWS = (
    "feeds",
    "quality",
    "quarantine",
    "held",
    "conformance",
    "findings",
    "builds",
    "catalogue",
    "measures",
)
MOST_STATEMENTS = {"/": 74, "/insights": 70, "/reliability": 33, "/finops/budget": 38, "/data": 4}
MOST_STATEMENTS_AGAIN = 4
"""Of the star none; limits, saved views, decisions and events are records, and may have changed."""


def open_to(who: str) -> list[str]:
    principal = Principal(1, "ada@treasury.example", "Ada", ROLES[who])
    return [page.path for page in PAGES if principal.has(page.permission)]


@pytest.mark.parametrize(("who", "path"), [(who, path) for who in ROLES for path in open_to(who)])
def test_every_page_is_whole_for_whoever_may_open_it(draw: Draw, who: str, path: str) -> None:
    text = draw(who, path)
    assert "could not be drawn" not in text
    assert "Not available with these filters" not in text
    assert text.count('"type": "H1"') == 1


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("who", ["treasury", "viewer of 10", "admin"])
def test_every_part_of_the_data_page_is_whole(draw: Draw, who: str, view: str) -> None:
    assert "could not be drawn" not in draw(who, "/data", f"?view={view}")


@pytest.mark.parametrize("path", ["/", "/reliability", "/finops/budget"])
def test_a_report_page_asks_one_question_and_answers_it(draw: Draw, path: str) -> None:
    text = draw("treasury", path)
    assert '"className": "lead"' in text
    assert "Definitions and sources" in text
    assert "View as table" in text


@pytest.mark.parametrize("path", ["/", "/reliability", "/finops/budget", "/data", "/account"])
def test_no_page_of_an_mda_names_another(draw: Draw, path: str) -> None:
    text = draw("viewer of 10", path)
    for other in GOVERNMENT:
        if other.agency_id != 10:
            assert other.name not in text
            assert f"agency:{other.agency_id}" not in text


def test_rankings_drop_a_level_for_one_mda(draw: Draw) -> None:
    assert "most at stake" in draw("treasury", "/")
    text = draw("treasury", "/", "?agency=10")
    assert "most at stake" not in text
    assert "costs most" in text


def test_an_mda_is_told_what_it_spent_why_that_changed_and_what_to_do(draw: Draw) -> None:
    text = draw("viewer of 10", "/")
    assert "What did we spend, why did it change, and what must we do?" in text
    assert "unit price" in text
    assert " to do" in text
    assert "What did we spend" not in draw("treasury", "/")


def test_an_mda_without_budget_or_telemetry_is_told_both(draw: Draw) -> None:
    text = draw("manager of 10 and 12", "/", "?agency=12")
    assert "Services without telemetry are not measured" in text
    assert "No budget is recorded" in draw("viewer of 13", "/")


def test_stability_shows_the_history_before_this_year(draw: Draw) -> None:
    text = draw("viewer of 10", "/reliability")
    assert "Before, modelled" in text
    assert "After, measured" in text
    assert "Before, modelled" not in draw("viewer of 10", "/reliability", "?from=2025-01")


def test_the_marking_is_at_the_foot_and_on_paper(ask_for: Callable[..., PageRequest]) -> None:
    asked = replace(ask_for("treasury"), marking="OFFICIAL")
    text = json.dumps(PAGES[0].build(asked).to_plotly_json(), cls=PlotlyJSONEncoder)
    assert text.count("OFFICIAL") == 2


def test_the_account_page_asks_for_passwords_as_long_as_they_must_be(draw: Draw) -> None:
    assert f"At least {MIN_LENGTH} characters" in draw("treasury", "/account")


def test_a_foreign_mda_in_the_address_answers_as_an_unknown_one(draw: Draw) -> None:
    foreign = draw("viewer of 10", "/", "?agency=12")
    unknown = draw("viewer of 10", "/", "?agency=99")
    assert foreign.replace("'12'", "'?'") == unknown.replace("'99'", "'?'")
    assert "No agency" in foreign


def test_what_cannot_be_read_in_the_address_is_said_on_the_page(draw: Draw) -> None:
    assert "is no start month that can be read" in draw("treasury", "/", "?from=yesterday")


def test_a_filter_that_a_figure_does_not_have_is_said_beside_it(draw: Draw) -> None:
    assert "Not split by service" in draw("treasury", "/", "?service=PaaS")


def test_modelled_figures_are_marked_and_nothing_is_concluded_from_them(draw: Draw) -> None:
    text = draw("manager of 10 and 12", "/reliability", "?agency=12")
    assert "modelled from utilisation, not measured" in text
    assert "Hand in telemetry" in text
    assert "fails most often" not in text


def test_old_records_are_said_to_be_old(ask_for: Callable[..., PageRequest]) -> None:
    page = PAGES[0]
    old = page.build(ask_for("treasury", "/", now=datetime(2030, 1, 1, tzinfo=UTC)))
    assert "The latest records are of" in json.dumps(old.to_plotly_json(), cls=PlotlyJSONEncoder)


def test_forms_go_to_their_own_addresses_with_the_readers_token(draw: Draw) -> None:
    account = draw("treasury", "/account")
    assert '"action": "/account/password"' in account
    assert '"value": "t0ken"' in account
    assert '"action": "/admin/users"' in draw("admin", "/admin/users")


def test_an_auditor_sees_people_and_can_change_none(draw: Draw) -> None:
    text = draw("auditor", "/admin/users")
    assert "People and their roles" in text
    assert '"method": "post"' not in text


def test_navigation_lists_what_the_reader_may_open() -> None:
    def shown(who: str) -> str:
        reader = Reader.of(Principal(1, "ada@treasury.example", "Ada", ROLES[who]))
        return json.dumps(
            navigation(reader, "/data", PAGES).to_plotly_json(), cls=PlotlyJSONEncoder
        )

    assert "/admin/users" in shown("admin")
    assert "/finops/budget" not in shown("admin")
    assert "/admin/users" not in shown("treasury")
    assert "/account" not in shown("treasury")
    assert shown("treasury").count('"aria-current": "page"') == 1


def test_the_frame_holds_nobodys_data_and_has_a_place_for_each_part() -> None:
    text = json.dumps(layout().to_plotly_json(), cls=PlotlyJSONEncoder)
    assert all(f'"id": "{name}"' in text for name in (*CHROME_IDS, "page", "live", "url", "theme"))
    assert not any(agency.name in text for agency in GOVERNMENT)


def test_search_reaches_no_further_than_the_reader(ask_for: Callable[..., PageRequest]) -> None:
    places = destinations(ask_for("viewer of 10"), PAGES)
    text = json.dumps(places.to_plotly_json(), cls=PlotlyJSONEncoder)
    assert "agency=10" in text
    assert "agency=11" not in text
    places = destinations(ask_for("admin", "/data"), PAGES)
    assert "agency=" not in json.dumps(places.to_plotly_json(), cls=PlotlyJSONEncoder)


@contextmanager
def reads() -> Iterator[list[str]]:
    """Note the statements that read, for as long as the block runs."""
    statements: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", sorted(MOST_STATEMENTS))
def test_a_page_reads_the_database_a_bounded_number_of_times(
    path: str, database: Database, ask_for: Callable[..., PageRequest]
) -> None:
    page = next(page for page in PAGES if page.path == path)
    asked = {**vars(ask_for("treasury", path)), "gateway": Gateway(database)}
    with reads() as first:
        page.build(PageRequest(**asked))
    assert 0 < len(first) <= MOST_STATEMENTS[path]
    with reads() as again:
        page.build(PageRequest(**asked))
    assert len(again) <= MOST_STATEMENTS_AGAIN
    records = ("threshold", "saved_view", "recommendation", "spend_event")
    assert all(any(name in statement for name in records) for statement in again)


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(search=st.text(max_size=60), path=st.sampled_from(["/", "/reliability", "/data"]))
def test_no_address_breaks_a_page(draw: Draw, search: str, path: str) -> None:
    assert "could not be drawn" not in draw("treasury", path, f"?{search}")


def test_every_path_is_given_once_with_a_permission() -> None:
    paths = [page.path for page in PAGES]
    assert len(paths) == len(set(paths))
    assert all(isinstance(page.permission, Permission) for page in PAGES)


def test_without_dates_in_the_address_a_page_looks_at_the_year_so_far(
    ask_for: Callable[..., PageRequest],
) -> None:
    asked = ask_for("treasury")
    last = asked.gateway.build_info().data_to
    assert asked.year_period() == Period(f"{last[:4]}-01", last)
    fiscal = ask_for("treasury", search="?year=fiscal")
    assert fiscal.year_period() == Period(shifted(last, -11), last)
    chosen = ask_for("treasury", search="?from=2025-02&to=2025-03")
    assert chosen.year_period() == Period("2025-02", "2025-03")
