"""The frame of every report page: trail, question, answer, and the footnote at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from dash.development.base_component import Component

from portal.components import html
from portal.formats import moment, month_name, short_build
from portal.texts import say
from warehouse.question import BuildInfo

Text: TypeAlias = str | Component


def breadcrumb(trail: Sequence[tuple[str, str]], here: str) -> Component:
    """Show the way back: pairs of name and address, then where the reader is."""
    steps = [html.Li(html.A(name, href=href)) for name, href in trail]
    return html.Nav(
        html.Ol([*steps, html.Li(here, **{"aria-current": "page"})]),
        className="breadcrumb",
        **{"aria-label": say("Breadcrumb")},
    )


def heading(question: str, answer: Sequence[Text]) -> Component:
    """Ask the page's question and answer it in one sentence computed from the figures."""
    return html.Div(
        [
            html.H1(question, id="page-title", tabIndex="-1"),
            html.P(list(answer), className="lead"),
        ],
        className="page-heading",
    )


def strong(text: str, evidence: Mapping[str, str] = MappingProxyType({})) -> Component:
    """Stress the figure in a sentence; ``evidence`` says which question it answers."""
    return html.Strong(text, **evidence)


def words_of(said: str | Sequence[Text]) -> str:
    """Give a sentence without the marks in it: for captions, and for those who can't see."""
    parts = [said] if isinstance(said, str) else said
    return "".join(part if isinstance(part, str) else str(part.children) for part in parts)


def footnote(
    *,
    definitions: Sequence[tuple[str, str]],
    source: str,
    build: BuildInfo,
    modelled: bool,
    marking: str,
    rows_href: str = "",
    more: Sequence[Sequence[Text]] = (),
) -> Component:
    """Close a page: what words mean, where figures come from, as of when, and if modelled.

    ``more`` are further sentences about where they come from.
    """
    facts = [
        say("Source: {source}.", source=source),
        say(
            "Records to {month}; build {build}, published {moment}.",
            month=month_name(build.data_to),
            build=short_build(build.build_id),
            moment=moment(build.published_at),
        ),
    ]
    if modelled:
        facts.append(
            say(
                "Latency and error rate are modelled from utilisation, not measured, where no "
                "telemetry was handed in."
            )
        )
    return html.Footer(
        [
            html.H2(say("Definitions and sources"), className="footnote-title"),
            html.Dl(
                [
                    html.Div([html.Dt(term), html.Dd(meaning)], className="definition")
                    for term, meaning in definitions
                ]
            ),
            *(html.P(fact) for fact in facts),
            *(html.P(list(sentence)) for sentence in more),
            html.P(
                [
                    html.A(say("All measures and how they are made"), href="/data?view=measures"),
                    *(
                        [" ", html.A(say("The rows behind this page"), href=rows_href)]
                        if rows_href
                        else []
                    ),
                ],
                className="footnote-links",
            ),
            *([html.P(marking, className="marking")] if marking else []),
        ],
        className="footnote",
    )
