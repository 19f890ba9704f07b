"""From outside: what a session is good for, until when, and from which page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from auth.actors import Actor
from auth.people import disable_user, enable_user, find_person, grant, revoke_grant
from auth.permissions import Role
from tests.integration.portal_scene import (
    A2,
    COOKIE,
    HOST,
    NO_GRANT,
    ORIGIN,
    TREASURY,
    A,
    B,
    Scene,
    Visitor,
    body_of,
    email_of,
    prepared_scene,
)

CONSOLE = Actor.console("test")
SPEND = "/api/v1/measures/actual_spend"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


def holding(scene: Scene, token: str) -> Visitor:
    """Give another worker's visitor with a copied cookie."""
    visitor = scene.nobody(scene.another_app(), "203.0.113.66")
    visitor.client.set_cookie(COOKIE, token, domain=HOST, secure=True)
    return visitor


def number_of(scene: Scene, person: str) -> int:
    with scene.database.reading_records() as db:
        found = find_person(db, email_of(person))
    assert found is not None
    return found.id


def cookie_header(answer: TestResponse) -> str:
    return next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}="))


def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(scene: Scene) -> None:
    written = cookie_header(scene.nobody().sign_in(email_of(A)))
    parts = {part.strip().lower() for part in written.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not any(part.startswith(("domain", "max-age", "expires")) for part in parts)


def test_signing_in_gives_a_new_session_and_ends_the_one_before(scene: Scene) -> None:
    visitor = scene.visitor(A)
    first = visitor.token
    assert visitor.sign_in(email_of(A)).status_code == 303
    assert visitor.token != first
    assert holding(scene, first).get(SPEND).status_code == 401
    assert holding(scene, visitor.token).get(SPEND).status_code == 200


def test_a_session_that_was_planted_before_signing_in_is_never_used(scene: Scene) -> None:
    planted = "planted-by-somebody-else-0123456789abcdef"
    visitor = scene.nobody()
    visitor.client.set_cookie(COOKIE, planted, domain=HOST, secure=True)
    assert visitor.sign_in(email_of(A)).status_code == 303
    assert visitor.token != planted
    assert holding(scene, planted).get(SPEND).status_code == 401


def test_a_copied_cookie_is_dead_after_sign_out_in_every_worker(scene: Scene) -> None:
    visitor = scene.visitor(B)
    copy = holding(scene, visitor.token)
    assert copy.get(SPEND).status_code == 200
    assert copy.page("/data").status_code == 200
    answer = visitor.submit("/logout")
    assert answer.status_code == 303
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert copy.get(SPEND).status_code == 401
    assert copy.page("/data").status_code == 401


def test_disabling_a_person_acts_at_once_in_every_worker(scene: Scene) -> None:
    visitor = scene.visitor(B)
    copy = holding(scene, visitor.token)
    assert (visitor.get(SPEND).status_code, copy.get(SPEND).status_code) == (200, 200)
    person = number_of(scene, B)
    with scene.database.records() as db:
        disable_user(db, person, by=CONSOLE, now=datetime.now(UTC))
    assert (visitor.get(SPEND).status_code, copy.get(SPEND).status_code) == (401, 401)
    assert scene.nobody(address="192.0.2.99").sign_in(email_of(B)).status_code == 401
    with scene.database.records() as db:
        enable_user(db, person, by=CONSOLE, now=datetime.now(UTC))
    assert copy.get(SPEND).status_code == 401


def test_a_grant_given_or_taken_acts_on_the_next_request_in_every_worker(scene: Scene) -> None:
    visitor = scene.visitor(NO_GRANT)
    copy = holding(scene, visitor.token)
    foreign = f"{SPEND}?where=agency:12"
    assert (visitor.get(SPEND).status_code, copy.get(SPEND).status_code) == (404, 404)
    with scene.database.records() as db:
        person = number_of(scene, NO_GRANT)
        given = grant(
            db, person, Role.AGENCY_VIEWER, agency_id=12, by=CONSOLE, now=datetime.now(UTC)
        )
    assert (visitor.get(foreign).status_code, copy.get(foreign).status_code) == (200, 200)
    with scene.database.records() as db:
        revoke_grant(db, given, by=CONSOLE, now=datetime.now(UTC))
    assert (visitor.get(foreign).status_code, copy.get(foreign).status_code) == (404, 404)


def test_losing_one_of_two_agencies_leaves_the_other(scene: Scene) -> None:
    visitor = scene.visitor(A2)
    by_agency = f"{SPEND}?by=agency"
    assert [row["agency"] for row in visitor.get(by_agency).json["rows"]] == [10, 12]
    with scene.database.reading_records() as db:
        held = find_person(db, email_of(A2))
    assert held is not None
    lost = next(one.id for one in held.grants if one.agency_id == 12)
    with scene.database.records() as db:
        revoke_grant(db, lost, by=CONSOLE, now=datetime.now(UTC))
    assert [row["agency"] for row in visitor.get(by_agency).json["rows"]] == [10]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{HOST}.evil.example"},
        {"Origin": f"https://evil.{HOST}"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
    ids=str,
)
def test_a_request_that_no_page_of_ours_sent_is_refused(
    scene: Scene, headers: dict[str, str]
) -> None:
    visitor = scene.visitor(TREASURY)
    router = visitor.dependencies[0]
    body = body_of(router, ("/", "", None))
    forms = {"csrf_token": visitor.csrf_token}
    assert visitor.call(router, ("/", "", None)).status_code == 200

    def ask(path: str, **options: object) -> int:
        return visitor.post(path, origin=None, headers=headers, **options).status_code

    assert ask("/_dash-update-component", json=body) == 403
    assert ask("/_dash-update-component", data=str(body), content_type="text/plain") == 403
    assert ask("/logout", data=forms) == 403
    assert ask("/account/sessions/end-others", data=forms) == 403
    assert visitor.get(SPEND).status_code == 200


def test_another_site_can_t_sign_a_browser_in(scene: Scene) -> None:
    visitor = scene.nobody()
    visitor.get("/login")
    fields = {"csrf_token": "0" * 64, "email": email_of(A), "password": "whatever it may be"}
    away = {"Origin": "https://evil.example"}
    assert visitor.post("/login", origin=None, headers=away, data=fields).status_code == 403
    assert visitor.post("/login", data=fields).status_code == 400


def test_forms_take_the_token_of_their_own_session(scene: Scene) -> None:
    mine, other = scene.visitor(A), scene.visitor(A)
    for token in ("", "0" * 64, other.csrf_token, "é"):
        answer = mine.post("/account/sessions/end-others", data={"csrf_token": token})
        assert answer.status_code == 403
    assert mine.post("/account/sessions/end-others").status_code == 403
    assert mine.submit("/account/sessions/end-others").status_code == 303
    assert other.get(SPEND).status_code == 401


def test_a_bearer_token_needs_no_origin_and_opens_the_interface_alone(scene: Scene) -> None:
    shown = scene.visitor(A).submit("/account/tokens", name="statistics", days="30")
    token = re.search(r"exq_[\w-]+", shown.text)
    assert token
    bearer = {"Authorization": f"Bearer {token[0]}"}
    nobody = scene.nobody()
    assert nobody.get(f"{SPEND}?by=agency", headers=bearer).json["rows"][0]["agency"] == 10
    refused = nobody.post(SPEND, origin=None, headers=bearer)
    assert refused.status_code == 405
    for path in ("/_dash-layout", "/export/measures?measure=actual_spend", "/"):
        assert nobody.get(path, headers=bearer).status_code in {302, 401}


@pytest.mark.parametrize("field", ["role", "agency_id", "is_admin", "user_id", "name"])
def test_unknown_and_doubled_fields_are_refused(scene: Scene, field: str) -> None:
    visitor = scene.visitor(A)
    given: dict[str, object] = {"csrf_token": visitor.csrf_token, "name": "one", "days": "30"}
    given[field] = ["one", "two"] if field == "name" else "1"
    answer = visitor.post("/account/tokens", data=given)
    assert answer.status_code == 400
    assert "exq_" not in answer.text
