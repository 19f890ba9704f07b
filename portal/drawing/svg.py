"""Draw a figure as one SVG element, the same every time, without a browser.

It knows the part of Plotly's figures that ``portal.figures`` uses: scatter and bar traces, number,
date and category axes, rectangles and lines, annotations, a key above. What it doesn't know
raises ValueError, so that a chart is never drawn in part.
"""

from __future__ import annotations

from portal.drawing.axes import draw_grid, draw_labels
from portal.drawing.bars import draw_bars, is_bar
from portal.drawing.elements import element, escaped, number
from portal.drawing.lines import draw_area, draw_line, draw_marks, points_of
from portal.drawing.notes import draw_annotations, draw_legend, draw_shapes
from portal.drawing.plot import Plot, lay_out
from portal.figures.theme import FONT, Figure


def draw_svg(figure: Figure, *, width: float, height: float, sentence: str = "") -> str:
    """Draw a figure ``width`` by ``height``; ``sentence`` says it to those who can't see it."""
    plot = lay_out(figure, width=width, height=height)
    title = [element("title", escaped(sentence))] if sentence else []
    return element(
        "svg",
        *title,
        *draw_shapes(plot, "below"),
        *draw_grid(plot),
        *draw_bars(plot.traces, plot.stacks, plot.layout, plot.x, plot.y, plot.box),
        *_areas_and_lines(plot),
        *draw_shapes(plot, "above"),
        *draw_labels(plot),
        *draw_legend(plot),
        *draw_annotations(plot),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        font_family=FONT,
    )


def _areas_and_lines(plot: Plot) -> list[str]:
    foot = plot.y.pixel(max(0.0, min(plot.y.low, plot.y.high)), plot.box)
    areas, lines, marks = [], [], []
    before: list[tuple[float, float] | None] = []
    for trace in plot.traces:
        if is_bar(trace):
            continue
        points = points_of(trace, plot.x, plot.y, plot.box)
        areas.append(draw_area(trace, points, before, foot))
        lines.append(draw_line(trace, points))
        marks.extend(draw_marks(trace, points))
        before = points
    return [*areas, *lines, *marks]
