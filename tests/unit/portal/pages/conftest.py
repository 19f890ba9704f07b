"""Pages as components, drawn from a real star for every kind of reader."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from auth.permissions import Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.filters import read_filters
from portal.pages import PAGES, PageRequest
from portal.settings import Settings
from warehouse.db import Database, open_database
from warehouse.gateway import Gateway

ROLES = {
    "treasury": (GrantInfo(Role.TREASURY),),
    "auditor": (GrantInfo(Role.AUDITOR),),
    "admin": (GrantInfo(Role.ADMIN),),
    "viewer of 10": (GrantInfo(Role.AGENCY_VIEWER, 10),),
    "viewer of 13": (GrantInfo(Role.AGENCY_VIEWER, 13),),
    "manager of 10 and 12": (
        GrantInfo(Role.AGENCY_MANAGER, 10),
        GrantInfo(Role.AGENCY_MANAGER, 12),
    ),
    "nobody": (),
}

Draw = Callable[..., str]


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings.url, settings.var_dir)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def gateway(database: Database) -> Gateway:
    return Gateway(database)


@pytest.fixture(scope="module")
def ask_for(database: Database, gateway: Gateway) -> Callable[..., PageRequest]:
    def made(
        who: str,
        path: str = "/",
        search: str = "",
        now: datetime = datetime(2026, 1, 5, tzinfo=UTC),
    ) -> Any:
        page = next(page for page in PAGES if page.path == path)
        reader = Reader.of(Principal(1, "ada@treasury.example", "Ada Byron", ROLES[who], 1, "x"))
        return PageRequest(
            reader=reader.under(page.permission),
            filters=read_filters(search),
            theme="light",
            gateway=gateway,
            database=database,
            now=now,
            csrf_token="t0ken",
        )

    return made


@pytest.fixture(scope="module")
def draw(ask_for: Callable[..., PageRequest]) -> Draw:
    def drawn(who: str, path: str, search: str = "") -> str:
        page = next(page for page in PAGES if page.path == path)
        component = page.build(ask_for(who, path, search))
        return json.dumps(component.to_plotly_json(), cls=PlotlyJSONEncoder)

    return drawn
