"""Each digital service at peak and in other months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.formats import decimal, signed_number
from portal.pages.evidence import (
    dimension_text,
    downloads_of,
    figure,
    row_key,
)
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    PATH,
    Described,
    ServiceKey,
    ask_service_seasons,
    ask_services,
    compared,
    criticality,
    described,
    key_of,
    season_rows,
)
from portal.pages.reliability.peak_calendar import month_ranges
from portal.pages.reliability.sla_services import Row, drill_service, is_measured, service_name
from portal.pages.series import at_most, number
from portal.texts import say, say_number
from warehouse.question import Answer

_MOST_ROWS: Final = 15
_RANKS: Final = {"High": 0, "Medium": 1, "Low": 2}


def draw_services(request: PageRequest) -> Component:
    """List digital services, critical ones first, with both seasons and their differences."""
    answer, seasons = ask_services(request), ask_service_seasons(request)
    known, about = compared(answer), described(request)
    title = say("Each service at peak and in other months")
    rows = (
        sorted(known, key=lambda row: _RANKS.get(criticality(about, row), len(_RANKS)))
        if known
        else [row for row in answer.rows if row["stability_peak_delta"] is not None]
    )
    if not rows:
        return nothing_card(title, say("No service has records in both seasons here."), 12)
    shown = at_most(rows, _MOST_ROWS)
    order = (
        say("critical services first, then by drop; measured services only")
        if known
        else say("by MDA; modelled from utilisation, so that a difference is one of utilisation")
    )
    return card(
        headline=title,
        subtitle=say(
            "Stability of 100, differences are peak minus other months; {order}; {shown} of {all} "
            "shown",
            order=order,
            shown=len(shown),
            all=len(rows),
        ),
        children=[
            data_table(
                caption=title,
                columns=_columns(request),
                rows=[_service_row(request, answer, seasons, row, about) for row in shown],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("peak against other months by service")),
            *footer_notes(_left_out(answer, known)),
        ],
        anchor="services",
    )


def _columns(request: PageRequest) -> Sequence[Column]:
    return (
        Column("service", say("Service")),
        *((Column("agency", say("MDA"), is_key=False),) if request.sees_many else ()),
        Column("criticality", say("Criticality")),
        Column("own", say("Its own peak"), is_key=False),
        Column("peak", say("Stability at peak"), numeric=True),
        Column("other", say("Other months"), numeric=True, is_key=False),
        Column("stability", say("Difference"), numeric=True, figure=("stability_peak_delta")),
        Column("latency", say("Latency"), numeric=True, is_key=False,
               figure="latency_peak_delta_ms"),
        Column("errors", say("Errors, points"), numeric=True, is_key=False,
               figure="error_rate_peak_delta"),
        Column("breaches", say("Limits broken, points"), numeric=True, is_key=False,
               figure="sla_breach_rate_peak_delta"),
    )  # fmt: skip


def _service_row(
    request: PageRequest,
    answer: Answer,
    seasons: Answer,
    row: Row,
    about: Mapping[ServiceKey, Described],
) -> Mapping[str, Any]:
    found = season_rows(seasons)
    sides = {season: found.get((*key_of(row), season)) for season in ("peak", "non-peak")}
    said = about.get(key_of(row))
    return {
        ROW: row_key(answer, row),
        "service": html.A(service_name(row), href=drill_service(request, row, PATH)),
        "agency": dimension_text(row, "agency"),
        "criticality": said.criticality if said else say("not named"),
        "own": month_ranges(said.peak_months) if said and said.peak_months else say("none stated"),
        "peak": _side(seasons, sides["peak"]),
        "other": _side(seasons, sides["non-peak"]),
        "stability": signed_number(number(row["stability_peak_delta"])),
        "latency": say(
            "{number} ms", number=signed_number(number(row["latency_peak_delta_ms"]), 0)
        ),
        "errors": signed_number(number(row["error_rate_peak_delta"]), 2),
        "breaches": signed_number(number(row["sla_breach_rate_peak_delta"])),
    }


def _side(seasons: Answer, row: Row | None) -> Component | str:
    if row is None:
        return say("not available")
    text = decimal(number(row["stability_score"]))
    return figure(seasons, "stability_score", text, row)


def _left_out(answer: Answer, known: Sequence[Row]) -> list[str]:
    """Say how many services aren't in the table, and why."""
    if not known:
        return [say("Modelled from utilisation, not measured. Hand in telemetry to compare")]
    silent = sum(not is_measured(row) for row in answer.rows)
    single = len(answer.rows) - silent - len(known)
    notes = []
    if silent:
        notes.append(
            say_number(silent, "{number} service without telemetry is left out",
                       "{number} services without telemetry are left out")
        )  # fmt: skip
    if single:
        notes.append(
            say_number(single, "{number} service measured in one season only is left out",
                       "{number} services measured in one season only are left out")
        )  # fmt: skip
    return notes
