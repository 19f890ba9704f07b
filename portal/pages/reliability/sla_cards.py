"""The cards of the SLA page: of measured services, and of those of which little is known."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.formats import count, decimal, percent, percent_figure
from portal.pages.changes import ask_changes, change_of
from portal.pages.evidence import evidence_of, figure
from portal.pages.page import PageRequest
from portal.pages.series import column
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

COURSES: Final = (
    "availability_requests", "error_budget_remaining", "error_budget_burn_rate",
    "services_on_target",
)  # fmt: skip
"""Measures whose course over the months the cards draw."""
_TIMES: Final = "\N{MULTIPLICATION SIGN}"


def measured_cards(request: PageRequest, now: Answer, load: Answer) -> Component:
    """Draw what telemetry tells: limits, availability, error budgets, targets; and the load."""
    monthly = request.ask(*COURSES, by=("month",), period=request.year_period())
    targeted = now.value("services_with_target")
    return kpi_row(
        [
            kpi_card(
                label=say("Limits broken"),
                value=count(now.value("sla_breaches")),
                note=say_parts(
                    "service-months, {share} of those measured",
                    share=figure(now, "sla_breach_rate", percent(now.value("sla_breach_rate"))),
                ),
                evidence=evidence_of(now, "sla_breaches"),
            ),
            _card(request, now, monthly, "availability_requests", say("Availability"), "%",
                  ""),
            _card(request, now, monthly, "error_budget_remaining", say("Error budget left"), "%",
                  say("of the failures that targets allow")),
            _card(request, now, monthly, "error_budget_burn_rate", say("Burn rate"), _TIMES,
                  say("1 is as fast as targets allow")),
            _card(
                request, now, monthly, "services_on_target", say("On target"), "",
                "" if targeted is None
                else say_number(int(targeted), "of {number} digital service with a target",
                                "of {number} digital services with a target"),
                href="#targets",
            ),
            _load_card(load),
        ]
    )  # fmt: skip


def known_cards(now: Answer, load: Answer, reported: Answer) -> Component:
    """Draw what is known without telemetry; what the model says is marked."""
    is_missing = now.value("sla_breach_rate") is None
    over = reported.value("over_capacity_count")
    cards = [
        kpi_card(
            label=say("Over capacity"),
            value=None if is_missing else count(over),
            note=say("no records") if is_missing else say("service-months, as reported"),
            evidence={} if is_missing else evidence_of(reported, "over_capacity_count"),
        ),
        kpi_card(
            label=say("Limits broken, by the model"),
            value=None if is_missing else count(now.value("sla_breaches")),
            note=say("no records") if is_missing else say("service-months, modelled"),
            evidence={} if is_missing else evidence_of(now, "sla_breaches"),
        ),
        kpi_card(
            label=say("Availability"),
            value=None,
            note=now.reasons.get("availability_requests", ""),
        ),
        _load_card(load),
    ]
    return kpi_row(cards)


def _card(
    request: PageRequest,
    now: Answer,
    monthly: Answer,
    name: str,
    label: str,
    unit: str,
    note: str,
    href: str = "",
) -> Component:
    value = now.value(name)
    if value is None:
        return kpi_card(label=label, value=None, note=now.reasons.get(name, ""))
    course = column(monthly.rows, name)
    return kpi_card(
        label=label,
        value=_figure(name, value),
        unit=unit,
        change=change_of(ask_changes(request, name, period=request.year_period()), name, monthly)
        if name == "availability_requests"
        else None,
        note=note,
        trace=Trace(course, say("{label} by month.", label=label)),
        theme=request.theme,
        href=href,
        evidence=evidence_of(now, name),
    )


def _figure(name: str, value: float) -> str:
    if name == "availability_requests":
        return percent_figure(value, 2)
    if name == "error_budget_remaining":
        return percent_figure(value, 0 if abs(value) >= 1 else 1)
    return count(value) if name == "services_on_target" else decimal(value, 2)


def _load_card(load: Answer) -> Component:
    score = load.value("utilisation_score")
    return kpi_card(
        label=say("Utilisation score"),
        value=None if score is None else decimal(score, 0),
        note=load.reasons.get("utilisation_score", "")
        if score is None
        else say_parts(
            "of 100; the average is {load}, as reported",
            load=figure(load, "utilisation", percent(load.value("utilisation"))),
        ),
        evidence={} if score is None else evidence_of(load, "utilisation_score"),
    )
