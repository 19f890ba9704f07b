"""Views that people give a name: their own, and those shared with a group they belong to.

A view is an address. Whoever opens it is answered within their own scope, so that sharing one
shows nobody a figure that they couldn't ask for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import InvalidValueError, UnknownRecordError
from auth.grants import live_conditions, live_grants, require_person
from auth.models import Person, PersonGrant, SavedView
from auth.permissions import AGENCY_ROLES, Role
from auth.plain_text import is_one_line
from auth.principals import GrantInfo

NAME_LIMIT: Final = 80
PATH_LIMIT: Final = 200
QUERY_LIMIT: Final = 4_096
MOST_VIEWS: Final = 50
"""Views that one person can keep."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a view besides its owner: the people of one agency, or the holders of one role."""

    agency_id: int | None = None
    role: Role | None = None

    def holds(self, grants: Sequence[GrantInfo]) -> bool:
        """Tell whether somebody with these grants belongs to it."""
        return self in audiences_of(grants)


@dataclass(frozen=True, slots=True)
class ViewInfo:
    """One saved view as somebody who may see it does; ``audience`` None is its owner alone."""

    id: int
    owner_id: int
    owner_name: str
    name: str
    path: str
    query: str
    created_at: datetime
    audience: Audience | None

    @property
    def address(self) -> str:
        """The page with its filters."""
        return self.path + self.query


def audiences_of(grants: Sequence[GrantInfo]) -> tuple[Audience, ...]:
    """List the groups that somebody with these grants belongs to, and may share with."""
    found = [
        Audience(agency_id=grant.agency_id)
        if grant.role in AGENCY_ROLES
        else Audience(role=grant.role)
        for grant in grants
    ]
    return tuple(dict.fromkeys(found))


def save_view(
    db: Session,
    *,
    name: str,
    path: str,
    query: str,
    by: Actor,
    now: datetime,
    audience: Audience | None = None,
) -> int:
    """Keep an address under a name for the actor and return the view's number.

    Raises InvalidValueError for a name that can't be kept or is taken, for one view too many,
    and for an audience to which the actor doesn't belong.
    """
    owner_id = _owner(by)
    require_person(db, owner_id)
    plain_name = name.strip()
    if not plain_name or len(plain_name) > NAME_LIMIT or not is_one_line(plain_name):
        raise InvalidValueError("name", name, f"give 1 to {NAME_LIMIT} characters in one line.")
    if len(path) > PATH_LIMIT or len(query) > QUERY_LIMIT:
        raise InvalidValueError("address", path[:40], "it is too long to be kept.")
    _require_room(db, owner_id, plain_name)
    _require_member(db, owner_id, audience, now)
    row = SavedView(
        person_id=owner_id,
        name=plain_name,
        path=path,
        query=query,
        created_at=now,
        shared_agency_id=None if audience is None else audience.agency_id,
        shared_role=None if audience is None or audience.role is None else audience.role.value,
    )
    db.add(row)
    db.flush()
    _record(db, "saved_view.create", row, by, now)
    return row.id


def share_view(
    db: Session, view_id: int, audience: Audience | None, *, by: Actor, now: datetime
) -> None:
    """Show one's own view to a group one belongs to; None takes it back to oneself."""
    row = _own(db, view_id, by)
    _require_member(db, row.person_id, audience, now)
    if audience == _audience(row):
        return
    if audience is None:
        _record(db, "saved_view.unshare", row, by, now)
    row.shared_agency_id = None if audience is None else audience.agency_id
    row.shared_role = None if audience is None or audience.role is None else audience.role.value
    db.flush()
    if audience is not None:
        _record(db, "saved_view.share", row, by, now)


def delete_view(db: Session, view_id: int, *, by: Actor, now: datetime) -> None:
    """Forget one's own view, for everybody it was shared with."""
    row = _own(db, view_id, by)
    _record(db, "saved_view.delete", row, by, now)
    db.delete(row)
    db.flush()


def list_views(
    db: Session, person_id: int, grants: Sequence[GrantInfo], now: datetime
) -> tuple[ViewInfo, ...]:
    """Return a person's own views, then those shared with a group that their grants are of.

    A share holds only while its owner is enabled and belongs to the group themselves.
    """
    rows = db.execute(
        select(SavedView, Person.name)
        .join(Person, Person.id == SavedView.person_id)
        .where(or_(SavedView.person_id == person_id, _is_shared_with(grants, now)))
        .order_by(SavedView.person_id != person_id, func.lower(SavedView.name), SavedView.id)
    )
    return tuple(_view(row, owner_name) for row, owner_name in rows)


def _is_shared_with(grants: Sequence[GrantInfo], now: datetime) -> ColumnElement[bool]:
    groups = audiences_of(grants)
    agencies = [group.agency_id for group in groups if group.agency_id is not None]
    roles = [group.role.value for group in groups if group.role is not None]
    if not groups:
        return false()
    owner_belongs = exists(
        select(PersonGrant.id).where(
            PersonGrant.person_id == SavedView.person_id,
            or_(
                PersonGrant.agency_id == SavedView.shared_agency_id,
                PersonGrant.role == SavedView.shared_role,
            ),
            *live_conditions(now),
        )
    )
    reached = or_(SavedView.shared_agency_id.in_(agencies), SavedView.shared_role.in_(roles))
    return reached & Person.disabled_at.is_(None) & owner_belongs


def _owner(by: Actor) -> int:
    """Give the person who acts; the console has no views of its own."""
    if by.person_id is None:
        raise InvalidValueError("actor", by.name, "only a person keeps views.")
    return by.person_id


def _own(db: Session, view_id: int, by: Actor) -> SavedView:
    """Return the actor's view; somebody else's answers as one that isn't there."""
    row = db.scalar(
        select(SavedView).where(SavedView.id == view_id, SavedView.person_id == _owner(by))
    )
    if row is None:
        raise UnknownRecordError("view", view_id)
    return row


def _require_room(db: Session, owner_id: int, name: str) -> None:
    kept = db.scalars(select(SavedView.name).where(SavedView.person_id == owner_id)).all()
    if name in kept:
        raise InvalidValueError("name", name, "you have a view of that name; choose another.")
    if len(kept) >= MOST_VIEWS:
        raise InvalidValueError(
            "name", name, f"you keep {MOST_VIEWS} views already; delete one first."
        )


def _require_member(db: Session, owner_id: int, audience: Audience | None, now: datetime) -> None:
    """Refuse a group that isn't the owner's; one that doesn't exist is refused the same way."""
    if audience is not None and not audience.holds(live_grants(db, owner_id, now)):
        named = audience.role.value if audience.role else f"agency {audience.agency_id}"
        raise InvalidValueError("audience", named, "share with a group that you belong to.")


def _audience(row: SavedView) -> Audience | None:
    if row.shared_agency_id is not None:
        return Audience(agency_id=row.shared_agency_id)
    return None if row.shared_role is None else Audience(role=Role(row.shared_role))


def _view(row: SavedView, owner_name: str) -> ViewInfo:
    return ViewInfo(
        id=row.id,
        owner_id=row.person_id,
        owner_name=owner_name,
        name=row.name,
        path=row.path,
        query=row.query,
        created_at=row.created_at,
        audience=_audience(row),
    )


def _record(db: Session, action: str, row: SavedView, by: Actor, now: datetime) -> None:
    record(
        db,
        actor=by.name,
        agency_id=row.shared_agency_id,
        action=action,
        object=f"saved_view:{row.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "name": row.name,
            "address": row.path + row.query,
            "shared_agency_id": row.shared_agency_id,
            "shared_role": row.shared_role,
        },
        now=now,
    )
