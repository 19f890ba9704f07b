"""The same figures once more, as the treasury reads them on the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auth.permissions import Role
from auth.principals import GrantInfo, Principal
from portal.access import Reader
from portal.cli.installation import migrate_records
from portal.filters import read_filters
from portal.pages import PAGES
from portal.pages.page import PageRequest
from tests.unit.portal.pages.figures_shown import text_of
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway

Draw = Callable[[str, str], str]


@pytest.fixture(scope="module")
def draw(exchequer_samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    var_dir = tmp_path_factory.mktemp("var")
    database = open_database(f"sqlite:///{var_dir}/records.sqlite", var_dir)
    migrate_records(database)
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
            now=datetime(2025, 11, 20, tzinfo=UTC),
            csrf_token="t0ken",
        )
        built = page.build(request)
        return f"{built.to_plotly_json()} {text_of(built)}"

    yield drawn
    database.dispose()


@pytest.mark.parametrize(
    ("path", "search", "shown"),
    [
        ("/", "", "72,669.52"),
        ("/", "", "AWS has 56"),
        ("/reliability", "", "'82.0'"),
        ("/reliability", "", "'368'"),
        ("/reliability", "", "'55'"),
        ("/reliability", "", "'71'"),
        ("/reliability", "", "modelled from utilisation"),
        ("/finops/budget", "", "72,669.52"),
        ("/finops/trends", "", "'38'"),
        ("/finops/trends", "", "of 216 months"),
        ("/finops/trends", "", "'230'"),
        ("/finops/trends", "", "'20'"),
        ("/finops/trends", "", "87,203.42"),
        ("/finops/trends", "", "a year before too"),
        ("/finops/governance", "", "22,829.98"),
        ("/finops/governance", "", "'31.4 %'"),
        ("/finops/governance", "", "'68.6'"),
        ("/finops/governance", "", "'69.1'"),
        ("/finops/governance", "", "'189'"),
        ("/finops/governance", "", "of 240 months"),
        ("/finops/governance", "", "'12'"),
        ("/finops/governance", "", "of 24 that reported in Oct 2025"),
        ("/finops/governance", "", "'1.1'"),
        ("/finops/governance", "", "US$614.01"),
        ("/finops/governance", "", "US$179.33"),
        ("/finops/governance", "", "US$0.00"),
        ("/data", "?view=findings", "75.7 times"),
        ("/reliability/migration", "", "12 MDAs that moved"),
        ("/reliability/migration", "", "'12.5 %'"),
        ("/reliability/migration", "", "'1.0 %'"),
        ("/reliability/migration", "", "'55'"),
        ("/reliability/migration", "", "'126'"),
        ("/reliability/migration", "", "9 MDAs' usage turns to after migration before"),
        ("/reliability/migration", "", "none is judged"),
        ("/finops/providers", "", "75.7 times"),
        ("/finops/providers", "", "AWS 56.0"),
    ],
)
def test_a_page_shows_the_worked_answer(draw: Draw, path: str, search: str, shown: str) -> None:
    assert shown in draw(path, search)
