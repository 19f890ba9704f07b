"""Two changes of the same things, set against each other in four named quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.figures.points import Point
from portal.figures.theme import PALETTES, Figure, Theme, figure, key_above, numbers, value_axis

_ROOM = 1.5


@dataclass(frozen=True, slots=True)
class Quadrants:
    """The names of the four quarters: left or right of zero, above or below it."""

    upper_left: str
    upper_right: str
    lower_left: str
    lower_right: str

    def name_of(self, x: float, y: float) -> str:
        """Name the quarter of a point; one that lies on a line belongs to none."""
        if x == 0 or y == 0:
            return ""
        left, right = (
            (self.upper_left, self.upper_right) if y > 0 else (self.lower_left, self.lower_right)
        )
        return left if x < 0 else right


def draw_quadrants(
    *,
    points: Sequence[Point],
    names: Quadrants,
    x_title: str,
    y_title: str,
    keys: tuple[str, str],
    theme: Theme,
) -> Figure:
    """Draw the points around zero; measured ones filled, modelled ones hollow and grey.

    ``keys`` name the two kinds. Both axes reach equally far on both sides of zero.
    """
    colours = PALETTES[theme]
    traces = []
    for is_modelled, key in zip((False, True), keys, strict=True):
        members = [point for point in points if point.is_modelled == is_modelled]
        if members:
            traces.append(_trace(members, key, theme))
    far_x = max((abs(point.x) for point in points), default=0.0) * _ROOM or 1.0
    far_y = max((abs(point.y) for point in points), default=0.0) * _ROOM or 1.0
    title = {"font": {"size": 12}}
    return figure(
        traces,
        theme=theme,
        xaxis=value_axis(
            theme, title={"text": x_title, **title}, automargin=True,
            range=[-far_x, far_x], nticks=6,
        ),
        yaxis=value_axis(
            theme, title={"text": y_title, **title}, automargin=True, range=[-far_y, far_y],
            nticks=6,
        ),
        annotations=[
            _name(names.upper_left, 0.01, 0.99, colours.muted),
            _name(names.upper_right, 0.99, 0.99, colours.muted),
            _name(names.lower_left, 0.01, 0.01, colours.muted),
            _name(names.lower_right, 0.99, 0.01, colours.muted),
        ],
        margin=(36, 16, 48, 56),
        **key_above(theme),
    )  # fmt: skip


def _trace(members: Sequence[Point], key: str, theme: Theme) -> dict[str, Any]:
    colours = PALETTES[theme]
    is_modelled = members[0].is_modelled
    return {
        "type": "scatter",
        "mode": "markers",
        "name": key,
        "x": numbers([point.x for point in members]),
        "y": numbers([point.y for point in members]),
        "text": [point.name for point in members],
        "marker": {
            "size": 11,
            "symbol": "circle-open" if is_modelled else "circle",
            "color": colours.muted if is_modelled else colours.series[0],
            "line": {"width": 1.5, "color": colours.muted if is_modelled else colours.surface},
        },
        "hovertemplate": f"%{{text}}<br>%{{x:,.3~g}}, %{{y:+.1f}}<extra>{key}</extra>",
    }


def _name(text: str, x: float, y: float, colour: str) -> dict[str, Any]:
    """Write a quarter's name into its corner."""
    return {
        "text": f"<b>{_in_two_lines(text)}</b>",
        "align": "left" if x < 0.5 else "right",
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "left" if x < 0.5 else "right",
        "yanchor": "bottom" if y < 0.5 else "top",
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }


def _in_two_lines(text: str) -> str:
    """Break a name at the space nearest to its middle, so that two fit side by side on a phone."""
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    at = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:at]}<br>{text[at + 1 :]}"
