"""Commitments on the view of bills: what they cover, what of them is used, and what is wasted."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.formats import money, percent
from portal.pages.evidence import answer_table, currency_of, downloads_of, figure
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import say, say_parts
from warehouse.question import Answer

_MEASURES = ("commitment_coverage", "commitment_utilisation", "commitment_unused_cost",
             "effective_savings_rate")  # fmt: skip


def draw_commitments(request: PageRequest) -> Component:
    """Say how much commitments cover and how much of them nothing used, cloud by cloud."""
    title = say("Commitments: reservations and savings plans")
    whole = request.ask(*_MEASURES, period=request.year_period())
    if whole.value("commitment_utilisation") is None:
        why = say("No line of these bills was consumed under a commitment.")
        return nothing_card(title, why, 12)
    by_cloud = request.ask(*_MEASURES, by=("provider",), period=request.year_period())
    return card(
        headline=_headline(whole),
        subtitle=say(
            "Of the cost of usage, {whose}, {span}", whose=whose(request), span=span_of(request)
        ),
        children=[answer_table(by_cloud, title)],
        footer=[
            *downloads_of(request, by_cloud, say("commitments by cloud")),
            *footer_notes(whole.notes),
        ],
        anchor="commitments",
    )


def _headline(whole: Answer) -> list[Text]:
    covered, used, lost = (whole.value(name) for name in _MEASURES[:3])
    if not lost:
        return say_parts(
            "Commitments cover {share} of usage, and all of them was used",
            share=figure(whole, "commitment_coverage", percent(covered)),
        )
    return say_parts(
        "Commitments cover {share} of usage; {used} of them was used, and {amount} was "
        "paid for nothing",
        share=figure(whole, "commitment_coverage", percent(covered)),
        used=figure(whole, "commitment_utilisation", percent(used)),
        amount=figure(whole, "commitment_unused_cost", money(lost, currency_of(whole))),
    )
