"""Two measures of the same things, one against the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.figures.theme import PALETTES, Figure, Theme, figure, key_above, numbers, value_axis

_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing: its name, the group it belongs to, and its two values."""

    name: str
    group: str
    x: float
    y: float
    is_modelled: bool = False
    """Nothing is concluded from it: drawn hollow and grey where a chart judges."""


def draw_scatter(
    *,
    points: Sequence[Point],
    x_title: str,
    y_title: str,
    theme: Theme,
    named: int = 1,
    x_prefix: str = "",
    y_suffix: str = "",
) -> Figure:
    """Draw points by group, colour and marker; the ``named`` furthest right carry their name.

    A modelled point is hollow.
    """
    colours = PALETTES[theme]
    groups = list(dict.fromkeys(point.group for point in points))
    traces = []
    for at, group in enumerate(groups):
        members = [point for point in points if point.group == group]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": group,
                "x": numbers([point.x for point in members]),
                "y": numbers([point.y for point in members]),
                "text": [point.name for point in members],
                "marker": {
                    "size": 10,
                    "symbol": _symbols(_SYMBOLS[at % len(_SYMBOLS)], members),
                    "color": colours.series[at % len(colours.series)],
                    "opacity": 0.85,
                    "line": {"width": 1, "color": colours.surface},
                },
                "hovertemplate": (
                    f"%{{text}}<br>{x_prefix}%{{x:,.0f}}, %{{y:,.1f}}{y_suffix}"
                    f"<extra>{group}</extra>"
                ),
            }
        )
    notable = sorted(points, key=lambda point: -point.x)[:named]
    return figure(
        traces,
        theme=theme,
        xaxis=value_axis(
            theme, prefix=x_prefix, title={"text": x_title, "font": {"size": 12}}, automargin=True
        ),
        yaxis=value_axis(
            theme,
            suffix=y_suffix,
            from_zero=False,
            title={"text": y_title, "font": {"size": 12}},
            automargin=True,
        ),
        annotations=[
            {
                "text": point.name,
                "x": point.x,
                "y": point.y,
                "yshift": 14,
                "xanchor": "right",
                "showarrow": False,
                "font": {"size": 12, "color": colours.text},
            }
            for point in notable
        ],
        margin=(28, 16, 48, 56),
        **(key_above(theme) if len(groups) > 1 else {}),
    )


def _symbols(symbol: str, members: Sequence[Point]) -> str | list[str]:
    """Give one symbol for all, or one each where some are modelled."""
    if not any(point.is_modelled for point in members):
        return symbol
    return [f"{symbol}-open" if point.is_modelled else symbol for point in members]
