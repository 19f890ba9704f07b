"""The heat table of latency: by MDA and service, or by service and month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.heat import Band, HeatCell, HeatRow, heat_table
from portal.formats import decimal, month_short
from portal.pages.evidence import dimension_text, downloads_of, row_key
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits
from portal.pages.reliability.sla_services import (
    PATH,
    Row,
    is_measured,
    limits_of,
    service_name,
)
from portal.pages.reliability.sla_tables import band_of
from portal.pages.series import at_most, number
from portal.service_types import type_name
from portal.texts import say, say_number
from warehouse.question import Answer

_MOST_ROWS: Final = 8
_MOST_MONTHS: Final = 12


def draw_latency_heat(request: PageRequest) -> Component:
    """Show average latency by MDA and service; for one MDA by service and month."""
    by = ("agency", "service_type") if request.sees_many else ("digital_service", "month")
    answer = request.ask("latency_ms", "request_count", by=by, period=request.year_period())
    title = _title(request)
    if not answer.rows:
        return nothing_card(title, say("No reliability records in this period."), 12)
    limits = limits_of(request)
    columns = _columns(answer, by[1])
    groups = _by_first(answer, by[0])
    shown = at_most(groups, _MOST_ROWS)
    rows = [
        HeatRow(
            name=_name(members[0], by[0]),
            href=_way_down(request, members[0], by[0]),
            cells=[_latency_cell(answer, members, by[1], key, limits) for key in columns],
        )
        for members in shown
    ]
    return card(
        headline=_latency_headline(title, answer, limits),
        subtitle=say(
            "Average latency in ms, {whose}. ✓ up to {warning}, ! above it, ✕ above {limit}. "
            "Without a sign and marked “mod.”: modelled, not judged; {shown} of {all} shown",
            whose=whose(request), warning=f"{limits.latency_warning_ms:g}",
            limit=f"{limits.latency_ms:g}", shown=len(shown), all=len(groups),
        ),
        children=[
            heat_table(
                caption=title,
                corner=say("MDA") if by[0] == "agency" else say("Service"),
                columns=list(map(month_short if by[1] == "month" else type_name, columns)),
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("latency by service")),
            *footer_notes(answer.notes),
        ],
    )  # fmt: skip


def _title(request: PageRequest) -> str:
    if request.sees_many:
        return say("Latency by MDA and service")
    return say("Latency by service and month")


def _name(row: Row, named_by: str) -> str:
    return dimension_text(row, "agency") if named_by == "agency" else service_name(row)


def _latency_cell(
    answer: Answer, members: Sequence[Row], name: str, key: str, limits: Limits
) -> HeatCell | None:
    row = next((row for row in members if str(row[name]) == key), None)
    latency = None if row is None else number(row["latency_ms"])
    if row is None or latency is None:
        return None
    text, band = decimal(latency, 0), "none"
    if is_measured(row):
        band = band_of(latency, limits.latency_warning_ms, limits.latency_ms)
    else:
        text = say("mod. {number}", number=text)
    return HeatCell(text, cast("Band", band), row_key(answer, row), "latency_ms")


def _latency_headline(title: str, answer: Answer, limits: Limits) -> str:
    known = [row for row in answer.rows if is_measured(row) and row["latency_ms"] is not None]
    if not known:
        return say("{title}: modelled, so nothing follows from it", title=title)
    beyond = [row for row in known if (number(row["latency_ms"]) or 0) > limits.latency_ms]
    if not beyond:
        return say("No measured latency is above {limit} ms", limit=f"{limits.latency_ms:g}")
    return say_number(
        len(beyond),
        "{number} measured latency is above {limit} ms",
        "{number} measured latencies are above {limit} ms",
        limit=f"{limits.latency_ms:g}",
    )


def _columns(answer: Answer, name: str) -> list[str]:
    return sorted({str(row[name]) for row in answer.rows})[-_MOST_MONTHS:]


def _by_first(answer: Answer, name: str) -> list[list[Row]]:
    """Group rows: what was measured first, the slowest above; the others by name."""

    def make() -> list[list[Row]]:
        groups: dict[object, list[Row]] = {}
        for row in answer.rows:
            groups.setdefault(row[name], []).append(row)
        return sorted(
            groups.values(), key=lambda rows: (-_slowest(rows), dimension_text(rows[0], name))
        )

    return answer.once(("by first", name), make)


def _slowest(rows: Sequence[Row]) -> float:
    return max((number(row["latency_ms"]) or 0.0 for row in rows if is_measured(row)), default=0.0)


def _way_down(request: PageRequest, row: Row, name: str) -> str:
    if name == "agency":
        return drill_to(PATH, request, agency=(str(row["agency"]),))
    return drill_to(PATH, request, service=(str(row["digital_service"]),))
