"""Lines, the areas under and between them, and the marks on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from portal.drawing.bars import one_of
from portal.drawing.elements import element, escaped, fill, number, stroke
from portal.drawing.scales import Box, Scale

Point = tuple[float, float]

_DASHES: Final = {"dot": (1, 1), "dash": (3, 1), "longdash": (5, 1), "dashdot": (3, 1, 1, 1)}
_ROOT_OF_3: Final = math.sqrt(3)


def points_of(trace: Mapping[str, Any], x: Scale, y: Scale, box: Box) -> list[Point | None]:
    """Give a trace's points in pixels; None is a gap."""
    found: list[Point | None] = []
    for raw_x, raw_y in zip(trace["x"], trace["y"], strict=True):
        across, up = x.place(raw_x, box), y.place(raw_y, box)
        found.append(None if across is None or up is None else (across, up))
    return found


def draw_area(
    trace: Mapping[str, Any],
    points: Sequence[Point | None],
    before: Sequence[Point | None],
    foot: float,
) -> str:
    """Draw what a trace fills: down to zero, back to the trace before it, or within itself."""
    kind = trace.get("fill", "none")
    present = [point for point in points if point is not None]
    if kind == "none" or len(present) < 2:
        return ""
    edge = _stepped(present, trace)
    if kind == "tozeroy":
        back = [(present[-1][0], foot), (present[0][0], foot)]
    elif kind == "tonexty":
        back = list(reversed([point for point in before if point is not None]))
    elif kind == "toself":
        back = []
    else:
        raise ValueError(f"An area of kind {kind!r} can't be drawn.")
    colour = trace.get("fillcolor") or trace.get("line", {}).get("color")
    return element("path", d=_path([*edge, *back]) + "Z", **fill(colour))


def draw_line(trace: Mapping[str, Any], points: Sequence[Point | None]) -> str:
    """Draw the line through a trace's points, broken at gaps."""
    line = trace.get("line", {})
    width = float(line.get("width", 2))
    if "lines" not in trace.get("mode", "lines") or not width:
        return ""
    runs = [[point for point in points if point is not None]]
    if not trace.get("connectgaps"):
        runs = _runs(points)
    path = "".join(_path(_stepped(run, trace)) for run in runs if len(run) > 1)
    if not path:
        return ""
    return element(
        "path",
        d=path,
        fill="none",
        stroke_linejoin="round",
        stroke_dasharray=dashes(line.get("dash", "solid"), width),
        **stroke(line.get("color"), width, float(trace.get("opacity", 1))),
    )


def dashes(name: str, width: float) -> str | None:
    """Write a dash pattern as the chart library draws it."""
    if name not in _DASHES:
        return None
    return " ".join(number(part * max(width, 3)) for part in _DASHES[name])


def draw_marks(trace: Mapping[str, Any], points: Sequence[Point | None]) -> list[str]:
    """Draw the marks and texts at a trace's points."""
    mode = trace.get("mode", "lines")
    drawn = []
    for at, point in enumerate(points):
        if point is not None and "markers" in mode:
            drawn.append(draw_mark(trace, point, at))
        if point is not None and "text" in mode:
            drawn.append(_text(trace, point, at))
    return drawn


def draw_mark(trace: Mapping[str, Any], point: Point, at: int) -> str:
    """Draw one mark; one whose symbol is open has only its outline."""
    marker = trace.get("marker", {})
    symbol = str(one_of(marker.get("symbol", "circle"), at))
    size = float(one_of(marker.get("size", 6), at))
    colour = one_of(marker.get("color"), at) or trace.get("line", {}).get("color")
    line = marker.get("line", {})
    opacity = float(one_of(marker.get("opacity", 1), at))
    shape = symbol.removesuffix("-open")
    outline = stroke(
        one_of(line.get("color"), at), float(one_of(line.get("width", 0), at)), opacity
    )
    paint = {**fill(colour, opacity), **outline}
    if shape != symbol:
        paint = {**fill("#FFFFFF"), **stroke(colour, 1.25, opacity)}
    if shape == "circle":
        return element("circle", cx=point[0], cy=point[1], r=size / 2, **paint)
    corners = _corners(shape, size / 2)
    return element(
        "path", d=_path([(point[0] + x, point[1] + y) for x, y in corners]) + "Z", **paint
    )


def _corners(shape: str, r: float) -> list[Point]:
    third = 0.4 * r
    known: dict[str, list[Point]] = {
        "square": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "diamond": [(0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)],
        "triangle-up": [(0, -r), (2 * r / _ROOT_OF_3, r / 2), (-2 * r / _ROOT_OF_3, r / 2)],
        "triangle-down": [(0, r), (2 * r / _ROOT_OF_3, -r / 2), (-2 * r / _ROOT_OF_3, -r / 2)],
        "cross": [
            (-third, -1.2 * r), (third, -1.2 * r), (third, -third), (1.2 * r, -third),
            (1.2 * r, third), (third, third), (third, 1.2 * r), (-third, 1.2 * r),
            (-third, third), (-1.2 * r, third), (-1.2 * r, -third), (-third, -third),
        ],
        "star": [_on_circle(at, 1.4 * r if at % 2 == 0 else 0.55 * r, 10) for at in range(10)],
    }  # fmt: skip
    known["x"] = [_turned(corner) for corner in known["cross"]]
    if shape not in known:
        raise ValueError(f"A mark of the shape {shape!r} can't be drawn.")
    return known[shape]


def _on_circle(at: int, radius: float, of: int) -> Point:
    angle = 2 * math.pi * at / of - math.pi / 2
    return radius * math.cos(angle), radius * math.sin(angle)


def _turned(corner: Point) -> Point:
    half = math.sqrt(0.5)
    return (corner[0] - corner[1]) * half, (corner[0] + corner[1]) * half


def _text(trace: Mapping[str, Any], point: Point, at: int) -> str:
    upright, _, aside = str(one_of(trace.get("textposition", "middle center"), at)).partition(" ")
    font = trace.get("textfont", {})
    anchor = {"left": "end", "right": "start"}.get(aside, "middle")
    size = float(font.get("size", 12))
    down = {"top": -0.5 * size, "bottom": 1.3 * size}.get(upright, 0.35 * size)
    away = {"end": -7.0, "start": 7.0}.get(anchor, 0.0)
    return element(
        "text",
        escaped(one_of(trace.get("text", ""), at)),
        x=point[0] + away,
        y=point[1] + down,
        text_anchor=anchor,
        font_size=size,
        **fill(font.get("color")),
    )


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _stepped(points: Sequence[Point], trace: Mapping[str, Any]) -> list[Point]:
    """Put the corners of steps between points, where the line is drawn in steps."""
    shape = trace.get("line", {}).get("shape", "linear")
    if shape not in {"hv", "vh"}:
        return list(points)
    stepped = [points[0]]
    for before, here in pairwise(points):
        corner = (here[0], before[1]) if shape == "hv" else (before[0], here[1])
        stepped.extend((corner, here))
    return stepped


def _path(points: Sequence[Point]) -> str:
    return "".join(
        f"{'M' if at == 0 else 'L'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points)
    )
