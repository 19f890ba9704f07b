"""From outside: what isn't yours answers as if it weren't there, and reading isn't writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from auth.audit import list_events
from auth.people import find_person
from portal.scoping import TAGGING_MEASURES
from tests.integration.portal_scene import (
    A2,
    ADMIN,
    AUDITOR,
    NO_GRANT,
    TREASURY,
    A,
    B,
    Scene,
    Visitor,
    email_of,
    prepared_scene,
)
from warehouse.measures import REGISTRY
from warehouse.schema import STAR

API = "/api/v1/measures"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def people(scene: Scene) -> dict[str, Visitor]:
    return {name: scene.visitor(name) for name in (A, A2, B, TREASURY, ADMIN, AUDITOR, NO_GRANT)}


def seen(answer: TestResponse) -> tuple[int, str, str]:
    """Give all of an answer that its reader can tell apart; the request's id is random."""
    headers = {name: text for name, text in answer.headers.items() if name != "X-Request-Id"}
    return answer.status_code, str(sorted(headers.items())), answer.text


@pytest.mark.parametrize(
    ("foreign", "unknown"),
    [
        ("where=agency:11", "where=agency:9999"),
        ("agency=11", "agency=9999"),
        ("agency=10,11", "agency=10,9999"),
        ("where=agency:10&where=agency:11", "where=agency:10&where=agency:9999"),
        ("where=digital_service:portal-11", "where=digital_service:portal-99"),
        ("where=country:JM", "where=country:XX"),
        ("where=currency:JMD", "where=currency:XXX"),
        ("where=agency:11&format=csv", "where=agency:9999&format=csv"),
    ],
)
def test_a_foreign_value_answers_as_an_unknown_one(
    people: dict[str, Visitor], foreign: str, unknown: str
) -> None:
    for name in ("sla_breaches", "request_count", "latency_ms"):
        for start in (f"{API}/{name}?", f"/export/measures?measure={name}&"):
            one, other = people[A].get(start + foreign), people[A].get(start + unknown)
            assert seen(one) == seen(other), start
            assert one.status_code == 404
            # The value does exist: whoever may see it is answered.
            assert people[TREASURY].get(start + foreign).status_code == 200, start


def test_pages_say_the_same_of_a_foreign_agency_and_an_unknown_one(
    people: dict[str, Visitor],
) -> None:
    for path in ("/", "/reliability", "/finops/budget", "/finops/tags", "/data"):
        foreign = people[A].page(path, "?agency=11").text.replace("agency=11", "agency=N")
        unknown = people[A].page(path, "?agency=9999").text.replace("agency=9999", "agency=N")
        assert foreign.replace("'11'", "'N'") == unknown.replace("'9999'", "'N'"), path
        assert "Revenue Authority" not in foreign


@pytest.mark.parametrize("person", [A, A2, B])
def test_no_row_that_anybody_is_given_is_of_another_agency(
    people: dict[str, Visitor], person: str
) -> None:
    own = {A: {10}, A2: {10, 12}, B: {11}}[person]
    for measure in REGISTRY.values():
        if "agency" in measure.dimensions:
            rows = people[person].get(f"{API}/{measure.name}?by=agency").json["rows"]
            assert {row["agency"] for row in rows} <= own, measure.name
    for table in STAR.tables.values():
        answer = people[person].get(f"/export/table/{table.name}?format=csv")
        if "agency_id" not in table.c or answer.status_code != 200:
            continue
        header, *lines = answer.text.removeprefix("\ufeff").splitlines()
        at = header.split(",").index("agency_id")
        ids = {line.split(",")[at] for line in lines} if table.name != "dim_agency" else set()
        assert ids <= {str(number) for number in own}, table.name


def test_two_agencies_are_the_sum_of_each(people: dict[str, Visitor]) -> None:
    def spend(person: str, query: str = "") -> float:
        amount = people[person].get(f"{API}/actual_spend{query}").json["rows"][0]["actual_spend"]
        return float(amount)

    both = spend(A2)
    assert both == pytest.approx(spend(A) + spend(TREASURY, "?agency=12"), abs=0.005)
    assert both < spend(TREASURY)


def test_whoever_has_no_grant_sees_nothing(people: dict[str, Visitor]) -> None:
    nothing = people[NO_GRANT]
    for path in (API, f"{API}/actual_spend", "/export/measures?measure=actual_spend",
                 "/export/table/dim_agency", "/api/v1/openapi.json"):  # fmt: skip
        assert nothing.get(path).status_code == 404
    for path in ("/", "/data", "/account", "/finops/budget"):
        text = nothing.page(path).text
        assert "US$" not in text
        for name in ("Ministry of Health", "Revenue Authority", "(MDA "):
            assert name not in text, path


