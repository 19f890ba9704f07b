"""Long lists come beside a page, each reader's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.components.filter_bar import LATER_AGENCY, filter_bar
from portal.filters import read_filters
from tests.unit.portal.conftest import CALLBACKS, Browser

Opener = Callable[[str], Browser]

MANY = tuple((str(number), f"Agency {number}") for number in range(1, 102))


def list_of_agencies(browser: Browser, pathname: Any = "/", search: str = "") -> Any:
    return browser.post(
        CALLBACKS,
        json={
            "output": f"{LATER_AGENCY}.options",
            "outputs": {"id": LATER_AGENCY, "property": "options"},
            "inputs": [{"id": LATER_AGENCY, "property": "id", "value": LATER_AGENCY}],
            "state": [
                {"id": "url", "property": "pathname", "value": pathname},
                {"id": "url", "property": "search", "value": search},
            ],
            "changedPropIds": [f"{LATER_AGENCY}.id"],
        },
    )


def offered(answer: Any) -> list[str]:
    options = answer.get_json()["response"][LATER_AGENCY]["options"]
    return [option["value"] for option in options]


def test_a_few_agencies_are_in_the_page_and_very_many_are_not() -> None:
    few = str(filter_bar(path="/", filters=read_filters(""), months=(), agencies=MANY[:60]))
    many = str(filter_bar(path="/", filters=read_filters("?agency=7"), months=(), agencies=MANY))
    assert "Agency 59" in few
    assert LATER_AGENCY not in few
    assert LATER_AGENCY in many
    assert [name for _, name in MANY if f"'{name}'" in many] == ["Agency 7"]


def test_the_choices_that_follow_are_the_reader_s_own(viewer: Browser, as_reader: Opener) -> None:
    assert offered(list_of_agencies(viewer)) == ["all", "10"]
    treasury = as_reader("treasury@treasury.example")
    assert {"all", "10", "11", "12"} <= {*offered(list_of_agencies(treasury))}
    assert list_of_agencies(viewer, pathname="/admin/users").get_json()["response"] == {
        LATER_AGENCY: {"options": []}
    }


def test_several_chosen_agencies_are_one_more_choice(as_reader: Opener) -> None:
    treasury = as_reader("treasury@treasury.example")
    several = offered(list_of_agencies(treasury, search="?agency=10&agency=11"))
    assert several[0] == "all"
    assert "10" in several[1]
    assert "11" in several[1]


def test_an_address_that_is_no_text_is_refused(viewer: Browser) -> None:
    assert list_of_agencies(viewer, pathname=7).status_code == 400


def test_search_goes_where_its_reader_may(viewer: Browser) -> None:
    def asked(wanted: Any) -> Any:
        return viewer.post(
            CALLBACKS,
            json={
                "output": "destinations.children",
                "outputs": {"id": "destinations", "property": "children"},
                "inputs": [{"id": "search-wanted", "property": "data", "value": wanted}],
                "changedPropIds": [],
            },
        )

    assert asked(None).status_code == 204
    text = asked(True).get_data(as_text=True)
    assert "/?agency=10" in text.replace("\\u002f", "/")
    assert "agency=11" not in text
