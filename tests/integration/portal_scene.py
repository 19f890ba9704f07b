"""A whole portal in one process: the factory's government, built and served to its people."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

import auth.migrations
from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import Role
from portal.app import create_app
from portal.services import services
from portal.settings import Settings
from tests.factories.government import GOVERNMENT, Agency, write_government
from tests.factories.published import copy_of_government
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.migrate import GOVERNANCE_TREE, migrate

AUTH_TREE = Path(auth.migrations.__file__).parent
PASSWORD = "otter lamp gravel 42 violin"
HOST = "portal.example"
ORIGIN = f"https://{HOST}"
COOKIE = "__Host-exchequer"
CALLBACKS = "/_dash-update-component"

A, A2, B = "a", "a2", "b"
TREASURY, ADMIN, AUDITOR, NO_GRANT = "treasury", "admin", "auditor", "nogrant"

PEOPLE: Mapping[str, tuple[tuple[Role, int | None], ...]] = {
    A: ((Role.AGENCY_MANAGER, 10),),
    A2: ((Role.AGENCY_MANAGER, 10), (Role.AGENCY_MANAGER, 12)),
    B: ((Role.AGENCY_VIEWER, 11),),
    TREASURY: ((Role.TREASURY, None),),
    ADMIN: ((Role.ADMIN, None),),
    "admin2": ((Role.ADMIN, None),),
    AUDITOR: ((Role.AUDITOR, None),),
    NO_GRANT: (),
}

Edit = Callable[[Path], None]

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')
_SESSION_TOKEN = re.compile(r'"value":"([0-9a-f]{64})","type":"hidden","name":"csrf_token"')


def email_of(person: str) -> str:
    return f"{person}@portal.example"


def properties(given: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> list[dict[str, Any]]:
    """Write inputs or states of a callback as the renderer does."""
    return [
        {"id": one["id"], "property": one["property"], "value": value}
        for one, value in zip(given, values, strict=True)
    ]


@dataclass
class Visitor:
    """A browser, as far as the server can tell."""

    client: Client
    address: str = "192.0.2.10"

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._open(path, "GET", options)

    def post(self, path: str, *, origin: str | None = ORIGIN, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if origin is not None:
            headers["Origin"] = origin
        return self._open(path, "POST", {**options, "headers": headers})

    def submit(self, path: str, **fields: str) -> TestResponse:
        """Send a form of one's own, with its token."""
        return self.post(path, data={"csrf_token": self.csrf_token, **fields})

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        found = _TOKEN.search(self.get("/login").text)
        assert found, "the sign-in page holds no form token"
        fields = {"csrf_token": found[1], "email": email, "password": password}
        return self.post("/login", data=fields)

    @property
    def token(self) -> str:
        """The session's token, as whoever copies the cookie has it."""
        cookie = self.client.get_cookie(COOKIE, domain=HOST)
        assert cookie is not None, "nobody is signed in"
        return cookie.value

    @cached_property
    def csrf_token(self) -> str:
        found = _SESSION_TOKEN.search(self.page("/account").text)
        assert found, "the account page holds no form token"
        return found[1]

    @cached_property
    def dependencies(self) -> list[dict[str, Any]]:
        answer = self.get("/_dash-dependencies")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json
        return [one for one in found if not one.get("clientside_function")]

    def call(
        self, callback: Mapping[str, Any], inputs: Sequence[Any], state: Sequence[Any] = ()
    ) -> TestResponse:
        return self.post(CALLBACKS, json=body_of(callback, inputs, state))

    def page(self, path: str, search: str = "", theme: str | None = None) -> TestResponse:
        """Have the router draw a page."""
        router = next(one for one in self.dependencies if "page.children" in one["output"])
        return self.call(router, (path, search, theme))

    def _open(self, path: str, method: str, options: dict[str, Any]) -> TestResponse:
        return self.client.open(
            path,
            method=method,
            base_url=options.pop("base_url", ORIGIN),
            environ_overrides={"REMOTE_ADDR": self.address},
            # Read to the end, so that a file that is sent is closed.
            buffered=True,
            **options,
        )


