"""From outside: who isn't signed in gets nothing, and can't guess a way in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.settings import Settings, SettingsError
from tests.integration.portal_scene import (
    CALLBACKS,
    COOKIE,
    HOST,
    A,
    Scene,
    Visitor,
    body_of,
    email_of,
    prepared_scene,
)

OPEN = frozenset(
    {"/login", "/set-password", "/accessibility", "/.well-known/security.txt", "/healthz",
     "/readyz"}
)  # fmt: skip
OPEN_FILES = re.compile(
    r"/assets/(css/[\w.-]+\.css|favicon\.svg|img/mark\.svg|js/10-theme\.js|vendor/inter/[\w-]+\.woff2)"
)
TRICKS = (
    "/login/../_dash-layout",
    "/login/..%2f_dash-layout",
    "/login/%2e%2e/_dash-layout",
    "//_dash-layout",
    "///_dash-layout",
    "/./_dash-layout",
    "/loginx",
    "/login/",
    "/login/x",
    "/LOGIN",
    "/%5Fdash-layout",
    "/_dash-layout/",
    "/_dash-layout;/login",
    "/_dash-layout?next=/login",
    "/_dash-layout%00",
    "/_dash-layout%20",
    "/_dash-layout#/login",
    "/\\_dash-layout",
    "/healthz/../api/v1/measures",
    "/healthz/_dash-layout",
    "/assets/../_dash-layout",
    "/assets/css/../../_dash-layout",
    "/assets/../portal/settings.py",
    "/assets/%2e%2e/portal/settings.py",
    "/assets/favicon.svg/../js/20-portal.js",
    "/assets/",
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


def rules(app: Flask) -> Iterator[tuple[str, str]]:
    """Give every rule of the app with each method, filled with values that exist."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield filled(rule), method


def filled(rule: Rule) -> str:
    values = {
        "names": "actual_spend", "name": "dim_agency", "filename": "css/../js/none.js",
        "path": "finops/budget", "package_name": "dash",
        "fingerprinted_path": "dash-renderer/build/dash_renderer.min.js",
    }  # fmt: skip
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: values.get(found[1], "1"), rule.rule)


def is_denied(visitor: Visitor, path: str, method: str = "GET", **options: object) -> bool:
    ask = visitor.post if method == "POST" else visitor.get
    answer = ask(path, **options)
    if answer.status_code == 302:
        return answer.headers["Location"].startswith("/login")
    return answer.status_code in {401, 403} and "agency" not in answer.text.casefold()


def test_nobody_is_let_through_by_any_rule_but_those_listed(scene: Scene) -> None:
    asked = [(path, method) for path, method in rules(scene.app) if path not in OPEN]
    assert len(asked) > 40
    let_in = [one for one in asked if not is_denied(scene.nobody(), *one)]
    assert let_in == []


def test_what_is_open_to_nobody_names_no_agency(scene: Scene) -> None:
    for path in OPEN:
        answer = scene.nobody().get(path)
        assert answer.status_code == 200, path
        assert "Ministry" not in answer.text


def test_only_the_files_of_the_sign_in_page_are_open(scene: Scene) -> None:
    found = re.findall(r'(?:href|src)="(/assets/[^"?]+)', scene.nobody().get("/login").text)
    assert found
    for path in found:
        assert OPEN_FILES.fullmatch(path), path
        assert scene.nobody().get(path).status_code == 200
    for name in ("js/20-session.js", "vendor/plotly.min.js", "no-such-file.css"):
        assert is_denied(scene.nobody(), f"/assets/{name}")


def test_nobody_calls_any_callback(scene: Scene) -> None:
    callbacks = scene.visitor(A).dependencies
    assert callbacks
    for callback in callbacks:
        values = ["/" for _ in callback["inputs"]]
        body = body_of(callback, values, [None for _ in callback["state"]])
        assert scene.nobody().post(CALLBACKS, json=body).status_code == 401
        assert scene.nobody().post(CALLBACKS, json=body, origin=None).status_code == 401
        forged = {"Cookie": f"{COOKIE}=exchequer-forged", "Authorization": "Bearer exq_forged"}
        assert scene.nobody().post(CALLBACKS, json=body, headers=forged).status_code == 401


