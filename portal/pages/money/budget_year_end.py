"""Where the year ends: forecasts against the year's budget, and the chance of exceeding it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.states import status_word
from portal.components.tables import ROW, Column, data_table
from portal.formats import money_short, percent, signed_money
from portal.pages.evidence import currency_of, dimension_text, downloads_of, figure, row_key
from portal.pages.frame import drill_to
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, number, ranked_once
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.forecasting.intervals import WORDS, overrun_word
from warehouse.question import Answer, Value

_MOST_ROWS: Final = 12
_AMOUNTS: Final = ("forecast_year_end", "forecast_year_end_low_80", "forecast_year_end_high_80")
"""Shown short: a forecast isn't known to the cent."""
_ABOVE: Final = "forecast_over_budget"
_CHANCE: Final = "overrun_probability"
_OUTLOOKS: Final = (
    (later("on track"), "good"),
    (later("watch"), "warn"),
    (later("likely over"), "bad"),
    (later("very likely over"), "bad"),
)
"""Words for readers, in the order of WORDS."""
_OVER: Final = 2
"""Place of the first of them that expects an overrun."""


def draw_year_end(request: PageRequest) -> Component:
    """List MDAs by their chance of exceeding the year's budget, with what the year will cost."""
    answer = request.ask(*_AMOUNTS, _ABOVE, _CHANCE, "months_to_budget_break", by=("agency",))
    ranked = ranked_once(answer, _CHANCE)
    if not ranked:
        title = say("Where the year ends")
        why = answer.reasons.get(_CHANCE) or say("No budget is recorded for the whole year.")
        return nothing_card(title, why, 12)
    shown = at_most(ranked, _MOST_ROWS)
    return card(
        headline=_headline(request, answer, ranked),
        subtitle=say(
            "The year's spend so far and the forecast of its other months, against the budget of "
            "the whole year; {shown} of {all} MDAs with such a budget shown, the likeliest to "
            "exceed it first",
            shown=len(shown), all=len(ranked),
        ),
        children=[
            data_table(
                caption=say("MDAs by their chance of exceeding the year's budget"),
                columns=_columns(),
                rows=[_row(request, answer, row) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("forecast of the year by MDA")),
            *footer_notes(answer.notes),
        ],
        anchor="year-end",
    )  # fmt: skip


def _headline(request: PageRequest, answer: Answer, ranked: Rows) -> Sequence[Text] | str:
    if not request.sees_many and len(ranked) == 1:
        word, _ = _OUTLOOKS[_outlook(ranked[0])]
        return say_parts(
            "The chance of exceeding the year's budget is {chance}: {word}",
            chance=figure(answer, _CHANCE, percent(number(ranked[0][_CHANCE]), 0), ranked[0]),
            word=say_known(word),
        )
    over = sum(_outlook(row) >= _OVER for row in ranked)
    return say_number(
        over,
        "{number} of {all} MDAs is likely to exceed the year's budget",
        "{number} of {all} MDAs are likely to exceed the year's budget",
        all=len(ranked),
    )


def _outlook(row: Mapping[str, Value]) -> int:
    return WORDS.index(overrun_word(number(row[_CHANCE]) or 0.0))


def _columns() -> tuple[Column, ...]:
    return (
        Column("agency", say("MDA")),
        Column("forecast_year_end", say("Forecast for the year"), numeric=True,
               figure="forecast_year_end"),
        Column("forecast_year_end_low_80", say("80 % band, lower"), numeric=True, is_key=False,
               figure="forecast_year_end_low_80"),
        Column("forecast_year_end_high_80", say("80 % band, upper"), numeric=True, is_key=False,
               figure="forecast_year_end_high_80"),
        Column(_ABOVE, say("Above the year's budget"), numeric=True, is_key=False, figure=_ABOVE),
        Column(_CHANCE, say("Chance of exceeding it"), numeric=True, figure=_CHANCE),
        Column("outlook", say("Outlook")),
        Column("spent", say("Budget is spent"), is_key=False),
    )  # fmt: skip


def _row(request: PageRequest, answer: Answer, row: Mapping[str, Value]) -> dict[str, Any]:
    currency = currency_of(answer, row)
    word, tone = _OUTLOOKS[_outlook(row)]
    return {
        ROW: row_key(answer, row),
        "agency": html.A(
            dimension_text(row, "agency"),
            href=drill_to("/finops/budget", request, agency=(str(row["agency"]),)),
        ),
        **{name: money_short(number(row[name]), currency) for name in _AMOUNTS},
        _ABOVE: signed_money(number(row[_ABOVE]), currency),
        _CHANCE: percent(number(row[_CHANCE]), 0),
        "outlook": status_word(say_known(word), tone),
        "spent": _spent(number(row["months_to_budget_break"])),
    }


def _spent(months: float | None) -> str:
    if months is None:
        return say("not this year")
    if months == 0:
        return say("already")
    return say_number(int(months), "in {number} month", "in {number} months")
