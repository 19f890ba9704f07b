"""One callback draws every page, for whoever may see it, whatever it is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from auth.audit import list_events
from portal.access import CALLBACK_PERMISSIONS
from portal.callback_bodies import LARGEST
from portal.pages import PAGES
from portal.services import services
from tests.unit.portal.conftest import BROWSER, CALLBACKS, Browser

Opener = Callable[[str], Browser]
Change = Callable[[dict[str, Any]], object]


def put(*path: Any, value: Any) -> Change:
    def change(body: dict[str, Any]) -> object:
        target: Any = body
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
        return body

    return change


def test_every_callback_is_registered_with_a_permission(viewer: Browser) -> None:
    outputs = {one["output"] for one in viewer.get("/_dash-dependencies").get_json()}
    assert outputs
    assert outputs == set(CALLBACK_PERMISSIONS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_drawn_for_who_may_see_it_and_unknown_to_others(
    as_reader: Opener, page: Any
) -> None:
    for email in ("viewer10@health.example", "auditor@audit.example", "nobody@health.example"):
        answer = as_reader(email).show(page.path)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "couldn't be drawn" not in text, email
    if page.path not in {"/account", "/"}:
        assert "Nothing is known under this address" in text


def test_a_page_that_is_not_theirs_answers_as_an_unknown_one(viewer: Browser) -> None:
    foreign = viewer.show("/admin/users").get_json()["response"]["page"]
    unknown = viewer.show("/no/such/page").get_json()["response"]["page"]
    assert foreign == unknown


def test_a_page_that_is_not_theirs_is_in_the_audit_trail(viewer: Browser, app: Flask) -> None:
    viewer.show("/admin/users")
    viewer.show("/no/such/page")
    with app.app_context(), services().database.reading_records() as db:
        denied = list_events(db, actor="viewer10@health.example", action="access.denied", limit=1)
    assert [(one.object, one.outcome) for one in denied] == [("/admin/users", "refused")]


def test_an_administrator_starts_with_the_state_of_access(admin: Browser) -> None:
    assert "Is access in order?" in admin.show("/").get_data(as_text=True)


def test_an_agency_is_shown_no_other_agency(viewer: Browser) -> None:
    for page in PAGES:
        text = viewer.show(page.path).get_data(as_text=True)
        assert "Revenue Authority" not in text, page.path
        assert "Water Board" not in text, page.path


@pytest.mark.parametrize(
    "change",
    [
        lambda body: [],
        lambda body: "text",
        lambda body: None,
        put("output", value="nothing.children"),
        put("output", value=3),
        put("output", value=None),
        put("outputs", value=[]),
        put("outputs", value="x"),
        put("outputs", 0, value={"id": "page", "property": "id"}),
        put("inputs", value=None),
        put("inputs", value=[]),
        put("inputs", value=[1, 2, 3]),
        put("inputs", 0, "id", value={"type": "x"}),
        put("inputs", 0, "value", value=3),
        put("inputs", 0, "value", value=None),
        put("inputs", 0, "value", value=["x"] * 5_000),
        put("inputs", 0, "value", value="x" * 200_000),
        put("inputs", 0, "value", value="x" * 5_000),
        put("inputs", 1, "value", value={"a": 1}),
        put("inputs", 1, "value", value=1e308),
        put("inputs", 1, "value", value="?from=\x00"),
        put("inputs", 2, "value", value="purple"),
        put("inputs", 2, "value", value=["light"]),
        put("changedPropIds", value={"a": "b"}),
        put("changedPropIds", value=[[]]),
        put("state", value=[{"id": "role", "property": "data", "value": "treasury"}]),
        put("agency_id", value=11),
    ],
)
def test_a_malformed_body_is_400_and_fast(viewer: Browser, change: Change) -> None:
    body = change(viewer.body("/"))
    started = time.perf_counter()
    answer = viewer.post(CALLBACKS, json=body)
    assert answer.status_code == 400
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"output": NaN}',
        b'{"output": Infinity}',
        b"x" * (LARGEST + 1),
    ],
)
def test_a_body_that_is_not_json_is_400(viewer: Browser, raw: bytes) -> None:
    answer = viewer.post(CALLBACKS, data=raw, content_type="application/json", headers=BROWSER)
    assert answer.status_code == 400


def test_nan_among_the_inputs_is_400(viewer: Browser) -> None:
    body = json.dumps(put("inputs", 0, "value", value=float("nan"))(viewer.body("/")))
    answer = viewer.post(CALLBACKS, data=body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "search",
    [
        "?from=2024-13",
        "?from=NaN&to=x",
        "?agency=11",
        "?agency=987654",
        "?agency=" + "9" * 300,
        "?" + "&".join(f"agency={number}" for number in range(300)),
        "?year=lunar&currency=XXX&status=x&peak=y",
        "?from=2025-03&to=2024-01",
    ],
)
def test_a_strange_address_is_answered_with_a_page(viewer: Browser, search: str) -> None:
    answer = viewer.show("/", search)
    assert answer.status_code == 200
    assert "couldn't be drawn" not in answer.get_data(as_text=True)


def test_a_foreign_agency_in_the_address_looks_like_an_unknown_one(viewer: Browser) -> None:
    foreign = viewer.show("/", "?agency=11").get_data(as_text=True)
    unknown = viewer.show("/", "?agency=19").get_data(as_text=True)
    assert foreign.replace("11", "19") == unknown.replace("11", "19")


def test_the_theme_comes_from_the_cookie_until_the_page_says(viewer: Browser) -> None:
    viewer.client.set_cookie("scheme", "dark")
    first = viewer.post(CALLBACKS, json=viewer.body("/", theme=None))
    dark = viewer.post(CALLBACKS, json=viewer.body("/", theme="dark"))
    assert first.get_json()["response"]["page"] == dark.get_json()["response"]["page"]


def test_many_readers_at_once_are_never_mixed(app: Flask, as_reader: Opener) -> None:
    emails = ["viewer10@health.example", "manager11@revenue.example"] * 2
    names = {"viewer10@health.example": 10, "manager11@revenue.example": 11}

    def read(email: str) -> bool:
        browser = as_reader(email)
        address = "/api/v1/measures/actual_spend?by=agency"
        answers = [browser.get(address).get_json()["rows"] for _ in range(25)]
        return all([row["agency"] for row in rows] == [names[email]] for rows in answers)

    with ThreadPoolExecutor(len(emails)) as pool:
        assert list(pool.map(read, emails)) == [True] * len(emails)
