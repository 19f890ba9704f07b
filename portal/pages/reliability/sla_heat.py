"""Heat tables of the SLA page: latency by service, and availability against its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from dash.development.base_component import Component

from portal.components.cards import card, footer_notes, nothing_card
from portal.components.heat import Band, HeatCell, HeatRow, heat_table
from portal.exports.links import question_query
from portal.formats import decimal, month_short, percent, percent_figure
from portal.pages.evidence import dimension_text, downloads_of, row_key, table_of
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits
from portal.pages.reliability.sla_services import (
    PATH,
    Row,
    ask_services,
    drill_service,
    is_measured,
    limits_of,
    service_name,
    unmeasured,
)
from portal.pages.reliability.sla_tables import band_of
from portal.pages.series import months_of, number
from portal.texts import say, say_number
from warehouse.question import Answer

_MOST_ROWS: Final = 12
_MOST_MONTHS: Final = 12
_NEARLY_USED: Final = 0.8
"""Share of the allowed failures beyond which a month that held its target is called near it."""


def draw_targets(request: PageRequest) -> Component:
    """Set each digital service's availability against its target, month by month."""
    title = say("Availability against targets")
    period = request.year_period()
    by = ("agency", "digital_service")
    whole = request.ask("error_budget_burn_rate", "slo_target", by=by, period=period)
    judged = sorted(
        (row for row in whole.rows if row["error_budget_burn_rate"] is not None),
        key=lambda row: -(number(row["error_budget_burn_rate"]) or 0),
    )
    if not judged:
        return nothing_card(
            title,
            say(
                "No digital service that was measured here has a target. Targets come from "
                "services.csv or are recorded by the treasury."
            ),
            12,
        )
    answer = request.ask("availability_requests", "error_budget_burn_rate", by=(*by, "month"),
                         period=period)  # fmt: skip
    months = months_of(answer)[-_MOST_MONTHS:]
    missed = [row for row in judged if (number(row["error_budget_burn_rate"]) or 0) > 1]
    shown = judged[:_MOST_ROWS]
    rows = [
        HeatRow(
            name=service_name(row),
            detail=_target_text(request, row),
            href=drill_service(request, row),
            cells=[_target_cell(answer, row, month) for month in months],
        )
        for row in shown
    ]
    return card(
        headline=_target_headline(missed, len(judged)),
        subtitle=say(
            "Requests that succeeded, %, by month, {whose}. ✓ target held, ! held with more than "
            "80 % of the allowed failures used, ✕ target missed; furthest from target first, "
            "{shown} of {all} shown",
            whose=whose(request),
            shown=len(shown),
            all=len(judged),
        ),
        children=[
            heat_table(
                caption=title,
                corner=say("Digital service"),
                columns=[month_short(month) for month in months],
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("availability by service and month")),
            *footer_notes([say("Measured by telemetry; services with a target only")]),
        ],
        anchor="targets",
    )


def draw_latency_heat(request: PageRequest) -> Component:
    """Show average latency by MDA and service; for one MDA by service and month."""
    by = ("agency", "service_type") if request.sees_many else ("digital_service", "month")
    answer = request.ask("latency_ms", "request_count", by=by, period=request.year_period())
    title = (
        say("Latency by MDA and service") if request.sees_many
        else say("Latency by service and month")
    )  # fmt: skip
    if not answer.rows:
        return nothing_card(title, say("No reliability records in this period."), 6)
    limits = limits_of(request)
    columns = _columns(answer, by[1])
    groups = _by_first(answer, by[0])
    shown = groups[:_MOST_ROWS]
    rows = [
        HeatRow(
            name=dimension_text(members[0], "agency")
            if by[0] == "agency"
            else service_name(members[0]),
            href=_way_down(request, members[0], by[0]),
            cells=[_latency_cell(answer, members, by[1], key, limits) for key in columns],
        )
        for members in shown
    ]
    known = [row for row in answer.rows if is_measured(row) and row["latency_ms"] is not None]
    return card(
        headline=_latency_headline(title, known, limits),
        subtitle=say(
            "Average latency in ms, {whose}. ✓ up to {warning}, ! above it, ✕ above {limit}. "
            "Without a sign and marked “mod.”: modelled, not judged; {shown} of {all} shown",
            whose=whose(request),
            warning=f"{limits.latency_warning_ms:g}",
            limit=f"{limits.latency_ms:g}",
            shown=len(shown),
            all=len(groups),
        ),
        children=[
            heat_table(
                caption=title,
                corner=say("MDA") if by[0] == "agency" else say("Service"),
                columns=[month_short(key) if by[1] == "month" else key for key in columns],
                rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            table_of(answer, title),
            *downloads_of(request, answer, say("latency by service")),
            *footer_notes(answer.notes),
        ],
        span=5 if request.sees_many and unmeasured(ask_services(request)) else 12,
    )


def _target_text(request: PageRequest, row: Row) -> str:
    target = percent(number(row["slo_target"]), 2)
    if not request.sees_many:
        return say("target {target}", target=target)
    owner = dimension_text(row, "agency")
    return say("{owner}, target {target}", owner=owner, target=target)


def _target_headline(missed: Sequence[Row], judged: int) -> str:
    if not missed:
        return say_number(
            judged,
            "The digital service with a target held it",
            "All {number} digital services with a target held it",
        )
    if len(missed) == 1:
        return say("{service} fell below its target", service=service_name(missed[0]))
    return say(
        "{missed} of {all} digital services fell below their targets",
        missed=len(missed),
        all=judged,
    )


def _target_cell(answer: Answer, service: Row, month: str) -> HeatCell | None:
    found = _cells(answer, ("agency", "digital_service", "month"))
    row = found.get((service["agency"], service["digital_service"], month))
    available = None if row is None else number(row["availability_requests"])
    if row is None or available is None:
        return None
    burn = number(row["error_budget_burn_rate"])
    band: Band = "none"
    if burn is not None:
        band = "bad" if burn > 1 else "warn" if burn > _NEARLY_USED else "ok"
    return HeatCell(
        percent_figure(available, 2), band, row_key(answer, row), "availability_requests"
    )


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


def _latency_headline(title: str, known: Sequence[Row], limits: Limits) -> str:
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


def _cells(answer: Answer, names: Sequence[str]) -> dict[tuple[object, ...], Row]:
    return answer.once(
        ("cells", tuple(names)), lambda: {tuple(row[n] for n in names): row for row in answer.rows}
    )


def _way_down(request: PageRequest, row: Row, name: str) -> str:
    if name == "agency":
        return drill_to(PATH, request, agency=(str(row["agency"]),))
    return drill_to(PATH, request, service=(str(row["digital_service"]),))
