"""Nothing is given to who isn't signed in, and nothing is taken from another site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import Client

from portal.app import create_app
from portal.routes import PUBLIC, ROUTE_PERMISSIONS
from portal.security.peers import read_allowed_addresses
from portal.settings import Settings, SettingsError
from tests.unit.portal.conftest import CALLBACKS, PASSWORD, READERS, Browser

SAMPLE = {
    "view_id": 1,
    "path": "reliability",
    "filename": "js/40-page.js",
    "package_name": "dash",
    "fingerprinted_path": "deps/polyfill@7.min.js",
    "names": "actual_spend",
    "name": "dim_agency",
    "session_id": 1,
    "token_id": 1,
    "person_id": 1,
    "grant_id": 1,
    "kind": "policy",
    "book": "accounts",
    "version": 1,
    "step": "submit",
    "number": 1,
}
Opener = Callable[[str], Browser]


def test_every_route_says_what_it_takes(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTE_PERMISSIONS)


def test_nobody_gets_anything_but_the_exact_list(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    answers = {}
    for rule in app.url_map.iter_rules():
        if ROUTE_PERMISSIONS[rule.endpoint] == PUBLIC:
            continue
        given = {name: SAMPLE[name] for name in rule.arguments}
        path = adapter.build(rule.endpoint, given, method=next(iter(rule.methods or ())))
        for method in (rule.methods or set()) - {"HEAD"}:
            answers[method, path] = Client(app).open(path, method=method, buffered=True).status_code
    assert len(answers) > 30
    assert {key: code for key, code in answers.items() if code not in {302, 401, 403}} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/login/../_dash-layout",
        "//_dash-layout",
        "/loginx",
        "/login/",
        "/%5Fdash-layout",
        "/_dash-layout",
        "/assets/../wsgi.py",
        "/assets/css/../js/40-page.js",
        "/healthz/../api/v1/measures",
        "/healthz%2f..%2fapi/v1/measures",
        "/api/v1/openapi.json",
        "/export/table/dim_agency",
    ],
)
def test_paths_that_look_like_public_ones_give_nothing(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code in {302, 308, 401, 403, 404}
    assert b"react-entry-point" not in answer.data


def test_who_has_no_session_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    answer = browser.get("/finops/budget?from=2024-05&agency=10")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/login?next=%2Ffinops%2Fbudget%3Ffrom%3D2024-05%26agency%3D10"
    )


def test_programs_are_told_in_json(browser: Browser) -> None:
    answer = browser.get("/api/v1/measures")
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 5_000, "ü", "' OR 1=1 --"])
def test_a_forged_cookie_opens_nothing(browser: Browser, cookie: str) -> None:
    header = {"Cookie": f"__Host-exchequer={cookie}".encode().decode("latin-1")}
    assert browser.get("/_dash-layout", headers=header).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_callback_from_another_site_is_refused(viewer: Browser, headers: dict[str, str]) -> None:
    answer = viewer.post(CALLBACKS, json=viewer.body("/"), headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}]
)
def test_a_callback_from_our_own_page_is_answered(viewer: Browser, headers: dict[str, str]) -> None:
    assert viewer.post(CALLBACKS, json=viewer.body("/account"), headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_a_form_without_its_token_changes_nothing(admin: Browser, token: str) -> None:
    fields = {"email": "new@health.example", "name": "New", "csrf_token": token}
    assert admin.post("/admin/users", data=fields).status_code == 403


def test_a_token_of_somebody_elses_form_changes_nothing(admin: Browser, viewer: Browser) -> None:
    fields = {"email": "new@health.example", "name": "New", "csrf_token": viewer.own_token()}
    assert admin.post("/admin/users", data=fields).status_code == 403


def test_unknown_fields_are_refused(admin: Browser) -> None:
    answer = admin.submit("/admin/users", email="n@health.example", name="N", is_admin="1")
    assert answer.status_code == 400


@pytest.mark.parametrize("email", [name for name in READERS if "admin" not in name])
def test_only_administrators_reach_the_forms_for_people(as_reader: Opener, email: str) -> None:
    answer = as_reader(email).submit("/admin/users", email="n@health.example", name="N")
    assert answer.status_code == 404


def test_every_answer_carries_the_headers(browser: Browser, viewer: Browser) -> None:
    for who, path in (
        (browser, "/login"),
        (browser, "/"),
        (browser, "/api/v1/measures"),
        (viewer, "/"),
        (viewer, "/api/v1/measures/nothing"),
        (viewer, "/export/table/nothing"),
        (viewer, "/assets/js/40-page.js"),
    ):
        headers = who.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_every_inline_script_of_the_index_is_in_the_policy(viewer: Browser) -> None:
    answer = viewer.get("/")
    assert answer.headers["Content-Security-Policy"].count("'sha256-") == answer.get_data(
        as_text=True
    ).count("<script>") + answer.get_data(as_text=True).count('type="application/javascript">')


def test_data_is_not_kept_and_fingerprinted_files_are(viewer: Browser) -> None:
    assert viewer.get("/").headers["Cache-Control"] == "no-store"
    assert viewer.show("/account").headers["Cache-Control"] == "no-store"
    assert "immutable" in viewer.get("/assets/js/40-page.js?m=1").headers["Cache-Control"]


def test_the_index_holds_no_data_and_names_its_language(viewer: Browser) -> None:
    viewer.show("/")
    text = viewer.get("/").get_data(as_text=True)
    assert '<html lang="en-GB">' in text
    for private in ("Ministry of Health", "viewer10", "Viewer10", 'name="csrf_token"'):
        assert private not in text
        assert private not in viewer.get("/_dash-layout").get_data(as_text=True)


def test_no_cookie_of_the_framework_is_set(viewer: Browser) -> None:
    assert viewer.get("/").headers.getlist("Set-Cookie") == []


def test_the_cookie_belongs_to_this_host_alone(browser: Browser) -> None:
    cookies = browser.sign_in("viewer10@health.example").headers.getlist("Set-Cookie")
    session = next(text for text in cookies if text.startswith("__Host-exchequer="))
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert word in session
    assert "Domain" not in session


def test_an_address_outside_the_networks_gets_nothing(settings: Settings) -> None:
    addresses = read_allowed_addresses(
        settings.model_copy(update={"allowed_addresses": ("10.0.0.0/8", "admin=10.1.0.0/16")})
    )
    assert addresses.allows("10.9.9.9")
    assert addresses.allows("::ffff:10.9.9.9")
    assert not addresses.allows("192.0.2.1")
    assert not addresses.allows(None)
    admin, treasury = READERS["admin@treasury.example"][0], READERS["treasury@treasury.example"][0]
    assert admin is not None
    assert treasury is not None
    assert addresses.allows_roles("10.1.2.3", [admin])
    assert not addresses.allows_roles("10.2.2.3", [admin, treasury])
    assert addresses.allows_roles("10.2.2.3", [treasury])


def test_a_health_check_of_the_same_machine_needs_no_network(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"allowed_addresses": ("192.0.2.0/24",)}))

    def status(path: str, address: str) -> int:
        return Client(app).get(path, environ_base={"REMOTE_ADDR": address}).status_code

    assert status("/healthz", "127.0.0.1") == 200
    assert status("/login", "127.0.0.1") == 403
    assert status("/healthz", "198.51.100.1") == 403


def test_a_network_that_cannot_be_read_stops_the_start(settings: Settings) -> None:
    bad = settings.model_copy(update={"allowed_addresses": ("admin=10.0.0.0/99",)})
    with pytest.raises(SettingsError, match=r"10\.0\.0\.0/99"):
        read_allowed_addresses(bad)


def test_a_forged_forwarding_header_does_not_help(app: Flask) -> None:
    answer = Client(app).post(
        "/login",
        data={"email": "x@y.example", "password": PASSWORD, "csrf_token": ""},
        headers={"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Host": "evil.example"},
    )
    assert answer.status_code == 400
    assert "evil.example" not in answer.get_data(as_text=True)
