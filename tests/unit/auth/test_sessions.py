from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.errors import UnknownRecordError
from auth.grants import grant, list_grants, revoke_grant
from auth.models import PersonSession
from auth.people import disable_user, enable_user
from auth.permissions import Permission, Role
from auth.sessions import (
    end_all_sessions,
    end_session,
    forget_old_sessions,
    list_sessions,
    principal_of,
    sign_out,
    visit_of,
)
from tests.unit.auth.scene import CONSOLE, NOW, RecordsDatabase, Staff, signed_in

MINUTE = timedelta(minutes=1)


def alive(records, token, now, *, touch=False):
    with records() as db:
        return principal_of(db, token, now, touch=touch) is not None


def test_a_token_is_kept_as_its_hash_alone(records: RecordsDatabase, staff: Staff) -> None:
    token = signed_in(records, "vera@gov.example").token
    with records() as db:
        row = db.scalars(select(PersonSession)).one()
    assert len(token) == 43
    assert len(row.token_hash) == 64
    assert token not in str(vars(row))


@pytest.mark.parametrize("token", ["", "x", "a" * 100_000, "nul\0", "\ud800", "é"])
def test_a_token_nobody_gave_out_opens_nothing(records: RecordsDatabase, token: str) -> None:
    assert not alive(records, token, NOW)


def test_a_session_ends_after_thirty_idle_minutes(records: RecordsDatabase, staff: Staff) -> None:
    token = signed_in(records, "vera@gov.example").token
    assert alive(records, token, NOW + 29 * MINUTE)
    assert not alive(records, token, NOW + 30 * MINUTE)


def test_use_keeps_a_session_alive_but_polling_doesn_t(
    records: RecordsDatabase, staff: Staff
) -> None:
    used = signed_in(records, "vera@gov.example").token
    polled = signed_in(records, "vera@gov.example").token
    assert alive(records, used, NOW + 20 * MINUTE, touch=True)
    assert alive(records, polled, NOW + 20 * MINUTE, touch=False)
    assert alive(records, used, NOW + 49 * MINUTE)
    assert not alive(records, polled, NOW + 49 * MINUTE)


def test_a_session_ends_after_twelve_hours_however_busy(
    records: RecordsDatabase, staff: Staff
) -> None:
    token = signed_in(records, "vera@gov.example").token
    for minute in range(20, 720, 20):
        assert alive(records, token, NOW + minute * MINUTE, touch=True)
    assert not alive(records, token, NOW + 720 * MINUTE)


def test_use_is_written_at_most_once_a_minute(records: RecordsDatabase, staff: Staff) -> None:
    signed = signed_in(records, "vera@gov.example")
    person_id = signed.principal.user_id
    seen = []
    for seconds in (30, 61, 90, 121):
        now = NOW + timedelta(seconds=seconds)
        with records() as db:
            principal_of(db, signed.token, now)
            seen.append(list_sessions(db, person_id, now)[0].last_seen_at - NOW)
    assert [gap.total_seconds() for gap in seen] == [0, 61, 61, 121]


def test_a_visit_says_when_a_touch_is_due_and_writes_nothing(
    records: RecordsDatabase, staff: Staff
) -> None:
    token = signed_in(records, "vera@gov.example").token
    with records() as db:
        early = visit_of(db, token, NOW + timedelta(seconds=59))
        late = visit_of(db, token, NOW + MINUTE)
        assert not db.dirty
        last_seen_at = db.scalars(select(PersonSession.last_seen_at)).one()
    assert early is not None
    assert late is not None
    assert (early.is_touch_due, late.is_touch_due, last_seen_at) == (False, True, NOW)


def test_a_copied_token_is_dead_after_sign_out_in_every_worker(
    records: RecordsDatabase, staff: Staff
) -> None:
    token = signed_in(records, "vera@gov.example").token
    with records.worker() as other:
        assert alive(other, token, NOW)
        with records() as db:
            assert sign_out(db, token, NOW)
        assert not alive(other, token, NOW)
    with records() as db:
        assert not sign_out(db, token, NOW)


def test_disabling_a_person_acts_at_once_and_enabling_revives_no_session(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed = signed_in(records, "vera@gov.example")
    with records.worker() as other:
        with records() as db:
            disable_user(db, signed.principal.user_id, by=staff.admin, now=NOW)
        assert not alive(other, signed.token, NOW)
        with records() as db:
            enable_user(db, signed.principal.user_id, by=staff.admin, now=NOW)
        assert not alive(other, signed.token, NOW)
    assert signed_in(records, "vera@gov.example").token


def test_grants_given_and_taken_act_on_live_sessions(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed = signed_in(records, "vera@gov.example")
    person_id = signed.principal.user_id

    def agencies():
        with records.worker() as other, other() as db:
            principal = principal_of(db, signed.token, NOW)
        assert principal is not None
        return principal.agencies_for(Permission.VIEW_COST)

    assert agencies() == {1000}
    with records() as db:
        grant(db, person_id, Role.AGENCY_VIEWER, agency_id=1001, by=staff.admin, now=NOW)
    assert agencies() == {1000, 1001}
    with records() as db:
        for held in list_grants(db, person_id):
            revoke_grant(db, held.id, by=staff.admin, now=NOW)
    assert agencies() == frozenset()


def test_a_grant_with_an_end_date_ends_during_a_session(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed = signed_in(records, "vera@gov.example")
    with records() as db:
        grant(
            db,
            signed.principal.user_id,
            Role.TREASURY,
            by=CONSOLE,
            now=NOW,
            expires_at=NOW + 10 * MINUTE,
        )
    reach = []
    for minute in (9, 10):
        with records() as db:
            principal = principal_of(db, signed.token, NOW + minute * MINUTE)
        assert principal is not None
        reach.append(principal.agencies_for(Permission.VIEW_COST))
    assert reach == [None, {1000}]


def test_one_can_end_one_s_own_session_and_no_one_else_s(
    records: RecordsDatabase, staff: Staff
) -> None:
    mine, other = signed_in(records, "vera@gov.example"), signed_in(records, "max@gov.example")
    me, mine_id, other_id = (
        mine.principal.user_id,
        mine.principal.session_id or 0,
        other.principal.session_id or 0,
    )
    with records() as db, pytest.raises(UnknownRecordError, match="No session"):
        end_session(db, me, other_id, by=staff.viewer, now=NOW)
    with records() as db:
        end_session(db, me, mine_id, by=staff.viewer, now=NOW)
    assert not alive(records, mine.token, NOW)
    assert alive(records, other.token, NOW)


def test_ending_all_sessions_can_keep_the_present_one(
    records: RecordsDatabase, staff: Staff
) -> None:
    first, second = signed_in(records, "vera@gov.example"), signed_in(records, "vera@gov.example")
    with records() as db:
        ended = end_all_sessions(
            db,
            first.principal.user_id,
            because="asked",
            now=NOW,
            keep=second.principal.session_id,
        )
        remaining = list_sessions(db, first.principal.user_id, NOW)
    assert ended == 1
    assert [session.id for session in remaining] == [second.principal.session_id]


def test_old_sessions_are_forgotten_after_ninety_days(
    records: RecordsDatabase, staff: Staff
) -> None:
    signed_in(records, "vera@gov.example")
    with records() as db:
        forget_old_sessions(db, NOW + timedelta(days=89))
        assert db.scalars(select(PersonSession)).all()
        forget_old_sessions(db, NOW + timedelta(days=91))
        assert not db.scalars(select(PersonSession)).all()
