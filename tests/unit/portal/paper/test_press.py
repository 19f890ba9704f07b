"""PDFs are made one at a time, within limits, and without the network."""

from __future__ import annotations

import io
import threading
import time
from contextlib import suppress
from pathlib import Path

import pypdf
import pytest

from portal.components import html
from portal.paper.document import Margins, write_document
from portal.paper.press import Press, PressBusyError, PressError, PrintFailedError

MARGINS = Margins("Budget", "All MDAs", "Data to October 2026", "OFFICIAL", "Made today.")


def test_a_document_becomes_a_tagged_pdf_in_our_typeface() -> None:
    page = html.Div([html.H1("Who is over budget?"), html.P("Nobody is.")])
    pdf = pypdf.PdfReader(io.BytesIO(Press().print_for(1, write_document(page, MARGINS))))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata.title == "Budget, All MDAs \N{EN DASH} Exchequer"
    assert [entry.title for entry in pdf.outline] == ["Who is over budget?"]
    text = pdf.pages[0].extract_text()
    for said in ("OFFICIAL", "Data to October 2026", "Page 1 of 1", "Exchequer · All MDAs"):
        assert said in text
    fonts = pdf.pages[0]["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"] for font in fonts.values()}
    assert any("Inter" in name for name in names)


def test_nothing_is_read_that_the_document_does_not_hold() -> None:
    asked = '<html lang="en"><title>x</title><img alt="x" src="file:///etc/hostname"><p>kept</p>'
    pdf = pypdf.PdfReader(io.BytesIO(Press().print_for(1, asked)))
    assert "kept" in pdf.pages[0].extract_text()
    assert not pdf.pages[0].images


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(PressError, match="took too long"):
        Press(takes=0.05).print_for(1, "<p>x")


def test_a_document_that_is_too_long_is_not_begun() -> None:
    with pytest.raises(PressError, match="too long for one PDF"):
        Press(most_bytes=10).print_for(1, "<p>more than ten")


def test_a_second_document_of_the_same_person_is_refused_and_others_wait_their_turn() -> None:
    press = Press(waits=0.05)
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with press.turn_of(1):
            begun.set()
            done.wait(20)

    held = threading.Thread(target=hold)
    held.start()
    begun.wait(20)
    try:
        with pytest.raises(PressBusyError, match="Your last PDF"):
            press.print_for(1, "<p>x")
        with pytest.raises(PressBusyError, match="Other PDFs"):
            press.print_for(2, "<p>x")
    finally:
        done.set()
        held.join()
    assert PressBusyError.retry_after


def test_what_the_printer_says_when_it_fails_is_for_the_log(tmp_path: Path) -> None:
    printer = tmp_path / "printer.py"
    printer.write_text("raise SystemExit('no ink')")
    with pytest.raises(PrintFailedError, match="couldn't be printed") as failed:
        Press(printer=printer).print_for(1, "<p>x")
    assert failed.value.said == "no ink"


def test_the_printer_knows_no_secret_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHEQUER_SECRET_KEY", "s3cret")
    printer = tmp_path / "printer.py"
    printer.write_text("import os; print(sorted(os.environ))")
    assert b"EXCHEQUER" not in Press(printer=printer).print_for(1, "<p>x")


def test_few_wait_so_that_threads_are_left_for_other_readers() -> None:
    press = Press(waits=1, most_waiting=0)
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with press.turn_of(1):
            begun.set()
            done.wait(20)

    held = threading.Thread(target=hold)
    held.start()
    begun.wait(20)
    try:
        started = time.monotonic()
        with pytest.raises(PressBusyError, match="Other PDFs"):
            press.print_for(2, "<p>x")
        assert time.monotonic() - started < 0.5
    finally:
        done.set()
        held.join()
    with press.turn_of(2):
        pass


@pytest.mark.parametrize("ending", ["time.sleep(60)", "os.abort()", "pass"])
def test_a_printer_that_is_stopped_leaves_nothing_behind(tmp_path: Path, ending: str) -> None:
    place, printer = tmp_path / "place", tmp_path / "printer.py"
    printer.write_text(
        "import os, pathlib, tempfile, time\n"
        f"pathlib.Path({str(place)!r}).write_text(tempfile.mkdtemp())\n"
        f"{ending}\n"
    )
    with suppress(PressError):
        Press(printer=printer, takes=2).print_for(1, "<p>x")
    assert not Path(place.read_text()).exists()
