"""The one way in: every request is denied unless something here lets it through."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import quote

import structlog
from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from auth.permissions import Permission
from portal.access import Reader
from portal.answers import wants_json
from portal.denials import note_denied
from portal.identity import identify, is_bearer
from portal.routes import PUBLIC, SIGNED_IN, Need
from portal.security.origins import SAFE_METHODS, is_foreign
from portal.security.peers import AllowedAddresses
from portal.texts import SOURCE_LANGUAGE, speak

_LONGEST_NEXT = 2_000
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_ANY_PAGE = "/<path:path>"
_NO_PAGES = ("/api", "/export", "/assets", "/_", "/login", "/logout", "/static")
"""Addresses under which the frame of the pages isn't served, whatever follows."""


def keep_gate(
    server: Flask,
    needs: Mapping[str, Need],
    public_paths: frozenset[str],
    addresses: AllowedAddresses,
) -> None:
    """Have every request judged before anything else of the app sees it."""

    def judge() -> ResponseReturnValue | None:
        g.request_id = secrets.token_hex(8)
        # The thread answered somebody else before.
        speak(SOURCE_LANGUAGE)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        if not addresses.allows(request.remote_addr) and not _is_own_probe():
            abort(403)
        need = needs.get(request.endpoint or "")
        if request.path in public_paths and (need == PUBLIC or request.path.startswith("/assets/")):
            _refuse_foreign()
            return None
        g.reader = identify()
        if g.reader is None:
            return _send_to_sign_in()
        speak(g.reader.principal.preferences.language)
        if not is_bearer():
            _refuse_foreign()
        _judge_signed_in(g.reader, need, addresses)
        return None

    server.before_request_funcs.setdefault(None, []).insert(0, judge)


def _is_own_probe() -> bool:
    """Tell whether this machine asks if the process lives, as a container's health check does."""
    return request.path == "/healthz" and request.remote_addr in _LOOPBACK


def _refuse_foreign() -> None:
    if is_foreign():
        abort(403, "This request didn't come from a page of Exchequer.")


def _judge_signed_in(reader: Reader, need: Need | None, addresses: AllowedAddresses) -> None:
    if not addresses.allows_roles(request.remote_addr, reader.roles):
        note_denied(reader, request.path, "address")
        abort(403)
    if request.routing_exception is not None:
        raise request.routing_exception
    if request.endpoint == _ANY_PAGE and request.path.startswith(_NO_PAGES):
        abort(404)
    if need in (PUBLIC, SIGNED_IN):
        return
    if not isinstance(need, Permission) or not reader.may(need):
        note_denied(reader, request.path, str(need))
        abort(404)


def _send_to_sign_in() -> ResponseReturnValue:
    # Led there for a picture, a browser would ask for a second form: the cookie of that one takes
    # the place of the cookie of the form that is shown, which then counts as out of date.
    is_page = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    if wants_json() or not is_page:
        abort(401)
    if request.method not in SAFE_METHODS:
        return redirect("/login")
    here = request.full_path.rstrip("?")
    if request.path == "/" or len(here) > _LONGEST_NEXT:
        return redirect("/login")
    return redirect(f"/login?next={quote(here, safe='')}")
