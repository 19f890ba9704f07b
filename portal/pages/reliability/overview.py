"""Reliability overview: whether the digital services are reliable, and how far that is known."""

from __future__ import annotations

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import count, percent
from portal.pages.anomalies.services_listing import draw_latest_services
from portal.pages.evidence import evidence_of
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.reliability.overview_breaches import draw_breach_months, draw_recorded_breaches
from portal.pages.reliability.overview_cards import ask_now, overview_cards
from portal.pages.reliability.overview_risks import draw_risks
from portal.pages.reliability.overview_spend import draw_dearest, draw_spend_and_latency
from portal.pages.reliability.stability import draw_stability
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

QUESTION = later("Are our digital services reliable?")


@report_page(QUESTION)
def draw_reliability(request: PageRequest) -> Component:
    """Draw the overview; of modelled figures it shows the values and concludes nothing."""
    now = ask_now(request)
    may_go_up = request.reader.may(Permission.VIEW_SUMMARY)
    return report(
        request,
        path="/reliability",
        here=say("Reliability"),
        question=say_known(QUESTION),
        answer=_answer(request, now),
        trail=((say("Summary"), "/"),) if may_go_up else (),
        controls=("agency", "service", "digital_service", "region"),
        more=("status", "peak", "year"),
        kpis=overview_cards(request, now),
        body=[
            sections(request, [(draw_stability, 7), (draw_risks, 5)]),
            sections(request, [(draw_latest_services, 12)]),
            sections(request, [(draw_breach_months, 6), (draw_recorded_breaches, 6)]),
            sections(request, [(draw_spend_and_latency, 7), (draw_dearest, 5)]),
        ],
        definitions=_definitions(request),
        source=say("telemetry where it was handed in, else utilisation from the usage records"),
        modelled=bool(now.modelled),
        notices=_telemetry_notice(now),
    )


def _answer(request: PageRequest, now: Answer) -> list[Text]:
    if now.value("sla_breach_rate") is None or now.value("sla_breaches") is None:
        return [
            say(
                "No reliability records were handed in for {whose} in this period.",
                whose=whose(request),
            )
        ]
    if now.modelled:
        return [*_by_the_model(request, now), *_available(now)]
    return [*_as_measured(request, now), *_available(now), *_on_target(now)]


def _as_measured(request: PageRequest, now: Answer) -> list[Text]:
    broken = int(now.value("sla_breaches") or 0)
    if not broken:
        return [
            say(
                "No service-month of {whose} that was measured broke a limit.", whose=whose(request)
            )
        ]
    return say_parts(
        "{count} of {whose} broke a limit, {share} of those that were measured.",
        count=strong(_service_months(broken), evidence_of(now, "sla_breaches")),
        whose=whose(request),
        share=strong(percent(now.value("sla_breach_rate")), evidence_of(now, "sla_breach_rate")),
    )


def _by_the_model(request: PageRequest, now: Answer) -> list[Text]:
    return say_parts(
        "It can't be said for {whose}: nothing was measured. By the model, made from utilisation, "
        "{count} would break a limit, {share} of all.",
        whose=whose(request),
        count=strong(
            _service_months(int(now.value("sla_breaches") or 0)), evidence_of(now, "sla_breaches")
        ),
        share=strong(percent(now.value("sla_breach_rate")), evidence_of(now, "sla_breach_rate")),
    )


def _available(now: Answer) -> list[Text]:
    available = now.value("availability_requests")
    if available is None:
        return []
    return say_parts(
        " Where telemetry was handed in, {share} of requests succeeded.",
        share=strong(percent(available, 3), evidence_of(now, "availability_requests")),
    )


def _on_target(now: Answer) -> list[Text]:
    held, all_of_them = now.value("services_on_target"), now.value("services_with_target")
    if held is None or not all_of_them:
        return []
    if all_of_them == 1:
        return [
            say(" The one digital service with a target held it.")
            if held
            else say(" The one digital service with a target missed it.")
        ]
    return say_parts(
        " {held} of {all} digital services held their targets.",
        held=strong(count(held), evidence_of(now, "services_on_target")),
        all=strong(count(all_of_them), evidence_of(now, "services_with_target")),
    )


def _service_months(number: int) -> str:
    return say_number(number, "{number} service-month", "{number} service-months")


def _telemetry_notice(now: Answer) -> list[Component]:
    if not now.modelled:
        return []
    text = say(
        "Latency and error rate are modelled from utilisation, not measured, wherever no telemetry "
        "was handed in. They are shown without ranking or conclusion. Hand in telemetry to have "
        "services measured."
    )
    return [banner(text, kind="warn", links=[html.A(say("What is handed in"), href="/data")])]


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_view(request)
    return (
        (
            say("Limits (SLA)"),
            say(
                "latency above {latency} ms, failed requests above {errors} %, or utilisation "
                "above {capacity} % in a service's month",
                latency=f"{limits['sla_latency_ms']:g}",
                errors=f"{limits['sla_error_rate_pct']:g}",
                capacity=f"{limits['capacity_utilisation_pct']:g}",
            ),
        ),
        (
            say("Stability"),
            say("response time 40 %, failed requests 30 %, utilisation near 60 % 30 %"),
        ),
        (
            say("Availability"),
            say("successful requests in relation to all, from telemetry only"),
        ),
        (
            say("Target (SLO)"),
            say(
                "the share of requests that a digital service promises to answer; held if no more "
                "failed over the period than it allows"
            ),
        ),
        (
            say("Recorded breaches"),
            say("as the MDAs reported them with their migration, not computed here"),
        ),
    )
