"""What is answered when something is refused, missing or broken: one shape for each reader."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

from portal.texts import later, say, say_known
from warehouse.errors import NothingPublishedError, OutdatedStarError

_LOG = structlog.get_logger("portal.answers")

_SENTENCES = {
    400: ("bad_request", later("This request can't be read.")),
    401: ("not_signed_in", later("Sign in first.")),
    403: ("refused", later("This request is refused.")),
    404: ("not_found", later("Nothing is known under this address.")),
    405: ("method_not_allowed", later("This address can't be used in that way.")),
    413: ("too_large", later("This is larger than what can be taken.")),
    422: ("cannot_answer", later("This can't be answered as asked.")),
    429: ("too_many_requests", later("Too many requests.")),
    503: ("not_ready", later("This can't be answered just now. Try again in a moment.")),
}
_BROKEN = ("internal_error", later("Something went wrong on our side."))


def wants_json() -> bool:
    """Tell whether a program asks rather than a person."""
    return request.path.startswith(("/api/", "/_dash", "/_reload", "/metrics"))


def json_error(status: int, code: str, message: str, **facts: Any) -> Response:
    """Answer a program: every error of the API has this shape."""
    body = {"code": code, "message": message, **facts}
    return make_response(jsonify({"error": body}), status)


def page_error(status: int, message: str, reference: str = "", *, back: str = "/") -> Response:
    """Answer a person with a plain page that leads back."""
    text = render_template(
        "error.html", message=message, reference=reference, status=status, back=back
    )
    return make_response(text, status)


def answer_errors(server: Flask) -> None:
    """Have the app answer every error in one of the two shapes, and log what is our fault."""
    server.register_error_handler(HTTPException, _refused)
    server.register_error_handler(NothingPublishedError, _unpublished)
    server.register_error_handler(OperationalError, _unreachable)
    server.register_error_handler(NoConnectionError, _unreachable)
    server.register_error_handler(Exception, _broken)


def _refused(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    code, sentence = _SENTENCES.get(status, _BROKEN)
    own = error.description if error.description != type(error).description else None
    message = own or say_known(sentence)
    if wants_json():
        return json_error(status, code, message)
    return page_error(status, message)


def _unpublished(error: NothingPublishedError) -> ResponseReturnValue:
    message = say(
        "No figures are published yet: the first build is being made. Try again in a minute."
    )
    if isinstance(error, OutdatedStarError):
        _LOG.warning("star.outdated", path=request.path, error=str(error))
        message = say(
            "Exchequer has been renewed, and its figures are being made anew. Try again in a "
            "minute."
        )
    if wants_json():
        return json_error(503, "nothing_published", message)
    return page_error(503, message)


def _unreachable(error: OperationalError | NoConnectionError) -> ResponseReturnValue:
    reference = g.get("request_id", "")
    _LOG.error("database.unreachable", error=str(getattr(error, "orig", error)))
    message = say("The records can't be reached just now. Try again in a moment.")
    if wants_json():
        return json_error(503, "database_unreachable", message, reference=reference)
    return page_error(503, message, reference)


def _broken(error: Exception) -> ResponseReturnValue:
    reference = g.get("request_id", "")
    _LOG.error("request.failed", path=request.path, exc_info=error)
    if wants_json():
        return json_error(500, _BROKEN[0], say_known(_BROKEN[1]), reference=reference)
    return page_error(500, say_known(_BROKEN[1]), reference)
