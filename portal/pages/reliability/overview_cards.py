"""The cards of the reliability overview, and the targets that services hold where they have one."""

from __future__ import annotations

from typing import Final, NamedTuple

from dash.development.base_component import Component

from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.formats import count, decimal, percent_figure
from portal.pages.changes import ask_changes, change_of
from portal.pages.evidence import evidence_of
from portal.pages.frame import drill_to
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import BREACHES
from portal.pages.series import column, months_of
from portal.texts import later, say, say_known, say_number
from warehouse.measures import REGISTRY
from warehouse.question import Answer

COURSES: Final = (
    "stability_score", "sla_breach_rate", "latency_ms", "error_rate", "availability_requests",
)  # fmt: skip
"""Measures whose course over the months the cards draw."""

_SLA: Final = "/reliability/sla"


def ask_now(request: PageRequest) -> Answer:
    """Ask what the period as a whole shows: asked once, and shown in several parts of the page."""
    return request.ask(*COURSES, *BREACHES, "services_on_target", "services_with_target",
                       period=request.year_period())  # fmt: skip


class _Face(NamedTuple):
    """How a card names and writes its measure."""

    label: str
    unit: str
    digits: int | None = None
    anchor: str = ""


_FACES: Final = {
    "stability_score": _Face(later("Stability"), later("of 100"), 1),
    "sla_breach_rate": _Face(later("SLA breach rate"), "%"),
    "latency_ms": _Face(later("Average latency"), "ms", 0),
    "error_rate": _Face(later("Failed requests"), "%"),
    "availability_requests": _Face(later("Availability"), "%", 3, "#targets"),
}


def overview_cards(request: PageRequest, now: Answer) -> Component:
    """Draw a card a measure, then how many services held their targets, where there are any."""
    monthly = request.ask(*COURSES, by=("month",), period=request.year_period())
    changes = ask_changes(request, *COURSES, period=request.year_period())
    cards = [_card(request, now, monthly, changes, name, face) for name, face in _FACES.items()]
    return kpi_row([*cards, *_target_card(request, now)])


def _card(
    request: PageRequest, now: Answer, monthly: Answer, changes: Answer, name: str, face: _Face
) -> Component:
    label, value = say_known(face.label), now.value(name)
    if value is None:
        why = now.reasons.get(name, say("no records"))
        return kpi_card(label=label, value=None, note=why, theme=request.theme)
    months, course = months_of(monthly), column(monthly.rows, name)
    return kpi_card(
        label=label,
        value=_written(name, value, face.digits),
        unit=say_known(face.unit),
        change=change_of(changes, name, monthly),
        note=say("modelled") if name in now.modelled else say("measured"),
        trace=Trace(
            course,
            say_number(len(months), "{label} by month, {number} month.",
                       "{label} by month, {number} months.", label=label),
        ),
        href="" if name == "stability_score" else drill_to(_SLA, request) + face.anchor,
        theme=request.theme,
        evidence=evidence_of(now, name),
    )  # fmt: skip


def _written(name: str, value: float, digits: int | None) -> str:
    if REGISTRY[name].unit == "ratio":
        return percent_figure(value, digits)
    return decimal(value, 1 if digits is None else digits)


def _target_card(request: PageRequest, now: Answer) -> list[Component]:
    held, all_of_them = now.value("services_on_target"), now.value("services_with_target")
    if held is None or not all_of_them:
        return []
    return [
        kpi_card(
            label=say("On target"),
            value=count(held),
            unit=say("of {number}", number=count(all_of_them)),
            note=say_number(int(all_of_them), "digital service that has a target",
                            "digital services that have a target"),
            href=drill_to(_SLA, request) + "#targets",
            theme=request.theme,
            evidence=evidence_of(now, "services_on_target"),
        )
    ]  # fmt: skip
