"""Anomalies of reliability: which services ran worse than they used to, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.cards import nothing_card
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import count
from portal.pages.anomalies.around import opened
from portal.pages.anomalies.cards import cards_of
from portal.pages.anomalies.seen import SERVICES_PATH
from portal.pages.anomalies.services import FAILURES
from portal.pages.anomalies.services_listing import (
    draw_around_service,
    draw_service_alerts,
    draw_service_quiet,
)
from portal.pages.evidence import evidence_of
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer

QUESTION = later("Which services ran worse than they used to?")


@report_page(QUESTION)
def draw_service_anomalies(request: PageRequest) -> Component:
    """Draw the page for the MDAs in view."""
    period = request.year_period()
    now = request.ask(
        "reliability_anomalies", FAILURES, "reliability_days_to_find",
        "reliability_days_to_resolve", period=period,
    )  # fmt: skip
    is_measured = bool(request.ask("request_count", period=period).value("request_count"))
    return report(
        request,
        path=SERVICES_PATH,
        here=say("Unusual days"),
        question=say_known(QUESTION),
        answer=_answer(request, now, is_measured=is_measured),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=("year",),
        kpis=_cards(request, now, is_measured=is_measured),
        body=[
            *opened(request, draw_around_service),
            sections(request, [(draw_service_alerts, 12)]),
            sections(request, [(draw_service_quiet, 12)]),
        ]
        if is_measured
        else [sections(request, [(_draw_unmeasured, 12)])],
        definitions=_definitions(request),
        source=say("telemetry by day where it was handed in; what is modelled is never judged"),
    )


def _draw_unmeasured(request: PageRequest) -> Component:
    """Say what it takes for days to be judged, where nothing of services was handed in."""
    return nothing_card(
        say("Days that can be judged"),
        say("Telemetry of {whose} by day is judged from its fifth week on, once it is handed in.",
            whose=whose(request)),
        12,
    )  # fmt: skip


def _answer(request: PageRequest, now: Answer, *, is_measured: bool) -> Sequence[Text]:
    found = int(now.value("reliability_anomalies") or 0)
    if not found:
        if not is_measured:
            return [
                say("It can't be said for {whose}: no telemetry was handed in for this period.",
                    whose=whose(request))
            ]  # fmt: skip
        return [
            say("No digital service of {whose} stands out of its own past in this period, where "
                "telemetry was handed in.", whose=whose(request))
        ]  # fmt: skip
    gaps = {
        "whose": whose(request),
        "number": strong(f"{found:,}", evidence_of(now, "reliability_anomalies")),
    }
    said = (
        say_parts("In the services of {whose}, {number} anomaly stands out of what came before.",
                  **gaps)
        if found == 1
        else say_parts("In the services of {whose}, {number} anomalies stand out of what came "
                       "before.", **gaps)
    )  # fmt: skip
    if now.value(FAILURES) is None:
        return said
    more = strong(count(now.value(FAILURES)), evidence_of(now, FAILURES))
    return [*said, *say_parts(" {number} more requests failed than was expected.", number=more)]


def _cards(request: PageRequest, now: Answer, *, is_measured: bool) -> Component:
    if not is_measured:
        why = say("no telemetry was handed in")
        labels = (say("Anomalies"), say("More failed requests than expected"))
        return kpi_row(
            [kpi_card(label=one, value=None, note=why, theme=request.theme) for one in labels]
        )
    failures = now.value(FAILURES)
    amount = kpi_card(
        label=say("More failed requests than expected"),
        value=None if failures is None else count(failures),
        note=now.reasons.get(FAILURES, "") if failures is None else "",
        theme=request.theme,
        evidence=evidence_of(now, FAILURES),
    )
    return cards_of(
        request, now, "reliability_anomalies", amount,
        find="reliability_days_to_find", resolve="reliability_days_to_resolve",
        since=say("from its first day to the build that held it"),
    )  # fmt: skip


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_view(request)
    return (
        (
            say("Anomaly"),
            say("neighbouring days on which a digital service was slower, or more of its requests "
                "failed, than earlier days of the same service led to expect"),
        ),
        (
            say("Alert"),
            say("latency at least {latency} ms above, failed requests at least {points} points "
                "above, or a burn rate above {burn} in both windows",
                latency=f"{limits['anomaly_least_latency_ms']:g}",
                points=f"{limits['anomaly_least_error_points']:.1f}",
                burn=f"{limits['anomaly_least_burn_rate']:g}"),
        ),
        (
            say("Error budget used (burn rate)"),
            say("failed requests over those that the service's target (SLO) allows; judged over "
                "7 days, which say that it matters, and 1 day, which says that it goes on. "
                "Telemetry is of days, so no window is shorter. Services without a target have "
                "none"),
        ),
        (
            say("Usual range"),
            say("between which the days would not have stood out (bounds)"),
        ),
        (
            say("Told once"),
            say("what one service shows in burn rate, failed requests and latency at one time is "
                "one anomaly, and so is what several services of an MDA have together"),
        ),
        (
            say("Not judged"),
            say("modelled figures, the first four weeks of a service (eight for a burn rate), and "
                "days more than 400 before its MDA's last; the money it cost is not known"),
        ),
    )  # fmt: skip
