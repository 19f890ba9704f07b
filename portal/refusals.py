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
from portal.access import require_reader
from portal.answers import json_error, page_error, wants_json
from portal.denials import note_denied
from portal.received_texts import say_received
from warehouse.errors import WarehouseError
from warehouse.governance.anomaly_cases import (
    AnomalyCaseError,
    ClosedCaseError,
    StaleCaseError,
    UnknownCaseError,
)
from warehouse.governance.exemptions import (
    DecidedError,
    ExemptionError,
    OwnRequestError,
    UnknownExemptionError,
)
from warehouse.governance.previews import EffectUnknownError
from warehouse.governance.recommendations import (
    RecommendationError,
    StaleDecisionError,
    UnknownRecommendationError,
)
from warehouse.governance.review import (
    NotOpenError,
    OpenDraftError,
    ReviewError,
    SamePersonError,
    StaleEditError,
    UnknownVersionError,
)
from warehouse.governance.rule_books import RuleBookError
from warehouse.governance.spend_events import EventError, StaleEventError, UnknownEventError
from warehouse.policies.errors import PolicyError, PolicyFormError

_STATUS: Final[dict[type[Exception], int]] = {
    ClosedCaseError: 409,
    DecidedError: 409,
    EffectUnknownError: 409,
    EmailTakenError: 409,
    InvalidValueError: 422,
    LastAdminError: 409,
    NotOpenError: 409,
    NotPermittedError: 403,
    OpenDraftError: 409,
    OwnRequestError: 403,
    PasswordRefusedError: 422,
    SamePersonError: 403,
    SelfGrantError: 403,
    StaleDecisionError: 409,
    StaleEventError: 409,
    StaleEditError: 409,
    ThrottledError: 429,
    UnknownEventError: 404,
    StaleCaseError: 409,
    UnknownCaseError: 404,
    UnknownExemptionError: 404,
    UnknownRecommendationError: 404,
    UnknownRecordError: 404,
    UnknownVersionError: 404,
    WrongPasswordError: 422,
}


_OF_POLICIES: Final = (
    ReviewError,
    ExemptionError,
    PolicyError,
    PolicyFormError,
    RecommendationError,
    AnomalyCaseError,
    RuleBookError,
    EventError,
)

_OUT_OF_REACH: Final = (
    UnknownCaseError,
    UnknownEventError,
    UnknownExemptionError,
    UnknownRecommendationError,
)
"""Raised for another agency's record as for none; somebody who tries numbers leaves a trace."""


def answer_refusals(server: Flask) -> None:
    """Have the app answer what is refused beneath; the message is fit to be shown."""
    server.register_error_handler(AuthError, _refused)
    for kind in _OF_POLICIES:
        server.register_error_handler(kind, _refused)


def _refused(error: AuthError | WarehouseError) -> ResponseReturnValue:
    if isinstance(error, _OUT_OF_REACH):
        note_denied(require_reader(), request.path, "record")
    status = _STATUS.get(type(error), 422 if isinstance(error, WarehouseError) else 400)
    if wants_json():
        return json_error(status, "refused", str(error))
    answer = page_error(status, say_received(str(error)), back=_page_of(request.path))
    if isinstance(error, ThrottledError):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _page_of(path: str) -> str:
    """Give the page that a form's address belongs to."""
    pages = (
        "/account",
        "/admin/users",
        "/admin/policies",
        "/treasury/rules",
        "/finops/anomalies",
        "/finops/exemptions",
        "/insights",
        "/data",
    )
    if path.startswith("/finops/events"):
        return "/finops/trends"
    for page in pages:
        if path.startswith(f"{page}/") or path == page:
            return page
    return "/admin/users" if path.startswith("/admin/") else "/"
