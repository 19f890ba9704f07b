"""What bills come to in the currencies they are billed in, before any exchange rate."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from portal.components.cards import card, footer_notes, nothing_card
from portal.pages.evidence import answer_table, downloads_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import say

_COSTS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")


def draw_currencies(request: PageRequest) -> Component:
    """Write out the four costs by the currency that they are billed in."""
    as_billed = replace(request, filters=replace(request.filters, currency="own"))
    answer = as_billed.ask(*_COSTS, by=("currency",), period=request.year_period())
    title = say("In the currencies billed")
    if not answer.rows:
        return nothing_card(title, say("No bills in this period."), 12)
    return card(
        headline=title,
        subtitle=say("As the bills have it, before any exchange rate; {whose}, {span}",
                     whose=whose(request), span=span_of(request)),
        children=[answer_table(answer, title, {"currency": say("Billed in")})],
        footer=[
            *downloads_of(as_billed, answer, say("cost by billing currency")),
            *footer_notes(answer.notes),
        ],
        span=12,
    )  # fmt: skip
