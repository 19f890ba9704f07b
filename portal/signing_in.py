"""The pages that work before anybody is signed in, drawn on the server in plain HTML."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auth.credentials import finish_reset
from auth.errors import (
    PasswordRefusedError,
    ResetRefusedError,
    SignInRefusedError,
    ThrottledError,
)
from auth.sessions import sign_out
from auth.sign_in import sign_in as open_session
from portal.fields import read_fields, read_own_fields
from portal.received_texts import say_received
from portal.security.cookies import (
    drop_cookie,
    form_cookie_name,
    read_session_cookie,
    session_cookie_name,
    set_cookie,
)
from portal.security.form_tokens import FIELD, is_cookie_token, new_form_cookie, token_for_cookie
from portal.services import services
from portal.texts import SOURCE_LANGUAGE, languages, later, say, say_known, speak

pages = Blueprint("signing_in", __name__)

LONGEST_NEXT = 2_000

_STALE = later("This form is out of date. Try again with the one below.")


@pages.before_request
def speak_as_the_browser_asks() -> None:
    """Before anybody is signed in, only the browser knows which language is understood."""
    if g.get("reader") is None:
        speak(request.accept_languages.best_match(languages()) or SOURCE_LANGUAGE)


@pages.get("/login")
def login() -> ResponseReturnValue:
    """Show the form to sign in."""
    return _form("login.html", next=_local(request.args.get("next", "")))


@pages.post("/login")
def sign_in() -> ResponseReturnValue:
    """Open a session for whoever proves the password, under a new identifier."""
    fields = read_fields("email", "password", optional=("next",))
    email, target = fields["email"], _local(fields.get("next", ""))
    if not is_cookie_token(fields.get(FIELD, "")):
        return _form("login.html", 400, errors=(say_known(_STALE),), email=email, next=target)
    our = services()
    try:
        signed_in = open_session(
            our.database.records,
            email=email,
            password=fields["password"],
            address=request.remote_addr or "",
            now=our.now(),
            request_id=g.request_id,
        )
    except SignInRefusedError as error:
        return _form(
            "login.html", 401, errors=(say_received(str(error)),), email=email, next=target
        )
    except ThrottledError as error:
        answer = _form(
            "login.html", 429, errors=(say_received(str(error)),), email=email, next=target
        )
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
        return answer
    _end_former_session()
    answer = make_response(redirect(target or "/", 303))
    set_cookie(answer, session_cookie_name(our.settings), signed_in.token)
    drop_cookie(answer, form_cookie_name(our.settings))
    return answer


@pages.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session here and have the browser forget what it kept."""
    read_own_fields()
    _end_former_session()
    answer = make_response(redirect("/login", 303))
    drop_cookie(answer, session_cookie_name(services().settings))
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@pages.route("/set-password", methods=["GET", "POST"])
def set_password() -> ResponseReturnValue:
    """Let a person set a password by the link that an administrator gave them."""
    if request.method == "GET":
        return _form("set_password.html", token=request.args.get("token", ""))
    fields = read_fields("token", "password", "repeated")
    token = fields["token"]
    if not is_cookie_token(fields.get(FIELD, "")):
        return _form("set_password.html", 400, errors=(say_known(_STALE),), token=token)
    if fields["password"] != fields["repeated"]:
        errors = (say("The two passwords differ. Type the same one twice."),)
        return _form("set_password.html", 422, errors=errors, token=token)
    our = services()
    try:
        finish_reset(
            our.database.records,
            token,
            new=fields["password"],
            now=our.now(),
            request_id=g.request_id,
        )
    except PasswordRefusedError as error:
        return _form(
            "set_password.html", 422, errors=tuple(map(say_received, error.reasons)), token=token
        )
    except ResetRefusedError as error:
        return _form("set_password.html", 403, errors=(say_received(str(error)),), token=token)
    return _form("login.html", notice=say("Your password is set. Sign in with it."))


@pages.get("/accessibility")
def accessibility() -> str:
    """Say how far the portal can be used by everybody."""
    return render_template("accessibility.html", contact=services().settings.security_contact)


@pages.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    """Say where weaknesses are reported (RFC 9116)."""
    our = services()
    expires = our.now().replace(year=our.now().year + 1, month=1, day=1, hour=0, minute=0)
    lines = (
        f"Contact: {our.settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:00Z}",
        "Preferred-Languages: en",
    )
    return "\n".join(lines) + "\n", {"Content-Type": "text/plain; charset=utf-8"}


def _form(template: str, status: int = 200, **facts: object) -> Response:
    """Draw a form bound to this browser by a cookie of its own."""
    settings = services().settings
    name = form_cookie_name(settings)
    cookie = request.cookies.get(name) or new_form_cookie()
    facts = {"errors": (), "email": "", "next": "", "notice": "", **facts}
    text = render_template(
        template, csrf_token=token_for_cookie(cookie), demo=settings.demo, **facts
    )
    answer = make_response(text, status)
    if name not in request.cookies:
        set_cookie(answer, name, cookie)
    return answer


def _end_former_session() -> None:
    token, our = read_session_cookie(), services()
    if token:
        with our.database.records() as db:
            sign_out(db, token, our.now(), request_id=g.request_id)


def _local(target: str) -> str:
    """Give a path on this site to go on to, or nothing: never another site's address."""
    parts = urlsplit(target) if len(target) <= LONGEST_NEXT and target.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or not target.startswith("/"):
        return ""
    if target.startswith(("//", "/\\")) or "\\" in target:
        return ""
    return target
