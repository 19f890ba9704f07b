"""What the pages on trends and governance say where an MDA's records are few or missing."""

import csv
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
from tests.factories.government import GOVERNMENT, MONTHS, write_government
from tests.unit.portal.pages.conftest import ROLES, Draw
from warehouse.build import build
from warehouse.db import open_database
from warehouse.gateway import Gateway

YOUNG, UNTAGGED = 10, 13


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    folder: Path = tmp_path_factory.mktemp("partial")
    data = write_government(folder / "data", GOVERNMENT[:4])
    _keep_months(data / f"mda/usage_monthly/{YOUNG}.csv", MONTHS[-2:])
    (data / f"mda/tagging_compliance/{UNTAGGED}.csv").unlink()
    database = open_database(f"sqlite:///{folder}/records.sqlite", folder)
    migrate_records(database)
    build(database, data, folder)
    gateway = Gateway(database)

    def drawn(who: str, path: str, search: str = "") -> str:
        page = next(page for page in PAGES if page.path == path)
        reader = Reader.of(Principal(1, "ada@treasury.example", "Ada", ROLES[who], 1, "x"))
        request = PageRequest(
            reader=reader.under(page.permission), filters=read_filters(search), theme="light",
            gateway=gateway, database=database, now=datetime(2025, 5, 5, tzinfo=UTC),
        )  # fmt: skip
        return json.dumps(page.build(request).to_plotly_json(), cls=PlotlyJSONEncoder)

    yield drawn
    database.dispose()


def _keep_months(file: Path, months: tuple[str, ...]) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([head, *(row for row in rows if row[3] in months)])


@pytest.mark.parametrize("path", ["/finops/trends", "/finops/governance"])
@pytest.mark.parametrize(
    ("who", "search"),
    [("treasury", ""), ("viewer of 10", ""), ("viewer of 13", ""), ("treasury", "?agency=13")],
)
def test_the_pages_are_whole(draw: Draw, path: str, who: str, search: str) -> None:
    text = draw(who, path, search)
    assert "could not be drawn" not in text
    assert text.count('"type": "H1"') == 1


def test_two_months_say_that_it_is_too_early(draw: Draw) -> None:
    text = draw("viewer of 10", "/finops/trends")
    assert "It is too early to say where spend of Ministry of Health is heading" in text
    assert "six months" in text
    assert "It takes three months of records to compare growth" in text


def test_who_reported_too_few_months_moves_no_total_and_is_counted(draw: Draw) -> None:
    assert "1 MDA is not compared: fewer than six months in a row reported." in draw(
        "treasury", "/finops/trends"
    )


def test_growth_of_some_is_not_said_of_the_mean_of_all(draw: Draw) -> None:
    whole = draw("treasury", "/finops/trends")
    assert "where it can be compared: MDAs that reported all six months spent" in whole
    assert "; 1 MDA is left out. A month of all that reported cost" in whole
    one = draw("viewer of 13", "/finops/trends")
    assert "where it can be compared" not in one
    assert ": a month cost " in one


def test_an_mda_without_tagging_reports_is_not_said_to_be_untagged(draw: Draw) -> None:
    text = draw("viewer of 13", "/finops/governance")
    assert "Who owns the cost of Ports Authority can't be said: no tagging reported" in text
    assert "missed the target" not in text
    assert "1 MDA reported no tagging" in draw("treasury", "/finops/governance")


def test_waste_is_known_without_tagging_reports(draw: Draw) -> None:
    assert "hardly used" in draw("viewer of 13", "/finops/governance", "?from=2024-01")
