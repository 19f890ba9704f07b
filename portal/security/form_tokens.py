"""Tokens in forms: who doesn't read our page can't know the one for this browser."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import request

from portal.security.cookies import form_cookie_name
from portal.services import services

FIELD = "csrf_token"


def token_for_session(csrf_secret: str) -> str:
    """Give the token of a session's forms; empty for whoever has no session."""
    return _sign(csrf_secret, "form") if csrf_secret else ""


def is_session_token(csrf_secret: str, given: str) -> bool:
    """Tell whether the form came from a page of this session."""
    return bool(csrf_secret) and _same(token_for_session(csrf_secret), given)


def new_form_cookie() -> str:
    """Give a value for the cookie of a form that is sent before anybody has signed in."""
    return secrets.token_urlsafe(24)


def token_for_cookie(cookie: str) -> str:
    """Give the token of a form sent together with this cookie."""
    return _sign(services().settings.signing_keys[0], cookie)


def is_cookie_token(given: str) -> bool:
    """Tell whether the form came from the browser that it was sent to."""
    cookie = request.cookies.get(form_cookie_name(services().settings), "")
    keys = services().settings.signing_keys
    return bool(cookie) and any(_same(_sign(key, cookie), given) for key in keys)


def _sign(key: str, text: str) -> str:
    return hmac.new(key.encode(), f"form:{text}".encode(), hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "backslashreplace"))
