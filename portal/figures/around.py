"""The days or months around something: what came, within the band in which it was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from portal.figures.lines import Line
from portal.figures.outlook import Band, band_traces
from portal.figures.theme import (
    PALETTES,
    Figure,
    Theme,
    day_axis,
    figure,
    key_above,
    numbers,
    value_axis,
)

_HALF_A_STEP: Final = {"day": timedelta(hours=12), "month": timedelta(days=15)}


@dataclass(frozen=True, slots=True)
class Marked:
    """The days (or first days of months) that stand out, and what is written at them."""

    first: str
    last: str
    text: str
    step: str
    """``day`` or ``month``: how long each point lasts."""


def draw_around(
    *,
    days: Sequence[str],
    actual: Line,
    expected: Line,
    band: Band,
    marked: Marked,
    level: tuple[float, str] | None,
    theme: Theme,
    unit: str,
) -> Figure:
    """Draw what came as a solid line, what was expected dashed within its band.

    ``marked`` is shaded, and its points have a mark of their own; ``level`` is a limit with its
    name, drawn across. Values are in ``unit``. A key names all, as they may lie on each other.
    """
    colours = PALETTES[theme]
    low, high = band_traces(days, band, theme, unit)
    inside = [
        value if marked.first <= day <= marked.last else None
        for day, value in zip(days, actual.values, strict=True)
    ]
    traces = [
        {**low, "showlegend": False},
        high,
        _line(days, expected, colours.muted, unit, width=1.5, dash="dash"),
        _line(days, actual, colours.series[0], unit, width=2.25, dash="solid"),
        {
            "type": "scatter",
            "mode": "markers",
            "name": marked.text,
            "x": list(days),
            "y": numbers(inside),
            "marker": {"size": 9, "symbol": "diamond", "color": colours.series[2]},
            "hoverinfo": "skip",
        },
    ]
    if level is not None:
        height, name = level
        across = Line(name, "", [height] * len(days))
        traces.append(_line(days, across, colours.series[3], unit, width=1.5, dash="dot"))
    return figure(
        traces,
        theme=theme,
        xaxis=_axis(days, marked.step, theme),
        yaxis=value_axis(theme),
        shapes=[_shade(marked, colours.band)],
        margin=(52, 12, 48, 52),
        hovermode="x unified",
        **key_above(theme, lift=0.04),
    )


def _line(
    days: Sequence[str], line: Line, colour: str, unit: str, *, width: float, dash: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "x": list(days),
        "y": numbers(line.values),
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"%{{y:,.3~g}} {unit}<extra>{line.name}</extra>",
    }


def _shade(marked: Marked, colour: str) -> dict[str, Any]:
    half = _HALF_A_STEP[marked.step]
    ends = (datetime.fromisoformat(marked.first) - half, datetime.fromisoformat(marked.last) + half)
    return {
        "type": "rect",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        **{name: end.isoformat() for name, end in zip(("x0", "x1"), ends, strict=True)},
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "line": {"width": 0},
    }


def _axis(days: Sequence[str], step: str, theme: Theme) -> dict[str, Any]:
    axis = day_axis(days, theme)
    half = _HALF_A_STEP[step]
    axis["range"] = [
        (datetime.fromisoformat(days[0]) - half).isoformat(),
        (datetime.fromisoformat(days[-1]) + half).isoformat(),
    ]
    if step == "month":
        axis |= {"tickformat": "%b\n%Y", "hoverformat": "%B %Y"}
    return axis
