"""Finding lines: one form that adds a condition, and those that are set, each to be taken off."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from dash.development.base_component import Component

from portal.components import html
from portal.components.forms import hidden_field, select_field, text_field
from portal.filters import TAG_COLUMN
from portal.formats import day_short
from portal.pages.explore.controls import PATH, chips_row
from portal.pages.explore.line_grid import COLUMNS as SHOWN
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known
from warehouse.lines.column_filters import COLUMNS, LONGEST_TEXT, ColumnFilter, Kind

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
_OFFERED: Final = {
    Kind.TEXT: ("contains", "equals"),
    Kind.NUMBER: ("from", "to"),
    Kind.DAY: ("equals", "from", "to"),
}
"""What the form offers; addresses may ask for more."""
_FIRST: Final = ("resource", "service", "account")
"""What people look for most."""
_SUGGESTED: Final = "resource.contains"


def draw_search(request: PageRequest) -> Component:
    """Draw the form, and the conditions that are set, each with a link that takes it off."""
    return html.Div([_form(request), *_set(request)], className="lines-columns")


def _set(request: PageRequest) -> list[Component]:
    filters = request.filters

    def without(**fields: object) -> str:
        return PATH + filters.to_query(after=None, page=1, **fields)

    chips = [
        (_words(one), without(columns=tuple(other for other in filters.columns if other != one)))
        for one in filters.columns
    ]
    chips += [
        (say("Tag {tag}", tag=one), without(tags=tuple(o for o in filters.tags if o != one)))
        for one in filters.tags
    ]
    if filters.find is not None:
        chips.append((say("Resource contains {text}", text=filters.find), without(find=None)))
    return [chips_row(say("Only lines with"), chips)] if chips else []


def _words(one: ColumnFilter) -> str:
    value = day_short(one.value) if one.kind is Kind.DAY else one.value
    return say("{condition} {value}", condition=_asked(one.column, one.operation), value=value)


def _asked(column: str, operation: str) -> str:
    said = say_known(_ASKED[COLUMNS[column], operation])
    return said.format(column=say_known(_TITLES[column]))


def _options() -> list[tuple[str, str]]:
    ordered = [*_FIRST, *(column for column in COLUMNS if column not in (*_FIRST, "tags"))]
    found = [
        (f"{column}.{one}", _asked(column, one))
        for column in ordered
        for one in _OFFERED[COLUMNS[column]]
    ]
    return [found[0], (TAG_COLUMN, say("Tag is (key=value, or a key alone)")), *found[1:]]


def _form(request: PageRequest) -> Component:
    bare = request.filters.to_query(after=None, page=1).removeprefix("?")
    return html.Form(
        [
            *(hidden_field(name, value) for name, value in parse_qsl(bare)),
            select_field(
                identifier="lines-column",
                name="column",
                label=say("Only lines whose"),
                options=_options(),
                value=_SUGGESTED,
            ),
            text_field(
                identifier="lines-find",
                name="value",
                label=say("Text, number or day"),
                hint=say("a day as 2026-03-31"),
                maxLength=LONGEST_TEXT,
                required=True,
            ),
            html.Button(say("Find"), type="submit", className="button button-small"),
        ],
        method="get",
        action=PATH,
        className="lines-search",
        role="search",
        **{"aria-label": say("Find lines")},
    )
