"""Signing in and out, in plain forms, as a browser does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from auth.people import find_person
from portal.cli.installation import opened
from portal.settings import Settings
from tests.unit.portal.conftest import Browser

Opener = Callable[[str], Browser]


def test_the_form_says_what_it_needs(browser: Browser) -> None:
    text = browser.get("/login").get_data(as_text=True)
    for part in ('name="email"', 'name="password"', 'lang="en-GB"', '<label for="password">'):
        assert part in text


def test_who_signs_in_goes_on_to_where_they_wanted(browser: Browser) -> None:
    fields = {
        "email": "viewer10@health.example",
        "password": "seven quiet otters swim upstream",
        "csrf_token": browser.form_token(),
        "next": "/reliability?agency=10",
    }
    answer = browser.post("/login", data=fields)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/reliability?agency=10"
    assert browser.get("/reliability").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=y\r\nX: y",
        "login",
    ],
)
def test_nobody_is_sent_to_another_site(browser: Browser, target: str) -> None:
    fields = {
        "email": "viewer10@health.example",
        "password": "seven quiet otters swim upstream",
        "csrf_token": browser.form_token(),
        "next": target,
    }
    assert browser.post("/login", data=fields).headers["Location"] == "/"


def test_wrong_and_unknown_are_told_the_same(browser: Browser) -> None:
    wrong = browser.sign_in("viewer10@health.example", "not the right password")
    unknown = browser.sign_in("nosuchone@health.example", "not the right password")
    assert wrong.status_code == unknown.status_code == 401
    sentence = "don&#39;t match an account"
    assert sentence in wrong.get_data(as_text=True)
    assert sentence in unknown.get_data(as_text=True)


def test_a_form_of_another_browser_does_not_sign_in(app: Flask, browser: Browser) -> None:
    other = Browser(app)
    fields = {
        "email": "viewer10@health.example",
        "password": "seven quiet otters swim upstream",
        "csrf_token": other.form_token(),
    }
    assert browser.post("/login", data=fields).status_code == 400


def test_a_picture_asked_for_beside_the_form_brings_no_other_form(browser: Browser) -> None:
    token = browser.form_token()
    picture = browser.get("/_favicon.ico", headers={"Sec-Fetch-Dest": "image"})
    assert picture.status_code == 401
    assert "Set-Cookie" not in picture.headers
    page = browser.get("/finops/budget", headers={"Sec-Fetch-Dest": "document"})
    assert page.headers["Location"] == "/login?next=%2Ffinops%2Fbudget"
    assert browser.form_token() == token


def test_too_many_attempts_are_told_when_to_try_again(browser: Browser) -> None:
    for _ in range(40):
        answer = browser.sign_in("throttled@health.example", "not the right password")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, viewer: Browser) -> None:
    cookie = viewer.client.get_cookie("__Host-exchequer")
    assert cookie is not None
    copied = Browser(app)
    copied.client.set_cookie("__Host-exchequer", cookie.value)
    assert copied.get("/_dash-layout").status_code == 200
    answer = viewer.submit("/logout")
    assert answer.status_code == 303
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert copied.get("/_dash-layout").status_code == 401


def test_signing_in_gives_a_new_identifier(browser: Browser) -> None:
    browser.sign_in("viewer10@health.example")
    first = browser.client.get_cookie("__Host-exchequer")
    browser.sign_in("viewer10@health.example")
    second = browser.client.get_cookie("__Host-exchequer")
    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_an_administrator_adds_a_person_who_sets_their_own_password(
    app: Flask, admin: Browser, settings: Settings
) -> None:
    shown = admin.submit("/admin/users", email="fresh@health.example", name="Fresh").get_data(
        as_text=True
    )
    link = shown.split('value="http://localhost')[1].split('"')[0]
    fresh = Browser(app)
    token = link.split("token=")[1]
    fields = {"token": token, "csrf_token": fresh.form_token(link)}
    weak = fresh.post("/set-password", data={**fields, "password": "short", "repeated": "short"})
    assert weak.status_code == 422
    good = {"password": "nine purple ladders lean", "repeated": "nine purple ladders lean"}
    assert fresh.post("/set-password", data={**fields, **good}).status_code == 200
    assert fresh.post("/set-password", data={**fields, **good}).status_code == 403
    assert fresh.sign_in("fresh@health.example", good["password"]).status_code == 303
    # Other tests count who may sign in here.
    person = number_of(settings, "fresh@health.example")
    assert admin.submit(f"/admin/users/{person}/disable").status_code == 303


def test_nobody_grants_to_themselves(admin: Browser, settings: Settings) -> None:
    person = number_of(settings, "admin@treasury.example")
    assert admin.submit(f"/admin/users/{person}/grants", role="auditor").status_code == 403


def test_a_disabled_person_is_out_at_once(
    admin: Browser, as_reader: Opener, settings: Settings
) -> None:
    victim = as_reader("nobody@health.example")
    person = number_of(settings, "nobody@health.example")
    assert victim.get("/_dash-layout").status_code == 200
    assert admin.submit(f"/admin/users/{person}/disable").status_code == 303
    assert victim.get("/_dash-layout").status_code == 401
    assert admin.submit(f"/admin/users/{person}/enable").status_code == 303


def number_of(settings: Settings, email: str) -> int:
    with opened(settings) as database, database.reading_records() as db:
        found = find_person(db, email)
    assert found is not None
    return found.id


@pytest.mark.parametrize("path", ["/accessibility", "/.well-known/security.txt", "/healthz"])
def test_what_everybody_may_read_is_there(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_ready_means_a_question_was_answered_each_time(browser: Browser) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            asked.clear()
            assert browser.get("/readyz").get_json() == {"status": "ready"}
            assert any("cost_usd) AS cost_usd" in one for one in asked)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_metrics_take_their_own_token(browser: Browser) -> None:
    assert browser.get("/metrics").status_code == 401
    answer = browser.get("/metrics", headers={"Authorization": "Bearer scrape-me"})
    assert answer.status_code == 200
    assert b"exchequer_requests_total" in answer.data
    assert b"exchequer_published_timestamp_seconds" in answer.data
