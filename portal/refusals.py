"""Turn what the packages beneath refuse into an answer for the person who asked."""

from __future__ import annotations

from typing import Final

from flask import Flask, request
from flask.typing import ResponseReturnValue

from auth.errors import (
    AuthError,
    EmailTakenError,
    InvalidValueError,
    LastAdminError,
    NotPermittedError,
    PasswordRefusedError,
    SelfGrantError,
    ThrottledError,
    UnknownRecordError,
    WrongPasswordError,
)
from portal.answers import json_error, page_error, wants_json
from portal.received_texts import say_received

_STATUS: Final[dict[type[AuthError], int]] = {
    EmailTakenError: 409,
    InvalidValueError: 422,
    LastAdminError: 409,
    NotPermittedError: 403,
    PasswordRefusedError: 422,
    SelfGrantError: 403,
    ThrottledError: 429,
    UnknownRecordError: 404,
    WrongPasswordError: 422,
}


def answer_refusals(server: Flask) -> None:
    """Have the app answer what ``auth`` refuses; the message is fit to be shown."""
    server.register_error_handler(AuthError, _refused)


def _refused(error: AuthError) -> ResponseReturnValue:
    status = _STATUS.get(type(error), 400)
    if wants_json():
        return json_error(status, "refused", str(error))
    answer = page_error(status, say_received(str(error)), back=_page_of(request.path))
    if isinstance(error, ThrottledError):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _page_of(path: str) -> str:
    """Give the page that a form's address belongs to."""
    for page in ("/account", "/admin/users", "/data"):
        if path.startswith(f"{page}/") or path == page:
            return page
    return "/admin/users" if path.startswith("/admin/") else "/"
