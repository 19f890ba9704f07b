"""The most important insights, for the executive summary."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, nothing_card
from portal.pages.insights.judging import most_important
from portal.pages.insights.lines import short_line
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import say

PATH: Final = "/insights"
_MOST: Final = 3


def draw_most_important(request: PageRequest) -> Component:
    """Say the few things about money that matter most, each of another kind."""
    title = say("What matters most")
    found = most_important(request, _MOST)
    if not found:
        why = say("Nothing that the records tell of is above budget, wasted or without an owner.")
        return nothing_card(title, why, 12)
    return card(
        headline=title,
        subtitle=say("Money at stake first, then spend concerned; {months}. Amounts may overlap",
                     months=span_of(request)),
        children=[html.Div([short_line(one) for one in found], className="action-list")],
        footer=[html.A(say("All insights"), href=f"{PATH}{request.filters.to_query()}")],
        anchor="insights",
    )  # fmt: skip
