"""What is written on every answer: what a browser may load, embed, keep and tell others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Flask, Response, request

from portal.settings import Settings

ASSETS: Final = "_dash_assets.static"
COMPONENTS: Final = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"

_YEAR: Final = 31_536_000
_NOTHING: Final = "=()"
_DENIED: Final = (
    "accelerometer", "camera", "display-capture", "fullscreen", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip

_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}{_NOTHING}" for name in _DENIED),
}


def content_policy(script_hashes: Sequence[str]) -> str:
    """Write the content security policy: this origin alone, and only the scripts named here.

    Styles may be inline because Plotly and Dash set them; charts become images by way of blob.
    """
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def write_headers(
    server: Flask, settings: Settings, script_hashes: Callable[[], Sequence[str]]
) -> None:
    """Have the app write the headers on every answer, errors included.

    The hashes are asked for with the first answer, when all scripts are known.
    """
    fixed = dict(_FIXED)
    if settings.behind_tls:
        fixed["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"

    def write(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers[name] = value
        response.headers["Content-Security-Policy"] = content_policy(script_hashes())
        response.headers["Cache-Control"] = _keeping(response)
        return response

    server.after_request(write)


def _keeping(response: Response) -> str:
    """Say who may keep this: only files that are the same for everybody, by their fingerprint."""
    is_found = response.status_code in {200, 304}
    if is_found and request.endpoint == ASSETS:
        is_fingerprinted = "m" in request.args
        return f"public, max-age={_YEAR}, immutable" if is_fingerprinted else "public, max-age=3600"
    if is_found and request.endpoint == COMPONENTS:
        return response.headers.get("Cache-Control") or "no-cache"
    return "no-store"
