"""A line of a card's size, drawn on the server as an image that needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from portal.figures.theme import PALETTES, Theme

WIDTH = 88
HEIGHT = 48
_MARGIN = 5


def draw_sparkline(values: Sequence[float | None], *, theme: Theme) -> str:
    """Draw the values as a data address; gaps are left out, a level line stays in the middle."""
    points = _points(values)
    if len(points) < 2:
        return ""
    colour = PALETTES[theme].series[0]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    end_x, end_y = points[-1]
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'>"
        f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='1.75'"
        " stroke-linejoin='round' stroke-linecap='round'/>"
        f"<circle cx='{end_x:.1f}' cy='{end_y:.1f}' r='2.75' fill='{colour}'/></svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _points(values: Sequence[float | None]) -> list[tuple[float, float]]:
    present = [(at, value) for at, value in enumerate(values) if value is not None]
    if len(present) < 2:
        return []
    low = min(value for _, value in present)
    high = max(value for _, value in present)
    across = (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    tall = HEIGHT - 2 * _MARGIN
    return [
        (
            _MARGIN + at * across,
            HEIGHT / 2 if high == low else _MARGIN + tall * (1 - (value - low) / (high - low)),
        )
        for at, value in present
    ]
