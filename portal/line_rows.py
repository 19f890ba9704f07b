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
from portal.pages.explore.line_question import lines_asked, sort_of
from portal.pages.page import PageRequest
from portal.received_texts import say_received
from portal.router import ask_for, find_page
from warehouse.errors import QuestionError, TooMuchError
from warehouse.lines.asking import MOST_ROWS, LineFilter, LineKey, LineSort
from warehouse.lines.sorting import SORTED

FURTHEST: Final = 2_000_000
"""Row to which the grid can be gone down; from there the table goes on, page by page."""

_KEPT_EVERY: Final = 2_000
"""Rows from one place that the grid's page keeps to the next."""
_MOST_KEPT: Final = FURTHEST // _KEPT_EVERY + 1
_DIGITS: Final = len(str(FURTHEST))
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
    following = _places_kept(place, sort, start, end, found.next_key)
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
    by = first.get("colId") if isinstance(first, dict) else None
    if not isinstance(by, str) or by not in SORTED:
        abort(400)
    return start, LineSort(by, first.get("sort") == "desc")


def _place_before(
    request: PageRequest, asked: LineFilter, sort: LineSort, start: int, place: Any
) -> str | None:
    """Give the key after which the rows from ``start`` on follow.

    It is the one that was sent with the rows before, if these are the next. Whoever goes back to
    rows that the browser has let go is read on from the nearest place before them.
    """
    if start == 0:
        return _first_place(request, sort)
    places = _read_places(place, sort)
    nearest = max((row for row in places if row <= start), default=0)
    after = places[nearest] if nearest else _first_place(request, sort)
    left = start - nearest
    if left > _MOST_STEPS * MOST_ROWS:
        abort(400)
    while left:
        size = min(left, MOST_ROWS)
        found = request.gateway.lines(asked, request.scope, sort=sort, after=after, limit=size)
        after, left = found.next_key, left - size
        if after is None:
            abort(400)
    return after


def _first_place(request: PageRequest, sort: LineSort) -> str | None:
    """Give the place in the address; in another order than the address's it is none."""
    after = request.filters.after
    if after is None or sort != sort_of(request):
        return None
    try:
        LineKey.read(after, sort)
    except QuestionError:
        return None
    return after


def _read_places(place: Any, sort: LineSort) -> dict[int, str]:
    """Read the places that the browser keeps: of this order alone, whatever else it sends."""
    if not isinstance(place, dict) or place.get("sort") != str(sort):
        return {}
    kept = place.get("keys")
    if not isinstance(kept, dict) or len(kept) > _MOST_KEPT:
        return {}
    return {
        int(row): key
        for row, key in kept.items()
        if row.isascii() and row.isdigit() and len(row) <= _DIGITS and isinstance(key, str)
    }


def _places_kept(
    place: Any, sort: LineSort, start: int, end: int, key: str | None
) -> dict[str, Any]:
    """Keep the place after these rows, of those before a few, and none of another order."""
    before = _read_places(place, sort) if start else {}
    kept = {row: one for row, one in before.items() if row % _KEPT_EVERY == 0}
    if key is not None and end < FURTHEST:
        kept[end] = key
    return {"sort": str(sort), "keys": {str(row): one for row, one in kept.items()}}
