"""SLA performance: what breaches, and why; of modelled figures it names no cause."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import count, percent
from portal.pages.evidence import evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_cards import COURSES, known_cards, measured_cards
from portal.pages.reliability.sla_heat import draw_latency_heat
from portal.pages.reliability.sla_sections import draw_pressure_and_latency, draw_worst
from portal.pages.reliability.sla_services import (
    ask_services,
    cause_of,
    limits_of,
    measured,
    service_and_owner,
    unmeasured,
)
from portal.pages.reliability.sla_tables import draw_causes, draw_months, draw_unmeasured
from portal.pages.reliability.sla_targets import draw_targets
from portal.pages.reliability.sla_trend import draw_breach_trend, draw_limits
from portal.pages.series import number
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

QUESTION = later("What breaches, and why?")

_MEASURES = ("sla_breaches", "sla_breach_rate", "request_count", "services_with_target", *COURSES)


@report_page(QUESTION)
def draw_sla(request: PageRequest) -> Component:
    """Draw the page: causes and rankings where services were measured, values where not."""
    period = request.year_period()
    now = request.ask(*_MEASURES, period=period)
    load = request.ask("utilisation", "utilisation_score", period=period)
    reported = request.ask("over_capacity_count", period=period)
    is_known = bool(now.value("request_count"))
    trail = [(say("Summary"), "/")] if request.reader.may(Permission.VIEW_SUMMARY) else []
    return report(
        request,
        path="/reliability/sla",
        here=say("SLA performance"),
        question=say_known(QUESTION),
        answer=_known(request, now) if is_known else _unknown(request, now, reported),
        trail=[*trail, (say("Reliability"), f"/reliability{request.filters.to_query()}")],
        controls=("agency", "service", "digital_service", "region"),
        more=("status", "peak", "year"),
        kpis=measured_cards(request, now, load) if is_known else known_cards(now, load, reported),
        body=[sections(request, each) for each in _body(request, is_known)],
        definitions=_definitions(request),
        source=say(
            "telemetry where it was handed in, else utilisation from the usage records; limits and "
            "targets as recorded"
        ),
        modelled=bool(now.modelled),
        notices=_notices(request, now, is_known),
    )


def _body(request: PageRequest, is_known: bool) -> Sequence[Sequence[tuple[Section, int]]]:
    chosen = request.filters
    is_one = len(chosen.agency) == 1 and len(chosen.service) == 1
    months = (((draw_months, 12),),) if is_one else ()
    tables: list[Sequence[tuple[Section, int]]] = [((draw_latency_heat, 12),)]
    if unmeasured(ask_services(request)):
        tables.append(((draw_unmeasured, 12),))
    if not is_known:
        return (
            ((draw_limits, 7), (draw_worst, 5)),
            *months,
            *tables,
        )
    return (
        ((draw_breach_trend, 7), (draw_worst, 5)),
        ((draw_targets, 12),),
        ((draw_pressure_and_latency, 7), (draw_limits, 5)),
        *months,
        ((draw_causes, 12),),
        *tables,
    )


def _known(request: PageRequest, now: Answer) -> list[Text]:
    """Say how many limits broke, which service did so most and why, and who held targets."""
    broken = int(now.value("sla_breaches") or 0)
    said: list[Text] = []
    if not broken:
        said += [
            say(
                "No service-month of {whose} that was measured broke a limit.", whose=whose(request)
            )
        ]
    else:
        said += say_parts(
            "{count} of {whose} broke a limit, {share} of those that were measured.",
            count=strong(
                say_number(broken, "{number} service-month", "{number} service-months"),
                evidence_of(now, "sla_breaches"),
            ),
            whose=whose(request),
            share=strong(
                percent(now.value("sla_breach_rate")), evidence_of(now, "sla_breach_rate")
            ),
        )
        said += _worst(request)
    held, targeted = now.value("services_on_target"), now.value("services_with_target")
    if targeted == 1:
        said.append(
            say(" The one digital service with a target held it.")
            if held
            else say(" The one digital service with a target missed it.")
        )
    elif held is not None and targeted is not None:
        said += say_parts(
            " {held} of {all} digital services held their targets.",
            held=strong(count(held), evidence_of(now, "services_on_target")),
            all=strong(count(targeted), evidence_of(now, "services_with_target")),
        )
    return said


def _worst(request: PageRequest) -> list[Text]:
    """Name the one service that broke limits most, if there is one, and the likely cause."""
    known = measured(ask_services(request))
    if not known or (
        len(known) > 1 and number(known[0]["sla_breaches"]) == number(known[1]["sla_breaches"])
    ):
        return []
    return say_parts(
        " {service} did so most often: {cause}.",
        service=strong(service_and_owner(request, known[0])),
        cause=cause_of(request, known[0]),
    )


def _unknown(request: PageRequest, now: Answer, reported: Answer) -> list[Text]:
    """Say what is known without telemetry: whether capacity was exceeded."""
    if now.value("sla_breach_rate") is None:
        return [
            say(
                "No reliability records were handed in for {whose} in this period.",
                whose=whose(request),
            )
        ]
    over = int(reported.value("over_capacity_count") or 0)
    limit = f"{limits_of(request).capacity_pct:g} %"
    if not over:
        return [
            say(
                "It can't be said for {whose}: latency and errors were not measured. Utilisation "
                "is reported, and never exceeded the limit of {limit}.",
                whose=whose(request),
                limit=limit,
            )
        ]
    return say_parts(
        "Latency and errors of {whose} were not measured, so no cause is named. Utilisation is "
        "reported: {count} ran over the capacity limit of {limit}.",
        whose=whose(request),
        count=strong(
            say_number(over, "{number} service-month", "{number} service-months"),
            evidence_of(reported, "over_capacity_count"),
        ),
        limit=limit,
    )


def _notices(request: PageRequest, now: Answer, is_known: bool) -> list[Component]:
    if is_known or now.value("sla_breach_rate") is None:
        return []
    text = say(
        "Latency and error rate are modelled from utilisation, not measured. They are shown "
        "without ranking, cause or conclusion. Hand in telemetry to have services measured."
    )
    link = html.A(say("What is handed in"), href="/data")
    return [banner(text, kind="warn", links=[link])]


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_of(request)
    return (
        (
            say("Limits (SLA)"),
            say(
                "a service's month with latency above {latency} ms, failed requests above "
                "{errors} %, or utilisation above {capacity} %; the third is a limit of capacity",
                latency=f"{limits.latency_ms:g}",
                errors=f"{limits.error_pct:g}",
                capacity=f"{limits.capacity_pct:g}",
            ),
        ),
        (
            say("Error budget"),
            say("the failures that a service's target (SLO) allows; below 0 the target is missed"),
        ),
        (
            say("Burn rate"),
            say("failed requests in relation to those that the targets allow; above 1 is too fast"),
        ),
        (
            say("Utilisation score"),
            say("100 up to 40 % mean utilisation, 80 up to 60, 60 up to 80, 40 up to 90, else 20"),
        ),
        (
            say("Engineering risk"),
            say("latency ÷ 10 + 20 times errors in % + utilisation ÷ 2, to order the table by"),
        ),
    )
