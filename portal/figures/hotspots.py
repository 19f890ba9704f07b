"""Latency against utilisation, with the limits of both drawn in: where it is hot, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.figures.points import Point
from portal.figures.theme import PALETTES, Figure, Theme, figure, key_above, numbers, value_axis

_SYMBOLS = ("circle", "diamond", "square", "triangle-up")


def draw_hotspots(
    *,
    points: Sequence[Point],
    named: Sequence[Point],
    x_limit: tuple[float, str],
    y_limit: tuple[float, str],
    x_title: str,
    y_title: str,
    theme: Theme,
) -> Figure:
    """Draw points of utilisation (per cent) and latency (ms) by group, and a line at each limit.

    ``named`` carry their names; the limits come with what is written at their lines.
    """
    colours = PALETTES[theme]
    groups = list(dict.fromkeys(point.group for point in points))
    top = max([y_limit[0], *(point.y for point in points)]) * 1.12
    return figure(
        [
            _trace([p for p in points if p.group == group], at, group, theme)
            for at, group in enumerate(groups[:4])
        ],
        theme=theme,
        xaxis=value_axis(
            theme, suffix=" %", range=[0, 104], title=_title(x_title), automargin=True
        ),
        yaxis=value_axis(
            theme, suffix=" ms", range=[0, top], title=_title(y_title), automargin=True
        ),
        shapes=[_line("x", x_limit[0], colours.muted), _line("y", y_limit[0], colours.muted)],
        annotations=[
            _note(x_limit[1], x_limit[0], top, colours.muted, "right", "top", -4),
            _note(y_limit[1], 0, y_limit[0], colours.muted, "left", "bottom", 4),
            *(
                _note(p.name, p.x, p.y, colours.text, _side(p), "bottom", 0, 7)
                for p in _apart(named, top)
            ),
        ],
        margin=(28, 16, 48, 56),
        **(key_above(theme) if len(groups) > 1 else {}),
    )


def _trace(points: Sequence[Point], at: int, group: str, theme: Theme) -> dict[str, Any]:
    colours = PALETTES[theme]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": group,
        "x": numbers([point.x for point in points]),
        "y": numbers([point.y for point in points]),
        "text": [point.name for point in points],
        "marker": {
            "size": 10,
            "symbol": _SYMBOLS[at],
            "color": colours.series[at],
            "opacity": 0.85,
            "line": {"width": 1, "color": colours.surface},
        },
        "hovertemplate": f"%{{text}}<br>%{{x:,.0f}} %, %{{y:,.0f}} ms<extra>{group}</extra>",
    }


def _apart(named: Sequence[Point], top: float) -> list[Point]:
    """Leave out the names that would be written over one before."""
    kept: list[Point] = []
    for point in named:
        if all(abs(point.y - other.y) > top * 0.09 or _side(point) != _side(other)
               or abs(point.x - other.x) > 30 for other in kept):  # fmt: skip
            kept.append(point)
    return kept


def _side(point: Point) -> str:
    """Write a name towards the middle, so that the chart's edge never cuts it."""
    return "right" if point.x > 50 else "left"


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 12}}


def _line(axis: str, value: float, colour: str) -> dict[str, Any]:
    other = "y" if axis == "x" else "x"
    return {
        "type": "line",
        f"{other}ref": "paper",
        f"{other}0": 0,
        f"{other}1": 1,
        f"{axis}0": value,
        f"{axis}1": value,
        "line": {"color": colour, "width": 1, "dash": "dash"},
    }


def _note(
    text: str, x: float, y: float, colour: str, xanchor: str, yanchor: str, xshift: int,
    yshift: int = 0,
) -> dict[str, Any]:  # fmt: skip
    return {
        "text": text,
        "x": x,
        "y": y,
        "xanchor": xanchor,
        "yanchor": yanchor,
        "xshift": xshift,
        "yshift": yshift,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }
