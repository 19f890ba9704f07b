"""A waterfall as a list: what took one total to the next, each step where the last one ended.

Bars show differences from the first total, so that they start from zero however large the totals
are. Read aloud it is a list of names and signed figures, in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One change: ``value`` moves the level by so much, ``figure`` is what is written."""

    name: str
    value: float
    figure: str
    detail: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Which question ``figure`` answers."""


@dataclass(frozen=True, slots=True)
class Total:
    """One end of the waterfall, written in full; ``detail`` may hold the whole change."""

    name: str
    figure: str
    detail: Sequence[Text] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)


def waterfall(first: Total, steps: Sequence[Step], last: Total) -> Component:
    """Draw both totals and the steps between them on one scale."""
    levels = [0.0]
    for step in steps:
        levels.append(levels[-1] + step.value)
    low, high = min(levels), max(levels)
    scale = _Scale(low, (high - low) or 1.0)
    lines = [
        _line(first.name, first.detail, _bar(scale, 0.0, 0.0, "zero"), first.figure, first.evidence)
    ]
    for before, step in zip(levels, steps, strict=False):
        after = before + step.value
        bar = _bar(scale, before, after, "up" if step.value > 0 else "down")
        lines.append(
            _line(step.name, [step.detail] if step.detail else (), bar, step.figure, step.evidence)
        )
    bar = _bar(scale, 0.0, levels[-1], "sum")
    lines.append(_line(last.name, last.detail, bar, last.figure, last.evidence))
    lines[0].className = lines[-1].className = "step step-total"
    return html.Ol(lines, className="waterfall")


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    width: float

    def place(self, value: float) -> float:
        return (value - self.low) / self.width * 100


def _bar(
    scale: _Scale, start: float, end: float, kind: Literal["zero", "up", "down", "sum"]
) -> Component:
    left, right = sorted((scale.place(start), scale.place(end)))
    bar = html.Span(
        className=f"step-bar step-{kind}",
        style={"left": f"{left:.2f}%", "width": f"{right - left:.2f}%"},
    )
    zero = html.Span(className="step-origin", style={"left": f"{scale.place(0.0):.2f}%"})
    return html.Span([zero, bar], className="step-scale", **{"aria-hidden": "true"})


def _line(
    name: str, detail: Sequence[Text], bar: Component, figure: str, evidence: Mapping[str, str]
) -> Component:
    said = [html.Span(list(detail), className="step-detail")] if detail else []
    return html.Li(
        [
            html.Span([name, *said], className="step-name"),
            bar,
            html.Span(figure, className="step-figure", **evidence),
        ],
        className="step",
    )
