"""The secret that signs forms: refused when missing, short or known; made for the demo alone."""

from __future__ import annotations

import os
import secrets
from typing import Final

from pydantic import SecretStr

from portal.settings import Settings, SettingsError

SHORTEST: Final = 32
KNOWN: Final = frozenset({"changeme", "secret", "exchequer", "default", "password", "development"})
_FILE: Final = "demo-secret"


def with_secret(settings: Settings) -> Settings:
    """Return settings whose secret can be relied on, or raise SettingsError."""
    if settings.demo:
        _require_loopback(settings)
        if not settings.secret_key.get_secret_value():
            return settings.model_copy(update={"secret_key": SecretStr(_demo_secret(settings))})
    for key in settings.signing_keys:
        _require_strong(key)
    return settings


def _require_loopback(settings: Settings) -> None:
    if not settings.is_loopback:
        raise SettingsError(
            f"The demo's sign-ins are printed for everybody to see, so it doesn't serve "
            f"{settings.host}. Set EXCHEQUER_HOST=127.0.0.1, or leave the demo with "
            "EXCHEQUER_DEMO=false."
        )


def _require_strong(key: str) -> None:
    if not key:
        raise SettingsError(
            "EXCHEQUER_SECRET_KEY isn't set. Make one with `openssl rand -hex 32` and give every "
            "process the same."
        )
    is_known = any(word in key.lower() for word in KNOWN)
    if len(key.encode()) < SHORTEST or len(set(key)) < 10 or is_known:
        raise SettingsError(
            f"EXCHEQUER_SECRET_KEY (or one of its fallbacks) can be guessed: it takes {SHORTEST} "
            "random bytes or more. Make one with `openssl rand -hex 32`."
        )


def _demo_secret(settings: Settings) -> str:
    """Read the demo's secret, or make it; of processes that start together one makes it."""
    path = settings.var_dir / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{_FILE}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return path.read_text("utf-8")
    finally:
        unfinished.unlink()
    return path.read_text("utf-8")
