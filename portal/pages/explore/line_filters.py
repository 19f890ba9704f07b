"""Narrowing lines by their columns: a form to add a condition, and those that are set."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from dash.development.base_component import Component

from portal.components import html
from portal.components.forms import hidden_field, select_field, text_field
from portal.formats import day_short
from portal.pages.explore.controls import PATH, chips_row
from portal.pages.explore.line_grid import COLUMNS as SHOWN
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known
from warehouse.lines.column_filters import COLUMNS, LONGEST_TEXT, OPERATIONS, ColumnFilter, Kind

_TITLES: Final = {one.key: one.title for one in SHOWN}
_ASKED: Final = {
    (Kind.TEXT, "contains"): later("{column} contains"),
    (Kind.TEXT, "equals"): later("{column} is"),
    (Kind.TEXT, "starts"): later("{column} begins with"),
    (Kind.NUMBER, "from"): later("{column} is at least"),
    (Kind.NUMBER, "to"): later("{column} is at most"),
    (Kind.NUMBER, "equals"): later("{column} is exactly"),
    (Kind.DAY, "from"): later("{column} from"),
    (Kind.DAY, "to"): later("{column} to"),
    (Kind.DAY, "equals"): later("{column} is on"),
}


def draw_column_filters(request: PageRequest) -> Component:
    """Draw the conditions that are set, each with a link that takes it away, and one more."""
    return html.Div([*_set(request), _form(request)], className="lines-columns")


def _set(request: PageRequest) -> list[Component]:
    chosen = request.filters.columns
    if not chosen:
        return []
    chips = []
    for one in chosen:
        left = tuple(other for other in chosen if other != one)
        href = PATH + request.filters.to_query(columns=left, after=None, page=1)
        chips.append((_words(one), href))
    return [chips_row(say("Columns"), chips)]


def _words(one: ColumnFilter) -> str:
    value = day_short(one.value) if one.kind is Kind.DAY else one.value
    return say("{condition} {value}", condition=_asked(one.column, one.operation), value=value)


def _asked(column: str, operation: str) -> str:
    said = say_known(_ASKED[COLUMNS[column], operation])
    return said.format(column=say_known(_TITLES[column]))


def _form(request: PageRequest) -> Component:
    bare = request.filters.to_query(after=None, page=1).removeprefix("?")
    options = []
    for column, kind in COLUMNS.items():
        options.append(("", say_known(_TITLES[column])))
        options += [(f"{column}.{one}", _asked(column, one)) for one in OPERATIONS[kind]]
    return html.Form(
        [
            *(hidden_field(name, value) for name, value in parse_qsl(bare)),
            select_field(
                identifier="lines-column",
                name="column",
                label=say("Column"),
                options=options,
                value="service.contains",
            ),
            text_field(
                identifier="lines-value",
                name="value",
                label=say("Value"),
                hint=say("a text, a number, or a day as 2026-03-31"),
                maxLength=LONGEST_TEXT,
            ),
            html.Button(say("Narrow"), type="submit", className="button button-small"),
        ],
        method="get",
        action=PATH,
        className="lines-search",
        role="search",
        **{"aria-label": say("Narrow lines by a column")},
    )
