"""Each service of an MDA before and after its migration."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table
from portal.formats import decimal, figure_of
from portal.pages.evidence import dimension_text, downloads_of, row_key
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    history,
)
from portal.pages.series import number
from portal.texts import say
from warehouse.question import Answer, Value

_MOST_ROWS = 25


def draw_services(request: PageRequest) -> Component:
    """List an MDA's services before and after; measured and modelled ones told apart."""
    answer = request.ask(
        "stability_score_pre", "stability_score_post", "latency_pre_ms", "latency_post_ms",
        by=("digital_service",), period=history(request),
    )  # fmt: skip
    both = request.ask("measured_move_count", by=("digital_service",), period=history(request))
    measured = {str(row["digital_service"]) for row in both.rows if row["measured_move_count"]}
    known = [row for row in answer.rows if row["stability_score_pre"] is not None][:_MOST_ROWS]
    if not known:
        return nothing_card(
            say("Services before and after"),
            say("No service has records on both sides of a migration."),
            12,
        )
    return card(
        headline=say("Services before and after"),
        subtitle=say("Services with records on both sides, {whose}", whose=whose(request)),
        children=[
            data_table(
                caption=say("Services before and after"),
                columns=_columns(),
                rows=[_row(answer, row, str(row["digital_service"]) in measured) for row in known],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("services before and after")),
            *footer_notes(answer.notes),
        ],
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("service", say("Service")),
        Column("basis", say("Basis")),
        Column("stability_pre", say("Stability before"), True, True, "stability_score_pre"),
        Column("stability_post", say("Stability after"), True, True, "stability_score_post"),
        Column("latency_pre", say("Latency before"), True, False, "latency_pre_ms"),
        Column("latency_post", say("Latency after"), True, False, "latency_post_ms"),
    )


def _row(answer: Answer, row: Mapping[str, Value], is_known: bool) -> Mapping[str, object]:
    return {
        ROW: row_key(answer, row),
        "service": dimension_text(row, "digital_service"),
        "basis": say("measured") if is_known else say("modelled, nothing follows from it"),
        "stability_pre": decimal(number(row["stability_score_pre"])),
        "stability_post": decimal(number(row["stability_score_post"])),
        "latency_pre": figure_of(number(row["latency_pre_ms"]), "ms"),
        "latency_post": figure_of(number(row["latency_post_ms"]), "ms"),
    }
