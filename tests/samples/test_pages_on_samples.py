"""The same figures once more, as the treasury reads them on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from auth.permissions import Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.filters import read_filters
from portal.pages import PAGES
from portal.pages.page import PageRequest
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway
from warehouse.migrate import migrate

Draw = Callable[[str, str], str]


@pytest.fixture(scope="module")
def draw(exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    var_dir = tmp_path_factory.mktemp("var")
    database = open_database(f"sqlite:///{var_dir}/records.sqlite", var_dir)
    migrate(database)
    build(database, exchequer_samples, var_dir)
    gateway = Gateway(database)
    treasury = (GrantInfo(Role.TREASURY, None, None),)
    reader = Reader.of(Principal(1, "t@treasury.example", "T", treasury, 1, "x"))

    def drawn(path: str, search: str) -> str:
        page = next(page for page in PAGES if page.path == path)
        request = PageRequest(
            reader=reader.under(page.permission),
            filters=read_filters(search),
            theme="light",
            gateway=gateway,
            database=database,
            today=date(2025, 11, 20),
            csrf_token="t0ken",
        )
        return str(page.build(request).to_plotly_json())

    yield drawn
    database.dispose()


@pytest.mark.parametrize(
    ("path", "search", "shown"),
    [
        ("/", "", "72,669.52"),
        ("/", "", "AWS has 56"),
        ("/reliability", "", "'82.0'"),
        ("/reliability", "", "'368'"),
        ("/reliability", "", "126 breaches"),
        ("/reliability", "", "modelled from utilisation"),
        ("/finops/budget", "", "72,669.52"),
        ("/data", "?view=findings", "75.7 times"),
    ],
)
def test_a_page_shows_the_worked_answer(draw: Draw, path: str, search: str, shown: str) -> None:
    assert shown in draw(path, search)
