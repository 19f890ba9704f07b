"""What is written and shaded on a chart: annotations, bands and levels, and the key above it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from portal.drawing.bars import is_bar, one_of
from portal.drawing.elements import element, escaped, fill, number, stroke
from portal.drawing.lines import dashes, draw_mark
from portal.drawing.plot import LEGEND_LINE, Plot

_LINE_HEIGHT: Final = 1.3
_PAD: Final = 2.0
_TAGS: Final = re.compile(r"</?(?:b|i|sup|sub|span)[^>]*>")
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}


def draw_shapes(plot: Plot, layer: str) -> list[str]:
    """Draw the bands and levels that lie ``below`` or ``above`` the marks."""
    shapes = plot.layout.get("shapes", ())
    return [_shape(plot, shape) for shape in shapes if shape.get("layer", "above") == layer]


def draw_annotations(plot: Plot) -> list[str]:
    """Write the texts that stand at points of the chart."""
    return [_annotation(plot, note) for note in plot.layout.get("annotations", ())]


def draw_legend(plot: Plot) -> list[str]:
    """Draw the key: for each series its mark and its name."""
    if not plot.legend:
        return []
    settings = plot.layout.get("legend", {})
    font = settings.get("font", {})
    lift = max(0.0, float(settings.get("y", 1)) - 1) * plot.box.height
    last = plot.box.top - lift - 8
    drawn = []
    for row, line in enumerate(reversed(plot.legend)):
        y = last - row * LEGEND_LINE
        for at, x in line:
            trace = plot.traces[at]
            drawn.append(_swatch(trace, x + 2, y))
            drawn.append(
                element(
                    "text",
                    escaped(trace["name"]),
                    x=x + 34,
                    y=y + 4.2,
                    font_size=font.get("size", 12),
                    **fill(font.get("color", "#1A1D23")),
                )
            )
    return drawn


def _swatch(trace: Mapping[str, Any], x: float, y: float) -> str:
    """Draw a series as it looks, small: bar, area, line with its dash, mark."""
    if is_bar(trace):
        colour = one_of(trace.get("marker", {}).get("color"), 0)
        return element("rect", x=x + 8, y=y - 6, width=12, height=12, **fill(colour))
    if trace.get("fill", "none") != "none":
        return element("rect", x=x, y=y - 5, width=26, height=10, **fill(trace.get("fillcolor")))
    mode, line = trace.get("mode", "lines"), trace.get("line", {})
    parts = []
    if "lines" in mode:
        width = float(line.get("width", 2))
        dash = dashes(line.get("dash", "solid"), width)
        paint = stroke(line.get("color"), width)
        parts.append(element("line", x1=x, y1=y, x2=x + 26, y2=y, stroke_dasharray=dash, **paint))
    if "markers" in mode:
        parts.append(draw_mark(trace, (x + 13, y), 0))
    return "".join(parts)


def _across(plot: Plot, reference: str, value: Any) -> float:
    if reference == "paper" or reference.endswith("domain"):
        return plot.box.left + float(value) * plot.box.width
    return _known(plot.x.place(value, plot.box), value)


def _up(plot: Plot, reference: str, value: Any) -> float:
    if reference == "paper" or reference.endswith("domain"):
        return plot.box.bottom - float(value) * plot.box.height
    return _known(plot.y.place(value, plot.box), value)


def _known(pixel: float | None, value: Any) -> float:
    if pixel is None:
        raise ValueError(f"Something is to be drawn at {value!r}, which is no place.")
    return pixel


def _shape(plot: Plot, shape: Mapping[str, Any]) -> str:
    x0, x1 = (_across(plot, shape.get("xref", "x"), shape[end]) for end in ("x0", "x1"))
    y0, y1 = (_up(plot, shape.get("yref", "y"), shape[end]) for end in ("y0", "y1"))
    line = shape.get("line", {})
    width = float(line.get("width", 2))
    outline = stroke(line.get("color"), width, float(shape.get("opacity", 1)))
    dash = dashes(line.get("dash", "solid"), width)
    kind = shape.get("type", "rect")
    if kind == "line":
        return element("line", x1=x0, y1=y0, x2=x1, y2=y1, stroke_dasharray=dash, **outline)
    if kind != "rect":
        raise ValueError(f"A shape of type {kind!r} can't be drawn.")
    left, right = (min(max(x, plot.box.left), plot.box.right) for x in sorted((x0, x1)))
    return element(
        "rect",
        x=left,
        y=min(y0, y1),
        width=right - left,
        height=abs(y1 - y0),
        **fill(shape.get("fillcolor"), float(shape.get("opacity", 1))),
        **outline,
    )


def _annotation(plot: Plot, note: Mapping[str, Any]) -> str:
    font = {**plot.layout.get("font", {}), **note.get("font", {})}
    size = float(font.get("size", 12))
    lines = str(note["text"]).split("<br>")
    x_reference, y_reference = note.get("xref", "x"), note.get("yref", "y")
    x = _across(plot, x_reference, note["x"]) + float(note.get("xshift", 0))
    y = _up(plot, y_reference, note["y"]) - float(note.get("yshift", 0))
    if note.get("showarrow", True):
        x, y = x + float(note.get("ax", 0)), y + float(note.get("ay", -30))
    aside = _anchor(note, "xanchor", x_reference, ("left", "center", "right"))
    upright = _anchor(note, "yanchor", y_reference, ("bottom", "middle", "top"))
    step = size * _LINE_HEIGHT
    tall = step * (len(lines) - 1)
    first = {
        "top": y + _PAD + size * 0.95,
        "middle": y + size * 0.35 - tall / 2,
        "bottom": y - _PAD - size * 0.3 - tall,
    }[upright]
    x += {"left": _PAD, "center": 0.0, "right": -_PAD}[aside]
    return "".join(
        element(
            "text",
            escaped(_TAGS.sub("", line)),
            x=number(x),
            y=number(first + at * step),
            text_anchor=_ANCHORS[aside],
            font_size=size,
            font_weight=640 if "<b>" in str(note["text"]) else None,
            **fill(font.get("color")),
        )
        for at, line in enumerate(lines)
    )


def _anchor(
    note: Mapping[str, Any], name: str, reference: str, thirds: tuple[str, str, str]
) -> str:
    """Give the side a text hangs by; without one, the chart's edges draw texts inwards."""
    given = note.get(name, "auto")
    if given != "auto":
        return str(given)
    if reference != "paper":
        return thirds[1]
    share = float(note[name[0]])
    return thirds[0] if share < 1 / 3 else thirds[2] if share > 2 / 3 else thirds[1]
