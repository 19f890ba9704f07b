"""Secrets that a client holds and the database knows only by their hash."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32


def new_token(prefix: str = "") -> str:
    """Return a new secret of 256 random bits, fit for a cookie, a header or a link."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 by which a secret is kept and found.

    A plain hash is enough: 256 random bits can't be guessed, unlike a password.
    """
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()
