"""The grid of lines: its columns, and the rows that it asks for as somebody scrolls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import dash_ag_grid as dag
from dash import dcc
from dash import html as live
from dash.development.base_component import Component

from portal.components import html
from portal.components.states import banner
from portal.components.tables import Column
from portal.formats import day_short
from portal.pages.explore.line_question import (
    amount,
    number,
    origin_of,
    owner_of,
    sort_of,
    step_of,
)
from portal.pages.frame import agency_names
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known
from warehouse.lines.sorting import SORTED
from warehouse.question import Value

GRID: Final = "lines-grid"
NOTICE: Final = "lines-notice"
"""Where it is said why no further rows come; an element of Dash's own, which is redrawn."""
PLACE: Final = "lines-place"
"""Keeps the key after which the next rows follow."""

ROWS: Final = 100
"""Rows that the grid asks for at a time."""
BLOCKS: Final = 100
"""So many times that many the browser keeps."""

Line = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of the grid; lines can be ordered by those of SORTED."""

    key: str
    title: str
    width: int
    is_number: bool = False
    on_paper: bool = False


COLUMNS: Final = (
    LineColumn("day", later("Day"), 120, on_paper=True),
    LineColumn("service", later("Cloud service"), 220, on_paper=True),
    LineColumn("billed_cost", later("Invoiced"), 210, is_number=True,
               on_paper=True),
    LineColumn("effective_cost", later("Consumed"), 210, is_number=True,
               on_paper=True),
    LineColumn("owner", later("Owner"), 220, on_paper=True),
    LineColumn("step", later("Owner by"), 170),
    LineColumn("provider", later("Provider"), 110, on_paper=True),
    LineColumn("account", later("Account"), 240),
    LineColumn("resource", later("Resource"), 280, on_paper=True),
    LineColumn("service_category", later("Category of service"), 190),
    LineColumn("region", later("Region"), 130),
    LineColumn("charge_category", later("Cost category"), 140),
    LineColumn("quantity", later("Quantity"), 150, is_number=True),
    LineColumn("unit", later("Unit"), 110),
    LineColumn("list_cost", later("At public prices"), 210, is_number=True),
    LineColumn("contracted_cost", later("At agreed prices"), 210, is_number=True),
    LineColumn("tags", later("Tags"), 320),
    LineColumn("origin", later("Bill and row"), 280),
)  # fmt: skip


def draw_grid(request: PageRequest) -> Component:
    """Draw the grid; its rows are asked for when it is on screen."""
    sort = sort_of(request)
    columns: list[dict[str, Any]] = [
        {
            "field": one.key,
            "headerName": say_known(one.title),
            "width": one.width,
            "sortable": one.key in SORTED,
            **({"type": "rightAligned"} if one.is_number else {}),
            **({"sort": "desc" if sort.descending else "asc"} if one.key == sort.by else {}),
        }
        for one in COLUMNS
    ]
    grid = html.Div(
        [
            dag.AgGrid(
                id=GRID,
                rowModelType="infinite",
                columnDefs=columns,
                defaultColDef={
                    "resizable": True,
                    "suppressMovable": True,
                    "filter": False,
                    "sortingOrder": ["desc", "asc"],
                },
                dashGridOptions={
                    "cacheBlockSize": ROWS,
                    # Rows far from those on screen are let go, and asked for again by their place.
                    "maxBlocksInCache": BLOCKS,
                    "maxConcurrentDatasourceRequests": 1,
                    "suppressMultiSort": True,
                    "ensureDomOrder": True,
                    "enableCellTextSelection": True,
                    # Tab leaves the grid, whose cells and titles are gone through by arrows: there
                    # is no end to the rows that one would have to go through first.
                    "tabToNextCell": {"function": "false"},
                    "tabToNextHeader": {"function": "false"},
                    "tooltipShowDelay": 400,
                },
                className="lines-grid",
                style={"height": "100%", "width": "100%"},
            ),
            dcc.Store(id=PLACE),
        ],
        className="lines-frame",
        role="region",
        **{"aria-label": say("Lines of bills; the arrow keys move among them, and more follow")},
    )
    notice = live.Div(id=NOTICE, role="status", **{"aria-live": "polite"})
    return html.Div([notice, grid])


def draw_notice(why: str) -> list[Component]:
    """Say why no further rows come."""
    return [banner(why, kind="warn")]


def shown_rows(request: PageRequest, rows: Sequence[Line]) -> list[dict[str, Any]]:
    """Write lines as the grid and the table show them."""
    names = agency_names(request)
    return [
        {
            "day": day_short(str(row["day"])),
            "owner": owner_of(row, names),
            "step": step_of(row),
            "account": _account(row),
            "resource": row["resource_id"] or row["resource_name"] or row["charge_description"],
            "quantity": number(row["quantity"]),
            "tags": _tags(row["tags"]),
            "origin": origin_of(row),
            **{name: row[name] for name in _AS_BILLED},
            **{name: amount(row[name], row["currency"]) for name in _COSTS},
        }
        for row in rows
    ]


def paper_columns() -> list[Column]:
    """Give the columns that a table has room for."""
    return [
        Column(one.key, say_known(one.title), numeric=one.is_number, is_key=one.key in _ON_PHONES)
        for one in COLUMNS
        if one.on_paper
    ]


_AS_BILLED = ("provider", "service", "service_category", "region", "charge_category", "unit")
_COSTS = ("list_cost", "contracted_cost", "billed_cost", "effective_cost")
_ON_PHONES = ("day", "owner", "service", "billed_cost")


def _account(row: Line) -> str:
    name, number_of = row["account_name"], str(row["account_id"])
    return number_of if name in (None, number_of) else f"{name} ({number_of})"


def _tags(text: Value) -> str:
    try:
        found = json.loads(str(text or "{}"))
    except ValueError:
        return str(text)
    if not isinstance(found, dict):
        return str(text)
    return "; ".join(f"{key}: {_tag_value(value)}" for key, value in found.items())


def _tag_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
