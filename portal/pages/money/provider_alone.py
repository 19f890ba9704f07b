"""Where an MDA spends with one provider alone: a sentence, for a list of one ranks nothing."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.formats import money_short, percent
from portal.pages.evidence import currency_of, dimension_text, downloads_of, figure
from portal.pages.frame import whose_at_start
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import say, say_parts
from warehouse.question import Answer, Value


def draw_only_provider(
    request: PageRequest, answer: Answer, row: Mapping[str, Value], year: str
) -> Component:
    """Say how much went to the one provider of a year."""
    amount = money_short(number(row["provider_spend"]), currency_of(answer, row))
    said = say_parts(
        "{whose} spent {amount} with providers in {year}, {share} of it with {provider}.",
        whose=whose_at_start(request),
        amount=figure(answer, "provider_spend", amount, row),
        year=year,
        share=figure(answer, "provider_share", percent(number(row["provider_share"])), row),
        provider=dimension_text(row, "provider"),
    )
    return card(
        headline=say("All of the spend is with {provider}", provider=str(row["provider"])),
        children=[html.P(said, className="card-body")],
        footer=downloads_of(request, answer, say("spend by provider")),
        span=5,
    )


def draw_one_in_all_years(request: PageRequest, answer: Answer, provider: str) -> Component:
    """Say that the provider never changed."""
    years = sorted({str(row["year"]) for row in answer.rows})
    said = say("From {first} to {last} all provider spend was with {provider}.",
               first=years[0], last=years[-1], provider=provider)  # fmt: skip
    return card(
        headline=say("One provider in every year"),
        children=[html.P(said, className="card-body")],
        footer=downloads_of(request, answer, say("provider shares by year")),
        span=7,
    )
