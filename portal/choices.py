"""Lists that grow with the government, sent beside a page and not in it.

What search can go to is the same on every page, and a filter's choices are needed only when
somebody opens it: neither keeps a page's figures waiting.
"""

from __future__ import annotations

from typing import Any

from dash.dependencies import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import abort

from auth.permissions import Permission
from portal.access import guarded_callback, require_reader
from portal.components.filter_bar import LATER_AGENCY, choices
from portal.components.forms import written
from portal.pages import PAGES
from portal.pages.shell import SEARCH_WANTED, destinations
from portal.router import ask_for, find_page


@guarded_callback(
    Output("destinations", "children"),
    Input(SEARCH_WANTED, "data"),
    permission=Permission.VIEW_OWN_ACCOUNT,
)
def show_destinations(wanted: Any) -> Component:
    """List what search can go to; a browser draws a thousand choices slower than a page."""
    if wanted is None:
        raise PreventUpdate
    if wanted is not True:
        abort(400)
    return destinations(ask_for(None, require_reader(), "", None), PAGES)


@guarded_callback(
    Output(LATER_AGENCY, "options"),
    Input(LATER_AGENCY, "id"),
    State("url", "pathname"),
    State("url", "search"),
    permission=Permission.VIEW_OWN_ACCOUNT,
)
def show_agencies(_field: Any, pathname: Any, search: Any) -> list[dict[str, Any]]:
    """List the MDAs that the filter of a page may offer its reader."""
    if not isinstance(pathname, str) or not isinstance(search, str | None):
        abort(400)
    reader = require_reader()
    page = find_page(pathname, reader)
    if page is None:
        return []
    asked = ask_for(page, reader, search or "", None)
    offered = asked.gateway.options("agency", asked.scope)
    return written(choices(offered, asked.filters.agency))
