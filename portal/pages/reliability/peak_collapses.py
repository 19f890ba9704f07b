"""Who collapses under peak load: measured services, by what they lose."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.formats import signed_number
from portal.pages.evidence import (
    dimension_text,
    downloads_of,
    evidence_of,
)
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    NOTABLE,
    PATH,
    ask_services,
    broke_at_peak,
    compared,
    dropped,
)
from portal.pages.reliability.sla_services import Row, drill_service, service_name
from portal.pages.series import at_most, number
from portal.texts import say, say_number

_MOST_LINES: Final = 6


def draw_collapses(request: PageRequest) -> Component:
    """Rank the services that are notably less stable at peak; measured ones only."""
    answer = ask_services(request)
    known = compared(answer)
    title = say("Who collapses under peak load")
    if not known:
        return nothing_card(title, _not_compared(), 5)
    fallen = dropped(known)
    if not fallen:
        return nothing_card(title, _all_hold(len(known)), 5)
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
        for row in at_most(fallen, _MOST_LINES)
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


def _not_compared() -> str:
    return say(
        "No service was measured both in peak months and in others. Modelled stability follows "
        "utilisation, so nobody is ranked by it. Hand in telemetry to see who holds."
    )


def _all_hold(number_compared: int) -> str:
    return say_number(
        number_compared,
        "{number} service was measured in both seasons; it holds at peak.",
        "{number} services were measured in both seasons; none loses a point at peak.",
    )


def _detail(request: PageRequest, row: Row) -> str:
    """Say whose it is, and whether it broke a limit at peak."""
    broke = (
        say("broke limits at peak") if broke_at_peak(request, row)
        else say("no limit broken at peak")
    )  # fmt: skip
    return f"{dimension_text(row, 'agency')} · {broke}" if request.sees_many else broke
