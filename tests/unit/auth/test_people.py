from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from auth.actors import Actor
from auth.audit import list_events
from auth.errors import (
    EmailTakenError,
    InvalidValueError,
    LastAdminError,
    NotPermittedError,
    PasswordRefusedError,
    SelfGrantError,
    UnknownRecordError,
)
from auth.grants import list_grants
from auth.models import PersonGrant
from auth.people import (
    add_user,
    disable_user,
    enable_user,
    find_person,
    grant,
    list_people,
    revoke_grant,
    set_password,
)
from auth.permissions import Role
from tests.unit.auth.scene import (
    CONSOLE,
    GOOD_PASSWORD,
    NOW,
    RecordsDatabase,
    Staff,
    signed_in,
)

DAY = timedelta(days=1)


def grant_id(records, actor):
    with records() as db:
        return list_grants(db, actor.person_id)[0].id


def test_a_person_added_by_an_administrator_has_no_grant_and_no_password(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db:
        add_user(db, email=" Nia@GOV.example", name=" Nia ", by=staff.admin, now=NOW)
        nia = find_person(db, "NIA@gov.example")
    assert nia is not None
    assert (nia.email, nia.name, nia.grants, nia.has_password) == (
        "nia@gov.example",
        "Nia",
        (),
        False,
    )


def test_an_administrator_never_chooses_somebody_s_password(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db, pytest.raises(NotPermittedError, match="choosing a password"):
        add_user(
            db,
            email="nia@gov.example",
            name="Nia",
            password=GOOD_PASSWORD,
            by=staff.admin,
            now=NOW,
        )
    with records() as db, pytest.raises(NotPermittedError):
        set_password(db, staff.viewer.person_id or 0, GOOD_PASSWORD + "!", by=staff.admin, now=NOW)


def test_the_console_sets_a_good_password_and_ends_sessions(
    records: RecordsDatabase, staff: Staff
) -> None:
    person_id = staff.viewer.person_id or 0
    with records() as db, pytest.raises(PasswordRefusedError):
        set_password(db, person_id, "short", by=CONSOLE, now=NOW)
    with records() as db:
        set_password(db, person_id, "kettle marble 17 anchovy", by=CONSOLE, now=NOW)
    assert signed_in(records, "vera@gov.example", password="kettle marble 17 anchovy").token


def test_one_e_mail_address_is_one_person(records: RecordsDatabase, staff: Staff) -> None:
    with records() as db, pytest.raises(EmailTakenError, match=r"vera@gov\.example"):
        add_user(db, email="VERA@gov.example", name="V", by=staff.admin, now=NOW)


@pytest.mark.parametrize(
    "email",
    ["", "vera", "a@b@c", "a b@gov.example", "a\n@gov.example", "<a@gov.example>", "a" * 260],
)
def test_what_can_t_be_an_e_mail_address_is_refused(records: RecordsDatabase, email: str) -> None:
    with records() as db, pytest.raises(InvalidValueError, match="email"):
        add_user(db, email=email, name="A", by=CONSOLE, now=NOW)


@pytest.mark.parametrize("name", ["", " ", "a" * 201, "two\nlines", "\u202eevil"])
def test_a_name_is_one_visible_line(records: RecordsDatabase, name: str) -> None:
    with records() as db, pytest.raises(InvalidValueError, match="name"):
        add_user(db, email="a@gov.example", name=name, by=CONSOLE, now=NOW)


def test_only_administrators_manage_people(records: RecordsDatabase, staff: Staff) -> None:
    target = staff.viewer.person_id or 0
    for by in (staff.viewer, staff.manager, staff.treasury, Actor("ghost", 999)):
        with records() as db, pytest.raises(NotPermittedError):
            grant(db, target, Role.TREASURY, by=by, now=NOW)
        with records() as db, pytest.raises(NotPermittedError):
            disable_user(db, target, by=by, now=NOW)
        with records() as db, pytest.raises(NotPermittedError):
            add_user(db, email="x@gov.example", name="X", by=by, now=NOW)


def test_an_administrator_disabled_a_moment_ago_manages_nobody(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db:
        disable_user(db, staff.other_admin.person_id or 0, by=staff.admin, now=NOW)
    with records() as db, pytest.raises(NotPermittedError):
        grant(db, staff.viewer.person_id or 0, Role.TREASURY, by=staff.other_admin, now=NOW)


def test_nobody_grants_to_themselves(records: RecordsDatabase, staff: Staff) -> None:
    with records() as db, pytest.raises(SelfGrantError):
        grant(db, staff.admin.person_id or 0, Role.TREASURY, by=staff.admin, now=NOW)
    with records() as db:
        assert [g.role for g in list_grants(db, staff.admin.person_id or 0)] == [Role.ADMIN]


def test_a_grant_records_who_made_it_and_whether_at_the_console(
    records: RecordsDatabase, staff: Staff
) -> None:
    person_id = staff.viewer.person_id or 0
    with records() as db:
        grant(db, person_id, Role.AUDITOR, by=staff.admin, now=NOW, expires_at=NOW + DAY)
        first, second = list_grants(db, person_id)
        events = list_events(db, action="grant.give", actor="ada@gov.example")
    assert (first.granted_by, first.is_outside_approval) == ("console", True)
    assert (second.granted_by, second.is_outside_approval) == ("ada@gov.example", False)
    assert second.expires_at == NOW + DAY
    assert events[0].request_id == "request-1"
    assert '"outside_approval":false' in events[0].detail


def test_a_grant_made_again_replaces_the_one_held(records: RecordsDatabase, staff: Staff) -> None:
    person_id = staff.viewer.person_id or 0
    with records() as db:
        grant(
            db,
            person_id,
            Role.AGENCY_VIEWER,
            agency_id=1000,
            by=staff.admin,
            now=NOW,
            expires_at=NOW + DAY,
        )
        live = [one for one in list_grants(db, person_id) if one.is_live(NOW)]
    assert [(one.agency_id, one.expires_at) for one in live] == [(1000, NOW + DAY)]


@pytest.mark.parametrize(
    ("role", "agency_id", "expires_at"),
    [
        (Role.AGENCY_VIEWER, None, None),
        (Role.AGENCY_MANAGER, None, None),
        (Role.TREASURY, 1000, None),
        (Role.ADMIN, 1000, None),
        (Role.AUDITOR, 1000, None),
        (Role.AUDITOR, None, NOW),
    ],
)
def test_a_grant_that_doesn_t_fit_its_role_is_refused(
    records: RecordsDatabase, staff: Staff, role, agency_id, expires_at
) -> None:
    with records() as db, pytest.raises(InvalidValueError):
        grant(
            db,
            staff.viewer.person_id or 0,
            role,
            agency_id=agency_id,
            expires_at=expires_at,
            by=staff.admin,
            now=NOW,
        )


def test_the_database_too_refuses_an_agency_role_without_an_agency(
    records: RecordsDatabase, staff: Staff
) -> None:
    with pytest.raises(IntegrityError), records() as db:
        db.execute(
            insert(PersonGrant).values(
                person_id=staff.viewer.person_id,
                role="agency_viewer",
                agency_id=None,
                granted_by="console",
                granted_at=NOW,
                is_outside_approval=True,
            )
        )


def test_the_last_administrator_stays(records: RecordsDatabase, staff: Staff) -> None:
    admin, other = staff.admin, staff.other_admin
    with records() as db:
        revoke_grant(db, list_grants(db, other.person_id or 0)[0].id, by=admin, now=NOW)
    held = grant_id(records, admin)
    for by in (admin, CONSOLE):
        with records() as db, pytest.raises(LastAdminError, match=r"ada@gov\.example"):
            revoke_grant(db, held, by=by, now=NOW)
        with records() as db, pytest.raises(LastAdminError):
            disable_user(db, admin.person_id or 0, by=by, now=NOW)
    with records() as db, pytest.raises(LastAdminError):
        grant(db, admin.person_id or 0, Role.ADMIN, by=CONSOLE, now=NOW, expires_at=NOW + DAY)


def test_an_administrator_for_a_time_doesn_t_count_as_the_one_who_stays(
    records: RecordsDatabase, staff: Staff
) -> None:
    other = staff.other_admin.person_id or 0
    with records() as db:
        grant(db, other, Role.ADMIN, by=staff.admin, now=NOW, expires_at=NOW + DAY)
    with records() as db, pytest.raises(LastAdminError):
        disable_user(db, staff.admin.person_id or 0, by=CONSOLE, now=NOW)


def test_a_revoked_or_unknown_grant_can_t_be_revoked(
    records: RecordsDatabase, staff: Staff
) -> None:
    held = grant_id(records, staff.viewer)
    with records() as db:
        revoke_grant(db, held, by=staff.admin, now=NOW)
    for unknown in (held, 10_000):
        with records() as db, pytest.raises(UnknownRecordError):
            revoke_grant(db, unknown, by=staff.admin, now=NOW)


def test_nobody_enables_themselves_and_unknown_people_are_unknown(
    records: RecordsDatabase, staff: Staff
) -> None:
    with records() as db, pytest.raises(NotPermittedError):
        enable_user(db, staff.admin.person_id or 0, by=staff.admin, now=NOW)
    with records() as db, pytest.raises(UnknownRecordError):
        disable_user(db, 10_000, by=staff.admin, now=NOW)


def test_the_access_review_lists_everybody_with_grants_and_last_use(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed_in(records, "vera@gov.example")
    with records() as db:
        people = list_people(db)
    assert [person.email for person in people] == [
        "ada@gov.example",
        "ben@gov.example",
        "max@gov.example",
        "tess@gov.example",
        "vera@gov.example",
    ]
    vera = people[-1]
    assert vera.last_seen_at == NOW
    assert [(g.role, g.agency_id) for g in vera.grants] == [(Role.AGENCY_VIEWER, 1000)]
    assert people[0].last_seen_at is None