def test_an_administrator_is_answered_tag_compliance_and_no_other_figure(
    people: dict[str, Visitor],
) -> None:
    admin, nothing = people[ADMIN], {None, 0}
    for name in REGISTRY:
        if name in TAGGING_MEASURES:
            assert admin.get(f"{API}/{name}").json["rows"][0][name] is not None, name
            continue
        # Alone, next to a measure that is theirs, by agency, or for one that they can name.
        for asked in (name, f"{name},tagged_pct", f"{name}?by=agency", f"{name}?agency=10"):
            rows = (admin.get(f"{API}/{asked}").json or {}).get("rows", [])
            assert {value for row in rows for value in row.values()} <= nothing, asked
        answer = admin.get(f"/export/measures?measure={name}")
        lines = answer.data.decode("utf-8-sig").splitlines() if answer.status_code == 200 else []
        assert set(lines[1:]) <= {'""', "0", "0.0"}, name
    assert len(admin.get(f"{API}/tagged_pct?by=agency").json["rows"]) > 5


def test_an_administrator_reads_no_amount_from_pages_and_tables(
    people: dict[str, Visitor],
) -> None:
    admin = people[ADMIN]
    for path in ("/", "/reliability", "/finops/budget", "/data", "/admin/users", "/account"):
        for view in ("", "?view=quarantine", "?view=held", "?view=findings", "?view=builds"):
            text = admin.page(path, view).text
            assert "US$" not in text, path + view
    for table in STAR.tables.values():
        answer = admin.get(f"/export/table/{table.name}?format=csv")
        if answer.status_code != 200:
            continue
        header = answer.text.removeprefix("\ufeff").splitlines()[0].split(",")
        amounts = {name for name in header if name.endswith(("_usd", "_local", "amount"))}
        # Of resources that break a tagging policy it is said what they cost, and of no others.
        concerned = {"untagged_cost_usd"}
        if table.name == "fact_tag_finding":
            concerned = {"effective_cost_usd"}
        assert amounts <= concerned, table.name


WRITES = (
    "/admin/users",
    "/admin/users/1/disable",
    "/admin/users/1/enable",
    "/admin/users/1/reset",
    "/admin/users/1/grants",
    "/admin/grants/1/revoke",
    "/data/held",
)


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (A, ()),
        (B, ()),
        (NO_GRANT, ()),
        (AUDITOR, ()),
        (TREASURY, ("/data/held",)),
        (ADMIN, WRITES[:-1]),
    ],
)
def test_only_the_roles_that_may_write_get_to_a_form(
    people: dict[str, Visitor], person: str, may: tuple[str, ...]
) -> None:
    for path in WRITES:
        # A field that no form has: whoever gets past the door is told so.
        answer = people[person].submit(path, is_admin="1")
        assert answer.status_code == (400 if path in may else 404), path


def test_nobody_gives_themselves_a_role(scene: Scene, people: dict[str, Visitor]) -> None:
    with scene.database.reading_records() as db:
        own = find_person(db, email_of(ADMIN))
        other = find_person(db, email_of("admin2"))
    assert own is not None
    assert other is not None
    given = {"role": "treasury"}
    assert people[ADMIN].submit(f"/admin/users/{own.id}/grants", **given).status_code == 403
    assert people[ADMIN].submit(f"/admin/users/{other.id}/grants", **given).status_code == 303


def test_a_denied_request_is_written_down(scene: Scene, people: dict[str, Visitor]) -> None:
    assert people[AUDITOR].submit("/admin/users", email="x@y.example", name="X").status_code == 404
    with scene.database.reading_records() as db:
        event = list_events(db, action="access.denied", limit=1)[0]
    assert (event.actor, event.object) == ("auditor@portal.example", "/admin/users")
    assert event.outcome == "refused"
    assert event.request_id


def test_an_address_list_looks_at_the_real_peer(scene: Scene) -> None:
    app = scene.another_app(allowed_addresses=("192.0.2.0/24", "admin=192.0.2.128/25"))
    forged = {"X-Forwarded-For": "192.0.2.10", "X-Real-IP": "192.0.2.10",
              "Forwarded": "for=192.0.2.10"}  # fmt: skip
    away = scene.nobody(app, "198.51.100.1")
    for path in ("/login", "/healthz", "/", "/api/v1/measures"):
        assert away.get(path).status_code == 403
        assert away.get(path, headers=forged).status_code == 403
    assert scene.visitor(A, app).get(API).status_code == 200
    assert scene.visitor(ADMIN, app, "192.0.2.10").get(API).status_code == 403
    assert scene.visitor(ADMIN, app, "192.0.2.200").get(API).status_code == 200


def test_one_proxy_is_believed_about_one_hop_alone(scene: Scene) -> None:
    app = scene.another_app(allowed_addresses=("192.0.2.0/24",), trusted_proxies=1)
    proxy = scene.nobody(app, "203.0.113.1")
    assert proxy.get("/login", headers={"X-Forwarded-For": "192.0.2.10"}).status_code == 200
    spoofed = {"X-Forwarded-For": "192.0.2.10, 198.51.100.1"}
    assert proxy.get("/login", headers=spoofed).status_code == 403
