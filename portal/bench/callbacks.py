"""Asking the portal for a page as a browser does: the sign-in form, then Dash's own callback."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*\bvalue="([^"]*)"')
_FAILED = re.compile(r'state-error|(?:>|\\u003e|"children":")Not found(?:<|\\u003c|")')
"""A part that failed, or the page that stands for one that isn't there, as JSON or as markup."""
_PLAIN_HEADERS = {"Sec-Fetch-Site": "same-origin"}
_HEADERS = {**_PLAIN_HEADERS, "Accept-Encoding": "gzip, deflate, br"}
# The cookies are for HTTPS only.
_HOST = "https://localhost"
_ADDRESS = ("pathname", "search")


class BenchError(Exception):
    """The portal answered in a way that makes a measurement worthless."""


class Visitor:
    """Someone signed in, who asks for pages through the router callback."""

    def __init__(self, app: Flask, email: str, password: str) -> None:
        self._client = Client(app)
        self._sign_in(email, password)
        self._router = self._find_router()

    def draw(self, path: str) -> bytes:
        """Ask for one page; give the answer's body, compressed as for a browser."""
        return self._ask(path, _HEADERS).get_data()

    def require_whole(self, path: str) -> None:
        """Ask for one page and see that no part of it says that it failed.

        A part that fails says so in its place, and the answer is 200 all the same.
        """
        text = self._ask(path, _PLAIN_HEADERS).get_data(as_text=True)
        if _FAILED.search(text):
            raise BenchError(f"A part of {path} could not be drawn; it is not measured like that.")

    def _ask(self, path: str, headers: dict[str, str]) -> TestResponse:
        pathname, mark, search = path.partition("?")
        answer = self._client.post(
            "/_dash-update-component",
            json=_payload(self._router, {"pathname": pathname, "search": mark + search}),
            headers=headers,
            base_url=_HOST,
        )
        return _require_ok(answer, path)

    def _sign_in(self, email: str, password: str) -> None:
        form = _require_ok(self._client.get("/login", base_url=_HOST), "/login").get_data(
            as_text=True
        )
        token = _TOKEN.search(form)
        fields = {"email": email, "password": password}
        if token:
            fields["csrf_token"] = token.group(1)
        answer = self._client.post("/login", data=fields, headers=_HEADERS, base_url=_HOST)
        if answer.status_code not in {302, 303}:
            raise BenchError(f"{email} could not sign in: {answer.status}.")

    def _find_router(self) -> dict[str, Any]:
        """Find the one callback that listens to the address."""
        answer = _require_ok(
            self._client.get("/_dash-dependencies", base_url=_HOST), "/_dash-dependencies"
        )
        listening = [
            callback
            for callback in answer.get_json()
            if {*_ADDRESS} <= {entry["property"] for entry in callback["inputs"]}
            and not callback.get("clientside_function")
        ]
        if len(listening) != 1:
            raise BenchError(f"{len(listening)} callbacks listen to the address; 1 was expected.")
        router: dict[str, Any] = listening[0]
        return router


def _payload(router: dict[str, Any], address: dict[str, str]) -> dict[str, Any]:
    """Write what Dash's renderer posts when the address has changed."""
    names = router["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    inputs = [_filled(entry, address) for entry in router["inputs"]]
    return {
        "output": router["output"],
        "outputs": outputs if router["output"].startswith("..") else outputs[0],
        "inputs": inputs,
        "state": [_filled(entry, address) for entry in router.get("state", ())],
        "changedPropIds": [f"{entry['id']}.{entry['property']}" for entry in inputs],
    }


def _filled(entry: dict[str, str], address: dict[str, str]) -> dict[str, str | None]:
    return {**entry, "value": address.get(entry["property"])}


def _require_ok(answer: TestResponse, path: str) -> TestResponse:
    if answer.status_code != 200:
        raise BenchError(f"{path} answered {answer.status}; a page that fails is not measured.")
    return answer
