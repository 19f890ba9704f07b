"""A heat table: cells whose shade and sign say how their figures stand.

It needs no chart bundle, and a screen reader walks it row by row like any table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.components.tables import ROW
from portal.texts import later, say, say_known

Band = Literal["ok", "warn", "bad", "none", "low", "mid", "high"]
"""How a cell stands. ``ok``, ``warn`` and ``bad`` judge; ``low``, ``mid`` and ``high`` only shade,
for figures from which nothing is concluded; ``none`` has neither."""

_WORDS = {
    "ok": later("good"),
    "warn": later("near the limit"),
    "bad": later("beyond the limit"),
}
_SIGNS = {"ok": "\N{CHECK MARK}", "warn": "!", "bad": "\N{MULTIPLICATION X}"}


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One figure; ``row`` names the row of the answer that it is, see ``portal.pages.evidence``."""

    text: str
    band: Band = "none"
    row: str = ""
    figure: str = ""
    """The measure that the cell shows, where its table says which question it answers."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One line: its name, where it leads, and a cell a column; ``None`` was not reported."""

    name: str
    cells: Sequence[HeatCell | None]
    detail: str | Sequence[Text] = ""
    href: str = ""


def heat_table(
    *,
    caption: str,
    corner: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> Component:
    """Draw the table; ``corner`` titles the names, ``evidence`` says what the cells answer."""
    head = html.Tr([html.Th(corner, scope="col")] + [html.Th(c, scope="col") for c in columns])
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="visually-hidden"),
                html.Thead(head),
                html.Tbody([_row(row) for row in rows]),
            ],
            className="heat",
            **evidence,
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def _row(row: HeatRow) -> Component:
    name: Component = html.A(row.name, href=row.href) if row.href else html.Span(row.name)
    said = row.detail if isinstance(row.detail, str) else list(row.detail)
    detail = [html.Span(said, className="heat-detail")] if said else []
    return html.Tr([html.Th([name, *detail], scope="row"), *(_cell(cell) for cell in row.cells)])


def _cell(cell: HeatCell | None) -> Component:
    if cell is None:
        return html.Td(
            [html.Span("\N{EN DASH}", **{"aria-hidden": "true"}),
             html.Span(say("not reported"), className="visually-hidden")],
            className="heat-cell heat-none",
        )  # fmt: skip
    sign = _SIGNS.get(cell.band)
    mark = [html.Span(f" {sign}", className="heat-sign", **{"aria-hidden": "true"})] if sign else []
    word = say_known(_WORDS.get(cell.band, ""))
    said = [html.Span(f", {word}", className="visually-hidden")] if sign else []
    shown = {"data-figure": cell.figure} if cell.figure else {}
    return html.Td(
        [html.Span(cell.text, **shown), *mark, *said],
        className=f"heat-cell heat-{cell.band}",
        **({ROW: cell.row} if cell.row else {}),
    )
