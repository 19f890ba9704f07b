"""A pivot written as a workbook: rows as data, formulas over them, and what they mean.

A cell is a formula where adding up the rows, or dividing two such sums, gives the figure that was
answered; where it doesn't, the cell holds the answer as a value, in italics. So nothing in the
file differs from the portal, and nobody takes a sum of shares for a share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from portal.dimension_names import dimension_name
from portal.exports.pivot_about import about
from portal.exports.pivot_content import (
    EVERYTHING,
    NOT_AVAILABLE,
    Column,
    Workbook,
    formula_of,
)
from portal.exports.writers import defused
from portal.pivot.answers import Line
from warehouse.measures import REGISTRY
from warehouse.question import Value

_HEAD_ROWS: Final = 3
_FORMATS: Final = {"usd": "#,##0.00", "ratio": "0.00%", "count": "#,##0"}

FORMULA: Final = "formulas over the sheet Data"
VALUE: Final = "values in italics where the rows don't add up to the figure"
UNDEFINED: Final = f"“{NOT_AVAILABLE}” where it is undefined"
BLANK: Final = "blank where nothing was reported"


def write_workbook(made: Workbook, file: IO[bytes]) -> int:
    """Write the sheets Pivot, Data and About; give the number of rows of data."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    pivot, data = book.add_worksheet("Pivot"), book.add_worksheet("Data")
    ranges = _write_data(book, data, made)
    how = _PivotSheet(book, pivot, made, ranges).write()
    _write_about(book, made, how)
    book.close()
    return len(made.rows)


def _write_about(book: Any, made: Workbook, how: Mapping[str, str]) -> None:
    head = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    for number, (name, value) in enumerate(about(made, how)):
        sheet.write_string(number, 0, str(defused(name)), head)
        sheet.write_string(number, 1, str(defused(value)), text)


def _write_data(book: Any, sheet: Any, made: Workbook) -> Mapping[str, str]:
    """Write the finest rows as a table; give each column's cells as a range, by its key."""
    plan = made.pivot.plan
    titles = [(f"line {depth}", f"Line {depth}") for depth in range(1, len(plan.by) + 1)]
    titles += [("column", "Column")] if plan.across else []
    for name in plan.dimensions:
        plain = dimension_name(name)
        titles += [(f"{name} label", plain), (f"{name} identifier", f"{plain} (identifier)")]
    titles += [(name, made.title(name)) for name in made.measures]
    # Rows keep every digit that was answered; only what is shown is rounded.
    formats = {
        name: book.add_format({"num_format": _FORMATS.get(REGISTRY[name].unit, "General")})
        for name in made.measures
    }
    for at, cells in enumerate(_data_rows(made), 1):
        for place, ((key, _), value) in enumerate(zip(titles, cells, strict=True)):
            _write_value(sheet, at, place, value, formats.get(key))
    count = len(made.rows)
    if count:
        columns = [{"header": str(defused(title))} for _, title in titles]
        style = {"name": "Data", "columns": columns, "style": "Table Style Light 1"}
        sheet.add_table(0, 0, count, len(titles) - 1, style)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles) - 1, 18)
    letters = [xl_col_to_name(place, col_abs=True) for place in range(len(titles))]
    return {
        key: f"Data!{letter}$2:{letter}${max(count, 1) + 1}"
        for (key, _), letter in zip(titles, letters, strict=True)
    }


def _data_rows(made: Workbook) -> Iterator[list[Value]]:
    plan = made.pivot.plan
    for key, number, row in made.rows:
        cells: list[Value] = [made.numbers[key[:depth]] for depth in range(1, len(key) + 1)]
        cells += [number] if plan.across else []
        for name in plan.dimensions:
            cells += [row.get(f"{name}_name"), row[name]]
        yield [*cells, *(row[name] for name in made.measures)]


