"""Peak against other months: whether critical services hold when everybody comes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.parts import Text
from portal.components.states import banner
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    NOTABLE,
    ask_difference,
    ask_seasons,
    ask_service_seasons,
    ask_services,
    compared,
    measured_at_peak,
)
from portal.pages.reliability.peak_calendar import draw_calendar
from portal.pages.reliability.peak_cards import peak_cards
from portal.pages.reliability.peak_collapses import draw_collapses
from portal.pages.reliability.peak_course import draw_peak_course
from portal.pages.reliability.peak_outside import draw_own_peaks
from portal.pages.reliability.peak_services import draw_services
from portal.pages.reliability.peak_verdict import answer_at_peak, why_not_compared
from portal.pages.reliability.sla_tables import draw_months
from portal.texts import later, say, say_known
from warehouse.question import Answer

QUESTION = later("Do critical services hold at tax time?")

_BODY: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_peak_course, 7), (draw_collapses, 5)),
    ((draw_services, 12),),
    ((draw_calendar, 6), (draw_own_peaks, 6)),
)


@report_page(QUESTION)
def draw_peak(request: PageRequest) -> Component:
    """Draw the page; a filter on the season would leave nothing to compare, so it is dropped."""
    asked = replace(request, filters=replace(request.filters, peak=None))
    seasons, difference = ask_seasons(asked), ask_difference(asked)
    is_measured_at_peak = bool(measured_at_peak(ask_service_seasons(asked)))
    trail = [(say("Summary"), "/")] if asked.reader.may(Permission.VIEW_SUMMARY) else []
    return report(
        asked,
        path="/reliability/peak",
        here=say("Peak and non-peak"),
        question=say_known(QUESTION),
        answer=answer_at_peak(asked, seasons, difference)
        if is_measured_at_peak
        else _unknown(asked, seasons, difference),
        trail=[*trail, (say("Reliability"), f"/reliability{asked.filters.to_query()}")],
        controls=("agency", "service", "digital_service", "region"),
        more=("status", "year"),
        kpis=peak_cards(seasons, difference, is_pooled=len(compared(ask_services(asked))) > 1),
        body=[sections(asked, each) for each in _body(asked)],
        definitions=_definitions(),
        source=say(
            "telemetry where it was handed in, else utilisation from the usage records; peak "
            "months as recorded for each country"
        ),
        modelled=bool(seasons.modelled or difference.modelled),
        notices=_notices(difference),
    )


def _body(request: PageRequest) -> Sequence[Sequence[tuple[Section, int]]]:
    chosen = request.filters
    if len(chosen.agency) == 1 and len(chosen.service) == 1:
        return (*_BODY[:2], ((draw_months, 12),), _BODY[2])
    return _BODY


def _unknown(request: PageRequest, seasons: Answer, difference: Answer) -> list[Text]:
    if not seasons.rows:
        return [
            say(
                "No reliability records were handed in for {whose} in this period.",
                whose=whose(request),
            )
        ]
    if difference.modelled:
        return [
            say(
                "It can't be said for {whose}: nothing was measured. The values below are modelled "
                "from utilisation, so a difference between them is one of utilisation.",
                whose=whose(request),
            )
        ]
    return [
        say(
            "It can't be said for {whose}: {why}.",
            whose=whose(request),
            why=why_not_compared(difference),
        )
    ]


def _notices(difference: Answer) -> list[Component]:
    if not difference.modelled:
        return []
    text = say(
        "Latency and error rate are modelled from utilisation, not measured. Both seasons are "
        "shown without ranking or conclusion. Hand in telemetry to see whether services hold."
    )
    return [banner(text, kind="warn", links=[html.A(say("What is handed in"), href="/data")])]


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("Peak months"),
            say("months that the calendar of the MDA's country names as peaks; see the calendar"),
        ),
        (
            say("Difference"),
            say(
                "peak months minus other months, over the pooled months of services that have "
                "both; several services weigh differently in each season, so only the difference "
                "of one service says that it changed; a measured season is never set against a "
                "modelled one"
            ),
        ),
        (
            say("Stability"),
            say("response time 40 %, failed requests 30 %, utilisation near 60 % 30 %"),
        ),
        (
            say("Drop"),
            say("a loss of {least} point of stability or more at peak", least=f"{NOTABLE:g}"),
        ),
    )
