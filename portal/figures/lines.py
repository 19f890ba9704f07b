"""Lines over months: spend against budget, and two groups side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.figures.theme import (
    DAY_FORM,
    PALETTES,
    Figure,
    Theme,
    day_axis,
    days_of,
    end_label,
    figure,
    key_above,
    month_axis,
    numbers,
    peak_bands,
    room_for,
    spread,
    value_axis,
)

_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")
_PLOT_PIXELS = 250

End = tuple[str, str | None, float, str]
"""What is written at a line's last point: text, day, height, colour."""


@dataclass(frozen=True, slots=True)
class Line:
    """One named series; ``label`` is written at its end, ``values`` may have gaps.

    Series with a ``group`` share its colour and marker, and are told apart by their basis: a
    measured one is solid, a modelled one dotted and hollow, as a key above the chart says.
    """

    name: str
    label: str
    values: Sequence[float | None]
    group: int | None = None
    is_modelled: bool = False


def draw_actual_and_budget(
    *,
    months: Sequence[str],
    actual: Line,
    budget: Line | None,
    peaks: frozenset[str] = frozenset(),
    theme: Theme,
    unit: str,
) -> Figure:
    """Draw spend as a solid line and its budget as steps, both named at their ends.

    Values are in ``unit``, e.g. ``US$ million``.
    """
    colours = PALETTES[theme]
    spent = numbers(actual.values)
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": actual.name,
            "x": days_of(months),
            "y": spent,
            "line": {"color": colours.series[0], "width": 2.5},
            "marker": {"size": 5, "color": colours.series[0]},
            "hovertemplate": f"%{{y:,.3~g}} {unit}<extra>{actual.name}</extra>",
        }
    ]
    ends = [(actual.label, *_last(days_of(months), spent), colours.series[0])]
    if budget is not None:
        planned = numbers(budget.values)
        traces.insert(0, _budget_trace(months, planned, budget.name, colours.budget, unit))
        ends.append((budget.label, *_last(days_of(months), planned), colours.muted))
    shapes, notes = peak_bands(months, peaks, theme)
    return figure(
        traces,
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=value_axis(theme),
        shapes=shapes,
        annotations=[*notes, *_end_labels(ends, from_zero=True)],
        margin=(24, room_for(_last_texts(ends)), 40, 44),
        hovermode="x unified",
    )


def draw_lines(
    *,
    months: Sequence[str],
    lines: Sequence[Line],
    peaks: frozenset[str] = frozenset(),
    theme: Theme,
    suffix: str = "",
    prefix: str = "",
    bounds: tuple[float, float] | None = None,
    reference: tuple[float, str] | None = None,
) -> Figure:
    """Draw up to four series, told apart by colour, dash, marker and the name at their ends.

    ``reference`` is a level and its name, drawn as a thin line across.
    """
    colours = PALETTES[theme]
    by_basis = any(line.group is not None for line in lines)
    traces, ends = [], []
    for at, line in enumerate(lines[:4]):
        values = numbers(line.values)
        place = at if line.group is None else line.group
        colour = colours.series[place]
        symbol = _SYMBOLS[place]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.name,
                "x": days_of(months),
                "y": values,
                "line": {
                    "color": colour,
                    "width": 1.5 if line.is_modelled else 2.5,
                    "dash": "dot" if line.is_modelled else _DASHES[0 if by_basis else place],
                },
                "marker": {
                    "size": 5 if len(months) > 18 else 7,
                    "symbol": f"{symbol}-open" if line.is_modelled else symbol,
                    "color": colour,
                },
                "hovertemplate": f"%{{y:,.2f}}{suffix}<extra>{line.name}</extra>",
            }
        )
        if not by_basis:
            ends.append((line.label, *_last(days_of(months), values), colours.text))
    shapes, notes = peak_bands(months, peaks, theme)
    if reference is not None:
        shapes.append(_level(reference[0], colours.muted))
        ends.append(
            (reference[1], days_of(months)[-1] if months else None, reference[0], colours.muted)
        )
    axis = value_axis(theme, prefix=prefix, suffix=suffix, from_zero=bounds is None)
    if bounds is not None:
        axis["range"] = list(bounds)
    return figure(
        traces,
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=axis,
        shapes=shapes,
        annotations=[*notes, *_end_labels(ends, from_zero=bounds is None, bounds=bounds)],
        margin=(52 if by_basis else 24, 12 if by_basis else room_for(_last_texts(ends)), 40, 44),
        hovermode="x unified",
        **(key_above(theme, lift=0.08) if by_basis else {}),
    )


