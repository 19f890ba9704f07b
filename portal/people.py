"""Forms of the page of people: adding and disabling them, giving and taking roles."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auth.credentials import start_reset as start_password_reset
from auth.errors import InvalidValueError
from auth.people import add_user, disable_user, enable_user, grant, revoke_grant
from auth.permissions import AGENCY_ROLES, Role
from portal.actors import reader_as_actor
from portal.fields import read_own_fields
from portal.services import services
from portal.texts import say
from warehouse.scope import Scope

routes = Blueprint("people", __name__, url_prefix="/admin")

PAGE = "/admin/users"


@routes.post("/users")
def add() -> ResponseReturnValue:
    """Add a person and show the link with which they set their own password."""
    fields = read_own_fields("email", "name")
    our, by = services(), reader_as_actor()
    with our.database.records() as db:
        person_id = add_user(db, email=fields["email"], name=fields["name"], by=by, now=our.now())
        token = start_password_reset(db, person_id, by=by, now=our.now())
    return _show_link(token)


@routes.post("/users/<int:person_id>/disable")
def disable(person_id: int) -> ResponseReturnValue:
    """Keep a person out from now on."""
    read_own_fields()
    our = services()
    with our.database.records() as db:
        disable_user(db, person_id, by=reader_as_actor(), now=our.now())
    return redirect(PAGE, 303)


@routes.post("/users/<int:person_id>/enable")
def enable(person_id: int) -> ResponseReturnValue:
    """Let a disabled person sign in again."""
    read_own_fields()
    our = services()
    with our.database.records() as db:
        enable_user(db, person_id, by=reader_as_actor(), now=our.now())
    return redirect(PAGE, 303)


@routes.post("/users/<int:person_id>/reset")
def start_reset(person_id: int) -> ResponseReturnValue:
    """Show a link with which a person sets a new password."""
    read_own_fields()
    our = services()
    with our.database.records() as db:
        token = start_password_reset(db, person_id, by=reader_as_actor(), now=our.now())
    return _show_link(token)


@routes.post("/users/<int:person_id>/grants")
def grant_role(person_id: int) -> ResponseReturnValue:
    """Give a person a role, for one agency where the role takes one."""
    fields = read_own_fields("role", optional=("agency_id", "expires_on"))
    role = _role(fields["role"])
    agency_id = _agency(fields.get("agency_id", ""), role)
    expires_at = _day(fields.get("expires_on", ""))
    our = services()
    with our.database.records() as db:
        grant(
            db,
            person_id,
            role,
            by=reader_as_actor(),
            now=our.now(),
            agency_id=agency_id,
            expires_at=expires_at,
        )
    return redirect(PAGE, 303)


@routes.post("/grants/<int:grant_id>/revoke")
def revoke(grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    read_own_fields()
    our = services()
    with our.database.records() as db:
        revoke_grant(db, grant_id, by=reader_as_actor(), now=our.now())
    return redirect(PAGE, 303)


def _show_link(token: str) -> str:
    return render_template(
        "shown_once.html",
        heading=say("Link to set a password"),
        explanation=say(
            "Send it to the person by a way that only they read. It works once, for a day."
        ),
        secret=f"{request.host_url}set-password?token={token}",
        back=PAGE,
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        names = ", ".join(Role)
        raise InvalidValueError("role", text[:40], f"choose one of {names}.") from None


def _agency(text: str, role: Role) -> int | None:
    """Read the agency of a grant, which must be one that the records know."""
    if not text:
        return None
    known = dict(services().gateway.options("agency", Scope.whole_government()))
    if text not in known or role not in AGENCY_ROLES:
        raise InvalidValueError("agency_id", text[:40], "choose an agency that fits the role.")
    return int(text)


def _day(text: str) -> datetime | None:
    """Read the last day of a grant as the end of that day, UTC."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise InvalidValueError("expires_on", text[:40], "write a day as YYYY-MM-DD.") from None
    return day.replace(hour=23, minute=59, second=59, tzinfo=UTC)
