"""Which services are at risk: by measured failures, or by load where nothing was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.filters import SERVICE_TYPES
from portal.formats import percent
from portal.pages.evidence import dimension_text, downloads_of, evidence_of
from portal.pages.frame import drill_to
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import Row, drill_service, service_and_owner
from portal.pages.reliability.sla_services import service_name as named
from portal.pages.series import number, ranked_once
from portal.texts import say, say_number
from warehouse.question import Answer

PATH: Final = "/reliability"

_MOST_LINES: Final = 6
_MOST_WORST: Final = 20
"""Services whose regions are looked at: of a whole government's, those that fail most."""


def draw_risks(request: PageRequest) -> Component:
    """Rank services by MDA and region by the requests that failed; measured ones only.

    Without telemetry rank by utilisation, which is known: latency and errors are never ranked
    while they are modelled.
    """
    services = request.ask("availability_requests", by=("agency", "digital_service"),
                           period=request.year_period())  # fmt: skip
    known = ranked_once(services, "availability_requests")
    if not known:
        return _fullest(request)
    if len(known) == 1:
        return _worst_months(request, known[0])
    return _worst_services(request, known[: -_MOST_WORST - 1 : -1], len(known))


def _worst_services(request: PageRequest, worst: Sequence[Row], measured: int) -> Component:
    """Rank the services that fail most, region by region."""
    answer = _regions_of(request, worst)
    ranked = ranked_once(answer, "availability_requests")
    rows = ranked[: -_MOST_LINES - 1 : -1]
    items = [
        Ranked(
            name=named(row),
            figure=percent(number(row["availability_requests"]), 2),
            share=_failed(row) / (_failed(rows[0]) or 1.0),
            detail=_place(request, row),
            href=drill_service(request, row, PATH),
            evidence=evidence_of(answer, "availability_requests", row),
        )
        for row in rows
    ]
    return card(
        headline=say("{service} fails most often", service=items[0].name),
        subtitle=say(
            "Requests that succeeded, by service and region, lowest first; the bar shows the share "
            "that failed. {shown} lines, of {measured} services that were measured",
            shown=len(items),
            measured=measured,
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("availability by service and region")),
        span=5,
    )


def _regions_of(request: PageRequest, worst: Sequence[Row]) -> Answer:
    """Ask for the regions of these services only: a government has too many to rank them all."""
    types = tuple(value for value in request.filters.service if value in SERVICE_TYPES)
    wider = replace(request, filters=replace(request.filters, agency=(), service=types))
    return wider.ask(
        "availability_requests",
        by=("agency", "digital_service", "region"),
        where=(
            ("agency", tuple(dict.fromkeys(str(row["agency"]) for row in worst))),
            ("digital_service", tuple(dict.fromkeys(str(row["digital_service"]) for row in worst))),
        ),
        period=request.year_period(),
    )


def _worst_months(request: PageRequest, service: Row) -> Component:
    """Rank the months of the only service that was measured, so that no list has one line."""
    answer = request.ask("availability_requests", by=("month",), period=request.year_period())
    rows = ranked_once(answer, "availability_requests")[: -_MOST_LINES - 1 : -1]
    items = [
        Ranked(
            name=dimension_text(row, "month"),
            figure=percent(number(row["availability_requests"]), 2),
            share=_failed(row) / (_failed(rows[0]) or 1.0),
            evidence=evidence_of(answer, "availability_requests", row),
        )
        for row in rows
    ]
    return card(
        headline=say("{service} failed most often in {month}", service=named(service),
                     month=items[0].name),
        subtitle=say(
            "Requests that succeeded, by month, lowest first; the bar shows the share that failed. "
            "One service was measured: {service}",
            service=service_and_owner(request, service),
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("availability by month")),
        span=5,
    )  # fmt: skip


def _fullest(request: PageRequest) -> Component:
    by = ("agency", "service_type") if request.sees_many else ("service_type", "region")
    answer = request.ask("utilisation", "over_capacity_count", by=by, period=request.year_period())
    ranked = ranked_once(answer, "utilisation")[:_MOST_LINES]
    title = say("Services under pressure")
    if not ranked:
        return nothing_card(title, say("No usage was reported in this period."), 5)
    limits = limits_in_view(request)
    items = [
        Ranked(
            name=dimension_text(row, by[0]),
            figure=percent(number(row["utilisation"])),
            share=number(row["utilisation"]) or 0.0,
            detail=_capacity(dimension_text(row, by[1]), row),
            href=_way_down(request, row, by[0]),
            evidence=evidence_of(answer, "utilisation", row),
        )
        for row in ranked
    ]
    return card(
        headline=say("{name} runs fullest", name=items[0].name),
        subtitle=say(
            "Average utilisation, as reported; the capacity limit is {limit} %. Services are not "
            "ranked by latency or errors until those are measured",
            limit=f"{limits['capacity_utilisation_pct']:g}",
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("utilisation by service")),
        span=5,
    )


def _failed(row: Row) -> float:
    return 1 - (number(row["availability_requests"]) or 0.0)


def _place(request: PageRequest, row: Row) -> str:
    region = dimension_text(row, "region")
    return f"{dimension_text(row, 'agency')} · {region}" if request.sees_many else region


def _capacity(what: str, row: Row) -> str:
    broken = int(number(row["over_capacity_count"]) or 0)
    if not broken:
        return what
    return say_number(broken, "{what} · {number} month over the limit",
                      "{what} · {number} months over the limit", what=what)  # fmt: skip


def _way_down(request: PageRequest, row: Row, name: str) -> str:
    if name == "agency":
        return drill_to(PATH, request, agency=(str(row["agency"]),))
    return drill_to(PATH, request, service=(str(row["service_type"]),))
