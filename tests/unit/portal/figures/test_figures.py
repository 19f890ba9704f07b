import json

import plotly.graph_objects as go
import pytest
from plotly.utils import PlotlyJSONEncoder

from portal.figures.bars import draw_rate_bars, draw_stacked_bars
from portal.figures.lines import Line, draw_actual_and_budget, draw_lines
from portal.figures.points import Point, draw_scatter
from portal.figures.theme import CONFIG, peak_bands, spread

MONTHS = ["2025-01", "2025-02", "2025-03", "2025-04"]
PEAKS = frozenset({"2025-01", "2025-02", "2025-04"})


def budget_figure(theme="light"):
    return draw_actual_and_budget(
        months=MONTHS,
        actual=Line("Spend", "Spend 3.1", [1.0, 2.0, 3.1, None]),
        budget=Line("Budget", "Budget 4", [1.0, 2.0, 3.0, 4.0]),
        peaks=PEAKS,
        theme=theme,
        unit="US$ million",
    )


def every_figure(theme):
    return [
        budget_figure(theme),
        draw_lines(
            months=MONTHS,
            lines=[Line("Before", "Before 80", [80, 81, None, None]),
                   Line("After", "After 85", [None, None, 84, 85])],
            theme=theme,
            bounds=(0, 100),
            reference=(90, "Target"),
        ),
        draw_stacked_bars(
            columns=["2024", "2025"],
            parts=[("AWS", "AWS 60 %", [1.0, 2.0]), ("GCP", "GCP 40 %", [None, 1.0])],
            theme=theme,
            unit="US$ million",
        ),
        draw_rate_bars(months=MONTHS, rates=[0.01, None, 0.0, 0.05], name="Rate", theme=theme),
        draw_scatter(
            points=[Point("A", "IaaS", 100, 350), Point("B", "SaaS", 50, 400)],
            x_title="Spend", y_title="Latency", theme=theme,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_figure_is_one_that_plotly_knows(theme):
    for figure in every_figure(theme):
        go.Figure(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_figure_carries_a_template_or_much_weight(theme):
    for figure in every_figure(theme):
        assert "template" not in figure["layout"]
        assert len(json.dumps(figure, cls=PlotlyJSONEncoder)) < 5_000


def test_empty_answers_give_empty_figures():
    empty = Line("Spend", "Spend", [])
    go.Figure(
        draw_actual_and_budget(months=[], actual=empty, budget=None, theme="light", unit="US$")
    )
    go.Figure(draw_rate_bars(months=[], rates=[], name="Rate", theme="light"))
    go.Figure(draw_stacked_bars(columns=[], parts=[], theme="light", unit="US$"))


def test_the_budget_is_stepped_and_spend_is_solid():
    budget, actual = budget_figure()["data"]
    assert budget["line"]["shape"] == "hv"
    assert "dash" not in actual["line"]


def test_both_lines_are_named_at_their_ends_and_not_in_a_legend():
    figure = budget_figure()
    texts = {note["text"]: note for note in figure["layout"]["annotations"]}
    assert figure["layout"]["showlegend"] is False
    assert texts["<b>Spend 3.1</b>"]["x"] == "2025-03-01"
    assert texts["<b>Spend 3.1</b>"]["xanchor"] == "right"
    assert texts["<b>Budget 4</b>"]["xanchor"] == "left"


def test_runs_of_peak_months_are_shaded_and_named():
    shapes, notes = peak_bands(MONTHS, PEAKS, "light")
    assert [(shape["x0"], shape["x1"]) for shape in shapes] == [
        ("2024-12-17", "2025-02-16"),
        ("2025-03-17", "2025-04-16"),
    ]
    assert [note["text"] for note in notes] == ["peak", "peak"]


def test_bars_start_at_zero():
    for figure in every_figure("light")[2:4]:
        axis = figure["layout"]["yaxis"]
        assert axis["rangemode"] == "tozero" or axis["range"][0] == 0


def test_labels_that_would_lie_over_each_other_are_pushed_apart():
    heights = [2.86, 2.88]
    shifts = spread(heights, 100, least=16)
    placed = [height * 100 + shift for height, shift in zip(heights, shifts, strict=True)]
    assert placed[1] - placed[0] >= 16


def test_no_chart_offers_to_send_its_data_away():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displayModeBar"] is False
