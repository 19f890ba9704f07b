"""From outside: rows, counts and files of lines are of one's own scope, whatever is asked."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from werkzeug.test import TestResponse

from auth.audit import list_events
from portal.pages.explore.line_grid import GRID
from tests.factories.government import GOVERNMENT, account_of, write_government
from tests.integration.portal_scene import (
    A2,
    ADMIN,
    CALLBACKS,
    ORIGIN,
    TREASURY,
    A,
    Scene,
    Visitor,
    body_of,
    prepared_scene,
)
from tests.unit.warehouse.lines.conftest import Billed
from warehouse.lines.asking import LineFilter
from warehouse.lines.kept import DOWNLOADS
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
    place = {"sort": "-day", "keys": {"100": key}, "agency": FOREIGN}
    wanted = {"startRow": 100, "endRow": 200, "sortModel": [], "agency": FOREIGN}
    rows, _ = given(rows_of(scene.visitor(A), wanted=wanted, place=place))
    assert {row["origin"].split(",")[0] for row in rows} <= {f"bills/{OWN}.csv"}
    for wrong in ({"startRow": -100}, {"startRow": "0"}, {"startRow": True}, {"startRow": 7},
                  {"startRow": 10**9}, {"startRow": 0, "sortModel": [{"colId": "agency_id"}]},
                  {"startRow": 0, "sortModel": "x"}, {"startRow": 0, "sortModel": [{"colId": []}]},
                  {"startRow": 0, "filterModel": {"service": {"filter": "x"}}}, [], "x",
                  5):  # fmt: skip
        assert rows_of(scene.visitor(A), wanted=wrong).status_code == 400, wrong
    wanted = {"startRow": 100, "endRow": 200, "sortModel": []}
    for odd in ({"sort": "-day", "keys": {"100": "x"}}, {"sort": "-day", "keys": {"x": key}},
                {"sort": "-day", "keys": [key]}, {"sort": "-day", "keys": {"100": 5}}):  # fmt: skip
        assert rows_of(scene.visitor(A), wanted=wanted, place=odd).status_code == 400, odd


def test_the_grid_is_ordered_by_what_it_shows_and_begins_where_the_address_says(
    scene: Scene,
) -> None:
    visitor = scene.visitor(TREASURY)
    by_account = {"startRow": 0, "sortModel": [{"colId": "account", "sort": "asc"}]}
    first, place = given(rows_of(visitor, wanted=by_account))
    accounts = [row["account"] for row in first]
    assert accounts == sorted(accounts)
    assert len(set(accounts)) > 1
    key = place["keys"]["100"]
    # In the order of the address its place is where the grid begins; in another it is none.
    search = f"?view=lines&sort=account&after={key}"
    further, _ = given(rows_of(visitor, search, wanted=by_account))
    assert not [row for row in further if row in first]
    by_day, _ = given(rows_of(visitor, search))
    assert by_day == given(rows_of(visitor))[0]


def test_rows_that_the_browser_let_go_are_read_from_the_place_before_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.line_rows._KEPT_EVERY", 50)
    monkeypatch.setattr("portal.line_rows.ROWS", 25)
    visitor, place, seen = scene.visitor(TREASURY), None, {}
    for start in (0, 25, 50, 75, 100):
        seen[start], place = given(rows_of(visitor, wanted={"startRow": start}, place=place))
    assert set(place["keys"]) == {"50", "100", "125"}
    again, place = given(rows_of(visitor, wanted={"startRow": 75}, place=place))
    assert again == seen[75]
    assert set(place["keys"]) == {"50", "100"}


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


def test_what_the_trail_does_not_take_is_not_sent_and_leaves_no_pipe_open(scene: Scene) -> None:
    visitor = scene.visitor(TREASURY)
    with sqlite3.connect(scene.var_dir / "records.sqlite") as records:
        records.execute("create trigger is_full before insert on audit_event when new.action = "
                        "'export' begin select raise(abort, 'full'); end")  # fmt: skip
    answer = visitor.get("/export/lines?format=csv")
    with records:
        records.execute("drop trigger is_full")
    records.close()
    assert answer.status_code == 500
    assert "agency_id" not in answer.text
    opened = [os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")]
    assert not [path for path in opened if f"/{DOWNLOADS}/" in path]


def begun_download(visitor: Visitor, protocol: str = "HTTP/1.1") -> TestResponse:
    """Ask for a download and read no further than it begins."""
    overrides = {"REMOTE_ADDR": visitor.address, "SERVER_PROTOCOL": protocol}
    return visitor.client.get(
        "/export/lines?format=csv", base_url=ORIGIN, environ_overrides=overrides
    )


def test_nobody_takes_every_thread_with_downloads_that_nobody_reads(scene: Scene) -> None:
    one, other = scene.visitor(A), scene.visitor(A2)
    running = [begun_download(visitor) for visitor in (one, one, other, other)]
    assert [answer.status_code for answer in running] == [200] * 4
    for visitor, status in ((one, 429), (scene.visitor(TREASURY), 503)):
        refused = begun_download(visitor)
        assert refused.status_code == status
        assert int(refused.headers["Retry-After"]) > 0
    assert one.get("/healthz").status_code == 200
    for answer in running:
        answer.close()
    assert one.get("/export/lines?format=csv").status_code == 200


def test_a_part_is_never_taken_for_the_whole_where_answers_have_no_chunks(scene: Scene) -> None:
    visitor = scene.visitor(A)
    answer = begun_download(visitor, "HTTP/1.0")
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.data == visitor.get("/export/lines?format=csv").data
    answer.close()


@pytest.mark.parametrize("form", ["focus-csv", "focus-parquet"])
def test_a_focus_file_can_be_handed_in_again(scene: Scene, tmp_path: Path, form: str) -> None:
    answer = scene.visitor(TREASURY).get(f"/export/lines?format={form}")
    assert answer.status_code == 200
    with scene.database.reading_records() as db:
        ended, begun = (json.loads(one.detail) for one in list_events(db, action="export", limit=2))
    assert begun == {"asked": f"format={form}", "state": "begun"}
    assert ended["sha256"] == hashlib.sha256(answer.data).hexdigest()
    # A browser that asks for no more than the headers leaves no writer behind.
    headers = scene.visitor(TREASURY)._open(f"/export/lines?format={form}", "HEAD", {})
    assert headers.status_code == 200
    headers.close()
    with scene.database.reading_records() as db:
        [event] = list_events(db, action="export", limit=1)
    assert json.loads(event.detail)["state"] == "broken off"
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
