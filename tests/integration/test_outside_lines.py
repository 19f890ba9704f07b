"""From outside: rows, counts and files of lines are of one's own scope, whatever is asked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from portal.pages.explore.line_grid import GRID
from tests.factories.government import GOVERNMENT, account_of, write_government
from tests.integration.portal_scene import (
    ADMIN,
    CALLBACKS,
    TREASURY,
    A,
    Scene,
    Visitor,
    body_of,
    prepared_scene,
)
from tests.unit.warehouse.lines.conftest import Billed
from warehouse.lines.asking import LineFilter
from warehouse.scope import Scope

OWN, FOREIGN = 10, 11


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    yield scene
    scene.close()


def rows_of(
    visitor: Visitor, search: str = "?view=lines", wanted: Any = None, place: Any = None
) -> Any:
    grid = next(one for one in visitor.dependencies if f"{GRID}.getRowsResponse" in one["output"])
    if wanted is None:
        wanted = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
    return visitor.post(CALLBACKS, json=body_of(grid, (wanted,), (search, place)))


def given(answer: Any) -> tuple[list[dict[str, Any]], Any]:
    assert answer.status_code == 200, answer.text
    response = answer.json["response"]
    place = next(found["data"] for name, found in response.items() if name != GRID)
    return response[GRID]["getRowsResponse"]["rowData"], place


def test_the_grid_is_given_ones_own_lines(scene: Scene) -> None:
    rows, _ = given(rows_of(scene.visitor(A)))
    assert len(rows) == 30
    assert {row["origin"].split(",")[0] for row in rows} == {f"bills/{OWN}.csv"}
    assert account_of(FOREIGN) not in json.dumps(rows)


def test_the_grid_goes_on_where_it_was(scene: Scene) -> None:
    first, place = given(rows_of(scene.visitor(TREASURY)))
    wanted = {"startRow": 100, "endRow": 200, "sortModel": []}
    second, _ = given(rows_of(scene.visitor(TREASURY), wanted=wanted, place=place))
    afresh, _ = given(rows_of(scene.visitor(TREASURY), wanted=wanted, place=None))
    assert second == afresh
    assert not [row for row in second if row in first]


def test_the_grid_ends_where_no_more_is_given(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.line_rows.FURTHEST", 100)
    answer = rows_of(scene.visitor(TREASURY))
    assert answer.json["response"][GRID]["getRowsResponse"]["rowCount"] == 100
    wanted = {"startRow": 100, "endRow": 200, "sortModel": []}
    assert rows_of(scene.visitor(TREASURY), wanted=wanted).status_code == 400


@pytest.mark.parametrize(
    "search",
    [
        f"?view=lines&agency={FOREIGN}",
        "?view=lines&agency=0",
        f"?view=lines&tag=CostCentre=CC-00{FOREIGN}",
        f"?view=lines&where=account:{account_of(FOREIGN)}",
        "?view=lines&where=attribution:unallocated",
        f"?view=lines&find={account_of(FOREIGN)}",
        f"?view=lines&col=account.contains.{account_of(FOREIGN)}",
        f"?view=lines&col=tags.contains.CC-00{FOREIGN}",
    ],
)
def test_filters_open_nothing_of_others(scene: Scene, search: str) -> None:
    rows, _ = given(rows_of(scene.visitor(A), search))
    assert rows == []


def test_a_forged_request_opens_nothing_of_others(scene: Scene) -> None:
    key = f"2025-03-28~2025-03~{FOREIGN}~0~9"
    place = {"row": 100, "sort": "-day", "key": key, "agency": FOREIGN}
    wanted = {"startRow": 100, "endRow": 200, "sortModel": [], "agency": FOREIGN}
    rows, _ = given(rows_of(scene.visitor(A), wanted=wanted, place=place))
    assert {row["origin"].split(",")[0] for row in rows} <= {f"bills/{OWN}.csv"}
    for wrong in ({"startRow": -100}, {"startRow": "0"}, {"startRow": True}, {"startRow": 7},
                  {"startRow": 10**9}, {"startRow": 0, "sortModel": [{"colId": "agency_id"}]},
                  {"startRow": 0, "sortModel": "x"},
                  {"startRow": 0, "filterModel": {"service": {"filter": "x"}}}, [], "x",
                  5):  # fmt: skip
        assert rows_of(scene.visitor(A), wanted=wrong).status_code == 400, wrong


def test_who_may_not_see_cost_gets_no_line(scene: Scene) -> None:
    assert rows_of(scene.visitor(ADMIN)).status_code == 404
    assert scene.visitor(ADMIN).get("/export/lines?format=csv").status_code == 404


def test_the_download_holds_ones_own_lines_and_no_formula(scene: Scene) -> None:
    answer = scene.visitor(A).get("/export/lines?format=csv")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 30
    assert {row["agency_id"] for row in rows} == {str(OWN)}
    assert {row["source"] for row in rows} == {f"bills/{OWN}.csv"}
    assert {row["source_row"] for row in rows} == {str(number) for number in range(2, 32)}
    for given_filter in (f"agency={FOREIGN}", f"tag=CostCentre=CC-00{FOREIGN}"):
        empty = scene.visitor(A).get(f"/export/lines?format=csv&{given_filter}")
        assert len(list(csv.DictReader(io.StringIO(empty.text)))) == 0
    assert scene.visitor(A).get("/export/lines?format=xlsx").status_code == 400
    assert scene.visitor(A).get("/export/lines?path=/etc/passwd").status_code == 400
    for wrong in ("col=agency_id.equals.11", "col=service.from.1", "col=x"):
        assert scene.visitor(A).get(f"/export/lines?{wrong}").status_code == 400
    narrowed = scene.visitor(A).get("/export/lines?format=csv&col=day.equals.2025-02-01")
    assert len(list(csv.DictReader(io.StringIO(narrowed.text)))) == 1
    for not_of_lines in ("peak=peak", "service=SaaS", "where=country:UG"):
        assert scene.visitor(A).get(f"/export/lines?{not_of_lines}").status_code == 400


@pytest.mark.parametrize("form", ["focus-csv", "focus-parquet"])
def test_a_focus_file_can_be_handed_in_again(scene: Scene, tmp_path: Path, form: str) -> None:
    answer = scene.visitor(TREASURY).get(f"/export/lines?format={form}")
    assert answer.status_code == 200
    made = Billed(tmp_path)
    write_government(made.data, GOVERNMENT[:2])
    bill = made.data / f"bills/all.{form.removeprefix('focus-')}"
    bill.parent.mkdir(parents=True)
    bill.write_bytes(answer.data)
    made.build()
    found = made.gateway.line_totals(LineFilter(), Scope.whole_government())
    path = scene.data_dir / "bills" / "*.csv"
    [(count, billed)] = duckdb.sql(
        f"SELECT count(*), sum(BilledCost::DECIMAL(28, 12)) FROM read_csv('{path}', "
        "all_varchar = true, union_by_name = true)"
    ).fetchall()
    assert [(one.line_count, one.billed_cost) for one in found] == [(count, Decimal(billed))]
    made.database.dispose()
