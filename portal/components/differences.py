"""Differences on both sides of zero: names in their own gutter, a bar, and the figure beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: ``value`` decides the bar, ``figure`` is what is written beside it."""

    name: str
    value: float
    figure: str
    detail: str | Sequence[Text] = ""
    href: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Which question ``figure`` answers."""


def differences_list(items: Sequence[Difference], *, limit: float = 0.0) -> Component:
    """Draw the list on one scale: blue below zero, grey up to ``limit`` above it, orange beyond."""
    lowest = min((item.value for item in items), default=0.0)
    highest = max((item.value for item in items), default=0.0)
    low, high = min(0.0, lowest), max(0.0, highest)
    width = (high - low) or 1.0
    return html.Ul([_line(item, low, width, limit) for item in items], className="differences")


def _line(item: Difference, low: float, width: float, limit: float) -> Component:
    name: Component = html.A(item.name, href=item.href) if item.href else html.Span(item.name)
    said = item.detail if isinstance(item.detail, str) else list(item.detail)
    detail = [html.Span(said, className="difference-detail")] if said else []
    zero = -low / width * 100
    start = (min(0.0, item.value) - low) / width * 100
    side = "" if item.value <= 0 else " near" if item.value <= limit else " above"
    bar = html.Span(
        className=f"difference-bar{side}",
        style={"left": f"{start:.1f}%", "width": f"{abs(item.value) / width * 100:.1f}%"},
    )
    scale = html.Span(
        [bar, html.Span(className="difference-zero", style={"left": f"{zero:.1f}%"})],
        className="difference-scale",
        **{"aria-hidden": "true"},
    )
    return html.Li(
        [
            html.Span([name, *detail], className="difference-name"),
            scale,
            html.Span(item.figure, className="difference-figure", **item.evidence),
        ],
        className="difference",
    )
