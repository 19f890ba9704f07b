"""Forms of the account page: one's own password, sessions and tokens."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auth.audit import Outcome, record
from auth.credentials import change_password as change_own_password
from auth.errors import InvalidValueError
from auth.preferences import set_preferences
from auth.principals import Preferences
from auth.sessions import end_all_sessions
from auth.sessions import end_session as end_one_session
from auth.tokens import create_token as create_own_token
from auth.tokens import revoke_token as revoke_own_token
from portal.access import require_reader
from portal.actors import reader_as_actor
from portal.fields import read_own_fields
from portal.services import services
from portal.texts import languages, say

routes = Blueprint("account", __name__, url_prefix="/account")

PAGE = "/account"


@routes.post("/password")
def change_password() -> ResponseReturnValue:
    """Change one's own password; other sessions end."""
    fields = read_own_fields("current", "new", "repeated")
    if fields["new"] != fields["repeated"]:
        raise InvalidValueError("repeated", "…", "the two new passwords differ.")
    our = services()
    change_own_password(
        our.database.records,
        require_reader().principal,
        current=fields["current"],
        new=fields["new"],
        address=request.remote_addr or "",
        now=our.now(),
        request_id=g.request_id,
    )
    return redirect(PAGE, 303)


@routes.post("/preferences")
def change_preferences() -> ResponseReturnValue:
    """Keep what one prefers where an address doesn't say."""
    fields = read_own_fields("currency", "year", optional=("language",))
    our, principal = services(), require_reader().principal
    language = fields.get("language", principal.preferences.language)
    if "language" in fields and language not in languages():
        raise InvalidValueError("language", language[:40], "choose one that is offered.")
    with our.database.records() as db:
        set_preferences(
            db,
            principal.user_id,
            Preferences(fields["currency"], fields["year"], language),
            by=reader_as_actor(),
            now=our.now(),
        )
    return redirect(PAGE, 303)


@routes.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    read_own_fields()
    our, person_id = services(), require_reader().principal.user_id
    with our.database.records() as db:
        end_one_session(db, person_id, session_id, by=reader_as_actor(), now=our.now())
    return redirect(PAGE, 303)


@routes.post("/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End every session of one's own but this one."""
    read_own_fields()
    our, principal = services(), require_reader().principal
    with our.database.records() as db:
        ended = end_all_sessions(
            db,
            principal.user_id,
            because=f"ended by {principal.email}",
            now=our.now(),
            keep=principal.session_id,
        )
        record(
            db,
            actor=principal.email,
            action="session.end_others",
            object=f"person:{principal.user_id}",
            outcome=Outcome.SUCCEEDED,
            request_id=g.request_id,
            detail={"ended": ended},
            now=our.now(),
        )
    return redirect(PAGE, 303)


@routes.post("/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token for the programming interface and show it, this once."""
    fields = read_own_fields("name", "days")
    our, principal = services(), require_reader().principal
    if principal.session_id is None:
        abort(403)
    life = timedelta(days=_days(fields["days"]))
    with our.database.records() as db:
        token = create_own_token(
            db, principal.user_id, fields["name"], our.now() + life, our.now(), by=reader_as_actor()
        )
    return render_template(
        "shown_once.html",
        heading=say("Your new token"),
        explanation=say("Send it as `Authorization: Bearer …`. It reads what you may read."),
        secret=token,
        back=PAGE,
    )


@routes.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Make one of one's own tokens useless."""
    read_own_fields()
    our, person_id = services(), require_reader().principal.user_id
    with our.database.records() as db:
        revoke_own_token(db, person_id, token_id, by=reader_as_actor(), now=our.now())
    return redirect(PAGE, 303)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 366:
        raise InvalidValueError("days", text[:20], "give a number from 1 to 366.")
    return int(text)
