"""The pivot's question, to be asked elsewhere: Power Query, a plain request, the command line."""

from __future__ import annotations

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card
from portal.pages.page import PageRequest
from portal.pivot.answers import Pivot
from portal.pivot.elsewhere import command_line, plain_request, power_query
from portal.texts import say, say_parts

_NOWHERE = "https://this-portal.example"
"""Stands in addresses where no request says under which name the portal was found."""


def draw_elsewhere(request: PageRequest, pivot: Pivot) -> Component:
    """Give the question's finest rows in other tools' words, without anybody's token."""
    question = pivot.finest.question
    origin = request.origin or _NOWHERE
    ways = []
    if request.reader.may(Permission.USE_API):
        ways += [
            _way("explore-power-query", "Power Query", power_query(origin, question)),
            _way("explore-request", "curl", plain_request(origin, question)),
        ]
    ways.append(_way("explore-command", say("the server's command line"), command_line(question)))
    return card(
        headline=say("Ask the same elsewhere"),
        subtitle=say("The rows of the finest level, always as of the latest build"),
        children=[
            html.P(
                say_parts(
                    "Power Query and curl read with your own token and see what you see. {link}; "
                    "in Excel or Power BI choose a blank query, open its advanced editor, paste, "
                    "put your token in its place, and sign in anonymously where it asks.",
                    link=html.A(say("Make a token on your account page"), href="/account"),
                ),
                className="elsewhere-how",
            ),
            *ways,
        ],
        span=12,
    )


def _way(identifier: str, name: str, text: str) -> Component:
    return html.Div(
        [
            html.Button(
                say("Copy for {what}", what=name),
                type="button",
                className="button button-quiet",
                **{
                    "data-copies": identifier,
                    "data-copied": say("Copied"),
                    "data-failed": say("Copy it from below"),
                },
            ),
            html.Details(
                [
                    html.Summary(say("Show it for {what}", what=name), className="link"),
                    html.Pre(html.Code(text, id=identifier), tabIndex="0"),
                ],
                className="elsewhere-text",
            ),
        ],
        className="elsewhere",
    )
