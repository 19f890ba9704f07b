"""Whose limits broke, and where load meets latency."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.figures.hotspots import draw_hotspots
from portal.figures.points import Point
from portal.formats import count, decimal, percent
from portal.pages.evidence import (
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits, Observed, limits_hit, over_capacity
from portal.pages.reliability.sla_services import (
    Row,
    ask_services,
    drill_service,
    is_measured,
    limits_of,
    measured,
    service_and_owner,
    service_name,
    unmeasured,
)
from portal.pages.series import Rows, at_most, number
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

_MOST_LINES = 6
_MOST_POINTS = 100
_MOST_NAMED = 3


def draw_worst(request: PageRequest) -> Component:
    """Rank the measured services by limits broken; without any, say which run fullest."""
    answer = ask_services(request)
    known = measured(answer)
    if not known:
        return _fullest(request, answer)
    broken = [row for row in known if number(row["sla_breaches"])]
    if not broken:
        return nothing_card(
            say("Services that broke limits"),
            say_number(
                len(known),
                "{number} service was measured in this period and broke no limit.",
                "{number} services were measured in this period. None broke a limit.",
            ),
            5,
        )
    if len(broken) == 1:
        return _only_broken(request, answer, broken[0], others=len(known) - 1)
    most = number(broken[0]["sla_breaches"]) or 1.0
    items = [
        Ranked(
            name=service_name(row),
            figure=count(number(row["sla_breaches"])),
            share=(number(row["sla_breaches"]) or 0.0) / most,
            detail=_detail(request, dimension_text(row, "agency"), limits_hit(Observed.of(row))),
            href=drill_service(request, row),
            evidence=evidence_of(answer, "sla_breaches", row),
        )
        for row in at_most(broken, _MOST_LINES)
    ]
    is_alone = len(broken) == 1 or number(broken[1]["sla_breaches"]) != most
    return card(
        headline=say("{service} broke limits most often", service=items[0].name)
        if is_alone
        else say_number(
            len(broken), "{number} service broke a limit", "{number} services broke a limit"
        ),
        subtitle=say(
            "Months in which a limit was broken, measured services; {shown} of {all} that broke "
            "one",
            shown=len(items),
            all=len(broken),
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("services and the limits they broke")),
        span=5,
    )


def _only_broken(request: PageRequest, answer: Answer, row: Row, *, others: int) -> Component:
    """Say it in a sentence: a list of one line would rank nothing."""
    times = number(row["sla_breaches"])
    said = say_parts(
        "{service} broke a limit in {times} of its months, by {limits}.",
        service=html.A(service_and_owner(request, row), href=drill_service(request, row)),
        times=figure(answer, "sla_breaches", count(times), row),
        limits=limits_hit(Observed.of(row)),
    )
    return card(
        headline=say("{service} alone broke limits", service=service_name(row)),
        children=[
            html.P(said, className="card-body"),
            *(
                [
                    html.P(
                        say_number(
                            others,
                            "The other {number} service that was measured kept within its limits.",
                            "The other {number} services that were measured kept within their "
                            "limits.",
                        ),
                        className="card-body",
                    )
                ]
                if others
                else []
            ),
        ],
        footer=downloads_of(request, answer, say("services and the limits they broke")),
        span=5,
    )


def draw_pressure_and_latency(request: PageRequest) -> Component:
    """Set measured latency against utilisation, with both limits: the stress hotspots."""
    title = say("Latency against utilisation")
    by = ("agency", "digital_service") if request.sees_many else ("digital_service", "month")
    answer = request.ask("service_utilisation", "latency_ms", "request_count", by=by,
                         period=request.year_period())  # fmt: skip
    limits = limits_of(request)
    rows = _slowest_first(answer)
    if len(rows) < 2:
        return nothing_card(title, _too_few_measured(), 7)
    hot = [row for row in rows if _is_hot(row, limits)]
    points = [_hotspot(row, by[-1], limits) for row in rows[:_MOST_POINTS]]
    named = [_hotspot(row, by[-1], limits) for row in (hot or rows)[:_MOST_NAMED]]
    each = say("one mark an MDA's service") if request.sees_many else say("one mark a month")
    headline = _hotspot_headline(len(hot))
    return chart_card(
        headline=headline,
        subtitle=say(
            "Average latency (ms) and utilisation of the service's type (%), measured services, "
            "{each}, {whose}",
            each=each,
            whose=whose(request),
        ),
        figure=draw_hotspots(
            points=points,
            named=named,
            x_limit=(limits.capacity_pct, f"{limits.capacity_pct:g} %"),
            y_limit=(limits.latency_ms, say("{number} ms", number=f"{limits.latency_ms:g}")),
            x_title=say("Utilisation, %"),
            y_title=say("Average latency, ms"),
            theme=request.theme,
        ),
        sentence=_hotspots_said(points, headline),
        table=table_of(answer, title),
        downloads=downloads_of(request, answer, say("latency and utilisation")),
        notes=(say("Services without telemetry are left out of the chart"),)
        if len(rows) < len(answer.rows)
        else (),
        span=7,
        tall=True,
    )


def _too_few_measured() -> str:
    return say(
        "Fewer than two services or months were measured here. Modelled latency is made from "
        "utilisation, so to draw one against the other would show only the formula. Hand in "
        "telemetry to see where load hurts."
    )


def _hotspot_headline(hot: int) -> str:
    if not hot:
        return say("No hotspot: averages stay within the limits of latency and capacity")
    return say_number(
        hot, "{number} hotspot lies beyond a limit", "{number} hotspots lie beyond a limit"
    )


def _hotspots_said(points: Sequence[Point], headline: str) -> str:
    return say(
        "{number} marks of latency against utilisation. {headline}. The slowest is {name} at "
        "{latency} ms and {load}.",
        number=len(points),
        headline=headline,
        name=points[0].name,
        latency=decimal(points[0].y, 0),
        load=percent(points[0].x / 100),
    )


def _slowest_first(answer: Answer) -> Rows:
    """Keep the measured rows that have both figures, the slowest first."""

    def make() -> Rows:
        found = [
            row
            for row in answer.rows
            if is_measured(row)
            and row["latency_ms"] is not None
            and row["service_utilisation"] is not None
        ]
        return tuple(sorted(found, key=lambda row: -(number(row["latency_ms"]) or 0.0)))

    return answer.once("slowest first", make)


def _hotspot(row: Row, named_by: str, limits: Limits) -> Point:
    """Make a mark of a measured row."""
    return Point(
        name=service_name(row) if named_by == "digital_service" else dimension_text(row, named_by),
        group=_place(row, limits),
        x=_load(row),
        y=_latency(row),
    )


def _latency(row: Row) -> float:
    return number(row["latency_ms"]) or 0.0


def _load(row: Row) -> float:
    return (number(row["service_utilisation"]) or 0.0) * 100


def _is_hot(row: Row, limits: Limits) -> bool:
    return _latency(row) > limits.latency_ms or _load(row) > limits.capacity_pct


def _place(row: Row, limits: Limits) -> str:
    is_full = _load(row) > limits.capacity_pct
    if _latency(row) > limits.latency_ms:
        return say("slow and over capacity") if is_full else say("slow with room left")
    return say("over capacity, in time") if is_full else say("within both limits")


def _fullest(request: PageRequest, answer: Answer) -> Component:
    """List services by utilisation, which is reported, where nothing was measured."""
    limits = limits_of(request)
    rows = [row for row in unmeasured(answer) if row["service_utilisation"] is not None]
    title = say("Services near their capacity")
    if not rows:
        return nothing_card(title, say("No utilisation was reported in this period."), 5)
    items = [
        Ranked(
            name=service_name(row),
            figure=percent(number(row["service_utilisation"])),
            share=number(row["service_utilisation"]) or 0.0,
            detail=_detail(
                request,
                dimension_text(row, "agency"),
                over_capacity(None, int(number(row["over_capacity_count"]) or 0), limits),
            ),
            href=drill_service(request, row),
            evidence=evidence_of(answer, "service_utilisation", row),
        )
        for row in at_most(rows, _MOST_LINES)
    ]
    return card(
        headline=say("{service} runs fullest", service=items[0].name),
        subtitle=say(
            "Average utilisation, as reported; the limit is {limit}. Nothing was measured, so "
            "services are ranked by neither latency nor errors",
            limit=f"{limits.capacity_pct:g} %",
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("utilisation by service")),
        span=5,
    )


def _detail(request: PageRequest, owner: str, what: str) -> str:
    return " · ".join(text for text in (owner if request.sees_many else "", what) if text)
