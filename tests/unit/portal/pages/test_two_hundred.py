"""Every page over a government of two hundred MDAs: rankings are cut and say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from auth.principals import Principal
from portal.access import Reader
from portal.cli.installation import migrate_records
from portal.filters import read_filters
from portal.pages import PAGES, PageRequest
from tests.unit.portal.pages.conftest import ROLES
from warehouse.build import build
from warehouse.db import Database, open_database
from warehouse.demo import generate_demo
from warehouse.gateway import Gateway

AGENCIES = 200
HEAVIEST = 500_000
"""Characters of one page; compressed a tenth of that goes over the wire."""
MOST_ROWS = 60
"""Rows of one table on a page."""

TREASURY = Reader.of(Principal(1, "t@treasury.example", "T", ROLES["treasury"], 1, "x"))
PATHS = [
    page.path
    for page in PAGES
    if TREASURY.may(page.permission) and not page.path.startswith(("/account", "/admin"))
]
"""Pages of the treasury's figures."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("many")
    generate_demo(folder / "data", agencies=AGENCIES, months=8, seed=3)
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    migrate_records(database)
    build(database, folder / "data", folder)
    yield database
    database.dispose()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_two_hundred_mdas_stays_a_page(many: Database, path: str) -> None:
    page = next(page for page in PAGES if page.path == path)
    request = PageRequest(
        reader=TREASURY.under(page.permission),
        filters=read_filters(""),
        theme="light",
        gateway=Gateway(many),
        database=many,
        now=datetime(2026, 11, 20, tzinfo=UTC),
        csrf_token="t0ken",
    )
    text = json.dumps(page.build(request).to_plotly_json(), cls=PlotlyJSONEncoder)
    assert "could not be drawn" not in text
    assert len(text) < HEAVIEST
    longest = max((part.count('"type": "Tr"') for part in text.split('"type": "Table"')), default=0)
    assert longest <= MOST_ROWS + 1
