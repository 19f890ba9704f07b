"""The whole document that is printed: a page, the tables behind its charts, and its margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dash.development.base_component import Component

from portal.drawing.elements import element, escaped
from portal.paper.markup import Annexed, write_markup
from portal.texts import language_tag, say

COLUMN: Final = 688.0
"""Pixels between the margins of an A4 sheet, as ``paper.css`` sets them."""

PRODUCT: Final = "Exchequer"

LONGEST_UNBROKEN: Final = 40
"""Rows of a table that is kept on one sheet."""
MOST_COLUMNS_UPRIGHT: Final = 7


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands in the margins of every sheet, and on the last line of the last."""

    title: str
    whose: str
    as_of: str
    marking: str
    made: str


def write_document(page: Component, margins: Margins) -> str:
    """Write a page as an HTML document for ``portal.paper.printer``."""
    found = write_markup(page, width=COLUMN)
    running = {
        "data-whose": f"{PRODUCT} \N{MIDDLE DOT} {margins.whose}",
        "data-title": margins.title,
        "data-as-of": margins.as_of,
        "data-marking": margins.marking,
    }
    attributes = "".join(f' {name}="{escaped(value)}"' for name, value in running.items())
    title = f"{margins.title}, {margins.whose} \N{EN DASH} {PRODUCT}"
    return (
        f'<!DOCTYPE html><html lang="{escaped(language_tag())}"><head><meta charset="utf-8">'
        f"{element('title', escaped(title))}"
        f'<meta name="author" content="{PRODUCT}"></head><body{attributes}>'
        f"{found.body}{_annex(found.annex)}"
        f"{element('p', escaped(margins.made), class_='made')}</body></html>"
    )


def _annex(tables: Sequence[Annexed]) -> str:
    if not tables:
        return ""
    parts = [_annexed(at, table) for at, table in enumerate(tables, start=1)]
    title = element("h2", escaped(say("Tables behind the charts")))
    # Else the title would be alone on an upright sheet before one that lies across.
    name = "annex begins-wide" if _is_wide(tables[0]) else "annex"
    return element("section", title, *parts, class_=name)


def _is_wide(table: Annexed) -> bool:
    return table.markup.partition("</thead>")[0].count("<th ") > MOST_COLUMNS_UPRIGHT


def _annexed(number: int, table: Annexed) -> str:
    """Write one table; one that is longer than a sheet may break, a wide one lies across."""
    names = ["annexed"]
    if table.markup.count("<tr") > LONGEST_UNBROKEN:
        names.append("long")
    if _is_wide(table):
        names.append("wide")
    title = say("Table {number}: {what}", number=number, what=table.headline)
    return element(
        "section",
        element("h3", escaped(title)),
        table.markup,
        class_=" ".join(names),
        id=f"table-{number}",
    )
