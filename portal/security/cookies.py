"""The two cookies: one for whoever is signed in, one for the form that signs in."""

from __future__ import annotations

from flask import Response, request

from portal.services import services
from portal.settings import Settings


def session_cookie_name(settings: Settings) -> str:
    """Name the cookie so that browsers hold it to this host and to HTTPS.

    Only the demo on loopback goes without: not every client treats plain HTTP there as safe.
    """
    return "exchequer" if _is_plain(settings) else "__Host-exchequer"


def form_cookie_name(settings: Settings) -> str:
    """Name the cookie that binds a sign-in form to the browser it was sent to."""
    return "exchequer-form" if _is_plain(settings) else "__Host-exchequer-form"


def read_session_cookie() -> str | None:
    """Give the session token that the browser sent."""
    return request.cookies.get(session_cookie_name(services().settings))


def set_cookie(response: Response, name: str, value: str) -> None:
    """Keep a cookie until the browser closes; the server forgets earlier by itself."""
    response.set_cookie(
        name,
        value,
        path="/",
        secure=not _is_plain(services().settings),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        name,
        path="/",
        secure=not _is_plain(services().settings),
        httponly=True,
        samesite="Lax",
    )


def _is_plain(settings: Settings) -> bool:
    return settings.demo and settings.is_loopback and not settings.behind_tls
