"""The rows of the grid of lines, sent as somebody goes down in it: always of their own scope."""

from __future__ import annotations

from typing import Any, Final

from dash import no_update
from dash.dependencies import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import abort

from auth.permissions import Permission
from portal.access import guarded_callback, require_reader
from portal.pages.explore.bill_reach import reaching_as_far_as_bills
from portal.pages.explore.bills import may_see_bills
from portal.pages.explore.controls import PATH
from portal.pages.explore.line_grid import GRID, NOTICE, PLACE, ROWS, draw_notice, shown_rows
from portal.pages.explore.line_question import lines_asked
from portal.pages.page import PageRequest
from portal.received_texts import say_received
from portal.router import ask_for, find_page
from warehouse.errors import QuestionError, TooMuchError
from warehouse.lines.asking import MOST_ROWS, SORTS, LineFilter, LineSort

FURTHEST: Final = 100_000
"""Row to which the grid can be gone down; what lies beyond is for filters and downloads."""

_MOST_STEPS: Final = 20

Rows = dict[str, Any]


@guarded_callback(
    Output(GRID, "getRowsResponse"),
    Output(PLACE, "data"),
    Output(NOTICE, "children"),
    Input(GRID, "getRowsRequest"),
    State("url", "search"),
    State(PLACE, "data"),
    permission=Permission.VIEW_COST,
)
def show_lines(wanted: Any, search: Any, place: Any) -> tuple[Rows, Any, list[Component]]:
    """Give the rows that the grid asks for, and the place from which the next ones are read.

    What takes too long ends in a sentence above the grid, which shows the rows that it has.
    """
    if wanted is None:
        # The grid is there, but hasn't asked yet.
        raise PreventUpdate
    start, sort = _read_wanted(wanted)
    if not isinstance(search, str | None):
        abort(400)
    reader = require_reader()
    page = find_page(PATH, reader)
    request = None if page is None else ask_for(page, reader, search or "", None)
    if request is None or not may_see_bills(request):
        abort(404)
    request = reaching_as_far_as_bills(request)
    asked = lines_asked(request.filters, request.year_period())
    try:
        after = _place_before(request, asked, sort, start, place)
        found = request.gateway.lines(asked, request.scope, sort=sort, after=after, limit=ROWS)
    except TooMuchError as error:
        nothing = {"rowData": [], "rowCount": start}
        return nothing, no_update, draw_notice(say_received(str(error)))
    except QuestionError:
        abort(400)
    rows = shown_rows(request, found.rows)
    end = start + len(rows)
    is_last = found.next_key is None or end >= FURTHEST
    following = {"row": end, "sort": str(sort), "key": found.next_key}
    return {"rowData": rows, "rowCount": end if is_last else None}, following, []


def _read_wanted(wanted: Any) -> tuple[int, LineSort]:
    """Read the first row and the order that the grid asks for; anything else is answered 400."""
    if not isinstance(wanted, dict):
        abort(400)
    start, order = wanted.get("startRow"), wanted.get("sortModel") or []
    if not isinstance(start, int) or isinstance(start, bool) or not isinstance(order, list):
        abort(400)
    if not 0 <= start < FURTHEST or start % ROWS:
        abort(400)
    if wanted.get("filterModel"):
        # Columns are narrowed in the address, where sums and downloads see it too.
        abort(400)
    if not order:
        return start, LineSort()
    first = order[0]
    if not isinstance(first, dict) or first.get("colId") not in SORTS:
        abort(400)
    return start, LineSort(str(first["colId"]), first.get("sort") == "desc")


def _place_before(
    request: PageRequest, asked: LineFilter, sort: LineSort, start: int, place: Any
) -> str | None:
    """Give the key after which the rows from ``start`` on follow.

    It is the one that was sent with the rows before, if these are the next. Else it is read from
    the beginning, which a grid that is gone through row by row never needs.
    """
    if start == 0:
        return None
    if isinstance(place, dict) and place.get("row") == start and place.get("sort") == str(sort):
        key = place.get("key")
        if isinstance(key, str):
            return key
    if start > _MOST_STEPS * MOST_ROWS:
        abort(400)
    after: str | None = None
    left = start
    while left:
        size = min(left, MOST_ROWS)
        found = request.gateway.lines(asked, request.scope, sort=sort, after=after, limit=size)
        after, left = found.next_key, left - size
        if after is None:
            abort(400)
    return after
