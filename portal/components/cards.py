"""Sections of a page: a headline that says the message, a chart or list, and its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import Text
from portal.components.states import empty_state
from portal.figures.theme import Figure, config
from portal.texts import later, say, say_known

MODELLED_MARK = later("Modelled from utilisation, not measured")


def card(
    *,
    headline: str | Sequence[Text],
    subtitle: str = "",
    children: Sequence[Component] = (),
    footer: Sequence[Component] = (),
    span: int = 12,
    tall: bool = False,
    anchor: str = "",
) -> Component:
    """Draw a section over ``span`` of the twelve columns."""
    title = headline if isinstance(headline, str) else list(headline)
    head: list[Component] = [html.H2(title, className="card-title")]
    if subtitle:
        head.append(html.P(subtitle, className="card-subtitle"))
    body = [*head, *children]
    if footer:
        body.append(html.Div(list(footer), className="card-footer"))
    attributes: dict[str, Any] = {"id": anchor} if anchor else {}
    return html.Section(body, className=f"card span-{span}{' tall' if tall else ''}", **attributes)


def chart(*, figure: Figure, sentence: str, tall: bool = False) -> Component:
    """Draw a chart as a figure whose caption says in a sentence what it shows."""
    return html.Figure(
        [
            html.Div(
                dcc.Graph(figure=figure, config=config(), responsive=True, className="chart-plot"),
                className="chart-frame",
                role="img",
                **{"aria-label": sentence},
            ),
            html.Figcaption(sentence, className="visually-hidden"),
        ],
        className="chart chart-tall" if tall else "chart",
    )


def chart_card(
    *,
    headline: str | Sequence[Text],
    subtitle: str,
    figure: Figure,
    sentence: str,
    table: Component | None = None,
    downloads: Sequence[Component] = (),
    notes: Sequence[str] = (),
    modelled: bool = False,
    span: int = 12,
    tall: bool = False,
    anchor: str = "",
) -> Component:
    """Draw a chart's section: message, measure, chart, table, downloads, and what to know."""
    mark = say_known(MODELLED_MARK)
    said = [mark] if modelled else []
    notes = [note for note in notes if note.rstrip(".") not in {MODELLED_MARK, mark}]
    footer = [*([table] if table is not None else []), *downloads]
    footer.extend(footer_notes((*said, *notes)))
    return card(
        headline=headline,
        subtitle=subtitle,
        children=[chart(figure=figure, sentence=sentence, tall=tall)],
        footer=footer,
        span=span,
        anchor=anchor,
    )


def footer_notes(notes: Sequence[str]) -> list[Component]:
    """Write under a section what has to be known about its figures."""
    return [html.Span(note, className="footer-note") for note in notes]


def nothing_card(headline: str, why: str, span: int) -> Component:
    """Draw the section of a question that has no rows, and say why."""
    return card(
        headline=headline,
        children=[empty_state(title=say("Nothing to show"), why=why)],
        span=span,
    )


def download_links(*, csv: str, xlsx: str, what: str) -> list[Component]:
    """Link a section's rows as CSV and XLSX; ``what`` names them for those who can't see it."""
    return [
        html.A(name, href=href, download="", **{"aria-label": said})
        for name, href, said in (
            ("CSV", csv, say("Download {what} as CSV", what=what)),
            ("XLSX", xlsx, say("Download {what} as XLSX", what=what)),
        )
    ]


def grid(children: Sequence[Component]) -> Component:
    """Lay sections out on twelve columns."""
    return html.Div(list(children), className="grid")
