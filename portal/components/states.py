"""What a page says when it has nothing to show, can't show it, or shows old figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dash.development.base_component import Component

from portal.components import html
from portal.texts import later, say, say_known, say_parts

Kind = Literal["info", "warn", "bad", "good"]

_WORDS: dict[Kind, tuple[str, str]] = {
    "info": ("i", later("Note:")),
    "warn": ("!", later("Take care:")),
    "bad": ("✕", later("Problem:")),
    "good": ("✓", later("Done:")),
}


def banner(
    text: str | Sequence[Component | str], *, kind: Kind = "info", links: Sequence[Component] = ()
) -> Component:
    """Say one thing about the whole page; an icon and a word go with the colour."""
    icon, word = _WORDS[kind]
    return html.Div(
        [
            html.Span(icon, className="banner-icon", **{"aria-hidden": "true"}),
            html.Div(
                [html.Strong(say_known(word)), " ", *([text] if isinstance(text, str) else text)]
            ),
            *links,
        ],
        className=f"banner banner-{kind}",
    )


def empty_state(*, title: str, why: str, action: Component | None = None) -> Component:
    """Say why there is nothing here, and what to do."""
    return html.Div(
        [
            html.P(title, className="state-title"),
            html.P(why, className="state-text"),
            *([action] if action is not None else []),
        ],
        className="state",
    )


def error_state(*, sentence: str, reference: str = "", retry_href: str = "") -> Component:
    """Say that this part failed, with a reference to quote and a way to try again."""
    lines: list[Component] = [html.P(sentence, className="state-title")]
    if reference:
        lines.append(
            html.P(
                say_parts(
                    "Quote reference {reference} when you ask about it.",
                    reference=html.Code(reference),
                ),
                className="state-text",
            )
        )
    if retry_href:
        lines.append(html.A(say("Try again"), href=retry_href, className="button button-quiet"))
    return html.Div(lines, className="state state-error", role="alert")


def skeleton() -> Component:
    """Draw the page's outline in its final sizes, while the figures are on their way."""
    cards = [html.Div(className="bone bone-kpi") for _ in range(6)]
    return html.Div(
        [
            html.Div(className="bone bone-title"),
            html.Div(className="bone bone-sentence"),
            html.Div(cards, className="kpis"),
            html.Div(
                [
                    html.Div(className="bone bone-chart span-8"),
                    html.Div(className="bone bone-chart span-4"),
                ],
                className="grid",
            ),
        ],
        className="skeleton",
        **{"aria-hidden": "true"},
    )


def status_word(text: str, tone: str) -> Component:
    """Write a status as a word with its icon, never by colour alone."""
    icon = {"good": "✓", "ok": "✓", "warn": "!", "bad": "✕"}.get(tone, "•")
    return html.Span(
        [html.Span(f"{icon} ", **{"aria-hidden": "true"}), text], className=f"status tone-{tone}"
    )
