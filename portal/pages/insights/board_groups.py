"""Recommendations of one kind to several MDAs, under one title: who, in which state, the most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from portal.components import html
from portal.texts import say, say_number


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of recommendation with a line for each MDA, and what is said of all of them."""

    name: str
    title: str
    basis: str
    states: Sequence[Component]
    """How many are in each state that any is in."""
    agencies: int
    most: Component | None
    """The largest amount, with its question; None where no saving is estimated."""
    lines: Sequence[Component]
    """Of those shown; ``count`` may be more."""
    count: int


def draw_group(group: Group) -> Component:
    """Draw the title with its sums, and what it unfolds to."""
    aside = [html.P(group.basis, className="insight-confidence")]
    if group.most is not None:
        most = html.P([html.Span(say("the largest")), " ", html.Strong(group.most)],
                      className="insight-amount")  # fmt: skip
        aside = [most, *aside]
    return html.Li(
        [
            html.Div([html.P(one, className="insight-state") for one in group.states]),
            html.Div(
                [
                    html.H3(group.title, className="insight-title"),
                    html.P(_said(group), className="insight-sentence"),
                ]
            ),
            html.Div(aside, className="insight-aside"),
            html.Details(
                [
                    html.Summary(
                        say("MDAs"),
                        className="link",
                        **{"aria-label": say("MDAs: {title}", title=group.title)},
                    ),
                    *_shown(group),
                    html.Ul(list(group.lines), className="insights"),
                ],
                className="insight-computed insight-group",
            ),
        ],
        className="insight",
        id=f"recommended-{group.name.replace('_', '-')}",
    )


def _said(group: Group) -> str:
    return say(
        "{recommendations} to {agencies}.",
        recommendations=say_number(group.count, "{number} recommendation",
                                   "{number} recommendations"),
        agencies=say_number(group.agencies, "{number} MDA", "{number} MDAs"),
    )  # fmt: skip


def _shown(group: Group) -> list[Component]:
    if len(group.lines) == group.count:
        return []
    said = say("{shown} of {all} shown, choose an MDA to see all of its own",
               shown=len(group.lines), all=group.count)  # fmt: skip
    return [html.P(said)]
