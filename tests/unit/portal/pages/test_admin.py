"""Administration: what somebody who keeps order sees, and what is kept from them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from portal.pages import PAGES, PageRequest
from portal.services import utc_now
from portal.trail import read_trail
from tests.unit.portal.pages.conftest import Draw


def drawn_with(
    ask_for: Callable[..., PageRequest], who: str, path: str, search: str = "", **more: Any
) -> str:
    page = next(page for page in PAGES if page.path == path)
    asked = replace(ask_for(who, path), search=search, **more)
    return json.dumps(page.build(asked).to_plotly_json(), cls=PlotlyJSONEncoder)


def test_the_overview_says_in_a_sentence_whether_access_is_in_order(
    ask_for: Callable[..., PageRequest],
) -> None:
    # Later than anybody signed in, whichever tests came before.
    text = drawn_with(ask_for, "admin", "/admin", now=utc_now() + timedelta(days=100))
    assert "Is access in order?" in text
    assert "8 people may sign in" in text
    assert "were not seen" in text
    assert "/export/access-review?format=csv" in text


def test_the_trail_is_for_who_may_read_it(draw: Draw) -> None:
    assert "The whole audit trail" in draw("auditor", "/admin")
    assert "/admin/audit" not in draw("admin", "/admin")


def test_the_trail_lists_what_was_done_and_links_its_download(
    ask_for: Callable[..., PageRequest],
) -> None:
    text = drawn_with(ask_for, "auditor", "/admin/audit", "?action=person.add")
    assert "Added a person" in text
    assert "Gave a role" not in json.loads(json.dumps(text)).split('"Tbody"')[1]
    assert "/export/audit?action=person.add&format=csv" in text
    nothing = drawn_with(ask_for, "auditor", "/admin/audit", "?actor=nobody@x.example")
    assert "No event fits" in nothing


def test_what_cannot_be_read_of_the_trails_address_is_said(
    ask_for: Callable[..., PageRequest],
) -> None:
    text = drawn_with(ask_for, "auditor", "/admin/audit", "?from=2026-02-31&outcome=odd")
    assert "2026-02-31" in text
    assert "can't be read as outcome" in text


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("viewer10@health.example", "MDA viewer of "),
        ("treasury@treasury.example", "all MDAs"),
        ("admin@treasury.example", "all MDAs: tagging measures only"),
        ("nobody@health.example", "holds no grant, so sees nothing but their own account"),
    ],
)
def test_the_inspector_says_what_a_person_sees_and_why(
    ask_for: Callable[..., PageRequest], email: str, said: str
) -> None:
    listed = drawn_with(ask_for, "admin", "/admin/inspect", "")
    number = listed.split(f"{email}")[0].rsplit('"value": "', 1)[1].split('"')[0]
    assert said in drawn_with(ask_for, "admin", "/admin/inspect", f"?person={number}")


def test_the_inspector_answers_an_unknown_number_in_words(
    ask_for: Callable[..., PageRequest],
) -> None:
    text = drawn_with(ask_for, "admin", "/admin/inspect", "?person=99999")
    assert "Nobody is known under this number" in text


def test_a_trails_address_is_read_bounded_and_written_back() -> None:
    chosen = read_trail("?action=export&outcome=refused&actor=a@b.c&from=2026-01-01&to=2026-01-31")
    assert read_trail(chosen.to_query()) == chosen
    assert chosen.which["until"].isoformat() == "2026-02-01T00:00:00+00:00"
    assert read_trail("?" + "&".join(["action=x"] * 500)).problems
    assert read_trail("?action='--&page=0").which["action"] is None
