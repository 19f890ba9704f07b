"""A whole portal over a small built government, made once, and its readers in browsers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.test import Client, TestResponse

from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import Role
from portal.app import create_app
from portal.cli.installation import opened
from portal.services import utc_now
from portal.settings import Settings
from tests.factories.published import copy_of_government

PASSWORD = "seven quiet otters swim upstream"
READERS = {
    "viewer10@health.example": (Role.AGENCY_VIEWER, 10),
    "manager11@revenue.example": (Role.AGENCY_MANAGER, 11),
    "treasury@treasury.example": (Role.TREASURY, None),
    "treasury2@treasury.example": (Role.TREASURY, None),
    "admin@treasury.example": (Role.ADMIN, None),
    "admin2@treasury.example": (Role.ADMIN, None),
    "auditor@audit.example": (Role.AUDITOR, None),
    "nobody@health.example": (None, None),
}
BROWSER = {"Sec-Fetch-Site": "same-origin"}
CALLBACKS = "/_dash-update-component"


class Browser:
    """Somebody at the portal: keeps cookies and sends what a browser sends."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app)

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, buffered=True, **given)

    def post(self, path: str, **given: Any) -> TestResponse:
        given.setdefault("headers", BROWSER)
        return self.client.post(path, buffered=True, **given)

    def form_token(self, path: str = "/login") -> str:
        found = re.search(r'csrf_token" value="([0-9a-f]+)"', self.get(path).get_data(as_text=True))
        assert found, f"{path} has no form"
        return found[1]

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        fields = {"email": email, "password": password, "csrf_token": self.form_token()}
        return self.post("/login", data=fields)

    def own_token(self) -> str:
        """Read the token of one's own forms from the account page."""
        text = self.show("/account").get_data(as_text=True)
        found = re.search(
            r'"csrf_token","type":"hidden","value":"([0-9a-f]{64})"', text
        ) or re.search(r'"value":\s*"([0-9a-f]{64})"', text)
        assert found, "the account page has no form"
        return found[1]

    def submit(self, path: str, **fields: str) -> TestResponse:
        return self.post(path, data={"csrf_token": self.own_token(), **fields})

    def body(self, path: str, search: str = "", theme: str | None = "light") -> dict[str, Any]:
        """Write what Dash's renderer posts when the address has changed."""
        router = next(
            one
            for one in self.get("/_dash-dependencies").get_json()
            if {"pathname", "search"} <= {entry["property"] for entry in one["inputs"]}
        )
        given = {"pathname": path, "search": search, "data": theme}
        names = router["output"].strip(".").split("...")
        return {
            "output": router["output"],
            "outputs": [
                dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names
            ],
            "inputs": [{**one, "value": given[one["property"]]} for one in router["inputs"]],
            "changedPropIds": ["url.pathname"],
        }

    def show(self, path: str, search: str = "") -> TestResponse:
        return self.post(CALLBACKS, json=self.body(path, search))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return installed(tmp_path_factory)


def installed(factory: pytest.TempPathFactory, *, with_bills: bool = False) -> Settings:
    """Copy the government, with its readers."""
    folder = copy_of_government(factory, factory.mktemp("portal"), with_bills=with_bills)
    made = Settings(
        data_dir=folder / "data",
        var_dir=folder / "var",
        secret_key=SecretStr(secrets.token_hex(32)),
        metrics_token=SecretStr("scrape-me"),
        log_level="ERROR",
    )
    console = Actor.console()
    with opened(made) as database, database.records() as db:
        for email, (role, agency_id) in READERS.items():
            person = add_user(
                db,
                email=email,
                name=email.split("@")[0].title(),
                by=console,
                now=utc_now(),
                password=PASSWORD,
            )
            if role is not None:
                grant(db, person, role, agency_id=agency_id, by=console, now=utc_now())
    return made


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def as_reader(app: Flask) -> Callable[[str], Browser]:
    """Give a function that signs somebody in and returns their browser."""

    def open_browser(email: str) -> Browser:
        found = Browser(app)
        assert found.sign_in(email).status_code == 303
        return found

    return open_browser


@pytest.fixture
def viewer(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("viewer10@health.example")


@pytest.fixture
def treasury(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("treasury@treasury.example")


@pytest.fixture
def admin(as_reader: Callable[[str], Browser]) -> Browser:
    return as_reader("admin@treasury.example")


@pytest.fixture
def var_dir(settings: Settings) -> Path:
    return settings.var_dir
