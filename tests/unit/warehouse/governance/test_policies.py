"""Policies go from a draft to being in force by two people, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from warehouse.db import Database, open_database
from warehouse.governance.builds import records_stamp
from warehouse.governance.in_force import digest_of, records_in_force
from warehouse.governance.policies import (
    ended_after,
    install_starting_set,
    policy_of,
    published_lists,
    published_policies,
)
from warehouse.governance.policy_models import PolicyVersion
from warehouse.governance.previews import (
    finish_preview,
    last_preview,
    request_preview,
    waiting_previews,
)
from warehouse.governance.review import (
    Edit,
    NotOpenError,
    OpenDraftError,
    ReasonMissingError,
    ReviewError,
    SamePersonError,
    StaleEditError,
    UnknownVersionError,
)
from warehouse.governance.reviewed import LISTS, POLICIES, UnknownListError
from warehouse.migrate import migrate
from warehouse.policies.documents import Policy, read_policy, write_policy
from warehouse.policies.errors import PolicyError
from warehouse.policies.rule_sets import in_force
from warehouse.policies.value_lists import ValueList, write_value_list
from warehouse.scope import Scope

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
ADA, BEN = "ada@treasury.example", "ben@treasury.example"


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""Most is the same on both; what a database decides is tried on each."""


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/records.sqlite"
    if getattr(request, "param", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_database(url, tmp_path)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.records(Scope.whole_government()) as opened:
        yield opened


def policy(name: str = "costs", values: tuple[str, ...] = ("CC-*",), **said: Any) -> Policy:
    return read_policy(
        {
            "policy": name,
            "owner": "Treasury",
            "stage": "warn",
            "effective_from": "2026-01",
            "tags": {"CostCentre": {"required": "true", "values": list(values)}},
            **said,
        }
    )


def save(session: Session, wanted: Policy, by: str = ADA, **edit: Any) -> PolicyVersion:
    document = write_policy(wanted)
    return POLICIES.keep(session, wanted.policy, document, Edit(**edit), by=by, now=NOW)


def submit(session: Session, name: str, version: int, lock: int, by: str = ADA) -> None:
    POLICIES.submit(session, POLICIES.version(session, name, version), lock, by=by, now=NOW)


def publish(session: Session, wanted: Policy) -> PolicyVersion:
    row = save(session, wanted)
    submit(session, row.policy, row.version, row.lock)
    POLICIES.approve(session, row, row.lock, by=BEN, now=NOW)
    return row


@BOTH
def test_a_policy_is_in_force_once_a_second_person_has_approved_it(session: Session) -> None:
    row = save(session, policy(), note="Costs need an owner.")
    assert (row.version, row.state, row.lock) == (1, "draft", 1)
    submit(session, "costs", 1, 1)
    assert published_policies(session) == ()
    before = records_stamp(session), digest_of(records_in_force(session))

    with pytest.raises(SamePersonError):
        POLICIES.approve(session, row, 2, by=ADA, now=NOW)
    POLICIES.approve(session, row, 2, by=BEN, now=NOW, reason="As agreed.")

    (found,) = published_policies(session)
    assert (found.position, found.version, found.policy) == (1, 1, policy())
    assert (row.decided_by, row.decision_reason, row.is_outside_approval) == (
        BEN, "As agreed.", False,
    )  # fmt: skip
    assert records_stamp(session) != before[0]
    assert digest_of(records_in_force(session)) != before[1]


def test_nobody_approves_what_they_had_a_hand_in(session: Session) -> None:
    row = save(session, policy())
    save(session, policy(purpose="Clear."), by=BEN, version=1, lock=1)
    submit(session, "costs", 1, 2, by="cleo@treasury.example")
    for person in (ADA, BEN, "cleo@treasury.example"):
        with pytest.raises(SamePersonError):
            POLICIES.approve(session, row, 3, by=person, now=NOW)


def test_a_stale_edit_is_refused_and_shows_what_stands_there(session: Session) -> None:
    row = save(session, policy())
    save(session, policy(purpose="Clear."), by=BEN, version=1, lock=1)
    with pytest.raises(StaleEditError, match="ben@treasury") as refused:
        save(session, policy(purpose="Other."), version=1, lock=1)
    assert refused.value.theirs is row
    assert policy_of(row).purpose == "Clear."
    for stale in (
        lambda: submit(session, "costs", 1, 1),
        lambda: POLICIES.withdraw(session, row, 1, by=ADA, now=NOW),
    ):
        with pytest.raises(StaleEditError):
            stale()


def test_a_version_written_from_an_older_one_is_refused(session: Session) -> None:
    publish(session, policy())
    with pytest.raises(StaleEditError):
        save(session, policy(), base=0)
    assert save(session, policy(), base=1).version == 2


@BOTH
def test_there_is_one_open_draft_at_most(session: Session) -> None:
    save(session, policy())
    with pytest.raises(OpenDraftError, match="ada@treasury"):
        save(session, policy(), by=BEN)


def test_what_was_published_is_never_altered(session: Session) -> None:
    row = publish(session, policy())
    with pytest.raises(NotOpenError):
        save(session, policy(purpose="Sly."), version=1, lock=row.lock)
    with pytest.raises(NotOpenError):
        POLICIES.withdraw(session, row, row.lock, by=ADA, now=NOW)


def test_editing_what_is_in_review_makes_it_a_draft_again(session: Session) -> None:
    row = save(session, policy())
    submit(session, "costs", 1, 1)
    save(session, policy(purpose="Clear."), version=1, lock=2)
    assert (row.state, row.submitted_by) == ("draft", None)
    with pytest.raises(NotOpenError):
        POLICIES.approve(session, row, row.lock, by=BEN, now=NOW)


def test_going_back_is_a_further_version_that_keeps_its_place(session: Session) -> None:
    publish(session, policy())
    publish(session, policy("owners"))
    publish(session, policy(values=("*",)))
    row = save(session, policy_of(POLICIES.version(session, "costs", 1)), note="Too wide.")
    submit(session, "costs", 3, row.lock)
    POLICIES.approve(session, row, row.lock, by=BEN, now=NOW)
    found = published_policies(session)
    assert [(one.position, one.policy.policy, one.version) for one in found] == [
        (1, "costs", 1), (1, "costs", 2), (1, "costs", 3), (2, "owners", 1),
    ]  # fmt: skip
    holding = in_force(found, "2026-05")
    assert [(one.policy.policy, one.version) for one in holding] == [("costs", 3), ("owners", 1)]
    assert holding[0].policy == policy()


def test_a_policy_ends_by_a_further_version(session: Session) -> None:
    publish(session, policy())
    with pytest.raises(PolicyError, match="before 2026-01"):
        ended_after(session, "costs", "2025-12")
    assert ended_after(session, "costs", "2026-12")["effective_to"] == "2026-12"
    with pytest.raises(ReviewError, match="not in force"):
        ended_after(session, "nothing", "2026-12")


def test_a_rejection_has_a_reason_and_ends_the_version(session: Session) -> None:
    row = save(session, policy())
    submit(session, "costs", 1, 1)
    with pytest.raises(ReasonMissingError):
        POLICIES.reject(session, row, 2, by=BEN, now=NOW, reason=" ")
    POLICIES.reject(session, row, 2, by=BEN, now=NOW, reason="Too strict.")
    assert row.state == "rejected"
    assert save(session, policy()).version == 2


def test_the_console_publishes_alone_with_a_reason_and_is_marked(session: Session) -> None:
    row = save(session, policy(), by="console")
    with pytest.raises(ReasonMissingError):
        POLICIES.approve_outside(session, row, by="console", now=NOW, reason="")
    POLICIES.approve_outside(session, row, by="console", now=NOW, reason="One administrator.")
    assert (row.state, row.is_outside_approval) == ("published", True)


def test_lists_must_be_published_before_policies_that_name_them(session: Session) -> None:
    row = save(session, policy(values=("list:centres",)))
    with pytest.raises(UnknownListError, match="centres"):
        submit(session, "costs", 1, 1)
    document = write_value_list(ValueList(list="centres", values=("1", "2")))
    values = LISTS.keep(session, "centres", document, Edit(), by=ADA, now=NOW)
    LISTS.submit(session, values, 1, by=ADA, now=NOW)
    LISTS.approve(session, values, 2, by=BEN, now=NOW)
    assert published_lists(session)["centres"].values == ("1", "2")
    assert records_in_force(session)["rec_value_list"] == [("centres", "1"), ("centres", "2")]
    submit(session, "costs", 1, row.lock)


def test_policies_of_stage_draft_are_published_but_not_in_force(session: Session) -> None:
    publish(session, policy(stage="draft"))
    assert len(published_policies(session)) == 1
    assert records_in_force(session)["rec_tagging_policy"] == []


def test_what_nobody_knows_is_said_to_be_unknown(session: Session) -> None:
    with pytest.raises(UnknownVersionError):
        submit(session, "costs", 1, 1)


@BOTH
def test_the_starting_set_is_published_once(session: Session) -> None:
    assert install_starting_set(session, NOW)
    assert not install_starting_set(session, NOW)
    (found,) = published_policies(session)
    assert list(found.policy.tags) == [
        "Agency", "CostCentre", "Environment", "Application", "Owner", "DataClassification",
        "Project", "ServiceCriticality", "ExpiryDate",
    ]  # fmt: skip
    required = [key for key, said in found.policy.tags.items() if said.required_for]
    assert required == list(found.policy.tags)[:6]
    assert found.policy.stage == "warn"
    table = records_in_force(session)["rec_tagging_policy"]
    assert [row[:4] for row in table] == [("starting-set", 1, 1, "1900-01")]


def test_a_preview_is_asked_for_once_and_finished_by_the_worker(session: Session) -> None:
    row = save(session, policy())
    asked = request_preview(session, row, by=ADA, now=NOW)
    later = NOW + timedelta(minutes=1)
    assert request_preview(session, row, by=BEN, now=later) is asked
    assert waiting_previews(session) == (asked,)
    finish_preview(session, asked.preview_id, later, result={"resource_count": 3})
    assert (asked.state, asked.result) == ("done", {"resource_count": 3})
    assert last_preview(session, row) is asked
    assert waiting_previews(session) == ()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_previews_are_shut_to_a_reader_of_one_agency(database: Database) -> None:
    with database.records(Scope.whole_government()) as session:
        row = save(session, policy())
        request_preview(session, row, by=ADA, now=NOW)
    with database.reading_records(Scope.of_agencies({10})) as session:
        assert POLICIES.versions(session, "costs") != ()
        assert waiting_previews(session) == ()


def test_records_are_read_as_of_a_day(session: Session) -> None:
    assert records_in_force(session, date(2026, 1, 1))["rec_tag_exemption"] == []
