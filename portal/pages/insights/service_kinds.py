"""Insights about services, from telemetry alone: scale them, mend them, or brace for the peak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.formats import decimal, figure_of, percent
from portal.pages.evidence import figure
from portal.pages.frame import drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Row, Unjudged
from portal.pages.insights.wording import MOST_NAMED, agencies_of
from portal.pages.page import PageRequest
from portal.pages.reliability import peak_asks
from portal.pages.reliability.causes import Limits
from portal.pages.reliability.sla_services import (
    PATH,
    ask_services,
    limits_of,
    measured,
    peak_breaches,
    service_and_owner,
)
from portal.pages.series import number
from portal.texts import later, say, say_number, say_parts
from warehouse.question import Answer


def judge_scaling(request: PageRequest) -> Judged:
    """Tell which slow services are short of resources, always or at peak."""
    return _slow(request, _is_short, _scaling, say(
        "Said of measured services slower than the limit in months in which their resources ran "
        "above the limit of capacity, or in peak months only."
    ))  # fmt: skip


def judge_tuning(request: PageRequest) -> Judged:
    """Tell which services are slow though their resources have room."""
    return _slow(request, _has_room, _tuning, say(
        "Said of measured services slower than the limit while their resources had room, and not "
        "in peak months only."
    ))  # fmt: skip


def _slow(
    request: PageRequest,
    suits: Callable[[PageRequest, Row, Limits], bool],
    write: Callable[[Component], list[Text]],
    rule: str,
) -> Judged:
    answer = ask_services(request)
    known = measured(answer)
    if not known:
        return Unjudged(_without_telemetry())
    limits = limits_of(request)
    slow = [row for row in known if number(row["latency_breach_count"])
            and suits(request, row, limits)]  # fmt: skip
    if not slow:
        return None
    return Insight(
        sentence=write(_listed(request, answer, slow)),
        rule=rule,
        confidence=[_measured(len(known))],
        href=drill_to(PATH, request),
        answers=(answer,),
        agencies=agencies_of(slow),
    )


def _scaling(names: Component) -> list[Text]:
    return say_parts(
        "Slow when loaded, so more resources at those times would help (auto-scaling): {names}.",
        names=names,
    )


def _tuning(names: Component) -> list[Text]:
    return say_parts(
        "Slow though resources have room, so more of them would not help, but caching or "
        "refactoring may: {names}.",
        names=names,
    )


def _is_short(request: PageRequest, row: Row, limits: Limits) -> bool:
    return _over_capacity(row, limits) or _at_peak_only(request, row)


def _has_room(request: PageRequest, row: Row, limits: Limits) -> bool:
    return not _is_short(request, row, limits)


def _over_capacity(row: Row, limits: Limits) -> bool:
    load = number(row["service_utilisation"])
    above = load is not None and load * 100 > limits.capacity_pct
    return above or (number(row["over_capacity_count"]) or 0) > 0


def _at_peak_only(request: PageRequest, row: Row) -> bool:
    at_peak = peak_breaches(request)
    if at_peak is None:
        return False
    return at_peak.get(peak_asks.key_of(row), 0) == number(row["sla_breaches"])


def _listed(request: PageRequest, answer: Answer, rows: list[Row]) -> Component:
    parts: list[Text] = []
    for row in rows[:MOST_NAMED]:
        parts += ["; "] if parts else []
        parts += say_parts(
            "{service} ({latency} on average, utilisation {load})",
            service=service_and_owner(request, row),
            latency=figure(answer, "latency_ms", figure_of(number(row["latency_ms"]), "ms"), row),
            load=figure(
                answer, "service_utilisation", percent(number(row["service_utilisation"])), row
            ),
        )
    if (left := len(rows) - MOST_NAMED) > 0:
        parts.append(say_number(left, "; {number} more", "; {number} more"))
    return html.Span(parts)


def judge_peak(request: PageRequest) -> Judged:
    """Tell which services break under peak load."""
    answer = peak_asks.ask_services(request)
    known = peak_asks.compared(answer)
    if not known:
        return Unjudged(say("no service was measured both in peak months and in others"))
    fallen = [row for row in peak_asks.dropped(known) if peak_asks.broke_at_peak(request, row)]
    if not fallen:
        return None
    lost: list[Text] = []
    for row in fallen[:MOST_NAMED]:
        lost += ["; "] if lost else []
        points = decimal(abs(number(row["stability_peak_delta"]) or 0.0))
        lost += say_parts(
            "{service} loses {points} points of stability",
            service=service_and_owner(request, row),
            points=figure(answer, "stability_peak_delta", points, row),
        )
    if (left := len(fallen) - MOST_NAMED) > 0:
        lost.append(say_number(left, "; {number} more", "; {number} more"))
    return Insight(
        sentence=say_parts("Limits are broken under peak load: {lost}.", lost=html.Span(lost)),
        rule=say("Said of services measured in peak months and in others that lose a point of "
                 "stability or more at peak, and break a limit then."),
        confidence=[_measured(len(known))],
        href=drill_to(peak_asks.PATH, request),
        answers=(answer,),
        agencies=agencies_of(fallen),
    )  # fmt: skip


def _measured(services: int) -> str:
    return say_number(services, "Measured: telemetry of {number} service.",
                      "Measured: telemetry of {number} services.")  # fmt: skip


def _without_telemetry() -> str:
    return say("no service is measured, and from modelled latency nothing is concluded")


KINDS: Final = (
    Kind("peak", later("Breaks under peak load"), "peak", Level.WITHOUT_AMOUNT, judge_peak),
    Kind("scaling", later("Slow when loaded"), "scaling", Level.WITHOUT_AMOUNT, judge_scaling),
    Kind("tuning", later("Slow with room to spare"), "tuning", Level.WITHOUT_AMOUNT,
         judge_tuning),
)  # fmt: skip
