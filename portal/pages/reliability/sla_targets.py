"""Availability against targets, by service and month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.heat import Band, HeatCell, HeatRow, heat_table
from portal.components.parts import Text, strong
from portal.formats import count, month_short, percent, percent_figure
from portal.pages.evidence import dimension_text, downloads_of, evidence_of, figure, row_key
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.sla_services import (
    Row,
    drill_service,
    service_name,
)
from portal.pages.series import at_most, months_of, number
from portal.texts import say, say_parts
from warehouse.question import Answer

_COUNTS: Final = ("services_on_target", "services_with_target")
_MOST_ROWS: Final = 8
_MOST_MONTHS: Final = 12
_NEARLY_USED: Final = 0.8
"""Share of the allowed failures beyond which a month that held its target is called near it."""


def draw_targets(request: PageRequest) -> Component:
    """Set each digital service's availability against its target, month by month."""
    title = say("Availability against targets")
    period = request.year_period()
    by = ("agency", "digital_service")
    whole = request.ask("error_budget_burn_rate", "slo_target", "services_on_target", by=by,
                        period=period)  # fmt: skip
    judged = _fastest_first(whole)
    if not judged:
        return nothing_card(title, _no_targets(), 12)
    answer = request.ask("availability_requests", "error_budget_burn_rate", by=(*by, "month"),
                         period=period)  # fmt: skip
    months = months_of(answer)[-_MOST_MONTHS:]
    missed = [row for row in judged if row["services_on_target"] == 0]
    shown = at_most(judged, _MOST_ROWS)
    rows = [
        HeatRow(
            name=service_name(row),
            detail=_target_text(request, whole, row),
            href=drill_service(request, row),
            cells=[_target_cell(answer, row, month) for month in months],
        )
        for row in shown
    ]
    return card(
        headline=_target_headline(request, missed),
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


def _no_targets() -> str:
    return say(
        "No digital service that was measured here has a target. Targets come from services.csv or "
        "are recorded by the treasury."
    )


def _fastest_first(whole: Answer) -> Sequence[Row]:
    """Keep the services that have a target, the fastest to use up what it allows first."""
    return sorted(
        (row for row in whole.rows if row["error_budget_burn_rate"] is not None),
        key=lambda row: -(number(row["error_budget_burn_rate"]) or 0),
    )


def _target_text(request: PageRequest, answer: Answer, row: Row) -> list[Text]:
    target = figure(answer, "slo_target", percent(number(row["slo_target"]), 2), row)
    if not request.sees_many:
        return say_parts("target {target}", target=target)
    owner = dimension_text(row, "agency")
    return say_parts("{owner}, target {target}", owner=owner, target=target)


def _target_headline(request: PageRequest, missed: Sequence[Row]) -> str | list[Text]:
    """Say how many held their target, as counted over all in view; name the one that missed."""
    if len(missed) == 1:
        return say("{service} fell below its target", service=service_name(missed[0]))
    counted = request.ask(*_COUNTS, period=request.year_period())
    held, targeted = (counted.value(name) or 0.0 for name in _COUNTS)
    if held == targeted == 1:
        return say("The digital service with a target held it")
    every = strong(count(targeted), evidence_of(counted, "services_with_target"))
    if held == targeted:
        return say_parts("All {all} digital services with a target held it", all=every)
    return say_parts(
        "{held} of {all} digital services held their targets",
        held=strong(count(held), evidence_of(counted, "services_on_target")),
        all=every,
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


def _cells(answer: Answer, names: Sequence[str]) -> dict[tuple[object, ...], Row]:
    return answer.once(
        ("cells", tuple(names)), lambda: {tuple(row[n] for n in names): row for row in answer.rows}
    )
