"""Write a table as CSV or XLSX so that no cell becomes a formula and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import IO, Final

import xlsxwriter

from portal.exports.tables import ExportTable
from warehouse.question import Value

XLSX_MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds below its header."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(value: Value) -> Value:
    """Put an apostrophe before text that a spreadsheet would run; numbers are left alone."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_text(table: ExportTable) -> str:
    """Write a table as CSV text: one header, then rows, no comment lines."""
    text = io.StringIO()
    _write_rows(table, text)
    return text.getvalue()


def write_csv(table: ExportTable, file: IO[bytes]) -> int:
    """Write UTF-8 CSV and give the row count; no byte order mark, which programs trip over."""
    wrapper = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    count = _write_rows(table, wrapper)
    wrapper.detach()
    return count


def write_xlsx(table: ExportTable, file: IO[bytes], marking: str) -> int:
    """Write a sheet of rows and a sheet that says what they are; give the row count."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    head = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet("Rows")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(table.columns) - 1), 18)
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, str(defused(title)), head)
    count = 0
    for count, row in enumerate(table.rows, 1):
        for column, value in enumerate(row):
            _write_cell(sheet, count, column, value)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 80)
    facts = (("Marking", marking), ("Rows in all", str(table.total)), *table.facts)
    for number, (name, value) in enumerate(facts):
        about.write_string(number, 0, name, head)
        about.write_string(number, 1, str(defused(value)))
    book.close()
    return count


def _write_rows(table: ExportTable, text: IO[str]) -> int:
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([defused(title) for title in table.columns])
    count = 0
    for row in table.rows:
        writer.writerow(_plain(row))
        count += 1
    return count


def _plain(row: Sequence[Value]) -> list[Value]:
    return [defused(value) for value in row]


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(defused(value)))
