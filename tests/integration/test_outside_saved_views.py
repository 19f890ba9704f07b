"""From outside: a saved view is an address of one's own, and sharing it opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from auth.actors import Actor
from auth.audit import list_events
from auth.people import find_person, grant, revoke_grant
from auth.permissions import Role
from auth.saved_views import list_views
from tests.integration.portal_scene import (
    A2,
    ADMIN,
    NO_GRANT,
    TREASURY,
    A,
    B,
    Scene,
    Visitor,
    email_of,
    prepared_scene,
)

BUDGET = "/finops/budget"
PEOPLE = (A, A2, B, TREASURY, ADMIN, NO_GRANT)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def people(scene: Scene) -> dict[str, Visitor]:
    return {name: scene.visitor(name) for name in PEOPLE}


def save(visitor: Visitor, name: str, **fields: str) -> TestResponse:
    given = {"name": name, "path": BUDGET, "query": "", "audience": "nobody", **fields}
    return visitor.post("/account/views", data={"csrf_token": visitor.csrf_token, **given})


def number_of(scene: Scene, person: str) -> int:
    """Give the number of a person's newest view."""
    with scene.database.reading_records() as db:
        found = find_person(db, email_of(person))
        assert found is not None
        return max(view.id for view in list_views(db, found.id, (), datetime.now(UTC)))


def offers(visitor: Visitor, name: str) -> bool:
    return name in visitor.page(BUDGET).text


def test_a_view_is_kept_shown_and_forgotten(scene: Scene, people: dict[str, Visitor]) -> None:
    visitor = people[A]
    answer = save(visitor, "Ours this year", query="?agency=10&from=2025-01&page=2")
    assert answer.status_code == 303
    kept = f"{BUDGET}?from=2025-01&agency=10&currency=USD&year=calendar&page=2"
    assert answer.headers["Location"] == kept
    assert offers(visitor, "Ours this year")
    assert "Ours this year" in visitor.page("/account").text
    answer = visitor.submit(f"/account/views/{number_of(scene, A)}/delete")
    assert answer.headers["Location"] == "/account#views"
    assert not offers(visitor, "Ours this year")


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "https://evil.example/", "/nowhere", "/finops/budget/", "/admin/users"],
)
def test_only_a_page_open_to_the_reader_is_kept(people: dict[str, Visitor], path: str) -> None:
    answer = save(people[A], f"Of {path}", path=path)
    assert answer.status_code == 422
    assert "Location" not in answer.headers


def test_nothing_foreign_is_kept_of_an_address(people: dict[str, Visitor]) -> None:
    query = "?agency=10&next=//evil.example&<script>=1&agency='--&from=yesterday"
    answer = save(people[A], "Bounded", query=query)
    assert answer.headers["Location"] == f"{BUDGET}?agency=10&currency=USD&year=calendar"
    assert save(people[A], "Long", query="?agency=" + "1" * 5_000).status_code == 400


def test_a_form_without_its_token_keeps_nothing(people: dict[str, Visitor]) -> None:
    fields = {"name": "x", "path": BUDGET, "query": "", "audience": "nobody"}
    assert people[A].post("/account/views", data=fields).status_code == 403
    stolen = {**fields, "csrf_token": people[B].csrf_token}
    assert people[A].post("/account/views", data=stolen).status_code == 403


@pytest.mark.parametrize("audience", ["agency:11", "agency:9999", "role:treasury", "role:auditor"])
def test_a_group_that_is_not_ones_own_is_refused_whether_it_exists_or_not(
    scene: Scene, people: dict[str, Visitor], audience: str
) -> None:
    answer = save(people[A], "Forged", audience=audience)
    assert answer.status_code == 422
    assert "share with a group that you belong to" in answer.text
    assert save(people[A], f"For {audience}").status_code == 303
    share = f"/account/views/{number_of(scene, A)}/share"
    assert people[A].submit(share, audience=audience).status_code == 422
    for name in (B, TREASURY):
        assert not offers(people[name], f"For {audience}")


@pytest.mark.parametrize("audience", ["", "agency:", "agency:-1", "role:king", "agency:10,11"])
def test_a_group_that_cannot_be_read_is_refused(people: dict[str, Visitor], audience: str) -> None:
    assert save(people[A], "Unread", audience=audience).status_code == 400


def test_a_shared_view_shows_its_group_an_address_and_others_nothing(
    people: dict[str, Visitor],
) -> None:
    save(people[A2], "For ten", query="?agency=12", audience="agency:10")
    assert offers(people[A], "For ten")
    for name in (B, TREASURY):
        assert not offers(people[name], "For ten")
    # The colleague has no grant for agency 12: the address opens as that of an unknown one.
    for number in ("12", "99"):
        assert "No agency" in people[A].page(BUDGET, f"?agency={number}").text


def test_somebody_elses_view_answers_as_an_unknown_one(
    scene: Scene, people: dict[str, Visitor]
) -> None:
    save(people[A2], "Also for ten", audience="agency:10")
    number = number_of(scene, A2)
    for thief in (people[A], people[B], people[ADMIN], people[NO_GRANT]):
        for act, fields in (("delete", {}), ("share", {"audience": "nobody"})):
            foreign = thief.submit(f"/account/views/{number}/{act}", **fields)
            unknown = thief.submit(f"/account/views/{number + 50}/{act}", **fields)
            assert foreign.status_code == unknown.status_code == 404
            said = unknown.text.replace(f"view {number + 50} is", "view N is")
            assert foreign.text.replace(f"view {number} is", "view N is") == said
    assert offers(people[A], "Also for ten")


def test_every_step_stands_in_the_trail(scene: Scene, people: dict[str, Visitor]) -> None:
    save(people[B], "Traced")
    view = f"/account/views/{number_of(scene, B)}"
    people[B].submit(f"{view}/share", audience="agency:11")
    people[B].submit(f"{view}/share", audience="nobody")
    people[B].submit(f"{view}/delete")
    with scene.database.reading_records() as db:
        events = list_events(db, actor=email_of(B))
    kept = [one for one in events if one.action.startswith("saved_view.")]
    kinds = [event.action.removeprefix("saved_view.") for event in kept]
    assert kinds == ["delete", "unshare", "share", "create"]
    assert all(event.request_id for event in kept)


def test_a_page_is_not_shared_with_a_group_it_is_not_open_to(
    scene: Scene, people: dict[str, Visitor]
) -> None:
    answer = save(people[ADMIN], "People", path="/admin/users", audience="role:admin")
    assert answer.status_code == 303
    with scene.database.records() as db:
        admin = find_person(db, email_of(ADMIN))
        assert admin is not None
        by, now = Actor.console("test"), datetime.now(UTC)
        grant(db, admin.id, Role.AGENCY_VIEWER, agency_id=10, by=by, now=now)
    answer = save(people[ADMIN], "Again", path="/admin/users", audience="agency:10")
    assert answer.status_code == 422


def test_a_share_ends_with_the_grant_of_its_owner(scene: Scene, people: dict[str, Visitor]) -> None:
    save(people[A2], "Until revoked", audience="agency:10")
    assert offers(people[A], "Until revoked")
    with scene.database.records() as db:
        owner = find_person(db, email_of(A2))
        assert owner is not None
        held = next(one for one in owner.grants if one.agency_id == 10)
        revoke_grant(db, held.id, by=Actor.console("test"), now=datetime.now(UTC))
    assert not offers(people[A], "Until revoked")
    assert "A group you no longer belong to" in people[A2].page("/account").text
