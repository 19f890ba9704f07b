"""From outside: downloads of the trail and of who holds which role, and who may have them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator

import pytest

from auth.audit import list_events
from tests.integration.portal_scene import (
    ADMIN,
    AUDITOR,
    NO_GRANT,
    TREASURY,
    A,
    Scene,
    Visitor,
    email_of,
    prepared_scene,
)

TRAIL = "/export/audit"
REVIEW = "/export/access-review"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def people(scene: Scene) -> dict[str, Visitor]:
    return {name: scene.visitor(name) for name in (A, TREASURY, ADMIN, AUDITOR, NO_GRANT)}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("path", [TRAIL, REVIEW, "/admin", "/admin/audit", "/admin/inspect"])
def test_records_about_people_answer_others_as_unknown(
    people: dict[str, Visitor], path: str
) -> None:
    closed_to = {A, TREASURY, NO_GRANT} | ({ADMIN} if "audit" in path else set())
    for name in closed_to:
        if path.startswith("/export"):
            assert people[name].get(path).status_code == 404, name
        else:
            page = people[name].page(path).text
            assert "Nothing is known under this address" in page, name


def test_the_trail_is_downloaded_as_filtered_and_that_is_traced(
    scene: Scene, people: dict[str, Visitor]
) -> None:
    answer = people[AUDITOR].get(f"{TRAIL}?action=grant.give&format=csv")
    assert answer.status_code == 200
    found = rows(answer.text)
    assert {row["action"] for row in found} == {"grant.give"}
    assert len(found) >= 5
    with scene.database.reading_records() as db:
        event = list_events(db, action="export", actor=email_of(AUDITOR), limit=1)[0]
    assert event.object == "audit-trail.csv"
    detail = json.loads(event.detail)
    assert detail["rows"] == len(found)
    assert detail["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert people[AUDITOR].get(f"{TRAIL}?format=xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("query", ["from=yesterday", "outcome=odd", "format=pdf"])
def test_a_download_with_a_filter_that_cannot_be_read_is_refused(
    people: dict[str, Visitor], query: str
) -> None:
    assert people[AUDITOR].get(f"{TRAIL}?{query}").status_code in (400, 422)


def test_the_access_review_lists_who_holds_what_and_from_whom(people: dict[str, Visitor]) -> None:
    for name in (ADMIN, AUDITOR):
        found = rows(people[name].get(f"{REVIEW}?format=csv").text)
        mine = [row for row in found if row["email"] == email_of(A)]
        assert [(row["role"], row["agency_id"], row["granted_by"]) for row in mine] == [
            ("agency_manager", "10", "test")
        ]
        assert mine[0]["last_seen_at"]
        assert email_of(NO_GRANT) not in {row["email"] for row in found}


@pytest.mark.parametrize(
    "query",
    [
        "to=9999-12-31",
        "from=0001-01-01",
        "from=2025-02-31",
        "actor=%00",
        "actor=%E2%80%AE",
        "role=treasury",
        "page=2",
        "format=csv&format=xlsx",
    ],
)
def test_a_filter_of_the_trail_that_cannot_be_read_is_refused(
    people: dict[str, Visitor], query: str
) -> None:
    answer = people[AUDITOR].get(f"{TRAIL}?{query}")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "bad_parameter"
    page = people[AUDITOR].page("/admin/audit", f"?{query}")
    assert page.status_code == 200
    assert "Quote reference" not in page.text


@pytest.mark.parametrize("number", ["2147483648", "9" * 26, "9" * 5_000, "%D9%A1", "-1", "1.5"])
@pytest.mark.parametrize(
    "path",
    [
        "/account/views/{}/share",
        "/account/views/{}/delete",
        "/account/sessions/{}/end",
        "/account/tokens/{}/revoke",
        "/admin/grants/{}/revoke",
        "/admin/users/{}/disable",
        "/admin/users/{}/grants",
    ],
)
def test_a_number_that_no_record_can_have_is_not_known(
    people: dict[str, Visitor], path: str, number: str
) -> None:
    assert people[ADMIN].submit(path.format(number)).status_code in {404, 405}
