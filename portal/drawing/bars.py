"""Bars: how they stand on each other, and their rectangles."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from portal.drawing.elements import element, escaped, fill, stroke, text_width
from portal.drawing.scales import Box, Scale

Stack = Sequence[tuple[float, float] | None]
"""Foot and head of each bar of a trace; None is a gap."""

_GAP: Final = 0.2
_LABEL_SIZE: Final = 12.0
_LEAST_SIZE: Final = 7.5


def is_bar(trace: Mapping[str, Any]) -> bool:
    """Tell whether a trace is bars."""
    return trace.get("type") == "bar"


def is_lying(trace: Mapping[str, Any]) -> bool:
    """Tell whether its bars run from left to right."""
    return trace.get("orientation") == "h"


def stack_bars(traces: Sequence[Mapping[str, Any]], mode: str) -> list[Stack]:
    """Give the feet and heads of all bars; traces that aren't bars have none."""
    heights: dict[tuple[object, bool], float] = defaultdict(float)
    stacks: list[Stack] = []
    for trace in traces:
        if not is_bar(trace):
            stacks.append([])
            continue
        places, values = (trace["y"], trace["x"]) if is_lying(trace) else (trace["x"], trace["y"])
        bases = trace.get("base", 0)
        pieces: list[tuple[float, float] | None] = []
        for at, (place, value) in enumerate(zip(places, values, strict=True)):
            if value is None or math.isnan(value):
                pieces.append(None)
                continue
            foot = float(bases[at] if isinstance(bases, Sequence) else bases)
            if mode in {"stack", "relative"}:
                foot += heights[place, value < 0]
                heights[place, value < 0] += value
            pieces.append((foot, foot + float(value)))
        stacks.append(pieces)
    return stacks


def draw_bars(
    traces: Sequence[Mapping[str, Any]],
    stacks: Sequence[Stack],
    layout: Mapping[str, Any],
    x: Scale,
    y: Scale,
    box: Box,
) -> list[str]:
    """Draw all bars and the figures at their ends."""
    bars = [at for at, trace in enumerate(traces) if is_bar(trace)]
    is_grouped = layout.get("barmode", "group") == "group"
    drawn: list[str] = []
    for place, at in enumerate(bars):
        trace, lying = traces[at], is_lying(traces[at])
        along, across = (y, x) if lying else (x, y)
        step = _step(along, traces, bars, box)
        room = step * (1 - float(layout.get("bargap", _GAP)))
        thick = room / len(bars) if is_grouped else room
        begin = -room / 2 + (place * thick if is_grouped else 0)
        for number, piece in enumerate(stacks[at]):
            middle = along.place(trace["y" if lying else "x"][number], box)
            if piece is None or middle is None:
                continue
            foot, head = (across.pixel(end, box) for end in piece)
            drawn.append(_rectangle(trace, number, middle + begin, thick, foot, head))
            free = step / len(bars) if is_grouped else step
            drawn.append(_figure(trace, number, middle + begin + thick / 2, foot, head, free))
    return drawn


def _step(
    along: Scale, traces: Sequence[Mapping[str, Any]], bars: Sequence[int], box: Box
) -> float:
    """Give the pixels between two neighbouring bars."""
    length = box.width if along.letter == "x" else box.height
    found = {
        value
        for at in bars
        for raw in traces[at][along.letter]
        if (value := along.value(raw)) is not None
    }
    places = sorted(found)
    least = min((b - a for a, b in pairwise(places)), default=0.0)
    span = abs(along.high - along.low) or 1.0
    if not least:
        return length / (len(along.categories) or 3)
    return min(length, least / span * length)


def _rectangle(
    trace: Mapping[str, Any], number: int, begin: float, thick: float, foot: float, head: float
) -> str:
    marker = trace.get("marker", {})
    line = marker.get("line", {})
    colour = one_of(marker.get("color"), number)
    opacity = float(trace.get("opacity", 1)) * float(one_of(marker.get("opacity", 1), number))
    low, size = min(foot, head), abs(head - foot)
    place = (
        {"x": low, "y": begin, "width": size, "height": thick}
        if is_lying(trace)
        else {"x": begin, "y": low, "width": thick, "height": size}
    )
    outline = stroke(one_of(line.get("color"), number), float(one_of(line.get("width", 0), number)))
    return element("rect", **place, **fill(colour, opacity), **outline)


def _figure(
    trace: Mapping[str, Any], number: int, middle: float, foot: float, head: float, free: float
) -> str:
    """Write a bar's figure beyond its head, or within it where its trace says so.

    It gets smaller where its neighbours leave it few pixels ``free``, and is left out below what
    can be read: the table has it.
    """
    text = one_of(trace.get("text", ""), number)
    if text in {"", None} or trace.get("textposition", "none") == "none":
        return ""
    font = trace.get("textfont", {})
    size = float(font.get("size", _LABEL_SIZE))
    inside = trace["textposition"] == "inside"
    onward = 1 if head >= foot else -1
    if is_lying(trace):
        x, y = head + (-6 if inside else 6) * onward, middle + 4.2
        anchor = "end" if inside == (onward > 0) else "start"
    else:
        size = min(size, size * (free - 2) / text_width(str(text), size))
        beyond = size if inside == (head <= foot) else -5
        x, y, anchor = middle, head + beyond, "middle"
    if size < _LEAST_SIZE:
        return ""
    paint = fill(font.get("color"))
    return element("text", escaped(text), x=x, y=y, text_anchor=anchor, font_size=size, **paint)


def one_of(values: Any, number: int) -> Any:
    """Give an element of a column, or the one value that stands for all."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    return values[number] if isinstance(values, list | tuple) else values
