"""A page as a PDF: for whoever may read it and export, traced, and nobody else's."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable

import pypdf
import pytest

from auth.audit import list_events
from portal.cli.installation import opened
from portal.paper import press
from portal.settings import Settings
from tests.unit.portal.conftest import Browser

BUDGET = "/export/page.pdf?path=/finops/budget"


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_a_page_is_had_as_a_tagged_pdf_with_its_marking_and_its_own_agency(
    viewer: Browser, settings: Settings
) -> None:
    answer = viewer.get(f"{BUDGET}&from=2024-01")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    name = answer.headers["Content-Disposition"]
    assert name.startswith("attachment; filename=exchequer-finops-budget-")
    pdf = pypdf.PdfReader(io.BytesIO(answer.data))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    first = pdf.pages[0].extract_text()
    assert "OFFICIAL" in first
    assert f"Page 1 of {len(pdf.pages)}" in first
    assert "from=2024-01" in text_of(answer.data)
    with opened(settings) as database, database.records() as db:
        event = list_events(db, action="export", limit=1)[0]
    assert event.object == "/finops/budget.pdf"
    assert json.loads(event.detail) == {
        "path": "/finops/budget",
        "asked": "from=2024-01",
        "bytes": len(answer.data),
        "sha256": hashlib.sha256(answer.data).hexdigest(),
    }
    assert event.agency_id == 10


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/admin/users", "/account", "", "finops/budget", "//x.example/", "/" + "x" * 300],
)
def test_an_unknown_page_one_of_others_and_no_report_answer_alike(
    viewer: Browser, path: str
) -> None:
    answer = viewer.get("/export/page.pdf", query_string={"path": path})
    unknown = viewer.get("/export/page.pdf?path=/unknown")
    assert answer.status_code == unknown.status_code == 404
    assert answer.data == unknown.data


def test_a_foreign_agency_answers_as_an_unknown_one(viewer: Browser) -> None:
    foreign, unknown = (viewer.get(f"{BUDGET}&agency={number}") for number in (11, 987654))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


def test_who_may_not_export_gets_no_pdf(
    as_reader: Callable[[str], Browser], browser: Browser
) -> None:
    assert as_reader("nobody@health.example").get(BUDGET).status_code == 404
    assert browser.get(BUDGET).status_code == 302


def test_a_machine_without_pango_says_so_and_offers_no_link(
    viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "page.pdf?path=%2Ffinops%2Fbudget"
    assert address in viewer.show("/finops/budget").get_data(as_text=True)
    press.can_print.cache_clear()
    monkeypatch.setattr(press.ctypes.util, "find_library", lambda _name: None)
    try:
        answer = viewer.get(BUDGET)
        assert answer.status_code == 503
        assert "Pango is missing" in answer.get_data(as_text=True)
        assert address not in viewer.show("/finops/budget").get_data(as_text=True)
    finally:
        press.can_print.cache_clear()
