"""What is ahead by service type: the next month and the twelve months ahead."""

from __future__ import annotations

from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.tables import ROW, Column, data_table
from portal.formats import money, month_name, not_available
from portal.pages.evidence import currency_of, dimension_text, downloads_of, figure, row_key
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.series import Rows, largest, number
from portal.texts import say, say_parts
from warehouse.months import shifted
from warehouse.question import Answer, Period

_MIDDLE: Final = "forecast_spend"
_BAND: Final = ("forecast_low_80", "forecast_high_80")
_YEAR: Final = 12


def draw_ahead_by_service(request: PageRequest) -> Component:
    """List service types with their next month and the twelve months ahead."""
    title, newest = say("What is ahead by service"), request.build.data_to
    next_month = shifted(newest, 1)
    soon = request.ask(_MIDDLE, *_BAND, by=("service_type",), period=Period(next_month, next_month))
    ranked = largest(soon.rows, _MIDDLE)
    if not ranked:
        return nothing_card(title, soon.reasons.get(_MIDDLE, ""), 12)
    year = request.ask(_MIDDLE, by=("service_type",),
                       period=Period(next_month, shifted(newest, _YEAR)))  # fmt: skip
    return card(
        headline=_headline(soon, ranked, next_month),
        subtitle=say(
            "Of {whose}. Each service type is forecast from its own months and drawn to its MDA's "
            "forecast, so that all add up to it. Choose one to see how far its forecasts were off",
            whose=whose(request),
        ),
        children=[_table(request, soon, ranked, year)],
        footer=[
            html.Span(say("Next month:")),
            *downloads_of(request, soon, say("next month's forecast by service")),
            html.Span(say("Twelve months:")),
            *downloads_of(request, year, say("forecast of twelve months by service")),
            *footer_notes(soon.notes),
        ],
        anchor="ahead-by-service",
    )  # fmt: skip


def _headline(answer: Answer, ranked: Rows, month: str) -> list[Text]:
    top = ranked[0]
    return say_parts(
        "{service} is forecast at {amount} in {month}",
        service=dimension_text(top, "service_type"), month=month_name(month),
        amount=figure(answer, _MIDDLE, money(number(top[_MIDDLE]), currency_of(answer)), top),
    )  # fmt: skip


def _table(request: PageRequest, soon: Answer, ranked: Rows, year: Answer) -> Component:
    """List services once, with the next month, its band where one is told, and twelve months."""
    has_band = any(row[_BAND[0]] is not None for row in ranked)
    columns = [
        Column("service", say("Service")),
        Column(_MIDDLE, say("Next month"), numeric=True, figure=_MIDDLE),
        *((Column(_BAND[0], say("80 % band, lower"), numeric=True, is_key=False, figure=_BAND[0]),
           Column(_BAND[1], say("80 % band, upper"), numeric=True, is_key=False, figure=_BAND[1]))
          if has_band else ()),
        Column("year", say("The next twelve months"), numeric=True, is_key=False),
    ]  # fmt: skip
    ahead = {row["service_type"]: row for row in year.rows}
    return data_table(
        caption=say("What is ahead by service"),
        columns=columns,
        rows=[
            {
                **_row(request, soon, row),
                "year": _of_year(year, ahead.get(row["service_type"])),
            }
            for row in ranked
        ],
        evidence={"data-question": question_query(soon.question)},
    )


def _of_year(answer: Answer, row: Any) -> Text:
    if row is None:
        return not_available()
    return figure(answer, _MIDDLE, money(number(row[_MIDDLE]), currency_of(answer)), row)


def _row(request: PageRequest, answer: Answer, row: Any) -> dict[str, Any]:
    service = str(row["service_type"])
    return {
        ROW: row_key(answer, row),
        "service": html.A(
            dimension_text(row, "service_type"),
            href=drill_to("/finops/trends", request, service=(service,)) + "#ahead",
        ),
        **{name: money(number(row[name]), currency_of(answer)) for name in (_MIDDLE, *_BAND)},
    }
