"""Months known and months ahead in one chart: a line that goes on within its bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from portal.figures.lines import Line
from portal.figures.theme import (
    PALETTES,
    Figure,
    Theme,
    days_of,
    end_label,
    figure,
    month_axis,
    numbers,
    peak_bands,
    room_for,
    spread,
    value_axis,
)

_PLOT_PIXELS = 250
_SHADES = {"light": (18, 67, 109), "dark": (108, 176, 240)}
"""The colour of the first series, for bands: fainter the surer they are."""
_OPACITIES = (0.10, 0.16)


@dataclass(frozen=True, slots=True)
class Band:
    """A named band by month or day; those without it are gaps."""

    name: str
    low: Sequence[float | None]
    high: Sequence[float | None]


def draw_outlook(
    *,
    months: Sequence[str],
    known: Line,
    ahead: Line,
    bands: Sequence[Band],
    peaks: frozenset[str] = frozenset(),
    marks: Sequence[tuple[str, str]] = (),
    theme: Theme,
    unit: str,
) -> Figure:
    """Draw what is known as a solid line, and what is ahead dashed within up to two bands.

    ``bands`` go from the widest to the narrowest; ``marks`` are months with what is written at
    them. Values are in ``unit``, e.g. ``US$ million``.
    """
    days, colour = days_of(months), PALETTES[theme].series[0]
    traces: list[dict[str, Any]] = []
    for band, opacity in zip(bands, _OPACITIES, strict=False):
        traces += band_traces(days, band, theme, unit, opacity)
    for line, dash in ((known, "solid"), (ahead, "dash")):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.name,
                "x": days,
                "y": numbers(line.values),
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "marker": {"size": 5, "color": colour},
                "hovertemplate": f"%{{y:,.3~g}} {unit}<extra>{line.name}</extra>",
            }
        )
    shapes, notes = peak_bands(months, peaks, theme)
    labels = _ends(days, [(ahead.label, ahead.values), *((one.name, one.high) for one in bands)])
    colours = PALETTES[theme]
    return figure(
        traces,
        theme=theme,
        xaxis=month_axis(months, theme),
        yaxis=value_axis(theme),
        shapes=[*shapes, *(_upright(month, colours.muted) for month, _ in marks)],
        annotations=[
            *notes,
            *(_at_foot(month, text, colours.text) for month, text in marks),
            *(
                end_label(text=text, x=days[-1], y=y, shift=shift, colour=colours.text)
                for text, y, shift in labels
            ),
        ],
        margin=(24, room_for([text for text, _, _ in labels]), 40, 44),
        hovermode="x unified",
    )


def band_traces(
    days: Sequence[str], band: Band, theme: Theme, unit: str, opacity: float = _OPACITIES[1]
) -> list[dict[str, Any]]:
    """Give the lower edge, and the upper one that fills down to it; only days with both."""
    both = [
        (day, low, high)
        for day, low, high in zip(days, band.low, band.high, strict=True)
        if low is not None and high is not None
    ]
    red, green, blue = _SHADES[theme]
    shade = f"rgba({red},{green},{blue},{opacity})"
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": band.name,
            "x": [day for day, _, _ in both],
            "y": np.array([one[at] for one in both], dtype=np.float64),
            "line": {"color": shade, "width": 1},
            "hovertemplate": f"%{{y:,.3~g}} {unit}<extra>{band.name}</extra>",
            **({"fill": "tonexty", "fillcolor": shade} if at == 2 else {}),
        }
        for at in (1, 2)
    ]


def _upright(month: str, colour: str) -> dict[str, Any]:
    day = f"{month}-01"
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 1, "dash": "dot"},
    }


def _at_foot(month: str, text: str, colour: str) -> dict[str, Any]:
    """Write a mark near the foot of its line, where neither spend nor the word peak stands."""
    return {
        "text": f"<b>{text}</b>",
        "xref": "x",
        "yref": "paper",
        "x": f"{month}-01",
        "y": 0.04,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": 4,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }


def _ends(
    days: Sequence[str], named: Sequence[tuple[str, Sequence[float | None]]]
) -> list[tuple[str, float, float]]:
    """Give text, height and shift of what ends in the last month, pushed apart."""
    ends = [(text, float(values[-1])) for text, values in named if days and values[-1] is not None]
    heights = [height for _, height in ends]
    shifts = spread(heights, _PLOT_PIXELS / (max(heights, default=0.0) or 1.0), least=16)
    return [(text, height, shift) for (text, height), shift in zip(ends, shifts, strict=True)]
