"""The tables of the SLA page: causes for engineers, services not measured, and months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.states import status_word
from portal.components.tables import ROW, Column, data_table
from portal.formats import count, decimal, percent
from portal.pages.evidence import answer_table, dimension_text, downloads_of, row_key
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits, over_capacity
from portal.pages.reliability.sla_services import (
    BREACHES,
    Row,
    ask_services,
    cause_of,
    drill_service,
    limits_of,
    measured,
    service_and_owner,
    service_name,
    unmeasured,
)
from portal.pages.series import at_most, number
from portal.texts import say, say_number
from warehouse.question import Answer

_MOST_ROWS: Final = 6


def draw_causes(request: PageRequest) -> Component:
    """List the measured services for engineers, each with its bands and likely cause."""
    answer = ask_services(request)
    known = measured(answer)
    title = say("What broke, and the likely cause")
    if not known:
        return nothing_card(
            title,
            say(
                "Nothing was measured here, so no cause can be named: modelled latency and errors "
                "only repeat utilisation. Hand in telemetry to have causes named."
            ),
            12,
        )
    limits = limits_of(request)
    shown = at_most(known, _MOST_ROWS)
    return card(
        headline=title,
        subtitle=say(
            "Measured services, most limits broken first, then by engineering risk; averages of "
            "the period; {shown} of {all} shown",
            shown=len(shown),
            all=len(known),
        ),
        children=[
            data_table(
                caption=title,
                columns=_cause_columns(request),
                rows=[_cause_row(request, answer, row, limits) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("services with latency, errors and utilisation")),
            *footer_notes([say("Causes follow from the months in which a limit broke")]),
        ],
        anchor="causes",
    )


def draw_unmeasured(request: PageRequest) -> Component:
    """List the services without telemetry by utilisation, and say what can be known of them."""
    answer = ask_services(request)
    found = unmeasured(answer)
    title = say_number(
        len(found),
        "{number} service is not measured",
        "{number} services are not measured",
    )
    if not found:
        return nothing_card(
            say("Services without telemetry"), say("Every service in view was measured."), 12
        )
    limits = limits_of(request)
    shown = at_most(found, _MOST_ROWS)
    return card(
        headline=title,
        subtitle=say(
            "By utilisation, which is reported, so that a breach of capacity is known. Latency and "
            "errors are modelled from it: they name no cause; {shown} of {all} shown",
            shown=len(shown),
            all=len(found),
        ),
        children=[
            data_table(
                caption=title,
                columns=_unmeasured_columns(request),
                rows=[_unmeasured_row(request, answer, row, limits) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("services without telemetry")),
            *footer_notes([say("Hand in telemetry to have these measured")]),
        ],
    )


def draw_months(request: PageRequest) -> Component:
    """List the months of one service of one MDA: the end of the way down."""
    answer = request.ask(
        "latency_ms", "error_rate", "service_utilisation", *BREACHES, "request_count",
        by=("month",), period=request.year_period(),
    )  # fmt: skip
    title = say("Month by month")
    if not answer.rows:
        return nothing_card(title, say("No reliability records in this period."), 12)
    return card(
        headline=title,
        subtitle=say("What the records of {whose} say, months without requests are modelled",
                     whose=whose(request)),
        children=[answer_table(answer, title)],
        footer=downloads_of(request, answer, say("months of this service")),
    )  # fmt: skip


def _cause_columns(request: PageRequest) -> Sequence[Column]:
    return (
        Column("service", say("Service")),
        *((Column("agency", say("MDA")),) if request.sees_many else ()),
        Column("breaches", say("Limits broken"), numeric=True, figure="sla_breaches"),
        Column("latency", say("Latency"), numeric=True, is_key=False, figure="latency_ms"),
        Column("errors", say("Errors"), numeric=True, is_key=False, figure="error_rate"),
        Column("load", say("Utilisation"), numeric=True, is_key=False,
               figure="service_utilisation"),
        Column("risk", say("Engineering risk"), numeric=True, is_key=False,
               figure="engineering_risk"),
        Column("bands", say("Bands"), is_key=False),
        Column("cause", say("Likely cause")),
    )  # fmt: skip


def _cause_row(request: PageRequest, answer: Answer, row: Row, limits: Limits) -> Mapping[str, Any]:
    return {
        ROW: row_key(answer, row),
        "service": html.A(service_name(row), href=drill_service(request, row)),
        "agency": dimension_text(row, "agency"),
        "breaches": count(number(row["sla_breaches"])),
        "latency": say("{number} ms", number=decimal(number(row["latency_ms"]), 0)),
        "errors": percent(number(row["error_rate"]), 2),
        "load": percent(number(row["service_utilisation"])),
        "risk": decimal(number(row["engineering_risk"]), 0),
        "bands": html.Span(_bands(row, limits), className="bands"),
        "cause": cause_of(request, row),
    }


def _unmeasured_columns(request: PageRequest) -> Sequence[Column]:
    return (
        Column("service", say("Service")),
        *((Column("agency", say("MDA")),) if request.sees_many else ()),
        Column("load", say("Utilisation"), numeric=True, figure="service_utilisation"),
        Column("latency", say("Latency, modelled"), numeric=True, is_key=False,
               figure="latency_ms"),
        Column("errors", say("Errors, modelled"), numeric=True, is_key=False, figure="error_rate"),
        Column("known", say("What is known")),
    )  # fmt: skip


def _unmeasured_row(
    request: PageRequest, answer: Answer, row: Row, limits: Limits
) -> Mapping[str, Any]:
    load, months = number(row["service_utilisation"]), number(row["over_capacity_count"])
    return {
        ROW: row_key(answer, row),
        "service": html.A(
            service_name(row),
            href=drill_service(request, row),
            **{"aria-label": service_and_owner(request, row)},
        ),
        "agency": dimension_text(row, "agency"),
        "load": percent(load),
        "latency": say("{number} ms", number=decimal(number(row["latency_ms"]), 0)),
        "errors": percent(number(row["error_rate"])),
        "known": over_capacity(load, int(months or 0), limits) or say("within capacity"),
    }


def _bands(row: Row, limits: Limits) -> list[Component]:
    latency, errors = number(row["latency_ms"]), number(row["error_rate"])
    load = number(row["service_utilisation"])
    found = []
    if latency is not None:
        tone = band_of(latency, limits.latency_warning_ms, limits.latency_ms)
        found.append(status_word(say("latency"), tone))
    if errors is not None:
        tone = band_of(errors * 100, limits.error_warning_pct, limits.error_pct)
        found.append(status_word(say("errors"), tone))
    if load is not None:
        is_over = load * 100 > limits.capacity_pct
        tone = "bad" if is_over else "warn" if load * 100 < limits.idle_pct else "ok"
        found.append(status_word(say("idle") if tone == "warn" else say("load"), tone))
    return found


def band_of(value: float, warning: float, limit: float) -> str:
    """Name the band of a figure of which low is good: ok, near its limit, or beyond it."""
    return "bad" if value > limit else "warn" if value > warning else "ok"
