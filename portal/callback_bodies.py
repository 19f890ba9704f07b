"""Judge the body of a callback before Dash reads it: everything in it is the client's word."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from dash import Dash
from flask import abort, request

from portal.access import LONGEST_TEXT, longest_text_for

LARGEST: Final = 64 * 1024
"""Bytes; the address, a few choices and their names are far less."""

LONGEST_LIST: Final = 200
DEEPEST: Final = 8
CALLBACKS: Final = "/_dash-update-component"

_UNWRITABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
"""NUL, and halves of a character: JSON can say them, but no text is written with them."""

_NAMES: Final = frozenset(
    {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"}
)


def judge_callback_bodies(app: Dash) -> None:
    """Have the app answer 400 to a callback whose body isn't what its declaration says."""

    def judge() -> None:
        if request.endpoint == CALLBACKS and request.method == "POST":
            body = _read()
            _require_declared(body, app.callback_map)

    app.server.before_request(judge)


def _read() -> Mapping[str, Any]:
    if (request.content_length or 0) > LARGEST or request.mimetype != "application/json":
        abort(400)
    try:
        body = json.loads(request.get_data(cache=True), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(body, dict) or not set(body) <= _NAMES:
        abort(400)
    output = body.get("output")
    longest = longest_text_for(output) if isinstance(output, str) else LONGEST_TEXT
    if not _is_bounded(body, longest):
        abort(400)
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _is_bounded(value: Any, longest: int, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, str):
        return len(value) <= longest and not _UNWRITABLE.search(value)
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(
            _is_bounded(one, longest, depth + 1) for one in value
        )
    if isinstance(value, dict):
        return len(value) <= LONGEST_LIST and all(
            len(key) <= LONGEST_TEXT and _is_bounded(one, longest, depth + 1)
            for key, one in value.items()
        )
    return True


def _require_declared(body: Mapping[str, Any], declared: Mapping[str, Any]) -> None:
    """Require a known callback, called with exactly the properties that it declares."""
    output = body.get("output")
    callback = declared.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        abort(400)
    if body.get("outputs") != _written(str(output)):
        abort(400)
    for name in ("inputs", "state"):
        given = body.get(name, [])
        wanted = [(one["id"], one["property"]) for one in callback.get(name, ())]
        if not isinstance(given, list) or [_named(one) for one in given] != wanted:
            abort(400)
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) for one in changed):
        abort(400)


def _written(output: str) -> Any:
    """Write the outputs as Dash's renderer does beside their joined name."""
    names = output.removeprefix("..").removesuffix("..").split("...")
    pairs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    return pairs if output.startswith("..") else pairs[0]


def _named(one: Any) -> tuple[Any, Any] | None:
    if not isinstance(one, dict) or not set(one) <= {"id", "property", "value"}:
        return None
    identifier, name = one.get("id"), one.get("property")
    return (identifier, name) if isinstance(identifier, str) and isinstance(name, str) else None
