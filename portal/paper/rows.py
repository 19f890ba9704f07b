"""Cards side by side: the screen's twelve columns as rows of a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from portal.paper.tree import titles_in

GAP: Final = 12.0
PADDING: Final = 14.0
BORDER: Final = 1.0

MOST_BESIDE: Final = 4
"""Columns of a table in a card that stands beside another; with more it takes the whole row."""
_SPAN: Final = re.compile(r"\bspan-(\d+)\b")
_COLUMNS: Final = 12
_MOST_ABREAST: Final = 2
"""Cards side by side: a third of a sheet is a stamp."""
_NARROWEST, _WIDEST = 5, 7
"""Columns of two cards side by side: a list needs more room on paper than a third."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One card of a row: its part of the row, and the room inside it in pixels."""

    component: Any
    weight: int
    inner_width: float


def rows_of(components: Sequence[Any], width: float) -> list[list[Cell]]:
    """Put components that stand beside each other on screen into rows of ``width`` pixels."""
    rows: list[list[tuple[Any, int]]] = []
    used = _COLUMNS
    for component in components:
        span = _COLUMNS if titles_in(component) > MOST_BESIDE else span_of(component)
        if used + span > _COLUMNS or len(rows[-1]) == _MOST_ABREAST:
            rows.append([])
            used = 0
        rows[-1].append((component, span))
        used += span
    return [_cells(row, width) for row in rows]


def span_of(component: Any) -> int:
    """Give how many of the twelve columns a component takes."""
    found = _SPAN.search(str(getattr(component, "className", "") or ""))
    return int(found[1]) if found else _COLUMNS


def _cells(row: Sequence[tuple[Any, int]], width: float) -> list[Cell]:
    weights = [span for _, span in row]
    if len(row) == 2:
        weights = [min(_WIDEST, max(_NARROWEST, weight)) for weight in weights]
    room = (width - GAP * (len(row) - 1)) / sum(weights)
    frame = 2 * (PADDING + BORDER)
    return [
        Cell(component, weight, weight * room - frame)
        for (component, _), weight in zip(row, weights, strict=True)
    ]
