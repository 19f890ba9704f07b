"""Pages on migration where one MDA was measured on both sides, and one handed in no summary."""

from __future__ import annotations

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

MEASURED, SILENT = 10, 13
MIGRATION, OVERVIEW = "/reliability/migration", "/reliability"
ERRORS_BEFORE, LATENCY_BEFORE = 300, 420


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    folder: Path = tmp_path_factory.mktemp("measured")
    data = write_government(folder / "data", GOVERNMENT[:6])
    _measure_before(data / f"telemetry/telemetry/{MEASURED}.csv")
    (data / f"mda/migration_summary/{SILENT}.csv").unlink()
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


def _measure_before(file: Path) -> None:
    """Add the months before migration, in which the service was slower and failed more."""
    with file.open(encoding="utf-8", newline="") as lines:
        head, first, *rows = csv.reader(lines)
    at = {name: head.index(name) for name in ("period_start", "errors", "latency_mean_ms")}
    earlier = []
    for month in (month for month in MONTHS if month < "2024-09"):
        row = list(first)
        row[at["period_start"]] = f"{month}-01"
        row[at["errors"]], row[at["latency_mean_ms"]] = str(ERRORS_BEFORE), str(LATENCY_BEFORE)
        earlier.append(row)
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([head, *earlier, first, *rows])


def test_an_mda_measured_on_both_sides_is_told_that_services_got_better(draw: Draw) -> None:
    text = draw("viewer of 10", MIGRATION)
    assert "Stability of Ministry of Health rose by " in text
    assert "Where it was measured, stability rose with migration" in text
    assert "measured on both sides" in text
    assert "tone-good" in text
    assert "can't be said" not in text


def test_the_treasury_judges_the_one_mda_that_was_measured_and_no_other(draw: Draw) -> None:
    text = draw("treasury", MIGRATION)
    assert "Stability of the 1 MDA measured on both sides rose by " in text
    assert "1 of 1 MDA measured became cheaper and steadier" in text
    assert "Not judged: stability is modelled" in text


def test_the_overview_draws_both_sides_of_the_same_mda(draw: Draw) -> None:
    text = draw("treasury", OVERVIEW)
    assert "Stability rose with migration" in text
    assert "Stability of the 1 MDA measured on both sides of its migration" in text
    assert "Before, measured" in text
    assert "After, measured" in text


def test_one_side_alone_concludes_nothing(draw: Draw) -> None:
    assert "Only months after migration are in view" in draw("treasury", OVERVIEW, "?status=Post")
    assert "No MDA was measured on both sides" in draw(
        "treasury", OVERVIEW, f"?from={MONTHS[-6]}&to={MONTHS[-1]}"
    )


@pytest.mark.parametrize(
    ("who", "search"), [("viewer of 13", ""), ("treasury", f"?agency={SILENT}")]
)
def test_an_mda_without_a_migration_summary_is_told_so(draw: Draw, who: str, search: str) -> None:
    text = draw(who, MIGRATION, search)
    assert "No migration summary was handed in" in text
    assert "could not be drawn" not in text
    overview = draw(who, OVERVIEW, search)
    assert "No migration summary was handed in." in overview
    assert "could not be drawn" not in overview
