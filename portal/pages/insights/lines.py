"""How an insight is drawn: its sentence, its amount, its evidence, and how it was computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.dimension_names import dimension_brief
from portal.formats import money
from portal.pages.evidence import answer_table, currency_of, downloads_of, figure
from portal.pages.insights.insight import Found, Level, Open, Stake
from portal.pages.insights.wording import plain
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.pages.sources import source_of
from portal.texts import later, say, say_known, say_number
from warehouse.measures import REGISTRY
from warehouse.question import Answer

_BADGES: Final = {
    Level.AT_STAKE: (later("Act"), "bad"),
    Level.CONCERNED: (later("Watch"), "warn"),
    Level.WITHOUT_AMOUNT: (later("Look"), "plain"),
}
_AMOUNTS: Final = {
    Level.AT_STAKE: later("at stake"),
    Level.CONCERNED: later("of spend concerned"),
}


def draw_level(
    request: PageRequest, found: Sequence[Found], headline: str, subtitle: str, anchor: str
) -> Component:
    """Draw the insights of one level."""
    return card(
        headline=headline,
        subtitle=subtitle,
        children=[html.Ul([_line(request, one) for one in found], className="insights")],
        anchor=anchor,
    )


def draw_open(unjudged: Sequence[Open]) -> Component:
    """List what could not be judged, and why."""
    return card(
        headline=say_number(len(unjudged), "{number} thing could not be judged",
                            "{number} things could not be judged"),
        subtitle=say("What the records don't support is not said; this is what they lack"),
        children=[
            html.Ul(
                [
                    html.Li([html.Strong(say_known(one.kind.title)), ": ", one.why])
                    for one in unjudged
                ],
                className="unjudged",
            )
        ],
        anchor="not-judged",
    )  # fmt: skip


def stake_text(stake: Stake) -> Component:
    """Write the amount of an insight, with its question."""
    amount = money(stake.amount, currency_of(stake.answer, stake.row))
    return figure(stake.answer, stake.measure, amount, stake.row)


def badge_of(one: Found) -> Component:
    """Say in a word how pressing it is."""
    word, tone = _BADGES[one.kind.level]
    return html.Span(say_known(word), className=f"badge tone-{tone}")


def evidence_link(one: Found) -> Component:
    """Lead to the page that shows what the sentence says."""
    label = say("Evidence: {title}", title=say_known(one.kind.title))
    return html.A(say("Evidence"), href=one.insight.href, **{"aria-label": label})


def _line(request: PageRequest, one: Found) -> Component:
    insight = one.insight
    amount: list[Component] = []
    if insight.stake is not None and number(insight.stake.amount):
        amount = [
            html.P(
                [
                    html.Strong(stake_text(insight.stake)),
                    " ",
                    html.Span(say_known(_AMOUNTS[one.kind.level]), className="muted"),
                ],
                className="insight-amount",
            )
        ]
    return html.Li(
        [
            badge_of(one),
            html.Div(
                [
                    html.H3(say_known(one.kind.title), className="insight-title"),
                    html.P(list(insight.sentence), className="insight-sentence"),
                    html.P(list(insight.confidence), className="insight-confidence"),
                ]
            ),
            html.Div([*amount, evidence_link(one)], className="insight-aside"),
            _computed(request, one),
        ],
        className="insight",
        id=f"insight-{one.kind.name.replace('_', '-')}",
    )


def _computed(request: PageRequest, one: Found) -> Component:
    insight = one.insight
    title = say_known(one.kind.title)
    measures = dict.fromkeys(
        name for answer in insight.answers for name in answer.question.measures
    )
    formulas = [
        html.Div(
            [
                html.Dt(say_known(REGISTRY[name].label)),
                html.Dd([html.Code(REGISTRY[name].formula), f" · {source_of(name)}"]),
            ],
            className="definition",
        )
        for name in measures
    ]
    return html.Details(
        [
            html.Summary(
                say("How this is computed"),
                className="link",
                **{"aria-label": say("How this is computed: {title}", title=title)},
            ),
            html.P(insight.rule),
            *([html.Dl(formulas)] if formulas else []),
            *(_figures(request, answer, title) for answer in insight.answers),
        ],
        className="insight-computed",
    )


def _figures(request: PageRequest, answer: Answer, title: str) -> Component:
    """Show the figures of all together; those by MDA or service are linked."""
    words = ", ".join(dimension_brief(name) for name in answer.question.by)
    if not words:
        links = downloads_of(request, answer, title)
        table = answer_table(answer, say("Figures of “{title}”", title=title))
        return html.Div([table, html.P(list(links), className="downloads")])
    links = downloads_of(request, answer, say("“{title}” by {dimension}", title=title,
                                              dimension=words))  # fmt: skip
    said = html.Span(say("Figures by {dimension}", dimension=words))
    return html.P([said, *links] if links else [], className="downloads")


def short_line(one: Found) -> Component:
    """Draw an insight in one line, for the summary."""
    label = say("Evidence: {sentence}", sentence=plain(one.insight.sentence))
    amount = [stake_text(one.insight.stake)] if one.insight.stake else []
    return html.Div(
        [
            badge_of(one),
            html.Span(list(one.insight.sentence)),
            html.Span(amount, className="action-amount"),
            html.A(say("Evidence"), href=one.insight.href, **{"aria-label": label}),
        ],
        className="action-line",
    )
