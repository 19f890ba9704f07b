"""The sections of the page on peaks: the course of peak months, who collapses, and each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import ROW, Column, data_table
from portal.exports.links import question_query
from portal.figures.bars import draw_rate_bars
from portal.formats import decimal, month_name, signed_number
from portal.pages.evidence import (
    answer_table,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    row_key,
    table_of,
)
from portal.pages.frame import whose
from portal.pages.page import PageRequest, months_before
from portal.pages.reliability.peak_asks import (
    NOTABLE,
    PATH,
    Described,
    ServiceKey,
    ask_service_seasons,
    ask_services,
    broke_at_peak,
    compared,
    criticality,
    described,
    dropped,
    key_of,
    season_rows,
)
from portal.pages.reliability.peak_calendar import calendar_numbers, month_ranges
from portal.pages.reliability.sla_services import Row, drill_service, is_measured, service_name
from portal.pages.series import by_month, largest, months_of, number, present
from portal.texts import say, say_number
from warehouse.question import Answer, Period

_MOST_LINES: Final = 6
_MOST_ROWS: Final = 15
_HISTORY_MONTHS: Final = 36
_RANKS: Final = {"High": 0, "Medium": 1, "Low": 2}


def draw_peak_course(request: PageRequest) -> Component:
    """Draw the SLA breach rate of peak months alone, over the years; measured months only."""
    end = request.filters.end or request.build.data_to
    start = request.filters.start or months_before(end, _HISTORY_MONTHS - 1)
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


def draw_collapses(request: PageRequest) -> Component:
    """Rank the services that are notably less stable at peak; measured ones only."""
    answer = ask_services(request)
    known = compared(answer)
    title = say("Who collapses under peak load")
    if not known:
        return nothing_card(
            title,
            say(
                "No service was measured both in peak months and in others. Modelled stability "
                "follows utilisation, so nobody is ranked by it. Hand in telemetry to see who "
                "holds."
            ),
            5,
        )
    fallen = dropped(known)
    if not fallen:
        return nothing_card(
            title,
            say_number(
                len(known),
                "{number} service was measured in both seasons; it holds at peak.",
                "{number} services were measured in both seasons; none loses a point at peak.",
            ),
            5,
        )
    deepest = -(number(fallen[0]["stability_peak_delta"]) or -1.0)
    items = [
        Ranked(
            name=service_name(row),
            figure=signed_number(number(row["stability_peak_delta"])),
            share=-(number(row["stability_peak_delta"]) or 0.0) / deepest,
            detail=_detail(request, row),
            href=drill_service(request, row, PATH),
            evidence=evidence_of(answer, "stability_peak_delta", row),
        )
        for row in fallen[:_MOST_LINES]
    ]
    return card(
        headline=say("{service} loses most at peak", service=items[0].name),
        subtitle=say(
            "Stability in peak months against the service's other months, points of 100; drops of "
            "{least} or more, measured services, {shown} of {all} shown",
            least=f"{NOTABLE:g}",
            shown=len(items),
            all=len(fallen),
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("peak against other months by service")),
        span=5,
    )


def draw_services(request: PageRequest) -> Component:
    """List digital services, critical ones first, with both seasons and their differences."""
    answer, seasons = ask_services(request), ask_service_seasons(request)
    known, about = compared(answer), described(request)
    title = say("Each service at peak and in other months")
    rows = (
        sorted(known, key=lambda row: _RANKS.get(criticality(about, row), len(_RANKS)))
        if known
        else [row for row in answer.rows if row["stability_peak_delta"] is not None]
    )
    if not rows:
        return nothing_card(title, say("No service has records in both seasons here."), 12)
    shown = rows[:_MOST_ROWS]
    order = (
        say("critical services first, then by drop; measured services only")
        if known
        else say("by MDA; modelled from utilisation, so that a difference is one of utilisation")
    )
    return card(
        headline=title,
        subtitle=say(
            "Stability of 100, differences are peak minus other months; {order}; {shown} of {all} "
            "shown",
            order=order,
            shown=len(shown),
            all=len(rows),
        ),
        children=[
            data_table(
                caption=title,
                columns=_columns(request),
                rows=[_service_row(request, answer, seasons, row, about) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("peak against other months by service")),
            *footer_notes(_left_out(answer, known)),
        ],
        anchor="services",
    )


def draw_own_peaks(request: PageRequest) -> Component:
    """List the digital services that state peak months which the calendar doesn't have."""
    calendar, about = calendar_numbers(request), described(request)
    title = say("Peaks that the calendar doesn't have")
    answer = ask_services(request)
    found = []
    for row in answer.rows:
        stated = about.get(key_of(row), Described("", ())).peak_months
        outside = [m for m in stated if m not in calendar.get(int(str(row["agency"])), frozenset())]
        if outside:
            found.append((row, outside))
    if not found:
        return nothing_card(
            title, say("No digital service in view states a peak outside the calendar."), 6
        )
    rows = [
        {
            "service": service_name(row),
            "agency": dimension_text(row, "agency"),
            "months": month_ranges(outside),
        }
        for row, outside in found[:_MOST_LINES]
    ]
    return card(
        headline=say_number(
            len(found),
            "{number} service peaks outside the calendar",
            "{number} services peak outside the calendar",
        ),
        subtitle=say(
            "Peak months that services.csv states and the calendar doesn't have: this page counts "
            "them as other months; {shown} of {all} shown",
            shown=len(rows),
            all=len(found),
        ),
        children=[
            data_table(
                caption=title,
                columns=(
                    Column("service", say("Digital service")),
                    *((Column("agency", say("MDA")),) if request.sees_many else ()),
                    Column("months", say("Its own peak")),
                ),
                rows=rows,
            )
        ],
        span=6,
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


def _detail(request: PageRequest, row: Row) -> str:
    """Say whose it is, and whether it broke a limit at peak."""
    broke = (
        say("broke limits at peak") if broke_at_peak(request, row)
        else say("no limit broken at peak")
    )  # fmt: skip
    return f"{dimension_text(row, 'agency')} · {broke}" if request.sees_many else broke


def _columns(request: PageRequest) -> Sequence[Column]:
    return (
        Column("service", say("Service")),
        *((Column("agency", say("MDA"), is_key=False),) if request.sees_many else ()),
        Column("criticality", say("Criticality")),
        Column("own", say("Its own peak"), is_key=False),
        Column("peak", say("Stability at peak"), numeric=True),
        Column("other", say("Other months"), numeric=True, is_key=False),
        Column("stability", say("Difference"), numeric=True, figure=("stability_peak_delta")),
        Column("latency", say("Latency"), numeric=True, is_key=False,
               figure="latency_peak_delta_ms"),
        Column("errors", say("Errors, points"), numeric=True, is_key=False,
               figure="error_rate_peak_delta"),
        Column("breaches", say("Limits broken, points"), numeric=True, is_key=False,
               figure="sla_breach_rate_peak_delta"),
    )  # fmt: skip


def _service_row(
    request: PageRequest,
    answer: Answer,
    seasons: Answer,
    row: Row,
    about: Mapping[ServiceKey, Described],
) -> Mapping[str, Any]:
    found = season_rows(seasons)
    sides = {season: found.get((*key_of(row), season)) for season in ("peak", "non-peak")}
    said = about.get(key_of(row))
    return {
        ROW: row_key(answer, row),
        "service": html.A(service_name(row), href=drill_service(request, row, PATH)),
        "agency": dimension_text(row, "agency"),
        "criticality": said.criticality if said else say("not named"),
        "own": month_ranges(said.peak_months) if said and said.peak_months else say("none stated"),
        "peak": _side(seasons, sides["peak"]),
        "other": _side(seasons, sides["non-peak"]),
        "stability": signed_number(number(row["stability_peak_delta"])),
        "latency": say(
            "{number} ms", number=signed_number(number(row["latency_peak_delta_ms"]), 0)
        ),
        "errors": signed_number(number(row["error_rate_peak_delta"]), 2),
        "breaches": signed_number(number(row["sla_breach_rate_peak_delta"])),
    }


def _side(seasons: Answer, row: Row | None) -> Component | str:
    if row is None:
        return say("not available")
    text = decimal(number(row["stability_score"]))
    return figure(seasons, "stability_score", text, row)


def _left_out(answer: Answer, known: Sequence[Row]) -> list[str]:
    """Say how many services aren't in the table, and why."""
    if not known:
        return [say("Modelled from utilisation, not measured. Hand in telemetry to compare")]
    silent = sum(not is_measured(row) for row in answer.rows)
    single = len(answer.rows) - silent - len(known)
    notes = []
    if silent:
        notes.append(
            say_number(silent, "{number} service without telemetry is left out",
                       "{number} services without telemetry are left out")
        )  # fmt: skip
    if single:
        notes.append(
            say_number(single, "{number} service measured in one season only is left out",
                       "{number} services measured in one season only are left out")
        )  # fmt: skip
    return notes
