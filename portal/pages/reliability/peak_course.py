"""The course of peak months alone, over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card, chart_card, nothing_card
from portal.figures.bars import draw_rate_bars
from portal.formats import month_name
from portal.pages.evidence import (
    answer_table,
    downloads_of,
    table_of,
)
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import Row, is_measured
from portal.pages.series import by_month, largest, months_of, number, present
from portal.texts import say
from warehouse.months import shifted
from warehouse.question import Period

_HISTORY_MONTHS: Final = 36


def draw_peak_course(request: PageRequest) -> Component:
    """Draw the SLA breach rate of peak months alone, over the years; measured months only."""
    end = request.filters.end or request.build.data_to
    start = request.filters.start or shifted(end, 1 - _HISTORY_MONTHS)
    answer = request.ask("sla_breach_rate", "sla_breaches", "request_count", by=("month",),
                         where=(("peak", ("peak",)),), period=Period(start, end))  # fmt: skip
    title = say("Limits broken in peak months")
    known = [row for row in answer.rows if is_measured(row)]
    rows = known or answer.rows
    if not rows:
        return nothing_card(title, say("No peak month with records lies in this period."), 7)
    months = months_of(answer) if not known else [str(row["month"]) for row in known]
    rates = by_month(rows, months, "sla_breach_rate")
    if len(months) < 2:
        return card(
            headline=title,
            children=[answer_table(answer, title)],
            footer=downloads_of(request, answer, say("limits broken in peak months")),
            span=7,
        )
    headline = _course_headline(rows, bool(known))
    return chart_card(
        headline=headline,
        subtitle=say(
            "Share of service-months that broke a limit, peak months only, {whose}, {start} to "
            "{end}, %",
            whose=whose(request),
            start=month_name(months[0]),
            end=month_name(months[-1]),
        ),
        figure=draw_rate_bars(
            months=months, rates=rates, name=say("SLA breach rate"), theme=request.theme
        ),
        sentence=say("Bars of the SLA breach rate by peak month. {headline}.", headline=headline),
        table=table_of(answer, title),
        downloads=downloads_of(request, answer, say("limits broken in peak months")),
        notes=(say("Peak months without telemetry are in the table only"),)
        if len(months) < len(answer.rows)
        else (),
        modelled=not known,
        span=7,
    )


def _course_headline(rows: Sequence[Row], is_known: bool) -> str:
    if not is_known:
        return say("Peak months are modelled from utilisation, so nothing follows from them")
    broken = [row for row in rows if number(row["sla_breaches"])]
    if not broken:
        return say("No limit was broken in a measured peak month")
    worst = largest(rows, "sla_breach_rate")
    rates = present([number(row["sla_breach_rate"]) for row in worst])
    if len(rates) > 1 and rates[0] == rates[1]:
        return say(
            "Limits were broken in {some} of {all} peak months that were measured",
            some=len(broken),
            all=len(rows),
        )
    return say(
        "Limits were broken in {some} of {all} measured peak months, most in {month}",
        some=len(broken),
        all=len(rows),
        month=month_name(str(worst[0]["month"])),
    )
