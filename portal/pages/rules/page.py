"""Rules of attribution: who bears the cost of bills, and how that is changed."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import breadcrumb
from portal.pages.page import PageRequest
from portal.pages.policies.address import read_address
from portal.pages.rules.books import draw_book, draw_books
from portal.pages.rules.editor import draw_editor
from portal.pages.rules.seen import RULES, TITLES, may_edit
from portal.texts import later, say_known

TITLE: Final = later("Rules of attribution")


def draw_rules(request: PageRequest) -> Component:
    """Draw all books, or what the address names: one of them, or the form to write it."""
    asked = read_address(request.search)
    name = asked.get("book", "")
    if name not in TITLES:
        return draw_books(request)
    is_edit = asked.get("view") == "edit" and may_edit(request, name)
    page = draw_editor(request, name, asked) if is_edit else draw_book(request, name, asked)
    title = say_known(TITLES[name])
    return html.Div([breadcrumb(((say_known(TITLE), RULES),), title), page])
