"""The cards at the head of a page: one figure each, its change, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.components.sparkline import HEIGHT, WIDTH, draw_sparkline
from portal.figures.theme import Theme
from portal.formats import MINUS, not_available
from portal.texts import say

Tone = Literal["good", "bad", "warn", "ok", "plain"]

_ARROWS = {"+": "▲", MINUS: "▼"}


@dataclass(frozen=True, slots=True)
class Change:
    """A signed text, what it is a change from, and whether it is welcome."""

    text: str
    since: str | Sequence[Text] = ""
    tone: Tone = "plain"
    evidence: Mapping[str, str] = field(default_factory=dict)
    """Which question ``text`` answers."""

    @property
    def arrow(self) -> str:
        """An arrow in the direction of the sign; none where nothing changed."""
        return _ARROWS.get(self.text[:1], "")


@dataclass(frozen=True, slots=True)
class Trace:
    """The recent course of a figure and the sentence that says it in words."""

    values: Sequence[float | None]
    alt: str


def signed_change(
    text: str,
    since: str | Sequence[Text],
    *,
    good: Literal["high", "low"] | None,
    judged: bool = True,
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> Change:
    """Judge a signed text by its sign; one without a sign says that nothing changed.

    ``judged=False`` keeps the colour neutral, for figures that conclude nothing.
    """
    if text[:1] not in _ARROWS:
        return Change(say("unchanged"), since)
    tone: Tone = "plain"
    if judged and good:
        tone = "good" if text.startswith("+") == (good == "high") else "bad"
    return Change(text, since, tone, evidence)


def kpi_card(
    *,
    label: str,
    value: str | None,
    unit: str = "",
    exact: str = "",
    change: Change | None = None,
    note: str | Sequence[Text] = "",
    trace: Trace | None = None,
    href: str = "",
    theme: Theme = "light",
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> Component:
    """Draw a card; ``value=None`` says that the figure is not available and ``note`` why.

    ``evidence`` says which question the figure answers, see ``portal.pages.evidence``.
    """
    figure = (
        [html.Span(value, className="kpi-number")]
        + ([html.Span(f" {unit}", className="kpi-unit")] if unit else [])
        if value is not None
        else [html.Span(not_available(), className="kpi-missing")]
    )
    chip = [change_chip(change)] if change else []
    said = [text for text in (change.since if change else "", note) if text]
    aside = [html.Span(text if isinstance(text, str) else list(text), className="kpi-note")
             for text in said]  # fmt: skip
    content = [
        html.Span(label, className="kpi-label"),
        html.Span(figure, className="kpi-value", title=exact or None, **evidence),
        html.Span(
            [*chip, html.Span(aside, className="kpi-aside"), *_line(trace, theme)],
            className="kpi-foot",
        ),
    ]
    if href:
        return html.Li(html.A(content, href=href, className="kpi"), className="kpi-item")
    return html.Li(html.Div(content, className="kpi"), className="kpi-item")


def kpi_row(cards: Sequence[Component]) -> Component:
    """Lay cards side by side, two abreast on phones."""
    return html.Ul(
        list(cards), className=f"kpis kpis-{len(cards)}", **{"aria-label": say("Key figures")}
    )


def change_chip(change: Change) -> Component:
    """Write a change: an arrow for the eye, and the signed text."""
    arrow = [html.Span(f"{change.arrow} ", **{"aria-hidden": "true"})] if change.arrow else []
    return html.Span([*arrow, change.text], className=f"chip tone-{change.tone}", **change.evidence)


def _line(trace: Trace | None, theme: Theme) -> list[Component]:
    if trace is None or not (address := draw_sparkline(trace.values, theme=theme)):
        return []
    return [html.Img(src=address, alt=trace.alt, width=WIDTH, height=HEIGHT, className="kpi-spark")]
