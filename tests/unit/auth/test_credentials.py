from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.credentials import change_password, finish_reset, start_reset
from auth.errors import (
    InvalidValueError,
    NotPermittedError,
    PasswordRefusedError,
    ResetRefusedError,
    SignInRefusedError,
    ThrottledError,
    WrongPasswordError,
)
from auth.models import PasswordReset
from auth.people import disable_user
from auth.sessions import principal_of
from tests.unit.auth.scene import CHEAP, GOOD_PASSWORD, NOW, RecordsDatabase, Staff, signed_in

NEW = "kettle marble 17 anchovy"


def change(records, principal, current=GOOD_PASSWORD, new=NEW):
    change_password(
        records,
        principal,
        current=current,
        new=new,
        address="192.0.2.10",
        now=NOW,
        hasher=CHEAP,
    )


def reset_token(records, staff, by=None):
    with records() as db:
        return start_reset(db, staff.viewer.person_id, by=by or staff.admin, now=NOW)


def test_changing_one_s_password_ends_the_other_sessions_at_once(
    records: RecordsDatabase, staff: Staff
) -> None:
    here, elsewhere = signed_in(records, "vera@gov.example"), signed_in(records, "vera@gov.example")
    change(records, here.principal)
    with records() as db:
        assert principal_of(db, here.token, NOW) is not None
        assert principal_of(db, elsewhere.token, NOW) is None
    with pytest.raises(SignInRefusedError):
        signed_in(records, "vera@gov.example")
    assert signed_in(records, "vera@gov.example", password=NEW).token


def test_changing_it_takes_the_present_password_and_wrong_tries_are_throttled(
    records: RecordsDatabase, staff: Staff
) -> None:
    principal = signed_in(records, "vera@gov.example").principal
    for _ in range(5):
        with pytest.raises(WrongPasswordError):
            change(records, principal, current="a guess at the password")
    with pytest.raises(ThrottledError):
        change(records, principal)


def test_a_new_password_has_to_be_a_good_one(records: RecordsDatabase, staff: Staff) -> None:
    principal = signed_in(records, "vera@gov.example").principal
    with pytest.raises(PasswordRefusedError):
        change(records, principal, new="vera@gov.example")
    assert signed_in(records, "vera@gov.example").token


def test_a_link_sets_a_password_once_and_ends_every_session(
    records: RecordsDatabase, staff: Staff
) -> None:
    before = signed_in(records, "vera@gov.example")
    token = reset_token(records, staff)
    finish_reset(records, token, new=NEW, now=NOW, hasher=CHEAP)
    with records() as db:
        assert principal_of(db, before.token, NOW) is None
    assert signed_in(records, "vera@gov.example", password=NEW).token
    with pytest.raises(ResetRefusedError):
        finish_reset(records, token, new=NEW + "!", now=NOW, hasher=CHEAP)


def test_a_bad_password_leaves_the_link_usable(records: RecordsDatabase, staff: Staff) -> None:
    token = reset_token(records, staff)
    with pytest.raises(PasswordRefusedError):
        finish_reset(records, token, new="short", now=NOW, hasher=CHEAP)
    finish_reset(records, token, new=NEW, now=NOW, hasher=CHEAP)


def test_a_link_dies_after_a_day_when_replaced_or_when_its_person_is_disabled(
    records: RecordsDatabase, staff: Staff
) -> None:
    replaced, late = reset_token(records, staff), reset_token(records, staff)
    with pytest.raises(ResetRefusedError):
        finish_reset(records, replaced, new=NEW, now=NOW, hasher=CHEAP)
    with pytest.raises(ResetRefusedError):
        finish_reset(records, late, new=NEW, now=NOW + timedelta(hours=24), hasher=CHEAP)
    with records() as db:
        disable_user(db, staff.viewer.person_id or 0, by=staff.admin, now=NOW)
    with pytest.raises(ResetRefusedError):
        finish_reset(records, late, new=NEW, now=NOW, hasher=CHEAP)
    with pytest.raises(InvalidValueError, match="enable the account first"):
        reset_token(records, staff)


def test_only_an_administrator_starts_a_reset_and_its_token_is_kept_as_a_hash(
    records: RecordsDatabase, staff: Staff
) -> None:
    with pytest.raises(NotPermittedError):
        reset_token(records, staff, by=staff.treasury)
    token = reset_token(records, staff)
    with records() as db:
        assert token not in str(vars(db.scalars(select(PasswordReset)).one()))
