from __future__ import annotations

from datetime import timedelta

import pytest

from auth.actors import Actor
from auth.audit import list_events
from auth.errors import InvalidValueError, UnknownRecordError
from auth.grants import grant, live_grants, revoke_grant
from auth.people import disable_user, list_people
from auth.permissions import Role
from auth.saved_views import (
    MOST_VIEWS,
    NAME_LIMIT,
    Audience,
    ViewInfo,
    delete_view,
    list_views,
    save_view,
    share_view,
)
from tests.unit.auth.scene import CONSOLE, NOW, RecordsDatabase, Staff

HEALTH = Audience(agency_id=1000)
TREASURY = Audience(role=Role.TREASURY)


def save(
    records: RecordsDatabase, by: Actor, name: str = "My view", audience: Audience | None = None
) -> int:
    with records() as db:
        return save_view(
            db,
            name=name,
            path="/finops/budget",
            query="?agency=1000&currency=USD&year=calendar",
            audience=audience,
            by=by,
            now=NOW,
        )


def seen(records: RecordsDatabase, who: Actor) -> tuple[ViewInfo, ...]:
    assert who.person_id is not None
    with records() as db:
        return list_views(db, who.person_id, live_grants(db, who.person_id, NOW), NOW)


def test_a_view_is_found_again_by_its_owner_alone(records: RecordsDatabase, staff: Staff) -> None:
    save(records, staff.viewer)
    (view,) = seen(records, staff.viewer)
    assert view.address == "/finops/budget?agency=1000&currency=USD&year=calendar"
    assert view.audience is None
    for other in (staff.manager, staff.treasury, staff.admin):
        assert seen(records, other) == ()


def test_a_shared_view_is_seen_by_that_group_only(records: RecordsDatabase, staff: Staff) -> None:
    save(records, staff.viewer, audience=HEALTH)
    save(records, staff.treasury, audience=TREASURY)
    assert [view.owner_name for view in seen(records, staff.manager)] == ["vera"]
    assert [view.owner_name for view in seen(records, staff.treasury)] == ["tess"]
    assert seen(records, staff.admin) == ()


def test_ones_own_views_come_first_and_then_by_name(records: RecordsDatabase, staff: Staff) -> None:
    save(records, staff.manager, "a shared one", HEALTH)
    save(records, staff.viewer, "Zebra")
    save(records, staff.viewer, "apple")
    assert [one.name for one in seen(records, staff.viewer)] == ["apple", "Zebra", "a shared one"]


@pytest.mark.parametrize(
    "audience",
    [Audience(agency_id=1001), Audience(agency_id=99), TREASURY, Audience(role=Role.ADMIN)],
)
def test_nobody_shares_with_a_group_that_isnt_theirs(
    records: RecordsDatabase, staff: Staff, audience: Audience
) -> None:
    view = save(records, staff.viewer)
    with pytest.raises(InvalidValueError, match="share with a group that you belong to"):
        save(records, staff.viewer, "Another", audience)
    with pytest.raises(InvalidValueError), records() as db:
        share_view(db, view, audience, by=staff.viewer, now=NOW)
    assert [one.audience for one in seen(records, staff.viewer)] == [None]


def test_a_share_ends_with_its_owners_grant(records: RecordsDatabase, staff: Staff) -> None:
    save(records, staff.viewer, audience=HEALTH)
    with records() as db:
        (vera,) = [one for one in list_people(db) if one.id == staff.viewer.person_id]
        revoke_grant(db, vera.grants[0].id, by=staff.admin, now=NOW)
    assert seen(records, staff.manager) == ()
    assert len(seen(records, staff.viewer)) == 1


def test_a_share_ends_when_its_owner_is_disabled(records: RecordsDatabase, staff: Staff) -> None:
    save(records, staff.viewer, audience=HEALTH)
    with records() as db:
        disable_user(db, staff.viewer.person_id or 0, by=staff.admin, now=NOW)
    assert seen(records, staff.manager) == ()


def test_a_share_isnt_seen_once_ones_own_grant_has_run_out(
    records: RecordsDatabase, staff: Staff
) -> None:
    save(records, staff.viewer, audience=HEALTH)
    person = staff.other_admin.person_id or 0
    with records() as db:
        end = NOW + timedelta(days=1)
        grant(db, person, Role.AGENCY_VIEWER, agency_id=1000, expires_at=end, by=CONSOLE, now=NOW)
    assert len(seen(records, staff.other_admin)) == 1
    later = NOW + timedelta(days=2)
    with records() as db:
        assert list_views(db, person, live_grants(db, person, later), later) == ()


def test_somebody_elses_view_answers_as_an_unknown_one(
    records: RecordsDatabase, staff: Staff
) -> None:
    view = save(records, staff.viewer, audience=HEALTH)
    for number in (view, view + 1):
        with pytest.raises(UnknownRecordError), records() as db:
            delete_view(db, number, by=staff.manager, now=NOW)
        with pytest.raises(UnknownRecordError), records() as db:
            share_view(db, number, None, by=staff.manager, now=NOW)
    assert len(seen(records, staff.viewer)) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * (NAME_LIMIT + 1), "two\nlines", "a\u202eb"])
def test_a_name_is_one_short_line(records: RecordsDatabase, staff: Staff, name: str) -> None:
    with pytest.raises(InvalidValueError):
        save(records, staff.viewer, name)


def test_a_name_is_taken_once_and_views_are_bounded(records: RecordsDatabase, staff: Staff) -> None:
    for number in range(MOST_VIEWS):
        save(records, staff.viewer, f"View {number}")
    with pytest.raises(InvalidValueError, match="of that name"):
        save(records, staff.viewer, "View 0")
    with pytest.raises(InvalidValueError, match="delete one first"):
        save(records, staff.viewer, "One more")
    save(records, staff.manager, "View 0")


def test_what_was_done_stands_in_the_trail(records: RecordsDatabase, staff: Staff) -> None:
    view = save(records, staff.viewer)
    with records() as db:
        share_view(db, view, HEALTH, by=staff.viewer, now=NOW)
        share_view(db, view, HEALTH, by=staff.viewer, now=NOW)
        share_view(db, view, None, by=staff.viewer, now=NOW)
        delete_view(db, view, by=staff.viewer, now=NOW)
    with records() as db:
        events = list_events(db, actor=staff.viewer.name)
    assert [(one.action, one.agency_id) for one in events] == [
        ("saved_view.delete", None),
        ("saved_view.unshare", 1000),
        ("saved_view.share", 1000),
        ("saved_view.create", None),
    ]
