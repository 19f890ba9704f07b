from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.errors import InvalidValueError, UnknownRecordError
from auth.models import ApiToken
from auth.people import disable_user, enable_user
from auth.permissions import Permission
from auth.tokens import create_token, list_tokens, principal_of_token, revoke_token
from tests.unit.auth.scene import NOW, RecordsDatabase, Staff

DAY = timedelta(days=1)


def new_token(records, staff, expires_at=NOW + 30 * DAY):
    with records() as db:
        return create_token(db, staff.viewer.person_id, "nightly report", expires_at, NOW)


def owner(records, token, now=NOW):
    with records() as db:
        return principal_of_token(db, token, now)


def test_a_token_opens_what_its_owner_may_see_and_is_kept_as_a_hash(
    records: RecordsDatabase, staff: Staff
) -> None:
    token = new_token(records, staff)
    principal = owner(records, token)
    assert token.startswith("exq_")
    assert principal is not None
    assert principal.email == "vera@gov.example"
    assert principal.agencies_for(Permission.VIEW_COST) == {1000}
    assert principal.session_id is None
    with records() as db:
        assert token not in str(vars(db.scalars(select(ApiToken)).one()))


@pytest.mark.parametrize("token", ["", "exq_", "exq_" + "a" * 43, "nul\0", "exq_\ud800"])
def test_a_token_nobody_made_opens_nothing(records: RecordsDatabase, token: str) -> None:
    assert owner(records, token) is None


def test_a_token_dies_at_its_expiry(records: RecordsDatabase, staff: Staff) -> None:
    token = new_token(records, staff, NOW + DAY)
    assert owner(records, token, NOW + DAY - timedelta(seconds=1)) is not None
    assert owner(records, token, NOW + DAY) is None


def test_only_its_owner_s_number_revokes_a_token(records: RecordsDatabase, staff: Staff) -> None:
    token = new_token(records, staff)
    with records() as db:
        (info,) = list_tokens(db, staff.viewer.person_id or 0)
    with records() as db, pytest.raises(UnknownRecordError):
        revoke_token(db, staff.manager.person_id or 0, info.id, by=staff.manager, now=NOW)
    with records() as db:
        revoke_token(db, staff.viewer.person_id or 0, info.id, by=staff.viewer, now=NOW)
    assert owner(records, token) is None


def test_disabling_the_owner_kills_the_token_for_good(
    records: RecordsDatabase, staff: Staff
) -> None:
    token = new_token(records, staff)
    with records() as db:
        disable_user(db, staff.viewer.person_id or 0, by=staff.admin, now=NOW)
    assert owner(records, token) is None
    with records() as db:
        enable_user(db, staff.viewer.person_id or 0, by=staff.admin, now=NOW)
    assert owner(records, token) is None


def test_the_last_use_is_shown_to_the_minute(records: RecordsDatabase, staff: Staff) -> None:
    token = new_token(records, staff)
    used = []
    for seconds in (0, 59, 60):
        owner(records, token, NOW + timedelta(seconds=seconds))
        with records() as db:
            (info,) = list_tokens(db, staff.viewer.person_id or 0)
        used.append(info.last_used_at)
    assert used == [NOW, NOW, NOW + timedelta(seconds=60)]


@pytest.mark.parametrize("expires_at", [NOW, NOW - DAY, NOW + 367 * DAY])
def test_a_token_lives_between_now_and_a_year(
    records: RecordsDatabase, staff: Staff, expires_at
) -> None:
    with pytest.raises(InvalidValueError, match="366 days"):
        new_token(records, staff, expires_at)


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "a" * 101, "bidi \u202e"])
def test_a_token_s_name_is_one_short_line(
    records: RecordsDatabase, staff: Staff, name: str
) -> None:
    with records() as db, pytest.raises(InvalidValueError):
        create_token(db, staff.viewer.person_id or 0, name, NOW + DAY, NOW)
