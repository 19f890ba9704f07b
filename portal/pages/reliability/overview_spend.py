"""Spend against latency: whether what costs most is also what answers fastest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import MODELLED_MARK, card, chart_card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.figures.points import Point, draw_scatter
from portal.formats import currency_sign, decimal, money, money_short
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    in_several_currencies,
    not_ranked,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import Row, is_measured
from portal.pages.series import at_most, number, ranked_once
from portal.service_types import type_name
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

_MOST_POINTS: Final = 100
_MOST_LINES: Final = 6


def draw_spend_and_latency(request: PageRequest) -> Component:
    """Set spend against latency, one mark an agency and service; of one MDA, a service's month."""
    by = ("agency", "service_type") if request.sees_many else ("service_type", "month")
    answer = request.ask(
        "actual_spend", "latency_ms", "request_count", by=by, period=request.year_period()
    )
    named_by = "agency" if request.sees_many else "month"
    points = answer.once(("points", named_by), lambda: _dearest_points(answer, named_by))
    if len(points) < 2:
        return nothing_card(
            say("Spend against latency"),
            say("Fewer than two records have both spend and latency here."),
            7,
        )
    sign = currency_sign(currency_of(answer))
    each = (
        say("one mark an MDA and service")
        if request.sees_many
        else say("one mark a service and month")
    )
    return chart_card(
        headline=_headline(points),
        subtitle=say(
            "Spend ({currency}) and average latency (ms), {each}, {whose}{most}",
            currency=sign or say("own currency"),
            each=each,
            whose=whose(request),
            most=say("; the {number} that spend most", number=_MOST_POINTS)
            if len(points) == _MOST_POINTS
            else "",
        ),
        figure=draw_scatter(
            points=points,
            x_title=say("Spend, {currency}", currency=sign or say("own currency")),
            y_title=say("Average latency, ms"),
            theme=request.theme,
            x_prefix=sign,
            y_suffix=" ms",
        ),
        sentence=say_number(
            len(points),
            "{number} mark of spend against latency. The largest spend is {name}, {service}, "
            "{amount}.",
            "{number} marks of spend against latency. The largest spend is {name}, {service}, "
            "{amount}.",
            name=points[0].name,
            service=points[0].group,
            amount=money(points[0].x, currency_of(answer)),
        ),
        table=table_of(answer, say("Spend and latency")),
        downloads=downloads_of(request, answer, say("spend and latency")),
        notes=(*answer.notes, *_basis(points)),
        span=7,
        tall=True,
    )


def draw_dearest(request: PageRequest) -> Component:
    """Rank what costs most, each with its latency: in order of spend, which is reported."""
    by = ("agency", "service_type") if request.sees_many else ("service_type", "region")
    answer = request.ask(
        "actual_spend", "latency_ms", "request_count", by=by, period=request.year_period()
    )
    known = ranked_once(answer, "actual_spend")
    if len(known) < 2:
        return nothing_card(
            say("What spends most"), say("Fewer than two services have spend here."), 5
        )
    if in_several_currencies(answer):
        return nothing_card(say("What spends most"), not_ranked(), 5)
    currency = currency_of(answer)
    most = number(known[0]["actual_spend"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, by[0]),
            figure=money_short(number(row["actual_spend"]), currency),
            share=(number(row["actual_spend"]) or 0.0) / most,
            detail=_with_latency(answer, dimension_text(row, by[1]), row),
            href=_way_down(request, row),
            evidence=evidence_of(answer, "actual_spend", row),
        )
        for row in at_most(known, _MOST_LINES)
    ]
    return card(
        headline=say("{name} spends most", name=items[0].name),
        subtitle=say(
            "Spend, with the average latency beside it; {shown} of {all} shown",
            shown=len(items),
            all=len(known),
        ),
        children=[ranked_list(items)],
        footer=[
            *downloads_of(request, answer, say("spend and latency, ranked")),
            *footer_notes([note for note in answer.notes if note.rstrip(".") != MODELLED_MARK]),
        ],
        span=5,
    )


def _with_latency(answer: Answer, service: str, row: Row) -> list[Text]:
    latency = number(row["latency_ms"])
    if latency is None:
        return [say("{service} · no latency", service=service)]
    written = figure(answer, "latency_ms", decimal(latency, 0), row)
    if is_measured(row):
        return say_parts("{service} · {latency} ms", service=service, latency=written)
    return say_parts("{service} · {latency} ms, modelled", service=service, latency=written)


def _way_down(request: PageRequest, row: Row) -> str:
    service = (str(row["service_type"]),)
    if request.sees_many:
        return drill_to("/reliability", request, agency=(str(row["agency"]),), service=service)
    return drill_to("/reliability", request, service=service)


def _headline(points: Sequence[Point]) -> str:
    """Say what spends most; of a modelled latency only that it can't be judged."""
    measured = [point for point in points if not point.is_modelled]
    if not measured:
        return say("Spend can't be judged against latency until it is measured")
    if len(measured) < len(points):
        return say_number(
            len(measured),
            "{number} mark of {all} is measured; the others can't be judged",
            "{number} marks of {all} are measured; the others can't be judged",
            all=len(points),
        )
    return say(
        "{name} ({service}) spends most, at {latency} ms",
        name=points[0].name,
        service=points[0].group,
        latency=decimal(points[0].y, 0),
    )


def _basis(points: Sequence[Point]) -> Sequence[str]:
    if not any(point.is_modelled for point in points):
        return ()
    return (say("Hollow: modelled from utilisation, where no telemetry was handed in"),)


def _dearest_points(answer: Answer, named_by: str) -> Sequence[Point]:
    """Make a mark a row that has both; the dearest come first, and stand for all of very many."""
    points = [
        Point(
            name=dimension_text(row, named_by),
            group=type_name(row["service_type"]),
            x=number(row["actual_spend"]) or 0.0,
            y=number(row["latency_ms"]) or 0.0,
            is_modelled=not is_measured(row),
        )
        for row in answer.rows
        if row["actual_spend"] is not None and row["latency_ms"] is not None
    ]
    return sorted(points, key=lambda point: -point.x)[:_MOST_POINTS]
