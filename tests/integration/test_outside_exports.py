"""From outside: a download holds what the screen shows, runs nothing, and is written down."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pypdf
import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from auth.audit import list_events
from tests.factories.government import GOVERNMENT
from tests.integration.portal_scene import AUDITOR, TREASURY, A, Scene, email_of, prepared_scene

FORMULA = '=HYPERLINK("https://evil.example","Health")'


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = prepared_scene(tmp_path_factory)
    scene.rebuild(replace(one, name=FORMULA) if one.agency_id == 10 else one for one in GOVERNMENT)
    yield scene
    scene.close()


def rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_name_that_looks_like_a_formula_is_defused_and_amounts_stay_numbers(
    scene: Scene, form: str
) -> None:
    visitor = scene.visitor(A)
    path = f"/export/measures?measure=actual_spend&by=agency&format={form}"
    answer = visitor.get(path)
    assert answer.status_code == 200
    if form == "csv":
        (row,) = rows(answer)
        assert row["agency_name"] == f"'{FORMULA}"
        assert float(row["actual_spend (USD)"]) > 0
        return
    sheet = load_workbook(io.BytesIO(answer.data))["Rows"]
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds
    assert any(isinstance(cell.value, float | int) for cell in sheet[2])


def test_a_download_sums_to_what_the_screen_is_answered(scene: Scene) -> None:
    for person in (A, TREASURY):
        visitor = scene.visitor(person)
        path = "/export/measures?measure=actual_spend&by=agency,month,service_type&format=csv"
        # A kind of service that was used and that no bill names has no amount.
        total = sum(float(row["actual_spend (USD)"] or 0) for row in rows(visitor.get(path)))
        shown = visitor.get("/api/v1/measures/actual_spend").json["rows"][0]["actual_spend"]
        assert total == pytest.approx(shown, abs=0.005)


@pytest.mark.parametrize("person", [A, AUDITOR])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/export/measures?measure=actual_spend&by=month&format=csv", "measures.csv"),
        ("/export/table/fact_usage_monthly?format=xlsx", "fact_usage_monthly.xlsx"),
    ],
)
def test_each_download_leaves_one_event_with_its_hash(
    scene: Scene, person: str, path: str, name: str
) -> None:
    visitor = scene.visitor(person)
    before = exports(scene)
    answer = visitor.get(path)
    assert answer.status_code == 200
    (event,) = exports(scene)[: len(exports(scene)) - len(before)]
    detail = json.loads(event.detail)
    assert (event.actor, event.object) == (email_of(person), name)
    assert event.agency_id == (10 if person == A else None)
    assert event.request_id == answer.headers["X-Request-Id"]
    assert detail["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert detail["asked"] == path.partition("?")[2]
    assert detail["rows"] > 0


def exports(scene: Scene) -> tuple:  # type: ignore[type-arg]
    with scene.database.reading_records() as db:
        return list_events(db, action="export", limit=1000)


def test_the_server_names_the_file_and_nobody_keeps_it(scene: Scene) -> None:
    visitor = scene.visitor(A)
    for path in (
        "/export/measures?measure=actual_spend&format=csv",
        "/export/table/dim_agency?format=xlsx",
    ):
        answer = visitor.get(path)
        named = answer.headers["Content-Disposition"]
        assert named.startswith("attachment; filename=exchequer-")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_download_that_is_refused_leaves_no_event(scene: Scene) -> None:
    visitor = scene.visitor(A)
    before = len(exports(scene))
    for path, status in (
        ("/export/measures?measure=actual_spend&agency=11", 404),
        ("/export/measures?measure=nothing", 404),
        ("/export/measures", 400),
        ("/export/measures?measure=actual_spend&format=html", 400),
        ("/export/measures?measure=actual_spend&filename=../../x", 400),
        ("/export/measures?measure=actual_spend&from=2025-13", 400),
        ("/export/table/auth_person", 404),
        ("/export/table/source_file", 404),
        ("/export/table/dim_agency?where=nothing:1", 404),
        ("/export/table/dim_agency?limit=5", 400),
        ("/export/table/dim_agency?" + "&".join(["where=agency_id:10"] * 501), 400),
        ("/export/pivot.xlsx?measure=actual_spend&agency=11", 404),
        ("/export/pivot.xlsx?measure=actual_spend&role=treasury", 400),
        ("/export/pivot.xlsx?measure=actual_spend&agency_id=11", 400),
        ("/export/page.pdf?path=/finops/budget&agency=11", 404),
        ("/export/page.pdf?path=/finops/budget&is_admin=true", 400),
        ("/export/page.pdf?path=/finops/budget&path_info=/admin", 400),
    ):
        answer = visitor.get(path)
        assert answer.status_code in {status, 422}, (path, answer.status_code)
        assert "Content-Disposition" not in answer.headers
    assert len(exports(scene)) == before


def test_a_name_full_of_markup_is_text_on_paper_and_in_a_workbook(scene: Scene) -> None:
    name = '</td><img src="file:///etc/hostname"><a href="https://evil.example">=1+1'
    scene.rebuild(replace(one, name=name) if one.agency_id == 10 else one for one in GOVERNMENT)
    visitor = scene.visitor(A)
    asked = "measure=actual_spend&by=agency"
    printed = visitor.get(f"/export/page.pdf?path=/explore&{asked}")
    paper = pypdf.PdfReader(io.BytesIO(printed.data))
    said = "".join(page.extract_text() for page in paper.pages)
    assert '<imgsrc="file:///etc/hostname">' in "".join(said.split())
    assert not any(page.images for page in paper.pages)
    notes = [note.get_object() for page in paper.pages for note in page.get("/Annots", [])]
    assert not any("/URI" in note.get("/A", {}) for note in notes)
    book = load_workbook(io.BytesIO(visitor.get(f"/export/pivot.xlsx?{asked}").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == name for cell in cells)
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert formulas
    assert all(one.startswith(("=SUM(Data!", "=SUMIFS(Data!")) for one in formulas)
    assert not any(cell.hyperlink for cell in cells)
