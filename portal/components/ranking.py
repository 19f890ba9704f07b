"""A ranked list: place, name and why, a bar for the eye, and the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line: ``share`` (0 to 1) is the bar's length; ``accent`` marks the one to look at."""

    name: str
    figure: str
    share: float
    detail: str | Sequence[Text] = ""
    href: str = ""
    accent: bool = False
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Which question ``figure`` answers."""


def ranked_list(items: Sequence[Ranked], *, numbered: bool = True) -> Component:
    """Draw the list; its order is its message, so numbers are part of it."""
    lines = [_line(at, item, numbered) for at, item in enumerate(items, start=1)]
    kind = html.Ol if numbered else html.Ul
    return kind(lines, className="ranking" if numbered else "ranking ranking-plain")


def _line(place: int, item: Ranked, numbered: bool) -> Component:
    name: Component = html.A(item.name, href=item.href) if item.href else html.Span(item.name)
    said = item.detail if isinstance(item.detail, str) else list(item.detail)
    detail = [html.Span(said, className="ranking-detail")] if said else []
    width = f"{max(0.0, min(1.0, item.share)) * 100:.1f}%"
    fill = "bar-fill accent" if item.accent else "bar-fill"
    bar = html.Span(
        html.Span(className=fill, style={"width": width}),
        className="bar",
        **{"aria-hidden": "true"},
    )
    number = [html.Span(str(place), className="ranking-place", **{"aria-hidden": "true"})]
    return html.Li(
        [
            *(number if numbered else []),
            html.Span([name, *detail], className="ranking-name"),
            bar,
            html.Span(item.figure, className="ranking-figure", **item.evidence),
        ],
        className="ranking-line",
    )
