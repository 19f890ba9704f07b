"""Insights about services, from telemetry alone: what stood out, is slow, or breaks at peak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text, strong
from portal.formats import decimal, figure_of, percent
from portal.pages.anomalies.seen import SERVICES_PATH, Told, told_of, when_of
from portal.pages.anomalies.services import (
    IN_SHORT,
    beside_expected,
    failures_of,
    service_names,
    service_of,
)
from portal.pages.anomalies.unsettled import ask_unsettled
from portal.pages.evidence import evidence_of, figure
from portal.pages.frame import agency_names, drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Row, Unjudged
from portal.pages.insights.wording import MOST_NAMED, agencies_of
from portal.pages.page import PageRequest
from portal.pages.reliability import peak_asks
from portal.pages.reliability.causes import Limits
from portal.pages.reliability.migration_asks import history
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

_ALERTS: Final = "reliability_anomalies"
_MONTHS_TO_JUDGE: Final = 2
"""A service is judged from its fifth week on."""


def judge_unusual_days(request: PageRequest) -> Judged:
    """Tell which services ran worse than they used to, where nobody has settled it yet."""
    period = request.year_period()
    unsettled = ask_unsettled(request, _ALERTS, period)
    if unsettled is None:
        return _no_unusual_days(request)
    total = request.ask(_ALERTS, where=unsettled, period=period)
    answer = request.ask(_ALERTS, *IN_SHORT, by=("anomaly",), where=unsettled, period=period)
    alerts = [row for row in answer.rows if number(row[_ALERTS])]
    told = sorted(told_of(request, period, alerts), key=failures_of, reverse=True)
    events = int(total.value(_ALERTS) or 0)
    return Insight(
        sentence=say_parts(
            "Digital services ran worse than they used to {times}, and it is not settled yet: "
            "{names}.",
            times=strong(say_number(events, "{number} time", "{number} times"),
                         evidence_of(total, _ALERTS)),
            names=_stood_out(request, answer, told),
        ),
        rule=say("Said of days with telemetry on which a service failed, was slow or used up its "
                 "error budget beyond what is usual for it and beyond the limits, each counted "
                 "once, that are open or acknowledged. Those that somebody called planned, a false "
                 "alarm or resolved are left out, and what these mute."),
        confidence=[say("Measured against each service's own past days; what it cost is not "
                        "known.")],
        href=drill_to(SERVICES_PATH, request),
        answers=(total, answer),
        agencies=frozenset(str(one.agency_id) for one in told),
    )  # fmt: skip


def _no_unusual_days(request: PageRequest) -> Judged:
    """Tell that no service stood out from where there is nothing to tell it by."""
    counted = request.ask("request_count", period=request.year_period())
    if not counted.value("request_count"):
        return Unjudged(_without_telemetry())
    months = request.ask("request_count", by=("month",), period=history(request)).rows
    if sum(bool(number(row["request_count"])) for row in months) < _MONTHS_TO_JUDGE:
        return Unjudged(say("too few days of telemetry are on record to say what is usual"))
    return None


def _stood_out(request: PageRequest, answer: Answer, told: Sequence[Told]) -> Component:
    services, mdas = service_names(request), agency_names(request)
    parts: list[Text] = []
    for one in told[:MOST_NAMED]:
        name = service_of(one.row, services)
        if request.sees_many:
            name = f"{name}, {mdas.get(str(one.agency_id), str(one.agency_id))}"
        parts += ["; "] if parts else []
        parts += say_parts("{service} ({when}: {figures})", service=name, when=when_of(one.row),
                           figures=html.Span(beside_expected(answer, one)))  # fmt: skip
    if (left := len(told) - MOST_NAMED) > 0:
        parts.append(say_number(left, "; {number} more", "; {number} more"))
    return html.Span(parts)


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
    Kind("unusual_days", later("Services that stood out"), "reliability", Level.WITHOUT_AMOUNT,
         judge_unusual_days),
    Kind("peak", later("Breaks under peak load"), "peak", Level.WITHOUT_AMOUNT, judge_peak),
    Kind("scaling", later("Slow when loaded"), "scaling", Level.WITHOUT_AMOUNT, judge_scaling),
    Kind("tuning", later("Slow with room to spare"), "tuning", Level.WITHOUT_AMOUNT,
         judge_tuning),
)  # fmt: skip
