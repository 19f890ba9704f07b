"""Policies and lists of values through the portal: who may do what, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select

from auth.audit import list_events
from portal.policy_fields import FIRST_RULES
from portal.services import utc_now
from portal.settings import Settings
from tests.unit.portal.conftest import CALLBACKS, Browser
from warehouse.db import Database, open_database
from warehouse.governance.policy_models import (
    PolicyVersion,
    ValueListVersion,
    VersionPreview,
)
from warehouse.governance.previews import finish_preview
from warehouse.governance.reviewed import LISTS, POLICIES
from warehouse.scope import Scope

ALL = Scope.whole_government()
PAGE = "/admin/policies"
FIELDS = {
    "policy": "costs",
    "purpose": "Every cost has an owner.",
    "owner": "Treasury",
    "stage": "warn",
    "severity": "high",
    "effective_from": "2025-01",
    "effective_to": "",
    "level": "government",
    "place": "",
    "rules": FIRST_RULES,
    "base": "0",
    "note": "Costs need an owner.",
}

AsReader = Callable[[str], Browser]


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.url, settings.var_dir)
    yield opened
    with opened.records(ALL) as session:
        for model in (PolicyVersion, ValueListVersion, VersionPreview):
            session.execute(delete(model))
    opened.dispose()


@pytest.fixture
def admin2(as_reader: AsReader) -> Browser:
    return as_reader("admin2@treasury.example")


@pytest.fixture
def manager(as_reader: AsReader) -> Browser:
    return as_reader("manager11@revenue.example")


def latest(database: Database, name: str = "costs") -> PolicyVersion:
    with database.reading_records(ALL) as session:
        found = POLICIES.versions(session, name)[0]
        session.expunge_all()
        return found


def details(database: Database, action: str) -> list[dict[str, object]]:
    with database.reading_records(ALL) as session:
        return [json.loads(event.detail) for event in list_events(session, action=action)]


def text_of(browser: Browser, path: str, search: str = "") -> str:
    answer = browser.show(path, search)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_policy_goes_from_a_draft_to_being_in_force(
    admin: Browser, admin2: Browser, database: Database
) -> None:
    assert admin.submit(f"{PAGE}/drafts", **FIELDS).status_code == 303
    step = f"{PAGE}/policy/costs/1"
    assert admin.submit(f"{step}/submit", lock="1").status_code == 303

    own = admin.submit(f"{step}/approve", lock="2")
    assert own.status_code == 403
    assert "another administrator" in own.get_data(as_text=True)
    assert latest(database).state == "in_review"

    assert "Approve and publish" in text_of(admin2, PAGE, "?policy=costs")
    assert "Approve and publish" not in text_of(admin, PAGE, "?policy=costs")
    assert admin2.submit(f"{step}/approve", lock="2", reason="As agreed.").status_code == 303
    row = latest(database)
    assert (row.state, row.decided_by) == ("published", "admin2@treasury.example")

    shown = text_of(admin2, PAGE)
    assert "costs" in shown
    assert "Every cost has an owner." in shown
    said = text_of(admin2, PAGE, "?policy=costs")
    assert "Every resource must carry CostCentre, spelt exactly so." in said
    assert "Allowed are values that begin with CC-." in said
    assert "CostCenter and Cost department count as other spellings of it." in said

    (written,) = details(database, "policy.draft")
    assert written["after"]["tags.CostCentre.values"] == "CC-*"  # type: ignore[index]
    (approved,) = details(database, "policy.approve")
    assert approved["state"] == {"before": "in_review", "after": "published"}


def test_a_stale_edit_is_answered_409_with_both_versions(
    admin: Browser, admin2: Browser, database: Database
) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    edit = {**FIELDS, "version": "1", "lock": "1"}
    assert admin2.submit(f"{PAGE}/drafts", **{**edit, "purpose": "Of Ben."}).status_code == 303
    answer = admin.submit(f"{PAGE}/drafts", **{**edit, "purpose": "Of Ada."})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Of Ben." in page
    assert "Of Ada." in page
    assert latest(database).document["purpose"] == "Of Ben."
    again = admin.submit(f"{PAGE}/drafts", **FIELDS)
    assert again.status_code == 409
    for step in ("submit", "withdraw"):
        assert admin.submit(f"{PAGE}/policy/costs/1/{step}", lock="1").status_code == 409


def test_what_cannot_be_used_is_named_and_nothing_is_saved(
    admin: Browser, database: Database
) -> None:
    rules = "tags:\n  Owner:\n    values: ['pattern:[']\n"
    answer = admin.submit(f"{PAGE}/drafts", **{**FIELDS, "rules": rules, "effective_from": "May"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "tags.Owner" in page
    assert "effective_from" in page
    with database.reading_records(ALL) as session:
        assert session.scalars(select(PolicyVersion)).all() == []


@pytest.mark.parametrize("lock", ["x", "-1", "9999999999", ""])
def test_a_forged_lock_is_refused(admin: Browser, database: Database, lock: str) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    assert admin.submit(f"{PAGE}/policy/costs/1/submit", lock=lock).status_code == 400
    assert latest(database).state == "draft"


@pytest.mark.parametrize(
    "path",
    [
        "policy/costs/2/submit", "policy/others/1/submit", "policy/costs/1/publish",
        "policies/costs/1/submit", "list/costs/1/submit",
    ],
)  # fmt: skip
def test_steps_that_nobody_knows_are_not_found(
    admin: Browser, database: Database, path: str
) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    assert admin.submit(f"{PAGE}/{path}", lock="1").status_code == 404
    assert latest(database).state == "draft"


@pytest.mark.parametrize(
    "who",
    [
        "viewer10@health.example", "manager11@revenue.example", "treasury@treasury.example",
        "auditor@audit.example",
    ],
)  # fmt: skip
def test_only_administrators_change_policies(
    admin: Browser, as_reader: AsReader, database: Database, who: str
) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    browser = as_reader(who)
    for path, fields in (
        ("drafts", {**FIELDS, "policy": "sly"}),
        ("policy/costs/1/submit", {"lock": "1"}),
        ("policy/costs/1/draft", {}),
        ("policy/costs/1/preview", {}),
        ("policy/costs/end", {"last_month": "2026-01"}),
        ("import", {"form": "yaml", "document": "x"}),
    ):
        assert browser.submit(f"{PAGE}/{path}", **fields).status_code in {403, 404}
    assert browser.submit("/finops/exemptions/1/decide", decision="approved").status_code in {
        403, 404,
    }  # fmt: skip
    assert latest(database).state == "draft"
    shown = text_of(browser, PAGE)
    assert "New policy" not in shown


def test_agencies_read_what_is_published_and_can_apply_to_them(
    admin: Browser, admin2: Browser, viewer: Browser, database: Database
) -> None:
    for name, level, place in (
        ("for-all", "government", ""), ("for-ten", "agency", "10"), ("for-eleven", "agency", "11"),
    ):  # fmt: skip
        fields = {**FIELDS, "policy": name, "level": level, "place": place}
        admin.submit(f"{PAGE}/drafts", **fields)
        admin.submit(f"{PAGE}/policy/{name}/1/submit", lock="1")
        assert admin2.submit(f"{PAGE}/policy/{name}/1/approve", lock="2").status_code == 303
    admin.submit(f"{PAGE}/drafts", **{**FIELDS, "policy": "unfinished"})
    shown = text_of(viewer, PAGE)
    assert "for-all" in shown
    assert "for-ten" in shown
    assert "for-eleven" not in shown
    assert "unfinished" not in shown
    for page in (shown, text_of(viewer, PAGE, "?policy=for-ten")):
        assert "an administrator" in page
        assert "admin2@treasury.example" not in page
    assert "admin2@treasury.example" in text_of(admin, PAGE)
    foreign = text_of(viewer, PAGE, "?policy=for-eleven")
    unknown = text_of(viewer, PAGE, "?policy=nothing-at-all")
    assert foreign.replace("for-eleven", "") == unknown.replace("nothing-at-all", "")


def test_going_back_ending_and_previews_make_what_they_say(
    admin: Browser, admin2: Browser, database: Database
) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    admin.submit(f"{PAGE}/policy/costs/1/submit", lock="1")
    admin2.submit(f"{PAGE}/policy/costs/1/approve", lock="2")
    assert admin.submit(f"{PAGE}/policy/costs/end", last_month="2026-12").status_code == 303
    assert latest(database).document["effective_to"] == "2026-12"
    assert "effective_to" in text_of(admin, PAGE, "?policy=costs&from_version=1&to=2")
    assert admin.submit(f"{PAGE}/policy/costs/2/withdraw", lock="1").status_code == 303
    assert admin.submit(f"{PAGE}/policy/costs/1/draft", note="Back.").status_code == 303
    assert latest(database).version == 3

    assert admin.submit(f"{PAGE}/policy/costs/3/preview").status_code == 303
    assert "Being counted" in text_of(admin, PAGE, "?policy=costs")
    with database.records(ALL) as session:
        submitted, asked = session.scalars(select(VersionPreview)).all()
        assert (submitted.version, asked.version) == (1, 3)
        finish_preview(session, asked.preview_id, utc_now(), result=PREVIEW)
    shown = text_of(admin, PAGE, "?policy=costs")
    assert "touches 1,204 resources of 1 MDA, and US$310 k a month of cost." in shown
    assert "i-1" in shown


PREVIEW = {
    "month": "2025-04",
    "compliance_before": 0.82,
    "compliance_after": 0.64,
    "resource_count": 5_000,
    "touched_count": 1_204,
    "agencies": [{"agency_id": 10, "resource_count": 1_204, "cost_usd": 310_000}],
    "cost_usd": 310_000,
    "resources": [
        {
            "agency_id": 10, "provider": "AWS", "account_id": "10001", "resource_id": "i-1",
            "tag": "costcentre", "before": "right", "after": "missing", "cost_usd": 12.5,
        }
    ],
}  # fmt: skip


def test_a_list_of_values_is_written_in_the_portal(
    admin: Browser, admin2: Browser, viewer: Browser, database: Database
) -> None:
    fields = {"list": "centres", "values": "CC-1\r\n CC-2 \n", "base": "0", "note": ""}
    assert admin.submit(f"{PAGE}/lists", **fields).status_code == 303
    assert viewer.submit(f"{PAGE}/lists", **fields).status_code == 404
    doubled = admin.submit(f"{PAGE}/lists", **{**fields, "values": "a\na"})
    assert doubled.status_code == 422
    assert "a: it stands twice; keep one" in doubled.get_data(as_text=True)
    changed = {**fields, "values": "CC-3", "version": "1", "lock": "1"}
    assert admin2.submit(f"{PAGE}/lists", **changed).status_code == 303
    assert admin.submit(f"{PAGE}/lists", **changed).status_code == 409
    assert admin.submit(f"{PAGE}/lists", **{**fields, "base": "0"}).status_code == 409
    with database.reading_records(ALL) as session:
        (row,) = LISTS.versions(session, "centres")
        assert row.document == {"list": "centres", "values": ["CC-3"]}
        assert len(row.writers) == 2
    assert "CC-3" in text_of(admin, PAGE, "?view=list&list=centres")
    assert "value is allowed" in text_of(admin, PAGE, "?view=list&list=centres")
    assert "CC-3" not in text_of(viewer, PAGE, "?view=list&list=centres")


def test_imports_make_drafts_and_name_what_has_no_place(admin: Browser, database: Database) -> None:
    document = json.dumps(
        {"tags": {"Owner": {"tag_key": {"@@assign": "Owner"}, "colour": {"@@assign": "red"}}}}
    )
    answer = admin.submit(
        f"{PAGE}/import", form="aws", document=document, policy="from-aws", owner="Treasury",
        effective_from="2026-01",
    )  # fmt: skip
    assert answer.status_code == 200
    assert "tags.Owner.colour" in answer.get_data(as_text=True)
    assert latest(database, "from-aws").state == "draft"
    lists = "list: centres\nvalues: [one, two]\n"
    assert admin.submit(f"{PAGE}/import", form="yaml", document=lists).status_code == 303
    assert admin.submit(f"{PAGE}/list/centres/1/submit", lock="1").status_code == 303
    assert "centres" in text_of(admin, PAGE)
    assert admin.submit(f"{PAGE}/import", form="yaml", document="a: b").status_code == 422
    assert admin.submit(f"{PAGE}/import", form="csv", document="a").status_code == 400


def test_every_page_of_policies_is_drawn_for_whom_it_is(
    admin: Browser, treasury: Browser, database: Database
) -> None:
    admin.submit(f"{PAGE}/drafts", **FIELDS)
    for search, mark in (
        ("?view=new", "Write the rules"),
        ("?view=import", "Import as drafts"),
        ("?view=effective", "Choose an account"),
        ("?policy=costs&view=edit", "Save the draft"),
        ("?policy=costs", "Count what it would change"),
    ):
        assert mark in text_of(admin, PAGE, search), search
    assert "Save the draft" not in text_of(treasury, PAGE, "?policy=costs&view=edit")


def check(browser: Browser, **values: str) -> object:
    declared = next(
        one
        for one in browser.get("/_dash-dependencies").get_json()
        if one["output"] == "policy-check.children"
    )
    inputs = [
        {**one, "value": values.get(one["id"].removeprefix("policy-").replace("-", "_"), "")}
        for one in declared["inputs"]
    ]
    body = {
        "output": declared["output"],
        "outputs": {"id": "policy-check", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["policy-rules.value"],
    }
    return browser.post(CALLBACKS, json=body)


def test_what_is_written_is_looked_at_while_it_is_written(admin: Browser, viewer: Browser) -> None:
    fields = {name: value for name, value in FIELDS.items() if name not in ("base", "note")}
    good = check(admin, **fields)
    assert "Every resource must carry CostCentre" in good.get_data(as_text=True)  # type: ignore[attr-defined]
    bad = check(admin, **{**fields, "rules": "tags:\n  Owner: [\n"})
    assert "line" in bad.get_data(as_text=True)  # type: ignore[attr-defined]
    long = "# " + "x" * 30_000
    assert check(admin, **{**fields, "rules": long}).status_code == 200  # type: ignore[attr-defined]
    assert check(admin, **{**fields, "rules": "x" * 40_001}).status_code == 400  # type: ignore[attr-defined]
    assert check(viewer, **fields).status_code == 404  # type: ignore[attr-defined]
