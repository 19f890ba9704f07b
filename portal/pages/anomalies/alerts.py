"""The lists of anomalies, of cost and of services: alerts with their states, and the quiet rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import ROW, Column, data_table, last_page, pager
from portal.pages.anomalies.seen import Told
from portal.pages.anomalies.states import Known, is_muted_or_done, known_cases, state_cell
from portal.pages.evidence import downloads_of, row_key
from portal.pages.page import PageRequest
from portal.texts import say, say_number
from warehouse.question import Answer

_PAGE_SIZE: Final = 20
_MOST_QUIET: Final = 20

Cells = Callable[[Sequence[Told]], tuple[list[Column], list[dict[str, Any]]]]
"""Gives the columns of a list of anomalies, and a row of cells for each of them."""


def still_open(known: Known, told: Sequence[Told]) -> list[Told]:
    """Give the alerts among what is told that nobody has looked at yet."""
    return [one for one in told if one.is_alert and not _is_looked_at(known, one)]


def alerts_card(
    request: PageRequest,
    path: str,
    answer: Answer,
    told: Sequence[Told],
    cells: Cells,
    *,
    title: str,
    why: str,
    units: str,
    files: str,
) -> Component:
    """List the alerts among what is told, a page at a time: open ones first, then the latest.

    ``why`` says what it means that there are none, ``units`` what the figures are in, and
    ``files`` names the rows that can be downloaded.
    """
    known = known_cases(request)
    alerts = sorted(
        (one for one in told if one.is_alert), key=lambda one: _is_looked_at(known, one)
    )  # fmt: skip
    if not alerts:
        return nothing_card(title, why, 12)
    shown, neighbours = _page_of(request, path, alerts)
    return card(
        headline=say_number(len(alerts), "{number} anomaly", "{number} anomalies"),
        subtitle=_what_to_do(request, units),
        children=[_table(request, answer, shown, cells, title, known), *neighbours],
        footer=[*downloads_of(request, answer, files), *footer_notes(answer.notes)],
        anchor="anomalies",
    )


def quiet_card(
    request: PageRequest,
    answer: Answer,
    told: Sequence[Told],
    cells: Cells,
    *,
    title: str,
    why: str,
) -> Component:
    """List what is told without being an alert, the latest first."""
    quiet = [one for one in told if not one.is_alert]
    if not quiet:
        return nothing_card(title, why, 12)
    shown = quiet[:_MOST_QUIET]
    return card(
        headline=title,
        subtitle=say("No alert is given of these; {shown} of {all} shown, the latest first",
                     shown=len(shown), all=len(quiet)),
        children=[_table(request, answer, shown, cells, title)],
        footer=footer_notes(answer.notes),
        anchor="quiet",
    )  # fmt: skip


def _is_looked_at(known: Known, one: Told) -> bool:
    """Tell whether somebody has said what it is, or muted what is like it.

    That is less than settled: what is acknowledged is looked at, and insights still tell of it.
    """
    return is_muted_or_done(known, known.by_name.get(one.anomaly_id))


def _what_to_do(request: PageRequest, units: str) -> str:
    if request.reader.may(Permission.ACKNOWLEDGE_ANOMALY):
        return say("Say of each what it is. Open ones first, then the latest; {units}", units=units)
    return say("Open ones first, then the latest; {units}", units=units)


def _page_of(
    request: PageRequest, path: str, alerts: Sequence[Told]
) -> tuple[Sequence[Told], list[Component]]:
    """Give the alerts of the page that is asked for, or of the last, and the way to others."""
    total = len(alerts)
    page = min(request.filters.page, last_page(total, _PAGE_SIZE))
    shown = alerts[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
    if total <= _PAGE_SIZE:
        return shown, []
    return shown, [
        pager(
            page=page,
            size=_PAGE_SIZE,
            total=total,
            address=lambda at: path + request.filters.to_query(page=at),
        )
    ]


def _table(
    request: PageRequest,
    answer: Answer,
    shown: Sequence[Told],
    cells: Cells,
    title: str,
    known: Known | None = None,
) -> Component:
    """Write anomalies out; where people may say what they are, with what was said."""
    columns, rows = cells(shown)
    for one, row in zip(shown, rows, strict=True):
        row[ROW] = row_key(answer, one.figures)
        if known is not None:
            said = state_cell(request, known, known.by_name.get(one.anomaly_id))
            row["state"] = html.Div(said, className="anomaly-state")
    if known is not None:
        columns = [*columns, Column("state", say("State"))]
    return data_table(
        caption=title,
        columns=columns,
        rows=rows,
        evidence={"data-question": question_query(answer.question)},
    )
