"""The lists of days on which services ran worse than before, and of those on which better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import Column
from portal.pages.anomalies.alerts import alerts_card, quiet_card, still_open
from portal.pages.anomalies.around import address_around, draw_opened, link_around
from portal.pages.anomalies.seen import SERVICES_PATH, Told, also_seen, kind_of, when_of
from portal.pages.anomalies.services import (
    FAILURES,
    actual_of,
    ask_services,
    behind_services,
    beside_expected,
    difference_of,
    expected_of,
    failures_of,
    more_failures,
    service_names,
    service_of,
    what_of,
)
from portal.pages.anomalies.states import known_cases
from portal.pages.evidence import evidence_of
from portal.pages.frame import agency_names, drill_to
from portal.pages.page import PageRequest
from portal.texts import say, say_number, say_parts
from warehouse.forecasting.event_kinds import DROP
from warehouse.question import Answer, Value
from warehouse.schema.anomalies import DIGITAL_SERVICE

_MOST_LATEST: Final = 6


def draw_service_alerts(request: PageRequest) -> Component:
    """List what ran worse than before, a page at a time: open ones first, then the latest."""
    answer, told = ask_services(request)
    return alerts_card(
        request, SERVICES_PATH, answer, told, partial(_cells, request, answer),
        title=say("What ran worse than before"),
        why=say("No day of this period on which telemetry was handed in passes the limits."),
        units=say("whole days, as telemetry is handed in"),
        files=say("anomalies of reliability"),
    )  # fmt: skip


def draw_service_quiet(request: PageRequest) -> Component:
    """List what ran better than before, and what is below the limits: nobody is alerted."""
    answer, told = ask_services(request)
    return quiet_card(
        request, answer, told, partial(_cells, request, answer),
        title=say("Better than before, and small rises"),
        why=say("Nothing ran better than before, or worse below the limits, in this period."),
    )  # fmt: skip


def draw_around_service(request: PageRequest) -> Component:
    """Draw the days around the anomaly that the address opens."""
    answer, told = ask_services(request)
    mdas, names = agency_names(request), service_names(request)

    def headline(one: Told) -> Sequence[Text]:
        return say_parts(
            "{name}, {when}: {figures}",
            name=_name(one, mdas, names, with_agency=request.sees_many), when=when_of(one.row),
            figures=html.Span(beside_expected(answer, one)),
        )  # fmt: skip

    return draw_opened(request, told, headline)


def open_service_anomalies(request: PageRequest) -> tuple[Answer, list[Told]]:
    """Give the alerts of the period that nobody has looked at, the most failures first."""
    answer, told = ask_services(request)
    alerts = [one for one in told if one.is_alert]
    if not alerts:
        return answer, []
    known = known_cases(request)
    return answer, sorted(still_open(known, alerts), key=failures_of, reverse=True)


def draw_latest_services(request: PageRequest) -> Component:
    """Rank the open anomalies of reliability by how many more requests failed."""
    answer, alerts = open_service_anomalies(request)
    title = say("Days that stand out")
    if not alerts:
        why = say("No measured day of this period that nobody has looked at yet stands out of its "
                  "own past.")  # fmt: skip
        return nothing_card(title, why, 12)
    mdas, names = agency_names(request), service_names(request)
    shown = alerts[:_MOST_LATEST]
    largest = failures_of(shown[0])
    items = [
        Ranked(
            name=_name(one, mdas, names, with_agency=request.sees_many),
            share=failures_of(one) / largest if largest else 0.0,
            figure=_in_short(one),
            detail=[*say_parts("{when}, {what}: ", when=when_of(one.row), what=what_of(one.row)),
                    difference_of(answer, one)],
            href=address_around(request, one, agency=(str(one.agency_id),)),
            evidence=evidence_of(answer, FAILURES, one.figures),
        )
        for one in shown
    ]  # fmt: skip
    return card(
        headline=say_number(
            len(alerts), "{number} anomaly of reliability nobody has looked at yet",
            "{number} anomalies of reliability nobody has looked at yet",
        ),
        subtitle=say("By how many more requests failed than expected; {shown} of {all} shown",
                     shown=len(shown), all=len(alerts)),
        children=[ranked_list(items)],
        footer=[
            html.A(say("All anomalies of reliability"), href=drill_to(SERVICES_PATH, request)),
            *footer_notes(answer.notes),
        ],
        anchor="anomalies",
    )  # fmt: skip


def _in_short(told: Told) -> str:
    if told.figures[FAILURES] is None:
        return "\N{EN DASH}"
    return f"{failures_of(told):,.0f}"


def _name(
    told: Told, mdas: Mapping[str, str], names: Mapping[str, str], *, with_agency: bool
) -> str:
    service = service_of(told.row, names)
    if not with_agency:
        return service
    mda = mdas.get(str(told.agency_id), str(told.agency_id))
    return say("{mda}: {part}", mda=mda, part=service)


def _cells(
    request: PageRequest, answer: Answer, shown: Sequence[Told]
) -> tuple[list[Column], list[dict[str, Any]]]:
    mdas, names = agency_names(request), service_names(request)
    others = also_seen(request, shown)
    columns = [
        Column("what", say("What and when")),
        Column("beyond", say("Beyond expected"), numeric=True),
        Column("actual", say("Actual"), numeric=True, is_key=False),
        Column("expected", say("Expected"), is_key=False),
        *_failures_column(shown),
    ]
    return columns, [
        {
            "what": [
                *_what(request, one, mdas, names),
                *behind_services(one, others.get(one.anomaly_id, []), names),
            ],
            "beyond": difference_of(answer, one),
            "actual": actual_of(answer, one),
            "expected": expected_of(answer, one),
            "failures": more_failures(answer, one),
        }
        for one in shown
    ]


def _failures_column(shown: Sequence[Told]) -> list[Column]:
    """Give the column of more failed requests, where any of these has them."""
    if all(one.figures[FAILURES] is None for one in shown):
        return []
    return [Column("failures", say("More failed requests"), numeric=True, is_key=False)]


def _what(
    request: PageRequest, told: Told, mdas: Mapping[str, str], names: Mapping[str, str]
) -> list[Text]:
    name = _name(told, mdas, names, with_agency=request.sees_many)
    row = told.row
    service = (str(row["part"]),) if row["level"] == DIGITAL_SERVICE else ()
    href = drill_to(
        "/reliability/sla", request, agency=(str(told.agency_id),), service=service,
        start=None, end=str(row["month"]),
    )  # fmt: skip
    label = say("{name}, {when}", name=name, when=when_of(row))
    return [
        html.A(name, href=href, **{"aria-label": label}),
        html.Span(what_of(row), className="cell-detail"),
        html.Span(_when_and_since(row), className="cell-detail"),
        link_around(request, told, name),
    ]


def _when_and_since(row: Mapping[str, Value]) -> str:
    """Say when, and what became of it; that it is a drop is said by what of it is better."""
    when = when_of(row)
    return when if row["kind"] == DROP else f"{when}, {kind_of(row)}"
