"""Gridlines, the lines of the axes, and what is written along them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal.drawing.elements import element, escaped, fill, stroke, text_width
from portal.drawing.plot import TICK_SIZE, Plot, title_of
from portal.drawing.scales import Scale
from portal.drawing.ticks import Tick

_GAP: Final = 8.0
_LEADING: Final = 15.0


def draw_grid(plot: Plot) -> list[str]:
    """Draw the gridlines and the lines at zero, which lie under the marks."""
    drawn: list[str] = []
    for scale in (plot.x, plot.y):
        settings = scale.settings
        ticks = scale.ticks(_length(plot, scale))
        if settings.get("showgrid", True) and settings.get("gridcolor"):
            drawn.extend(_across(plot, scale, tick.at, settings["gridcolor"], 1) for tick in ticks)
        low, high = sorted((scale.low, scale.high))
        if settings.get("zeroline") and low <= 0 <= high and scale.kind == "linear":
            width = settings.get("zerolinewidth", 1)
            drawn.append(_across(plot, scale, 0.0, settings.get("zerolinecolor"), width))
        if settings.get("linecolor") and settings.get("showline", True):
            drawn.append(_edge(plot, scale))
    return drawn


def draw_labels(plot: Plot) -> list[str]:
    """Write the marks of both axes and their titles."""
    muted = plot.layout.get("font", {}).get("color", "#505A5F")
    return [*_labels_below(plot, muted), *_labels_left(plot, muted), *_titles(plot, muted)]


def _labels_below(plot: Plot, colour: str) -> list[str]:
    drawn, free_from = [], float("-inf")
    placed = [(plot.x.pixel(tick.at, plot.box), tick) for tick in plot.x.ticks(plot.box.width)]
    room = _room_for_each([x for x, _ in placed], plot)
    for x, tick in placed:
        lines = _broken(tick, room) if plot.x.kind == "category" else tick.lines
        half = max(text_width(line, TICK_SIZE) for line in lines) / 2
        if x - half < free_from:
            continue
        free_from = x + half + 4
        y = plot.box.bottom + _GAP + TICK_SIZE * 0.8
        for at, line in enumerate(lines):
            drawn.append(_text(line, x, y + at * _LEADING, "middle", colour, plot.x))
    return drawn


def _room_for_each(places: Sequence[float], plot: Plot) -> float:
    steps = [b - a for a, b in zip(sorted(places), sorted(places)[1:], strict=False)]
    return min(steps, default=plot.box.width) - 6


def _broken(tick: Tick, room: float) -> tuple[str, ...]:
    """Break a category's name into lines that fit between its neighbours."""
    lines: list[str] = []
    for word in " ".join(tick.lines).split():
        if lines and text_width(f"{lines[-1]} {word}", TICK_SIZE) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines[:3]) or ("",)


def _labels_left(plot: Plot, colour: str) -> list[str]:
    x = plot.box.left - _GAP
    drawn = []
    for tick in plot.y.ticks(plot.box.height):
        y = plot.y.pixel(tick.at, plot.box) + TICK_SIZE * 0.35
        y -= _LEADING * (len(tick.lines) - 1) / 2
        for at, line in enumerate(tick.lines):
            drawn.append(_text(line, x, y + at * _LEADING, "end", colour, plot.y))
    return drawn


def _titles(plot: Plot, colour: str) -> list[str]:
    drawn = []
    below, aside = title_of(plot.layout, "x"), title_of(plot.layout, "y")
    if below:
        x, y = plot.box.left + plot.box.width / 2, plot.box.bottom + 40
        drawn.append(_text(below, x, y, "middle", colour, plot.x))
    if aside:
        x, y = TICK_SIZE, plot.box.top + plot.box.height / 2
        turned = f"rotate(-90 {x:g} {y:g})"
        drawn.append(_text(aside, x, y, "middle", colour, plot.y, transform=turned))
    return drawn


def _text(
    line: str, x: float, y: float, anchor: str, colour: str, scale: Scale, **more: object
) -> str:
    font: Mapping[str, Any] = scale.settings.get("tickfont", {})
    attributes = {
        "x": x,
        "y": y,
        "text_anchor": anchor,
        "font_size": font.get("size", TICK_SIZE),
        **fill(font.get("color", colour)),
        **more,
    }
    return element("text", escaped(line), **attributes)


def _length(plot: Plot, scale: Scale) -> float:
    return plot.box.width if scale.letter == "x" else plot.box.height


def _across(plot: Plot, scale: Scale, at: float, colour: str | None, width: float) -> str:
    box, place = plot.box, scale.pixel(at, plot.box)
    if scale.letter == "x":
        return element(
            "line", x1=place, y1=box.top, x2=place, y2=box.bottom, **stroke(colour, width)
        )
    return element("line", x1=box.left, y1=place, x2=box.right, y2=place, **stroke(colour, width))


def _edge(plot: Plot, scale: Scale) -> str:
    box, paint = plot.box, stroke(scale.settings["linecolor"], 1)
    if scale.letter == "x":
        return element("line", x1=box.left, y1=box.bottom, x2=box.right, y2=box.bottom, **paint)
    return element("line", x1=box.left, y1=box.top, x2=box.left, y2=box.bottom, **paint)
