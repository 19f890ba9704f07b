"""The form in which a book of rules is written: as the file of its feed is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.components.forms import file_field, hidden_field, post_form, text_area
from portal.components.parts import heading
from portal.components.tables import Column, data_table
from portal.pages.page import PageRequest
from portal.pages.reviews import Asked
from portal.pages.rules.seen import TITLES, agency_names, read_books, rules_href
from portal.pages.rules.words import MEASURES
from portal.pages.version_forms import edit_fields, explained, open_one, why_field
from portal.texts import say, say_known
from warehouse.governance.policy_models import State
from warehouse.governance.rule_books import BOOKS, write_book, written_rows
from warehouse.governance.rule_models import RuleVersion
from warehouse.governance.rules import Rule

LONGEST_BOOK: Final = 40_000
"""Characters of a book in the form; about a thousand accounts. Files may be longer."""
LARGEST_FILE: Final = 4_000_000
"""Bytes of a book as a file; about a hundred thousand accounts."""


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
                        children=[
                            _form(request, name, versions, row, write_book(name, rows)),
                            _file_form(request, name, versions, row),
                        ],
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
    if len(text) > LONGEST_BOOK:
        return _too_long(text)
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


def _too_long(text: str) -> Component:
    """Show a book that no form takes: to be copied into a file and handed in as one."""
    why = say(
        "This book is too long for a form. Take the rules below into a file, change them there, "
        "and hand the file in."
    )
    return html.Div(
        [
            html.P(why),
            html.Details(
                [
                    html.Summary(say("The rules as they are"), className="link"),
                    html.Pre(text, className="policy-text", tabIndex=0,
                             **{"aria-label": say("The rules as they are")}),
                ]
            ),
        ]
    )  # fmt: skip


def _file_form(
    request: PageRequest, name: str, versions: Sequence[RuleVersion], row: RuleVersion | None
) -> Component:
    """Draw the form for a book as a file: of any length, under the same checks."""
    return html.Details(
        [
            html.Summary(say("Hand in a file instead"), className="link"),
            post_form(
                action=f"{rules_href()}/files",
                csrf_token=request.csrf_token,
                children=[
                    hidden_field("book", name),
                    *edit_fields(versions, row),
                    file_field(
                        identifier="rules-file",
                        name="file",
                        label=say("File of rules"),
                        hint=say("CSV with these columns, up to {size} MB; it replaces the draft",
                                 size=LARGEST_FILE // 1_000_000),
                        accept=".csv,text/csv",
                    ),
                    why_field("rules-file-note", row),
                ],
                submit=say("Save the file as the draft"),
                has_file=True,
            ),
        ],
        **({"open": True} if _is_long(row) else {}),
    )  # fmt: skip


def _is_long(row: RuleVersion | None) -> bool:
    if row is None:
        return False
    return len(write_book(row.document["book"], row.document["rows"])) > LONGEST_BOOK


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
            *([_measures()] if name == "allocation_rules" else []),
            html.Details(
                [
                    html.Summary(say("Numbers of MDAs"), className="link"),
                    html.Ul(numbers, className="policy-words"),
                ]
            ),
        ]
    )


def _measures() -> Component:
    """List what a proportional rule may go by."""
    rows = [
        {"measure": html.Code(name), "says": say_known(words)} for name, words in MEASURES.items()
    ]
    columns = (Column("measure", say("Measure")), Column("says", say("In proportion to")))
    why = say(
        "Each is known of a month before any cost is shared. An MDA of which it isn't known in the "
        "month bears no part; where it is known of none, the month stays unallocated and the "
        "findings say so."
    )
    return html.Div(
        [
            data_table(
                caption=say("Measures of proportional rules"),
                show_caption=True,
                columns=columns,
                rows=rows,
                is_dense=True,
            ),
            html.P(why, className="muted"),
        ]
    )
