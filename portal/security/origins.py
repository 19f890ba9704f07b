"""Requests that another site had the reader's browser send."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from portal.security.cookies import read_session_cookie

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign() -> bool:
    """Tell whether a request that changes something may have been started by another site.

    What the browser says of the request's origin decides; where it says nothing, only a request
    that no cookie signs in is let through.
    """
    if request.method in SAFE_METHODS:
        return False
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return read_session_cookie() is not None
    if site is not None and site != "same-origin":
        return True
    return origin is not None and urlsplit(origin).netloc != request.host
