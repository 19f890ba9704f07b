"""The figures above a list of anomalies: how many, how much, how new, and how fast they are met."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.formats import count, decimal
from portal.pages.evidence import evidence_of
from portal.pages.page import PageRequest
from portal.pages.series import column
from portal.texts import say
from warehouse.question import Answer, Period


def cards_of(
    request: PageRequest,
    now: Answer,
    alerts: str,
    amount: Component,
    *,
    find: str,
    resolve: str,
    since: str,
) -> Component:
    """Draw the cards of a page of anomalies.

    ``alerts``, ``find`` and ``resolve`` are measures that ``now`` holds; ``amount`` is the card of
    what they come to, and ``since`` says from when on finding is counted.
    """
    monthly = request.ask(alerts, by=("month",), period=request.year_period())
    last = request.last_month
    latest = request.ask(alerts, period=Period(last, last))
    return kpi_row(
        [
            kpi_card(
                label=say("Anomalies"),
                value=count(now.value(alerts)),
                note=say("each counted once, where it is explained"),
                trace=Trace(column(monthly.rows, alerts),
                            say("Anomalies by the month in which they begin.")),
                theme=request.theme,
                evidence=evidence_of(now, alerts),
            ),
            amount,
            kpi_card(
                label=say("Begun in the last month"),
                value=count(latest.value(alerts)),
                theme=request.theme,
                evidence=evidence_of(latest, alerts),
            ),
            _days_card(request, now, find, say("Time to find"), since),
            _days_card(request, now, resolve, say("Time to resolve"),
                       say("from that build to when somebody resolved it")),
        ]
    )  # fmt: skip


def _days_card(
    request: PageRequest, now: Answer, measure: str, label: str, since: str
) -> Component:
    """Draw how many days something took, or why that isn't known."""
    days = now.value(measure)
    return kpi_card(
        label=label,
        value=None if days is None else decimal(days, 1),
        unit=say("days"),
        note=now.reasons.get(measure, "") if days is None else since,
        theme=request.theme,
        evidence=evidence_of(now, measure),
    )
