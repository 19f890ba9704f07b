"""Every figure of the portal can be drawn for paper, whole, safe and the same each time."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from portal import figures
from portal.drawing.svg import draw_svg
from portal.figures.around import Marked, draw_around
from portal.figures.bars import draw_rate_bars, draw_stacked_bars
from portal.figures.changes import draw_change_bars
from portal.figures.grouped_bars import draw_grouped_bars
from portal.figures.hotspots import draw_hotspots
from portal.figures.lines import Line, draw_actual_and_budget, draw_days, draw_lines
from portal.figures.outlook import Band, draw_outlook
from portal.figures.points import Point, draw_scatter
from portal.figures.quadrants import Quadrants, draw_quadrants
from portal.figures.stacks import draw_month_stacks
from portal.figures.theme import Figure, figure, month_axis, value_axis

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["2025-01", "2025-02", "2025-03", "2025-04"]
POINTS = [Point("Tax", "IaaS", 40, 350), Point("Health", "SaaS", 70, 400)]

EXAMPLES: dict[str, Callable[[], Figure]] = {
    "draw_actual_and_budget": lambda: draw_actual_and_budget(
        months=MONTHS,
        actual=Line("Spend", "Spend 3.1", [1.0, 2.0, 3.1, None]),
        budget=Line("Budget", "Budget 4", [1.0, 2.0, 3.0, 4.0]),
        peaks=frozenset({"2025-01", "2025-02"}),
        theme="light",
        unit="US$ million",
    ),
    "draw_lines": lambda: draw_lines(
        months=MONTHS,
        lines=[
            Line("Before", "", [80, None, 82, 81], group=0),
            Line("After", "", [84, 85, 86, 87], group=1, is_modelled=True),
        ],
        theme="light",
        reference=(90, "Target"),
    ),
    "draw_around": lambda: draw_around(
        days=[f"{month}-01" for month in MONTHS],
        actual=Line("Actual", "", [1.0, 1.1, 4.0, None]),
        expected=Line("Expected", "", [None, 1.0, 1.0, 1.1]),
        band=Band("Usual", [None, 0.5, 0.5, 0.6], [None, 1.5, 1.5, 1.6]),
        marked=Marked("2025-03-01", "2025-03-01", "Stands out", "month"),
        level=(3.0, "limit 3"),
        theme="light",
        unit="ms",
    ),
    "draw_outlook": lambda: draw_outlook(
        months=MONTHS,
        known=Line("Spend", "", [1.0, 2.0, None, None]),
        ahead=Line("Forecast", "Forecast 3.4", [None, None, 3.1, 3.4]),
        bands=[
            Band("95 % band", [None, None, 2.0, 2.1], [None, None, 4.0, 4.6]),
            Band("80 % band", [None, None, 2.5, 2.6], [None, None, 3.6, 4.1]),
        ],
        marks=[(MONTHS[2], "1, 2")],
        theme="light",
        unit="US$ million",
    ),
    "draw_days": lambda: draw_days(
        days=["2025-01-01", "2025-01-02", "2025-01-04"],
        lines=[Line("AWS", "AWS", [1.0, 2.5, 2.0]), Line("Azure", "Azure", [0.5, None, 0.7])],
        theme="light",
        unit="US$ thousand",
    ),
    "draw_stacked_bars": lambda: draw_stacked_bars(
        columns=["2024", "2025"],
        parts=[("AWS", "AWS 60 %", [1.0, 2.0]), ("GCP", "GCP 40 %", [None, 1.0])],
        theme="light",
        unit="US$ million",
    ),
    "draw_rate_bars": lambda: draw_rate_bars(
        months=MONTHS, rates=[0.01, None, 0.0, 0.05], name="Rate", theme="light"
    ),
    "draw_change_bars": lambda: draw_change_bars(
        months=MONTHS, changes=[0.1, -0.2, None, 0.0], name="Growth", theme="light"
    ),
    "draw_grouped_bars": lambda: draw_grouped_bars(
        names=["Tax", "Health"],
        parts=[("IaaS", [1.0, None]), ("SaaS", [2.0, 3.0])],
        theme="light",
        is_stacked=False,
    ),
    "draw_month_stacks": lambda: draw_month_stacks(
        months=MONTHS, parts=[("IaaS", [1, 0, None, 2])], unit="breaches", theme="light"
    ),
    "draw_hotspots": lambda: draw_hotspots(
        points=POINTS,
        named=POINTS[:1],
        x_limit=(85, "limit"),
        y_limit=(500, "limit"),
        x_title="Utilisation",
        y_title="Latency",
        theme="light",
    ),
    "draw_scatter": lambda: draw_scatter(
        points=POINTS, x_title="Spend", y_title="Latency", theme="light"
    ),
    "draw_quadrants": lambda: draw_quadrants(
        points=[],
        names=Quadrants("a", "b", "c", "d"),
        x_title="Cost",
        y_title="Stability",
        keys=("measured", "modelled"),
        theme="light",
    ),
}


def drawn(figure: Figure, **size: float) -> ElementTree.Element:
    return ElementTree.fromstring(draw_svg(figure, **{"width": 500, "height": 300} | size))


def texts(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def a_line(values: list[Any], **trace: Any) -> Figure:
    one = {"type": "scatter", "mode": "lines", "x": [f"{m}-01" for m in MONTHS], "y": values}
    axes = {"xaxis": month_axis(MONTHS, "light"), "yaxis": value_axis("light")}
    return figure(
        [{**one, "line": {"color": "#12436D", "width": 2}, **trace}], theme="light", **axes
    )


def test_there_is_an_example_of_every_figure_function() -> None:
    found = set()
    for module in pkgutil.iter_modules(figures.__path__):
        names = vars(importlib.import_module(f"portal.figures.{module.name}"))
        found |= {name for name in names if name.startswith("draw_")}
    assert found == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_is_drawn_within_its_frame_and_the_same_each_time(name: str) -> None:
    first = draw_svg(EXAMPLES[name](), width=500, height=300, sentence="What it says")
    assert first == draw_svg(EXAMPLES[name](), width=500, height=300, sentence="What it says")
    svg = ElementTree.fromstring(first)
    assert svg.find(f"{SVG}title").text == "What it says"
    assert "nan" not in first.lower()
    for text in svg.iter(f"{SVG}text"):
        assert -1 <= float(text.attrib["x"]) <= 501
        assert -1 <= float(text.attrib["y"]) <= 301


def test_a_gap_breaks_a_line_instead_of_being_bridged() -> None:
    whole = next(drawn(a_line([1, 2, 3, 4])).iter(f"{SVG}path")).attrib["d"]
    broken = next(drawn(a_line([1, 2, None, float("nan")])).iter(f"{SVG}path")).attrib["d"]
    assert (whole.count("L"), broken.count("L")) == (3, 1)


def test_steps_dashes_and_areas_are_drawn_as_on_screen() -> None:
    line = {"color": "#000", "width": 2, "shape": "hv", "dash": "dash"}
    path = next(drawn(a_line([1, 2, 3, 4], line=line)).iter(f"{SVG}path"))
    assert path.attrib["d"].count("L") == 6
    assert path.attrib["stroke-dasharray"] == "9 3"
    band = a_line([1, 2, 3, 4])
    upper = {
        **band["data"][0],
        "y": [2, 3, 4, 5],
        "fill": "tonexty",
        "fillcolor": "rgba(0,0,0,0.1)",
    }
    band["data"].append(upper)
    area = next(drawn(band).iter(f"{SVG}path"))
    assert (area.attrib["d"][-1], area.attrib["fill-opacity"]) == ("Z", "0.1")


def test_months_stand_on_a_calendar_with_the_year_said_once() -> None:
    written = texts(drawn(a_line([1, 2, 3, 4])))
    assert written[:5] == ["Jan", "2025", "Feb", "Mar", "Apr"]


def test_values_are_marked_with_round_numbers_and_their_unit() -> None:
    ten = figure(
        [{"type": "scatter", "mode": "markers", "x": [0, 1], "y": [0, 4_100_000]}],
        theme="light",
        xaxis=value_axis("light"),
        yaxis=value_axis("light", prefix="US$"),
    )
    assert {"US$0", "US$2M", "US$4M"} <= set(texts(drawn(ten)))


def test_texts_are_escaped() -> None:
    points = [Point("<script>&\x00", 'a"b', 1, 1), Point("b", "c<", 2, 2)]
    svg = draw_svg(
        draw_scatter(points=points, x_title="<b", y_title="y", theme="light", named=2),
        width=500,
        height=300,
        sentence="</title><script>",
    )
    assert "<script" not in svg
    assert "&lt;/title&gt;" in svg
    ElementTree.fromstring(svg)


def test_a_figure_without_rows_is_empty_axes() -> None:
    svg = drawn(draw_rate_bars(months=[], rates=[], name="Rate", theme="light"))
    assert texts(svg)
    assert not list(svg.iter(f"{SVG}rect"))


def test_bars_stand_on_each_other_and_begin_at_zero() -> None:
    svg = drawn(EXAMPLES["draw_stacked_bars"]())
    bars = list(svg.iter(f"{SVG}rect"))
    ends = [float(bar.attrib["y"]) + float(bar.attrib["height"]) for bar in bars]
    assert ends[0] == pytest.approx(ends[1], abs=0.05)
    assert ends[2] == pytest.approx(float(bars[1].attrib["y"]), abs=0.05)


def test_a_key_that_does_not_fit_takes_another_line() -> None:
    names = [f"A rather long name {number}" for number in range(5)]
    points = [Point("p", name, 1, 1) for name in names]
    svg = drawn(draw_scatter(points=points, x_title="x", y_title="y", theme="light"), width=320)
    heights = {t.attrib["y"] for t in svg.iter(f"{SVG}text") if t.text in names}
    assert len(heights) > 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "pie"}, "type 'pie'"),
        ({"fill": "tonextx"}, "area of kind 'tonextx'"),
        ({"mode": "markers", "marker": {"symbol": "hexagon"}}, "shape 'hexagon'"),
    ],
)
def test_what_is_not_known_is_refused_rather_than_left_out(change: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        drawn(a_line([1, 2, 3, 4], **change))
