"""Find out who is asking: by the cookie of a session, or on the API by a personal token."""

from __future__ import annotations

import time
from typing import Final

from flask import g, request
from flask_login import LoginManager, UserMixin

from auth.permissions import Permission
from auth.principals import Principal
from auth.random_tokens import hash_token
from auth.sessions import touch_session, visit_of
from auth.tokens import principal_of_token
from portal.access import Reader, current_reader
from portal.security.cookies import read_session_cookie
from portal.services import services

POLLING: Final = "X-Exchequer-Poll"
"""Header of what a page asks for by itself: it doesn't keep a session alive."""

LONGEST_TOKEN: Final = 256
_TOUCH_EVERY_SECONDS: Final = 60.0
_MOST_TOUCHED: Final = 1_000


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login is published without types
    """The reader, as Flask-Login knows them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def get_id(self) -> str:
        """Give the person's number."""
        return str(self.reader.principal.user_id)


def login_manager() -> LoginManager:
    """Make the manager that takes the reader found by the gate; it keeps nothing itself."""
    manager = LoginManager()

    def load(_request: object) -> Visitor | None:
        reader = current_reader()
        return None if reader is None else Visitor(reader)

    manager.request_loader(load)
    return manager


def identify() -> Reader | None:
    """Read who is asking from the records, with the grants that hold now."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith("/api/") and scheme.lower() == "bearer":
        principal = _of_token(token.strip())
        g.is_bearer = principal is not None
    else:
        principal = _of_cookie()
    return None if principal is None else Reader.of(principal)


def is_bearer() -> bool:
    """Tell whether the request carries a personal token, which no other site can send."""
    return bool(g.get("is_bearer", False))


def _of_cookie() -> Principal | None:
    token, our = read_session_cookie(), services()
    if not token or len(token) > LONGEST_TOKEN:
        return None
    with our.database.reading_records() as db:
        visit = visit_of(db, token, our.now())
    if visit is None:
        return None
    session_id = visit.principal.session_id
    if visit.is_touch_due and session_id is not None and POLLING not in request.headers:
        with our.database.records() as db:
            touch_session(db, session_id, our.now())
    return visit.principal


_TOUCHED: dict[str, float] = {}


def _of_token(token: str) -> Principal | None:
    if not token or len(token) > LONGEST_TOKEN:
        return None
    our = services()
    key, now = hash_token(token), time.monotonic()
    is_due = now - _TOUCHED.get(key, float("-inf")) > _TOUCH_EVERY_SECONDS
    with our.database.reading_records() as db:
        principal = principal_of_token(db, token, our.now(), touch=False)
    if principal is None or not principal.has(Permission.USE_API):
        return None
    if is_due:
        if len(_TOUCHED) >= _MOST_TOUCHED:
            _TOUCHED.clear()
        _TOUCHED[key] = now
        with our.database.records() as db:
            principal_of_token(db, token, our.now())
    return principal
