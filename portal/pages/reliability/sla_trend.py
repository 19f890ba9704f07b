"""When limits broke, and which: the months of breaches, and the limits with what exceeded them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.tables import Column, data_table
from portal.figures.stacks import draw_month_stacks
from portal.formats import count, month_name
from portal.pages.evidence import answer_table, downloads_of, figure, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Observed, limits_hit
from portal.pages.reliability.sla_services import BREACHES, is_measured, limits_of
from portal.pages.series import by_month, column, months_of, number, present, rows_where
from portal.service_types import type_name
from portal.texts import say
from warehouse.question import Answer

_LIMITS: Final = ("sla_", "warning_", "capacity_")
_SPAN: Final = 7


def draw_breach_trend(request: PageRequest) -> Component:
    """Draw the limits broken each month, by type of service; measured months only, if any are."""
    answer = request.ask(*BREACHES, "request_count", by=("month", "service_type"),
                         period=request.year_period())  # fmt: skip
    known = [row for row in answer.rows if is_measured(row)]
    rows = known or answer.rows
    months = months_of(answer)
    if not rows:
        return nothing_card(_title(), say("No reliability records in this period."), _SPAN)
    if len(months) < 2:
        return _in_one_month(request, answer, months[0])
    parts = []
    for name in dict.fromkeys(str(row["service_type"]) for row in rows):
        values = by_month(rows_where(rows, "service_type", name), months, "sla_breaches")
        if any(present(values)):
            parts.append((type_name(name), values))
    headline = _trend_headline(request, bool(known))
    if not parts:
        return _without_breach(request, answer, headline)
    return chart_card(
        headline=headline,
        subtitle=say(
            "Service-months that broke a limit, by type of service, {whose}, {start} to {end}; the "
            "limits that were hit are in the table",
            whose=whose(request), start=month_name(months[0]), end=month_name(months[-1]),
        ),
        figure=draw_month_stacks(
            months=months, parts=parts, unit=say("service-months"), theme=request.theme
        ),
        sentence=say(
            "Bars of limits broken by month and type of service. {headline}.", headline=headline
        ),
        table=table_of(answer, _title()),
        downloads=_downloads(request, answer),
        notes=_left_out(len(known), len(answer.rows)),
        modelled=not known,
        span=_SPAN,
    )  # fmt: skip


def _title() -> str:
    return say("Limits broken by month")


def _downloads(request: PageRequest, answer: Answer) -> Sequence[Component]:
    return downloads_of(request, answer, say("limits broken by month"))


def _in_one_month(request: PageRequest, answer: Answer, month: str) -> Component:
    """Give the table alone where a chart would have a single bar."""
    return card(
        headline=_title(),
        subtitle=say("One month is in view: {month}", month=month_name(month)),
        children=[answer_table(answer, _title())],
        footer=_downloads(request, answer),
        span=_SPAN,
    )


def _without_breach(request: PageRequest, answer: Answer, headline: str) -> Component:
    """Say that nothing broke; a chart of nothing would say less."""
    months = months_of(answer)
    return card(
        headline=headline,
        subtitle=say(
            "{whose}, {start} to {end}",
            whose=whose(request),
            start=month_name(months[0]),
            end=month_name(months[-1]),
        ),
        footer=[table_of(answer, _title()), *_downloads(request, answer)],
        span=_SPAN,
    )


def _left_out(measured: int, every: int) -> tuple[str, ...]:
    if not 0 < measured < every:
        return ()
    return (say("Types of service without telemetry in a month are in the table only"),)


def draw_limits(request: PageRequest) -> Component:
    """List every limit with its value in force and how often it was exceeded."""
    names = ("latency_breach_count", "error_breach_count", "capacity_breach_count",
             "latency_warnings", "error_warnings")  # fmt: skip
    answer = request.ask(*names, period=request.year_period())
    known = request.ask("over_capacity_count", period=request.year_period())
    modelled = bool(answer.modelled)
    limits = limits_of(request)
    lines = (
        (say("Latency"), say("{number} ms", number=f"{limits.latency_ms:g}"), names[0]),
        (say("Latency, warning"), say("{number} ms", number=f"{limits.latency_warning_ms:g}"),
         names[3]),
        (say("Errors"), f"{limits.error_pct:g} %", names[1]),
        (say("Errors, warning"), f"{limits.error_warning_pct:g} %", names[4]),
        (say("Capacity"), f"{limits.capacity_pct:g} %", names[2]),
    )  # fmt: skip
    rows = [
        {
            "limit": name,
            "value": _recorded(value),
            "times": figure(answer, measure, _times(answer, measure)),
        }
        for name, value, measure in lines
    ]
    everywhere = {
        "limit": say("Capacity, telemetry or not"),
        "value": _recorded(f"{limits.capacity_pct:g} %"),
        "times": figure(known, "over_capacity_count", _times(known, "over_capacity_count")),
    }
    columns = (
        Column("limit", say("Limit")),
        Column("value", say("Above"), numeric=True),
        Column(
            "times",
            say("Service-months, by the model") if modelled else say("Service-months, measured"),
            numeric=True,
        ),
    )
    title = say("How often each limit was exceeded")
    notes = [*_limit_changes(request), *(() if modelled else answer.notes)]
    return card(
        headline=title,
        subtitle=say("Limits in force at the end of the period, {whose}", whose=whose(request)),
        children=[data_table(caption=title, columns=columns, rows=[*rows, everywhere])],
        footer=[
            *downloads_of(request, answer, say("limits exceeded")),
            *footer_notes(notes),
        ],
        span=7 if modelled else 5,
    )


def _trend_headline(request: PageRequest, is_known: bool) -> str:
    """Say which type of service broke which limits; of modelled months only that they would."""
    if not is_known:
        return say("By the model; whether a limit of latency or errors broke is not known")
    total = request.ask(*BREACHES, "request_count", "service_utilisation", "latency_warnings",
                        "error_warnings", by=("service_type",),
                        period=request.year_period())  # fmt: skip
    hit = [
        say("{type} by {limits}", type=type_name(row["service_type"]),
            limits=limits_hit(Observed.of(row)))
        for row in total.rows
        if is_measured(row) and number(row["sla_breaches"])
    ]  # fmt: skip
    if not hit:
        return say("No limit was broken in the months that were measured")
    return say("Limits were broken in {types}", types="; ".join(hit))


def _recorded(limit: str) -> Component:
    """Mark a limit as what people set: a record, and no figure of an answer."""
    return html.Span(limit, **{"data-recorded": "limit"})


def _times(answer: Answer, measure: str) -> str:
    return count(next(iter(column(answer.rows, measure)), None))


def _limit_changes(request: PageRequest) -> list[str]:
    """Say which of the limits changed within the period: each month is judged by its own."""
    period = request.year_period()
    start, end = period.start or "", period.end or request.build.data_to
    months = sorted(
        {m for name, _, m in request.limits if start < m <= end and name.startswith(_LIMITS)}
    )
    return [
        say(
            "A limit changed from {month}; each month is judged by its own", month=month_name(month)
        )
        for month in months
    ]
