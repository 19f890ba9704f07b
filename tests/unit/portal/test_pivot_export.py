"""A pivot's workbook: live formulas that give what was answered, and nothing that runs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from auth.audit import list_events
from portal.cli.installation import opened
from portal.exports.pivot_content import Workbook
from portal.exports.pivot_workbook import write_workbook
from portal.pivot.answers import ask_pivot
from portal.pivot.plan import Plan
from portal.pivot.ratios import RATIOS
from portal.settings import Settings
from tests.unit.portal.conftest import Browser
from warehouse.measures import REGISTRY
from warehouse.question import Answer, BuildInfo, Period, Question

PIVOT = (
    "/export/pivot.xlsx?measure=actual_spend,waste_pct,mom_growth,cost_per_unit"
    "&by=agency,service_type&across=month&from=2025-01"
)
_SUMIFS = re.compile(r"SUMIFS\(([^()]*)\)|SUM\(([^()]*)\)")


class Sheets:
    """A workbook as a spreadsheet would open it, with the little arithmetic that it needs."""

    def __init__(self, content: bytes) -> None:
        self.live = openpyxl.load_workbook(io.BytesIO(content))
        self.kept = openpyxl.load_workbook(io.BytesIO(content), data_only=True)

    @property
    def formulas(self) -> Mapping[str, str]:
        return {
            cell.coordinate: cell.value
            for row in self.live["Pivot"].iter_rows()
            for cell in row
            if cell.data_type == "f"
        }

    def shown(self, coordinate: str) -> Any:
        return self.kept["Pivot"][coordinate].value

    def recomputed(self, formula: str) -> float:
        """Work a formula out from the sheet Data alone."""
        text = formula.removeprefix("=")
        numbers = _SUMIFS.sub(lambda found: repr(self._sum(found[1] or found[2])), text)
        if numbers.startswith("IF("):
            numbers = numbers.partition('"not available",')[2].removesuffix(")")
        over, mark, under = numbers.partition("/")
        return float(over) / float(under) if mark else float(over)

    def _sum(self, arguments: str) -> float:
        summed, *rest = arguments.split(",")
        conditions = [
            (self._range(where), self.kept["Pivot"][cell.replace("$", "")].value)
            for where, cell in zip(rest[::2], rest[1::2], strict=True)
        ]
        return sum(
            value or 0.0
            for at, value in enumerate(self._range(summed))
            if all(values[at] == wanted for values, wanted in conditions)
        )

    def _range(self, text: str) -> list[Any]:
        sheet, _, cells = text.partition("!")
        return [row[0].value for row in self.kept[sheet][cells.replace("$", "")]]


def test_every_formula_gives_the_figure_that_was_answered(treasury: Browser) -> None:
    book = Sheets(treasury.get(PIVOT).data)
    assert len(book.formulas) > 200
    for coordinate, formula in book.formulas.items():
        assert book.recomputed(formula) == pytest.approx(book.shown(coordinate), rel=1e-9)


def test_sums_and_ratios_are_live_and_what_does_not_add_up_is_a_value(treasury: Browser) -> None:
    book = Sheets(treasury.get(PIVOT).data)
    sheet = book.live["Pivot"]
    kinds: dict[str, set[str]] = {}
    for row in sheet.iter_rows(min_row=4, min_col=4):
        for cell in row:
            if cell.value is not None:
                kinds.setdefault(str(sheet.cell(3, cell.column).value), set()).add(cell.data_type)
    assert kinds["Spend (USD)"] == {"f"}
    assert kinds["Cost per unit of work (USD)"] == {"f"}
    assert kinds["Idle share of spend (share)"] == {"f"}
    assert "f" not in kinds["Growth on last month (share)"]
    about = dict(row for row in book.live["About"].values if row[0])
    assert "values in italics" in about["Growth on last month"]


def test_over_months_a_count_of_the_same_agencies_is_no_sum_even_where_it_would_come_out(
    treasury: Browser,
) -> None:
    path = "/export/pivot.xlsx?measure=agency_count&by=agency&across=quarter"
    book = Sheets(treasury.get(f"{path}&from=2025-01&to=2025-03").data)
    sheet = book.live["Pivot"]
    kinds = [cell.data_type for cell in sheet[sheet.max_row][1:] if cell.value is not None]
    # Over the agencies of one quarter it adds up; over the quarters it doesn't, though here is one.
    assert sorted(kinds) in (["f", "n"], ["f", "n", "s"])


def test_the_grand_total_is_the_portals_own(treasury: Browser) -> None:
    book = Sheets(treasury.get(PIVOT).data)
    sheet: Worksheet = book.kept["Pivot"]
    last = [cell.value for cell in sheet[sheet.max_row]][-4:]
    asked = treasury.get(
        "/api/v1/measures/actual_spend,waste_pct,mom_growth,cost_per_unit?from=2025-01"
    )
    assert last == [pytest.approx(value) for value in asked.get_json()["rows"][0].values()]


@pytest.mark.parametrize("name", RATIOS)
def test_a_ratio_is_of_measures_that_exist(name: str) -> None:
    ratio = RATIOS[name]
    assert {name, ratio.over, ratio.under} <= set(REGISTRY)


def test_a_viewers_workbook_holds_its_own_agency_alone(viewer: Browser) -> None:
    book = openpyxl.load_workbook(io.BytesIO(viewer.get(PIVOT).data))
    head, *rows = list(book["Data"].values)
    place = head.index("MDA (identifier)")
    assert {row[place] for row in rows} == {10}
    facts = dict(row for row in book["About"].values if row[0])
    assert (facts["Marking"], facts["Of whom"]) == ("OFFICIAL", "MDAs 10")


def test_what_cannot_be_asked_is_refused_as_everywhere(viewer: Browser, admin: Browser) -> None:
    foreign = viewer.get("/export/pivot.xlsx?measure=actual_spend&agency=11")
    unknown = viewer.get("/export/pivot.xlsx?measure=actual_spend&agency=987654")
    assert (foreign.status_code, foreign.data) == (404, unknown.data)
    for query, status in (
        ("", 400),
        ("?by=agency", 400),
        ("?measure=nothing", 404),
        ("?measure=actual_spend&from=2025-13", 400),
        ("?measure=actual_spend&where=nothing", 400),
    ):
        assert viewer.get(f"/export/pivot.xlsx{query}").status_code == status, query
    assert admin.get("/export/pivot.xlsx?measure=actual_spend&by=agency").status_code == 403
    assert admin.get("/export/pivot.xlsx?measure=untagged_cost&by=agency").status_code == 200


def test_who_may_not_export_gets_no_workbook(as_reader: Any) -> None:
    assert as_reader("nobody@health.example").get(PIVOT).status_code == 404


def test_a_workbook_leaves_one_event_and_a_name_of_the_servers(
    viewer: Browser, settings: Settings
) -> None:
    answer = viewer.get(PIVOT)
    assert "filename=exchequer-pivot-" in answer.headers["Content-Disposition"]
    with opened(settings) as database, database.reading_records() as db:
        event = list_events(db, action="export", limit=1)[0]
    assert (event.object, event.agency_id) == ("pivot.xlsx", 10)
    assert json.loads(event.detail)["rows"] > 0


def test_names_that_look_like_formulas_stay_text() -> None:
    hostile = '=HYPERLINK("https://evil.example","Health")'
    build = BuildInfo("b", datetime(2026, 1, 1, tzinfo=UTC), "2025-01", "2025-12")

    def ask(question: Question) -> Answer:
        row = {"actual_spend": 5.0}
        for name in question.by:
            row |= {name: hostile, f"{name}_name": hostile}  # type: ignore[dict-item]
        return Answer(question, (row,), build)

    plan = Plan(("actual_spend",), Period(), by=("sector",), across="region_group")
    pivot = ask_pivot(plan, ask)
    file = io.BytesIO()
    write_workbook(
        Workbook(pivot=pivot, answer=pivot.finest, whose=hostile, marking=hostile, address="x"),
        file,
    )
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert str(cell.value).startswith(("=SUMIFS(Data!", "=SUM(Data!"))
                elif isinstance(cell.value, str):
                    assert not cell.value.lstrip().startswith("=")
