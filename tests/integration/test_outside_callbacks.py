"""From outside: what a callback is told is the client's word, and the first page says nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from auth.permissions import Permission
from portal.access import CALLBACK_PERMISSIONS
from portal.pages.shell import SEARCH_WANTED
from portal.routes import ROUTE_PERMISSIONS
from tests.integration.portal_scene import (
    ADMIN,
    AUDITOR,
    CALLBACKS,
    NO_GRANT,
    TREASURY,
    A,
    Scene,
    Visitor,
    body_of,
    prepared_scene,
)

DEEP: Any = "x"
for _ in range(40):
    DEEP = [DEEP]

WRONG_VALUES: dict[str, Any] = {
    "a number": 5,
    "a boolean": True,
    "a list": ["/"],
    "an object": {"pathname": "/"},
    "200 kB of text": "x" * 200_000,
    "5,000 items": list(range(5_000)),
    "a deep list": DEEP,
    "a NUL byte": f"/{chr(0)}",
    "half a character": f"/{chr(0xD800)}",
    "a long text": "/" * 5_000,
}
BAD_ADDRESSES = (
    "?from=2025-13&to=2025-00",
    "?from=NaN&to=Infinity",
    "?from=2025-12&to=2025-01",
    "?agency=" + "9" * 400,
    "?agency=-1&agency=1e9&agency=0x0a",
    "?agency=%00%ff&region=%f0%9f%92%a9",
    "?page=99999999999999999999",
    "?view=../../etc/passwd",
    "?service=%27%3B%20DROP%20TABLE%20dim_agency%3B--",
    "?" + "&".join(f"agency={number}" for number in range(300)),
    "?year=lunar&currency=BTC&peak=maybe&status=Perhaps",
    "&&&==?%%%",
)
SECURITY_HEADERS = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "X-Frame-Options",
    "X-Request-Id",
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def a(scene: Scene) -> Visitor:
    return scene.visitor(A)


def honest(callback: dict[str, Any]) -> dict[str, Any]:
    values = {"url.pathname": "/", "url.search": "", f"{SEARCH_WANTED}.data": True}
    return body_of(
        callback,
        [values.get(f"{one['id']}.{one['property']}") for one in callback["inputs"]],
        [values.get(f"{one['id']}.{one['property']}") for one in callback["state"]],
    )


def test_every_callback_and_every_address_has_declared_what_it_takes(
    scene: Scene, a: Visitor
) -> None:
    assert {one["output"] for one in a.dependencies} == set(CALLBACK_PERMISSIONS)
    assert {rule.endpoint for rule in scene.app.url_map.iter_rules()} == set(ROUTE_PERMISSIONS)


@pytest.mark.parametrize("value", WRONG_VALUES.values(), ids=WRONG_VALUES.keys())
def test_a_value_of_a_wrong_kind_or_size_is_refused_at_once(a: Visitor, value: Any) -> None:
    for callback in a.dependencies:
        for part in ("inputs", "state"):
            for at in range(len(callback[part])):
                body = honest(callback)
                body[part][at]["value"] = value
                started = time.perf_counter()
                answer = a.post(CALLBACKS, json=body)
                assert time.perf_counter() - started < 1
                # Only what a callback doesn't read may be anything, and then changes nothing.
                is_unread = answer.data == a.post(CALLBACKS, json=honest(callback)).data
                assert answer.status_code == 400 or is_unread, (callback["output"], part, at)


def test_a_body_that_isn_t_one_is_refused(a: Visitor) -> None:
    router = a.dependencies[0]
    good = json.dumps(honest(router))
    assert a.post(CALLBACKS, data=good, content_type="application/json").status_code == 200
    bodies = (
        b"", b"null", b"[]", b"5", b'"text"', b"{", b"{}", b"\xff\xfe{}", b"NaN",
        good.replace('"/"', "NaN").encode(), good.replace('"/"', "1e999").encode(),
        good.replace('"/"', "-Infinity").encode(),
        b"[" * 100_000, b'{"a":' * 20_000, b" " * 70_000 + good.encode(),
    )  # fmt: skip
    for body in bodies:
        started = time.perf_counter()
        answer = a.post(CALLBACKS, data=body, content_type="application/json")
        assert answer.status_code == 400, body[:60]
        assert time.perf_counter() - started < 1
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert a.post(CALLBACKS, data=good, content_type=kind).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"output": "nothing.children"},
        {"output": "_pages_content.children"},
        {"output": None},
        {"output": ["page.children"]},
        {"output": {"id": "page"}},
        {"output": "..page.children.."},
        {"outputs": {"id": "page", "property": "children"}},
        {"outputs": []},
        {"outputs": None},
        {"inputs": []},
        {"inputs": None},
        {"inputs": {"id": "url"}},
        {"inputs": [None, None, None]},
        {"inputs": [{"id": "url"}] * 3},
        {"inputs": [{"id": {"type": "url", "agency": 11}, "property": "pathname", "value": "/"}]},
        {"state": [{"id": "session", "property": "data", "value": {"role": "treasury"}}]},
        {"changedPropIds": 5},
        {"changedPropIds": [{"agency": 11}]},
        {"parsedChangedPropsIds": "x" * 5_000},
        {"agency": 11},
        {"user": {"role": "treasury"}},
        {"long": {"callbackId": "x"}},
    ],
    ids=str,
)
def test_a_body_that_isn_t_as_declared_is_refused(a: Visitor, change: dict[str, Any]) -> None:
    assert a.post(CALLBACKS, json=honest(a.dependencies[0]) | change).status_code == 400


@pytest.mark.parametrize("search", BAD_ADDRESSES, ids=lambda text: text[:30])
def test_a_filter_that_can_t_be_read_is_said_and_breaks_nothing(a: Visitor, search: str) -> None:
    for path in ("/", "/reliability", "/finops/budget", "/data", "/account"):
        started = time.perf_counter()
        answer = a.page(path, search)
        assert answer.status_code == 200
        assert "Quote reference" not in answer.text, path
        assert time.perf_counter() - started < 1


@pytest.mark.parametrize("person", [ADMIN, AUDITOR, NO_GRANT, TREASURY, A])
def test_a_page_is_drawn_only_for_who_may_open_it(scene: Scene, person: str) -> None:
    visitor = scene.visitor(person)
    opened = {
        path
        for path in ("/reliability", "/finops/budget", "/data", "/admin/users", "/account")
        if "Nothing is known under this address" not in visitor.page(path).text
    }
    agency = {"/reliability", "/finops/budget", "/data", "/account"}
    assert opened == {
        ADMIN: {"/data", "/admin/users", "/account"},
        AUDITOR: agency | {"/admin/users"},
        NO_GRANT: {"/account"},
        TREASURY: agency,
        A: agency,
    }[person]  # fmt: skip


def test_the_first_page_of_each_worker_holds_nobody_s_data(scene: Scene) -> None:
    """The first request of a worker, whoever makes it, must not stay for those who come later."""
    texts = []
    for first, later in ((TREASURY, A), (A, TREASURY)):
        app = scene.another_app()
        for person in (first, later):
            visitor = scene.visitor(person, app)
            for path in ("/", "/finops/budget", "/_dash-layout"):
                texts.append(visitor.get(path).text)
            visitor.page("/")
            texts.append(visitor.get("/").text)
    for text in texts:
        for secret in ("Ministry of Health", "Revenue Authority", "Land Registry", "US$", "Person"):
            assert secret not in text
        for name in ("What do we spend", "agency_id", "data-href"):
            assert name not in text


def test_security_headers_are_on_every_answer(scene: Scene, a: Visitor) -> None:
    nobody = scene.nobody()
    answers = [
        nobody.get("/login"), nobody.get("/nowhere"), nobody.get("/_dash-layout"),
        nobody.get("/healthz"), nobody.get("/readyz"), nobody.get("/metrics"),
        nobody.get("/assets/favicon.svg"), nobody.get("/.well-known/security.txt"),
        nobody.post("/login"), nobody.post("/login", origin="https://evil.example"),
        a.get("/"), a.get("/api/v1/measures"), a.get("/api/v1/measures/unknown"),
        a.get("/api/v1/measures/actual_spend?from=x"), a.page("/"), a.post(CALLBACKS, data="x"),
        a.get("/export/measures?measure=actual_spend&format=xlsx"), a.get("/assets/none.js"),
        a.post("/admin/users"), a.client.open("/login", method="DELETE", buffered=True),
        a.post("/account/tokens", data=b"x" * 40_000_000),
    ]  # fmt: skip
    for answer in answers:
        for name in SECURITY_HEADERS:
            assert answer.headers.get(name), (answer.request.path, name)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        if not answer.request.path.startswith("/assets/"):
            assert answer.headers["Cache-Control"] == "no-store", answer.request.path
        assert "Strict-Transport-Security" not in answer.headers
        assert "Werkzeug" not in answer.headers.get("Server", "")


def test_behind_tls_browsers_are_told_to_stay_there(scene: Scene) -> None:
    app = scene.another_app(behind_tls=True)
    for path in ("/login", "/nowhere", "/api/v1/measures"):
        answer = scene.nobody(app).get(path)
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_every_script_of_the_first_page_is_allowed_by_its_policy(a: Visitor) -> None:
    answer = a.get("/")
    inline = answer.text.count("<script") - answer.text.count("<script src")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.count("'sha256-") >= 1
    assert inline >= 1
    assert "https://" not in answer.text.replace("https://portal.example", "")


def test_permissions_to_read_cover_no_write(scene: Scene) -> None:
    reading = {
        endpoint
        for endpoint, need in ROUTE_PERMISSIONS.items()
        if isinstance(need, Permission) and need.value.startswith(("view_", "export"))
    }
    # What is one's own is changed by whoever may see it.
    own = {
        endpoint
        for endpoint in reading
        if ROUTE_PERMISSIONS[endpoint] is Permission.VIEW_OWN_ACCOUNT
    }
    assert {endpoint.partition(".")[0] for endpoint in own} == {"account", "saved_views"}
    methods = {rule.endpoint: rule.methods for rule in scene.app.url_map.iter_rules()}
    for endpoint in reading - own:
        assert methods[endpoint] == {"GET", "HEAD", "OPTIONS"}, endpoint
    assert reading - own >= {"page_exports.page", "record_exports.trail", "pivot_exports.workbook"}