def _write_value(sheet: Any, row: int, column: int, value: Value, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(defused(value)))


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of the sheet: a measure under a value across."""

    at: int
    column: Column
    measure: str


class _PivotSheet:
    """The sheet Pivot: heads, lines, and the total."""

    def __init__(self, book: Any, sheet: Any, made: Workbook, ranges: Mapping[str, str]) -> None:
        self._book, self._sheet, self._made, self._ranges = book, sheet, made, ranges
        self._styles: dict[tuple[str, bool, bool], Any] = {}
        self._grey = book.add_format({"font_color": "#767F88", "font_size": 8})
        self._names = max(1, len(made.pivot.plan.by))
        first = 1 + self._names
        self._places = [
            _Place(at, column, name)
            for at, (column, name) in enumerate(
                (
                    (column, name)
                    for column in (*made.columns, EVERYTHING)
                    for name in made.pivot.plan.measures
                ),
                first,
            )
        ]

    def write(self) -> Mapping[str, str]:
        """Write all; say for each measure how its cells are made."""
        made, sheet = self._made, self._sheet
        kinds: dict[str, set[str]] = {name: set() for name in made.pivot.plan.measures}
        self._write_heads()
        for at, line in enumerate(made.lines, _HEAD_ROWS):
            self._write_names(at, line)
            for place in self._places:
                kinds[place.measure].add(self._write_cell(at, line, place))
            sheet.set_row(at, None, None, {"level": max(0, line.depth - 1)})
        first, last = self._places[0].at, self._places[-1].at
        sheet.outline_settings(True, False, True, False)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, self._names, 30)
        sheet.set_column(first, last, 16)
        sheet.freeze_panes(_HEAD_ROWS, first)
        sheet.repeat_rows(1, 2)
        sheet.set_landscape()
        return {name: "; ".join(sorted(found)) for name, found in kinds.items()}

    def _write_heads(self) -> None:
        bold = self._book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._sheet.write_string(0, 0, "No.", self._grey)
        for at, name in enumerate(self._made.pivot.plan.by, 1):
            self._sheet.write_string(2, at, dimension_name(name), bold)
        for place in self._places:
            self._sheet.write_number(0, place.at, place.column.number, self._grey)
            label = place.column.label if self._made.columns else ""
            self._sheet.write_string(1, place.at, str(defused(label)), bold)
            title = str(defused(self._made.title(place.measure)))
            self._sheet.write_string(2, place.at, title, bold)

    def _write_names(self, at: int, line: Line) -> None:
        style = self._style("text", is_bold=not line.is_leaf)
        if not line.key:
            self._sheet.write_string(at, 1, line.label, style)
            return
        self._sheet.write_number(at, 0, self._made.numbers[line.key], self._grey)
        for depth in range(1, line.depth + 1):
            label = str(defused(self._made.labels[line.key[:depth]]))
            self._sheet.write_string(at, depth, label, style)

    def _write_cell(self, at: int, line: Line, place: _Place) -> str:
        """Write one figure, as a formula where one gives it; say which kind of cell it is."""
        is_answered, figure = self._made.figure(line, place.column, place.measure)
        unit, is_bold = REGISTRY[place.measure].unit, not line.is_leaf
        if not is_answered:
            return BLANK
        if figure is None:
            style = self._style(unit, is_bold=is_bold, is_value=True)
            self._sheet.write_string(at, place.at, NOT_AVAILABLE, style)
            return UNDEFINED

        def total(measure: str) -> str:
            return self._total(at, line, place, measure)

        formula = formula_of(self._made, line, place.column, place.measure, total)
        style = self._style(unit, is_bold=is_bold, is_value=formula is None)
        if formula is None:
            self._sheet.write_number(at, place.at, figure, style)
            return VALUE
        self._sheet.write_formula(at, place.at, formula, style, value=figure)
        return FORMULA

    def _total(self, at: int, line: Line, place: _Place, measure: str) -> str:
        """Write the sum of the rows that name this cell's line and column by their numbers."""
        conditions = []
        if line.key:
            number = xl_rowcol_to_cell(at, 0, col_abs=True)
            conditions.append(f"{self._ranges[f'line {line.depth}']},{number}")
        if place.column.number:
            number = xl_rowcol_to_cell(0, place.at, row_abs=True)
            conditions.append(f"{self._ranges['column']},{number}")
        if not conditions:
            return f"SUM({self._ranges[measure]})"
        return f"SUMIFS({','.join([self._ranges[measure], *conditions])})"

    def _style(self, unit: str, *, is_bold: bool, is_value: bool = False) -> Any:
        key = (unit, is_bold, is_value)
        if key not in self._styles:
            given: dict[str, Any] = {"bold": is_bold}
            if unit != "text":
                number = _FORMATS.get(unit, "#,##0.00")
                given |= {"num_format": number, "italic": is_value, "align": "right"}
            self._styles[key] = self._book.add_format(given)
        return self._styles[key]
