"""A figure made ready to be drawn: its traces as plain lists, its scales, its box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from portal.drawing.bars import Stack, is_bar, is_lying, stack_bars
from portal.drawing.elements import text_width
from portal.drawing.scales import Box, Scale, make_scale
from portal.figures.theme import Figure

KINDS: Final = frozenset({"scatter", "bar"})
LEGEND_LINE: Final = 20.0
TICK_SIZE: Final = 12.0

_TITLE_ROOM: Final = 20.0
_SWATCH: Final = 34.0
_BETWEEN_ENTRIES: Final = 18.0


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that the parts of a drawing need to know."""

    traces: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any]
    stacks: Sequence[Stack]
    x: Scale
    y: Scale
    box: Box
    legend: Sequence[Sequence[tuple[int, float]]]
    """Lines of the key: the number of a trace, and where its entry begins."""


def lay_out(figure: Figure, *, width: float, height: float) -> Plot:
    """Read a figure and fit it into so many pixels. Raises ValueError for what isn't known."""
    layout = figure["layout"]
    traces = [_plain(trace) for trace in figure["data"] if trace.get("visible") is not False]
    for trace in traces:
        if trace.get("type", "scatter") not in KINDS:
            raise ValueError(f"A trace of type {trace['type']!r} can't be drawn.")
    stacks = stack_bars(traces, layout.get("barmode", "group"))
    x, y = (_scale(letter, traces, layout, stacks) for letter in ("x", "y"))
    legend = _legend_lines(traces, layout, width)
    return Plot(traces, layout, stacks, x, y, _box(layout, y, len(legend), width, height), legend)


def _plain(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the trace's arrays into lists; the rest stays."""
    return {key: listed(value) if key in {"x", "y"} else value for key, value in trace.items()}


def listed(values: Any) -> list[Any]:
    """Give a column as a list, whether it came as one or as an array."""
    return list(values.tolist() if hasattr(values, "tolist") else values)


def _scale(
    letter: str,
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    stacks: Sequence[Stack],
) -> Scale:
    settings = layout.get(f"{letter}axis", {})
    raws: list[Any] = []
    ends: list[float] = []
    for trace, stack in zip(traces, stacks, strict=True):
        carries_bars = is_bar(trace) and (letter == "x") == is_lying(trace)
        if carries_bars:
            ends.extend(end for piece in stack if piece for end in piece)
        else:
            raws.extend(trace.get(letter) or [])
    if any(is_bar(trace) for trace in traces) and ends and "rangemode" not in settings:
        settings = {**settings, "rangemode": "tozero"}
    return make_scale(letter, settings, raws, ends)


def _box(
    layout: Mapping[str, Any], y: Scale, legend_lines: int, width: float, height: float
) -> Box:
    margin = layout.get("margin", {})
    top = float(margin.get("t", 24)) + max(0, legend_lines - 1) * LEGEND_LINE
    bottom, right = float(margin.get("b", 40)), float(margin.get("r", 16))
    box = Box(0, top, width, max(40.0, height - top - bottom))
    needed = max((_label_width(tick.lines) for tick in y.ticks(box.height)), default=0.0) + 10
    if title_of(layout, "y"):
        needed += _TITLE_ROOM
    left = max(needed, float(margin.get("l", 48)) if needed > 10 else 12.0)
    left = min(left, width * 0.45)
    return Box(left, top, max(40.0, width - left - right), box.height)


def title_of(layout: Mapping[str, Any], letter: str) -> str:
    """Give an axis' title, empty without one."""
    title = layout.get(f"{letter}axis", {}).get("title", "")
    return str(title.get("text", "") if isinstance(title, Mapping) else title)


def _label_width(lines: Sequence[str]) -> float:
    return max((text_width(line, TICK_SIZE) for line in lines), default=0.0)


def _legend_lines(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], width: float
) -> list[list[tuple[int, float]]]:
    """Break the key's entries into lines that fit."""
    if not layout.get("showlegend"):
        return []
    lines: list[list[tuple[int, float]]] = [[]]
    at = 0.0
    for place, trace in enumerate(traces):
        if trace.get("showlegend") is False or not trace.get("name"):
            continue
        wide = _SWATCH + text_width(str(trace["name"]), TICK_SIZE) + _BETWEEN_ENTRIES
        if lines[-1] and at + wide - _BETWEEN_ENTRIES > width - 12:
            lines.append([])
            at = 0.0
        lines[-1].append((place, at))
        at += wide
    return [line for line in lines if line]
