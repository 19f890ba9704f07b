"""Every figure on every page, download and chart is what the console answers to its question."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from click.testing import CliRunner

from portal.cli.group import exchequer
from portal.pages import PAGES, PageRequest
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from tests.unit.portal.pages.figures_shown import (
    agrees,
    charts_of,
    exports_of,
    figures_of,
    fits,
    unasked_in_sentences,
    unasked_of,
)
from warehouse.measures import REGISTRY

EMAILS = {
    "treasury": "treasury@treasury.example",
    "auditor": "auditor@audit.example",
    "admin": "admin@treasury.example",
    "viewer of 10": "viewer10@health.example",
}
FILTERS = {
    "treasury": ("", "?agency=10", "?from=2025-01&to=2025-03", "?currency=own&agency=11"),
    "auditor": ("?year=fiscal",),
    "admin": ("",),
    "viewer of 10": ("", "?service=PaaS", "?currency=own"),
}
ABOUT_RECORDS = ("/data", "/account", "/admin", "/finops/exemptions")
"""Pages that count records of files, people and decisions: no measure's figures."""

CASES = [(who, search) for who, searches in FILTERS.items() for search in searches]

Row = dict[str, Any]
Console = Callable[[str, str], list[Row]]
PagesOf = Callable[[str, str], list[tuple[Any, Any]]]


@pytest.fixture(scope="module")
def console(settings: Settings) -> Console:
    """Ask on the command line, as a person, what an address's query asks."""
    kept: dict[tuple[str, str], list[Row]] = {}

    def ask(query: str, email: str) -> list[Row]:
        if (query, email) not in kept:
            given = ["ask", "--as", email, "--format", "json"]
            for name, value in parse_qsl(query):
                if name == "measure":
                    given.append(value)
                elif name != "format":
                    given += [f"--{name}", value.replace(":", "=", 1) if name == "where" else value]
            environment = {
                "EXCHEQUER_VAR_DIR": str(settings.var_dir),
                "EXCHEQUER_DATA_DIR": str(settings.data_dir),
            }
            result = CliRunner().invoke(exchequer, given, env=environment, catch_exceptions=False)
            assert result.exit_code == 0, f"{' '.join(given)}: {result.output}"
            kept[query, email] = json.loads(result.stdout)
        return kept[query, email]

    return ask


def row_named(rows: list[Row], query: str, name: str) -> Row:
    by = dict(parse_qsl(query)).get("by", "")
    if not by:
        assert len(rows) == 1
        return rows[0]
    return next(
        row
        for row in rows
        if "|".join("" if row[d] is None else str(row[d]) for d in by.split(",")) == name
    )


@pytest.fixture(scope="module")
def pages_of(ask_for: Callable[..., PageRequest]) -> PagesOf:
    """Draw a reader's pages once, for all tests to look at."""

    @cache
    def drawn(who: str, search: str) -> list[tuple[Any, Any]]:
        requests = ((page, ask_for(who, page.path, search)) for page in PAGES)
        return [
            (page, page.build(request))
            for page, request in requests
            if request.reader.may(page.permission) and not page.path.startswith(ABOUT_RECORDS)
        ]

    return drawn


@pytest.mark.parametrize(("who", "search"), CASES)
def test_every_figure_is_what_the_console_answers(
    pages_of: PagesOf, console: Console, who: str, search: str
) -> None:
    wrong = []
    compared = 0
    for page, drawn in pages_of(who, search):
        for shown in figures_of(drawn):
            rows = console(shown.question, EMAILS[who])
            value = row_named(rows, shown.question, shown.row)[shown.measure]
            compared += 1
            if not agrees(shown.text, value, REGISTRY[shown.measure].unit):
                wrong.append(f"{page.path}: {shown} but {value}")
    assert wrong == []
    assert compared > 20


@pytest.mark.parametrize(("who", "search"), CASES)
def test_no_figure_keeps_its_question_to_itself(pages_of: PagesOf, who: str, search: str) -> None:
    found = {
        page.path: unasked
        for page, drawn in pages_of(who, search)
        if (unasked := unasked_of(drawn))
    }
    assert found == {}


@pytest.mark.parametrize(("who", "search"), CASES)
def test_every_mark_of_a_chart_is_a_figure_of_the_answers(
    pages_of: PagesOf, console: Console, who: str, search: str
) -> None:
    wrong = []
    for page, drawn in pages_of(who, search):
        for chart, questions in charts_of(drawn):
            rows = [row for question in questions for row in console(question, EMAILS[who])]
            values = [value for row in rows for value in row.values()]
            for trace in chart["data"]:
                for axis in ("x", "y"):
                    marks = list(trace.get(axis, ()))
                    if not fits(marks, values):
                        wrong.append(f"{page.path}: {trace.get('name')} {axis} {marks[:6]}")
    assert wrong == []


@pytest.mark.parametrize(("who", "search"), CASES)
def test_no_figure_in_a_sentence_keeps_its_question_to_itself(
    pages_of: PagesOf, who: str, search: str
) -> None:
    found = {
        page.path: unasked
        for page, drawn in pages_of(who, search)
        if (unasked := unasked_in_sentences(drawn))
    }
    assert found == {}


@pytest.mark.parametrize(("who", "search"), CASES[::2])
def test_every_download_is_what_the_console_answers(
    pages_of: PagesOf,
    as_reader: Callable[[str], Browser],
    console: Console,
    who: str,
    search: str,
) -> None:
    reader = as_reader(EMAILS[who])
    addresses = {
        address
        for _, drawn in pages_of(who, search)
        for address in exports_of(drawn)
        if address.endswith("format=csv")
    }
    assert addresses
    for address in sorted(addresses):
        answer = reader.get(address)
        assert answer.status_code == 200, address
        given = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))[1:]
        pairs = [p for p in parse_qsl(address.partition("?")[2]) if p[0] != "format"]
        rows = console(urlencode(pairs), EMAILS[who])
        assert len(given) == len(rows), address
        for line, row in zip(given, rows, strict=True):
            expected = ["" if value is None else str(value) for value in row.values()]
            assert [cell.removeprefix("'") for cell in line] == expected, address