def body_of(
    callback: Mapping[str, Any], inputs: Sequence[Any], state: Sequence[Any] = ()
) -> dict[str, Any]:
    """Write the body of a callback as the renderer does."""
    output = str(callback["output"])
    names = output.removeprefix("..").removesuffix("..").split("...")
    pairs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    given = callback["inputs"]
    return {
        "output": output,
        "outputs": pairs if output.startswith("..") else pairs[0],
        "inputs": properties(given, inputs),
        "state": properties(callback["state"], state),
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in given[:1]],
    }


@dataclass
class Scene:
    """One installation: its files, its database, its apps and its people."""

    folder: Path
    database_url: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    apps: list[Flask] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def var_dir(self) -> Path:
        return self.folder / "var"

    @cached_property
    def settings(self) -> Settings:
        return Settings(
            data_dir=self.data_dir,
            var_dir=self.var_dir,
            database_url=self.database_url,
            secret_key=secrets.token_hex(32),
            log_level="ERROR",
            **self.changes,
        )

    @cached_property
    def database(self) -> Database:
        return open_database(self.settings.url, self.var_dir)

    @cached_property
    def app(self) -> Flask:
        return self.another_app()

    def another_app(self, **changes: Any) -> Flask:
        """Start one more worker of the same installation."""
        self.apps.append(create_app(Settings(**{**self.settings.model_dump(), **changes})))
        return self.apps[-1]

    def prepare(self, agencies: Iterable[Agency] = GOVERNMENT, edits: Iterable[Edit] = ()) -> None:
        """Migrate, add the people, and build."""
        self.var_dir.mkdir(parents=True)
        migrate(self.database, (AUTH_TREE, GOVERNANCE_TREE))
        self.add_people()
        self.rebuild(agencies, edits)

    def add_people(self) -> None:
        now, console = datetime.now(UTC), Actor.console("test")
        with self.database.records() as db:
            for name, grants in PEOPLE.items():
                person = add_user(
                    db,
                    email=email_of(name),
                    name=f"Person {name}",
                    by=console,
                    now=now,
                    password=PASSWORD,
                )
                for role, agency_id in grants:
                    grant(db, person, role, agency_id=agency_id, by=console, now=now)

    def rebuild(self, agencies: Iterable[Agency], edits: Iterable[Edit] = ()) -> None:
        """Hand in everything anew, changed by ``edits``, and publish what comes of it."""
        shutil.rmtree(self.data_dir, ignore_errors=True)
        write_government(self.data_dir, tuple(agencies), with_bills=True)
        for edit in edits:
            edit(self.data_dir)
        report = build(self.database, self.data_dir, self.var_dir)
        assert report.status == "published"

    def copied_to(self, folder: Path) -> Scene:
        """Copy the installation, on SQLite; both then go their own ways."""
        assert not self.database_url, "only SQLite lies in files that can be copied"
        self.database.dispose()
        shutil.copytree(self.folder, folder)
        return Scene(folder, changes=self.changes)

    def nobody(self, app: Flask | None = None, address: str = "192.0.2.10") -> Visitor:
        return Visitor((app or self.app).test_client(), address)

    def visitor(
        self, person: str, app: Flask | None = None, address: str = "192.0.2.10"
    ) -> Visitor:
        """Sign somebody in by the form, as a browser does."""
        visitor = self.nobody(app, address)
        answer = visitor.sign_in(email_of(person))
        assert answer.status_code == 303, answer.text
        return visitor

    def close(self) -> None:
        self.database.dispose()
        for app in self.apps:
            with app.app_context():
                services().database.dispose()


def prepared_scene(factory: pytest.TempPathFactory, **changes: Any) -> Scene:
    """Give an installation of the caller's own, built already."""
    folder = factory.mktemp("scene") / "portal"
    scene = Scene(copy_of_government(factory, folder, with_bills=True), changes=changes)
    scene.add_people()
    return scene
