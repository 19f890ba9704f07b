"""The form in which a book of rules is written: as the file of its feed is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.components.forms import hidden_field, post_form, text_area
from portal.components.parts import heading
from portal.components.tables import Column, data_table
from portal.pages.page import PageRequest
from portal.pages.reviews import Asked
from portal.pages.rules.seen import TITLES, agency_names, read_books, rules_href
from portal.pages.version_forms import edit_fields, explained, open_one, why_field
from portal.texts import say, say_known
from warehouse.governance.policy_models import State
from warehouse.governance.rule_books import BOOKS, write_book, written_rows
from warehouse.governance.rule_models import RuleVersion
from warehouse.governance.rules import Rule

LONGEST_BOOK: Final = 40_000
"""Characters of a book in the form; about a thousand accounts. The console takes larger ones."""


def draw_editor(request: PageRequest, name: str, asked: Asked) -> Component:
    """Draw the form: of the open version or of a further one, with the rule that is asked for."""
    versions, rules = read_books(request)[name]
    row = open_one(versions)
    start = row or next((one for one in versions if one.state == State.PUBLISHED), None)
    rows = _with_rule(name, list(start.document["rows"]) if start else [], rules, asked)
    said = say(
        "Write every rule that is to be decided here, whole; the others go on following their "
        "files. Nothing is in force before another person of the treasury approves it."
    )
    return html.Div(
        [
            heading(say("Change: {book}", book=say_known(TITLES[name])), [explained(row, said)]),
            html.Div(
                [
                    card(
                        headline=say("The rules"),
                        children=[_form(request, name, versions, row, write_book(name, rows))],
                        span=7,
                    ),
                    card(headline=say("How to write them"), children=[_columns(request, name)],
                         span=5),
                ],
                className="grid policy-editor",
            ),
        ]
    )  # fmt: skip


def _with_rule(
    name: str, rows: list[Mapping[str, str]], rules: Sequence[Rule], asked: Asked
) -> list[Mapping[str, str]]:
    """Add a rule that only files decide yet, so that it can be changed."""
    wanted = asked.get("rule", "")
    for rule in rules:
        if "/".join(rule.key) == wanted and rule.source != "portal":
            return [*rows, *written_rows(BOOKS[name], rule.records)]
    return rows


def _form(
    request: PageRequest,
    name: str,
    versions: Sequence[RuleVersion],
    row: RuleVersion | None,
    text: str,
) -> Component:
    return post_form(
        action=f"{rules_href()}/drafts",
        csrf_token=request.csrf_token,
        children=[
            hidden_field("book", name),
            *edit_fields(versions, row),
            text_area(
                identifier="rules-text",
                name="text",
                label=say("Rules"),
                hint=say("CSV with these columns; a rule without a line here follows its file"),
                rows=18,
                value=text,
                maxlength=LONGEST_BOOK,
                spellCheck=False,
                className="policy-text",
            ),
            why_field("rules-note", row),
        ],
        submit=say("Save the draft"),
    )


def _columns(request: PageRequest, name: str) -> Component:
    rows: list[dict[str, Any]] = [
        {"column": html.Code(column.name), "says": column.comment}
        for column in BOOKS[name].feed.columns
    ]
    columns = (Column("column", say("Column")), Column("says", say("What stands in it")))
    numbers = [
        html.Li([html.Code(number), " ", agency])
        for number, agency in agency_names(request).items()
    ]
    return html.Div(
        [
            data_table(caption=say("Columns"), columns=columns, rows=rows, is_dense=True),
            html.Details(
                [
                    html.Summary(say("Numbers of MDAs"), className="link"),
                    html.Ul(numbers, className="policy-words"),
                ]
            ),
        ]
    )