def draw_days(*, days: Sequence[str], lines: Sequence[Line], theme: Theme, unit: str) -> Figure:
    """Draw up to four series over days (``2025-01-31``), each named at its end; in ``unit``.

    Days are many, so points have no markers; series are told apart by dash as well as colour.
    """
    colours = PALETTES[theme]
    traces, ends = [], []
    for at, line in enumerate(lines[:4]):
        values = numbers(line.values)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": line.name,
                "x": list(days),
                "y": values,
                "line": {"color": colours.series[at], "width": 1.75, "dash": _DASHES[at]},
                "hovertemplate": f"%{{x|{DAY_FORM}}}: %{{y:,.3~g}} {unit}"
                f"<extra>{line.name}</extra>",
            }
        )
        ends.append((line.label, *_last(days, values), colours.text))
    return figure(
        traces,
        theme=theme,
        xaxis=day_axis(days, theme),
        yaxis=value_axis(theme),
        annotations=_end_labels(ends, from_zero=True),
        margin=(24, room_for(_last_texts(ends)), 40, 48),
        hovermode="x",
    )


def _budget_trace(
    months: Sequence[str], planned: NDArray[np.float64], name: str, colour: str, unit: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": days_of(months),
        "y": planned,
        "line": {"color": colour, "width": 1.5, "shape": "hv"},
        "hovertemplate": f"%{{y:,.3~g}} {unit}<extra>{name}</extra>",
    }


def _level(at: float, colour: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "line": {"color": colour, "width": 1, "dash": "dash"},
    }


def _last(days: Sequence[str], values: NDArray[np.float64]) -> tuple[str | None, float]:
    """Find the last point that is there."""
    found = np.flatnonzero(~np.isnan(values))
    if not len(found):
        return None, 0.0
    return days[found[-1]], float(values[found[-1]])


def _end_labels(
    ends: Sequence[End],
    *,
    from_zero: bool,
    bounds: tuple[float, float] | None = None,
) -> list[dict[str, Any]]:
    """Write the ends' names, pushed apart where two ends nearly meet."""
    drawn = [end for end in ends if end[1] is not None]
    if not drawn:
        return []
    heights = [end[2] for end in drawn]
    low, high = bounds or (0.0 if from_zero else min(heights), max(heights))
    shifts = spread(heights, _PLOT_PIXELS / ((high - low) or 1.0), least=16)
    return [
        end_label(text=text, x=x, y=y, colour=colour, shift=shift)
        if _is_last((text, x, y, colour), drawn)
        else _label_above(text, x, y, colour)
        for (text, x, y, colour), shift in zip(drawn, shifts, strict=True)
    ]


def _last_texts(ends: Sequence[End]) -> list[str]:
    return [end[0] for end in ends if _is_last(end, ends)]


def _is_last(end: End, ends: Sequence[End]) -> bool:
    """Tell whether no other series goes on beyond this end."""
    days = [day for _, day, _, _ in ends if day is not None]
    return end[1] is not None and end[1] == max(days)


def _label_above(text: str, x: str | None, y: float, colour: str) -> dict[str, Any]:
    label = end_label(text=text, x=x, y=y, colour=colour, shift=12, xshift=-6)
    return {**label, "xanchor": "right", "yanchor": "bottom"}