@pytest.mark.parametrize("path", TRICKS)
def test_no_spelling_of_a_path_gets_round_the_door(scene: Scene, path: str) -> None:
    visitor = scene.nobody()
    for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"):
        answer = visitor.client.open(
            "/", method=method, base_url=f"https://{HOST}", environ_overrides=raw(path)
        )
        assert answer.status_code in {302, 400, 401, 403, 404, 405}, method
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/login")
        assert "children" not in answer.text
        assert "SecretStr" not in answer.text


def raw(path: str) -> dict[str, str]:
    """Give what a WSGI server makes of a request line, dots and doubled slashes kept."""
    place, _, query = path.partition("?")
    return {
        "PATH_INFO": re.sub(r"%([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), place),
        "QUERY_STRING": query,
        "REQUEST_URI": path,
        "RAW_URI": path,
    }


def test_a_method_that_isn_t_foreseen_is_no_way_in(scene: Scene) -> None:
    visitor = scene.nobody()
    override = {"X-HTTP-Method-Override": "GET"}
    for path in ("/api/v1/measures/actual_spend", "/_dash-layout", "/admin/users"):
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PROPFIND"):
            answer = visitor.client.open(
                path, method=method, base_url=f"https://{HOST}", headers=override
            )
            assert answer.status_code in {302, 401, 403}, (path, method)


def test_failures_count_across_workers_and_say_how_long_to_wait(scene: Scene) -> None:
    workers = (scene.app, scene.another_app())
    victim = email_of("admin2")
    answers = [
        scene.nobody(workers[at % 2], "198.51.100.7").sign_in(victim, "not the password at all")
        for at in range(6)
    ]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60
    for app in workers:
        # Even the right password waits there, and no header makes the peer another one.
        knocking = scene.nobody(app, "198.51.100.7")
        assert knocking.sign_in(victim).status_code == 429
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"):
            token = re.search(r'name="csrf_token" value="(\w+)"', knocking.get("/login").text)
            assert token
            answer = knocking.post(
                "/login",
                data={"csrf_token": token[1], "email": victim, "password": "wrong password here"},
                headers={name: "203.0.113.99" if name != "Forwarded" else "for=203.0.113.99"},
            )
            assert answer.status_code == 429, name
        # Others aren't affected, nor is the same person elsewhere.
        assert scene.nobody(app, "198.51.100.7").sign_in(email_of(A)).status_code == 303
        assert scene.nobody(app, "203.0.113.50").sign_in(victim).status_code == 303


def test_unknown_and_wrong_are_answered_in_the_same_words(scene: Scene) -> None:
    def words(email: str) -> tuple[int, str]:
        answer = scene.nobody(address="198.51.100.20").sign_in(email, "not the password at all")
        text = re.sub(r"[0-9a-f]{64}", "", answer.text).replace(email, "")
        return answer.status_code, text

    assert words(email_of("nobody-by-this-name")) == words(email_of("auditor"))


@pytest.mark.parametrize(
    "secret", ["", "x", "changeme" * 8, "a" * 64, "exchequer-secret-key-0123456789abcdef", "s3cr3t"]
)
def test_a_missing_short_or_known_secret_stops_the_start(scene: Scene, secret: str) -> None:
    with pytest.raises(SettingsError, match="EXCHEQUER_SECRET_KEY"):
        scene.another_app(secret_key=Settings(secret_key=secret).secret_key)


def test_a_weak_fallback_secret_stops_the_start_too(scene: Scene) -> None:
    weak = Settings(secret_key_fallbacks="changeme").secret_key_fallbacks
    with pytest.raises(SettingsError, match="fallback"):
        scene.another_app(secret_key_fallbacks=weak)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "portal.example", ""])
def test_the_demo_refuses_to_serve_others_than_this_machine(scene: Scene, host: str) -> None:
    with pytest.raises(SettingsError, match="EXCHEQUER_HOST"):
        scene.another_app(demo=True, host=host)
