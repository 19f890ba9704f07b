"""Reliability overview: whether the digital services are reliable, and how far that is known."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.kpi import Trace, change_between, kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import decimal, percent, percent_figure, plural
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.reliability.overview_sections import (
    draw_breach_months,
    draw_pressure,
    draw_recorded_breaches,
    draw_spend_and_latency,
)
from portal.pages.reliability.stability import draw_stability
from portal.pages.series import change_span, column, first, last, months_of
from warehouse.question import Answer

QUESTION = "Are our digital services reliable?"

_MEASURES = (
    "stability_score", "sla_breach_rate", "latency_ms", "error_rate", "availability_requests",
)  # fmt: skip


@report_page(QUESTION)
def draw_reliability(request: PageRequest) -> Component:
    """Draw the overview; of modelled figures it shows the values and concludes nothing."""
    period = request.year_period()
    now = request.ask(*_MEASURES, "sla_breaches", period=period)
    monthly = request.ask(*_MEASURES, by=("month",), period=period)
    return report(
        request,
        path="/reliability",
        here="Reliability",
        question=QUESTION,
        answer=_answer(request, now),
        trail=(("Summary", "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency", "service", "region"),
        more=("status", "peak", "year"),
        kpis=_cards(request, now, monthly),
        body=[
            sections(request, [(draw_stability, 7), (draw_pressure, 5)]),
            sections(request, [(draw_breach_months, 6), (draw_recorded_breaches, 6)]),
            sections(request, [(draw_spend_and_latency, 12)]),
        ],
        definitions=_definitions(request),
        source="telemetry where it was handed in, else utilisation from the usage records",
        modelled=bool(now.modelled),
        notices=_telemetry_notice(now),
    )


def _answer(request: PageRequest, now: Answer) -> list[Text]:
    rate, broken = now.value("sla_breach_rate"), now.value("sla_breaches")
    if rate is None or broken is None:
        return [f"No reliability records were handed in for {whose(request)} in this period."]
    known = "" if now.modelled else " that were measured"
    verb = "would break a limit by the model" if now.modelled else "broke a limit"
    said: list[Text] = [
        strong(f"{plural(int(broken), 'service-month')} {verb}"),
        f": {percent(rate)} of those of {whose(request)}{known}.",
    ]
    available = now.value("availability_requests")
    if available is not None:
        said += [" Where telemetry was handed in, ", strong(percent(available, 3)),
                 " of requests succeeded."]  # fmt: skip
    elif now.modelled:
        said.append(" Nothing was measured: latency and errors are modelled from utilisation.")
    return said


def _telemetry_notice(now: Answer) -> list[Component]:
    if not now.modelled:
        return []
    text = (
        "Latency and error rate are modelled from utilisation, not measured, wherever no telemetry "
        "was handed in. They are shown without ranking or conclusion. Hand in telemetry to have "
        "services measured."
    )
    return [banner(text, kind="warn", links=[html.A("What is handed in", href="/data")])]


def _cards(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    months = months_of(monthly)
    written = {
        "stability_score": ("Stability", decimal(now.value("stability_score")), "of 100"),
        "sla_breach_rate": ("SLA breach rate", _percent(now, "sla_breach_rate"), "%"),
        "latency_ms": ("Average latency", decimal(now.value("latency_ms"), 0), "ms"),
        "error_rate": ("Failed requests", _percent(now, "error_rate"), "%"),
        "availability_requests": (
            "Availability",
            _percent(now, "availability_requests", 3),
            "%",
        ),
    }
    cards = []
    for name, (label, value, unit) in written.items():
        course = column(monthly.rows, name)
        modelled = name in now.modelled
        change = change_between(
            last(course),
            first(course),
            kind="points" if unit.startswith("%") else "number",
            since=change_span(months),
            good="high" if name in {"stability_score", "availability_requests"} else "low",
            judged=not modelled,
        )
        if change and change.arrow and unit == "ms":
            change = replace(change, text=f"{change.text} ms")
        missing = now.value(name) is None
        note = "modelled" if modelled else "measured"
        cards.append(
            kpi_card(
                label=label,
                value=None if missing else value,
                unit=unit,
                change=None if missing else change,
                note=now.reasons.get(name, "no records") if missing else note,
                trace=Trace(course, f"{label} by month, {len(months)} months."),
                theme=request.theme,
            )
        )
    return kpi_row(cards)


def _percent(answer: Answer, name: str, digits: int | None = None) -> str:
    value = answer.value(name)
    return "" if value is None else percent_figure(value, digits)


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_force(request, request.build.data_to)
    return (
        (
            "Limits",
            f"latency above {limits['sla_latency_ms']:g} ms, failed requests above "
            f"{limits['sla_error_rate_pct']:g} %, or utilisation above "
            f"{limits['capacity_utilisation_pct']:g} % in a service's month",
        ),
        ("Stability", "response time 40 %, failed requests 30 %, utilisation near 60 % 30 %"),
        ("Availability", "successful requests in relation to all, from telemetry only"),
        ("Recorded breaches", "as the MDAs reported them with their migration, not computed here"),
    )
