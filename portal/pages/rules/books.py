"""All books of rules, and one of them: what is in force, where from, and what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import hidden_field, text_field
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading, strong
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import moment, money, money_parts, percent
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.page import PageRequest
from portal.pages.reviews import (
    Asked,
    draw_differences,
    draw_open,
    draw_versions,
    number_of,
)
from portal.pages.rules.preview import draw_preview
from portal.pages.rules.seen import (
    RULES,
    SUBTITLES,
    agency_names,
    book_reviewed,
    may_edit,
    read_books,
    rules_href,
)
from portal.pages.rules.words import rule_in_words
from portal.texts import say, say_known, say_number, say_parts
from warehouse.errors import NothingPublishedError
from warehouse.governance.policy_models import OPEN_STATES, State
from warehouse.governance.rule_books import BOOKS, by_rule, records_of
from warehouse.governance.rule_models import RuleVersion
from warehouse.governance.rules import Rule
from warehouse.measures import REGISTRY
from warehouse.policies.comparison import Change, compare_documents

_MEASURES: Final = ("billed_cost", "allocated_cost", "unallocated_cost", "allocation_rate")
_PAGE: Final = 100


def draw_books(request: PageRequest) -> Component:
    """Draw the three books in the order in which they are asked, and how much nobody bears."""
    books = read_books(request)
    return html.Div(
        [
            heading(say("Who bears the cost of which bill?"), _sentence(request)),
            *_cards(request),
            grid(
                [_book(request, name, versions, rules) for name, (versions, rules) in books.items()]
            ),
        ]
    )


def draw_book(request: PageRequest, name: str, asked: Asked) -> Component:
    """Draw one book: the version that is asked for, else what is in force."""
    versions, rules = read_books(request)[name]
    of = book_reviewed(request, name)
    wanted = number_of(asked.get("version", ""))
    shown = next((row for row in versions if row.version == wanted), None)
    still_open = next((row for row in versions if row.state in OPEN_STATES), None)
    names = agency_names(request)
    parts = [
        *([draw_open(request, of, still_open)] if still_open is not None else []),
        *([draw_preview(request, still_open)] if still_open is not None else []),
        _version(shown, names) if shown is not None else _in_force(request, name, rules, asked),
        *([draw_versions(request, of, versions, shown)] if versions else []),
        *([draw_differences(of, versions, asked, _compare)] if len(versions) > 1 else []),
    ]
    said = say("{subtitle}. A change takes two people of the treasury.",
               subtitle=say_known(SUBTITLES[name]))  # fmt: skip
    ways = []
    if may_edit(request, name) and still_open is None:
        edit = html.A(
            say("Change these rules"), href=rules_href(book=name, view="edit"), className="button"
        )
        ways = [html.Div([edit], className="policy-ways")]
    return html.Div([heading(of.title, [said]), *ways, grid(parts)])


def _sentence(request: PageRequest) -> Sequence[Component | str]:
    nothing = [say("Owners of accounts first, then tags, then rules for shared cost.")]
    try:
        answer = request.ask("unallocated_cost", "allocation_rate")
    except NothingPublishedError:
        return nothing
    if not answer.rows or answer.rows[0]["allocation_rate"] is None:
        return nothing
    row = answer.rows[0]
    return say_parts(
        "Of all that was billed, {share} has an owner; {amount} is nobody's yet.",
        share=strong(
            percent(answer.value("allocation_rate")),
            evidence_of(answer, "allocation_rate"),
        ),
        amount=strong(
            money(answer.value("unallocated_cost"), currency_of(answer, row)),
            evidence_of(answer, "unallocated_cost"),
        ),
    )


def _cards(request: PageRequest) -> list[Component]:
    try:
        answer = request.ask(*_MEASURES)
    except NothingPublishedError:
        return []
    if not answer.rows:
        return []
    row = answer.rows[0]
    cards = []
    for name in _MEASURES:
        amount, unit = answer.value(name), ""
        if REGISTRY[name].unit == "ratio":
            value = percent(amount)
        elif amount is None:
            value = None
        else:
            value, unit = money_parts(amount, currency_of(answer, row))
        cards.append(
            kpi_card(
                label=say_known(REGISTRY[name].label),
                value=value,
                unit=unit,
                evidence=evidence_of(answer, name),
            )
        )
    return [kpi_row(cards)]


def _book(
    request: PageRequest, name: str, versions: Sequence[RuleVersion], rules: Sequence[Rule]
) -> Component:
    of = book_reviewed(request, name)
    still_open = next((row for row in versions if row.state in OPEN_STATES), None)
    published = next((row for row in versions if row.state == State.PUBLISHED), None)
    here = sum(rule.source == "portal" for rule in rules)
    lines = [
        say_number(len(rules), "{number} rule in force", "{number} rules in force"),
        say("{here} decided here, {files} by files", here=f"{here:,}",
            files=f"{len(rules) - here:,}"),
    ]  # fmt: skip
    if published is not None:
        lines.append(
            say("Version {version} published by {person}, {moment}", version=published.version,
                person=published.decided_by, moment=moment(published.decided_at))
        )  # fmt: skip
    waits = []
    if still_open is not None:
        word = (
            say("Version {version} waits for approval", version=still_open.version)
            if still_open.state == State.IN_REVIEW
            else say("Version {version} is a draft", version=still_open.version)
        )
        waits = [html.P(status_word(word, "warn"))]
    look = html.A(of.title, href=of.href(), className="button button-quiet")
    edit = html.A(
        say("Change: {book}", book=of.title), href=of.href(view="edit"), className="button"
    )
    return card(
        headline=of.title,
        subtitle=say_known(SUBTITLES[name]),
        children=[html.Ul([html.Li(line) for line in lines]), *waits],
        footer=[look, *([edit] if of.may_edit else [])],
        span=4,
    )


def _in_force(request: PageRequest, name: str, rules: Sequence[Rule], asked: Asked) -> Component:
    """List the rules in force with where each comes from, those decided here first."""
    names = agency_names(request)
    sought = asked.get("find", "").strip().casefold()
    found = [rule for rule in rules if sought in "/".join(rule.key).casefold()]
    found.sort(key=lambda rule: (rule.source != "portal", rule.key))
    rows = [
        {
            "rule": "/".join(rule.key),
            "says": html.Div(
                [html.P(one) for one in rule_in_words(name, rule.records, names)],
                className="rule-words",
            ),
            "source": _source(name, rule, names),
            "do": html.A(
                say("Change {rule}", rule="/".join(rule.key)),
                href=rules_href(book=name, view="edit", rule="/".join(rule.key)),
            ),
        }
        for rule in found[:_PAGE]
    ]
    columns = (
        Column("rule", _named(name)),
        Column("says", say("What it says")),
        Column("source", say("Decided")),
        *((Column("do", say("Next"), is_key=False),) if may_edit(request, name) else ()),
    )
    caption = say("Rules in force")
    if len(found) > _PAGE:
        caption = say("{shown} of {all} rules in force", shown=_PAGE, all=f"{len(found):,}")
    table = (
        data_table(caption=caption, columns=columns, rows=rows)
        if rows
        else empty_state(
            title=say("No rule is in force"),
            why=say("Rules come with files of the feed, or are written here."),
        )
    )
    return card(
        headline=caption,
        subtitle=say("A rule that is decided here goes before what a file says of it"),
        children=[*([_search(name, asked.get("find", ""))] if len(rules) > _PAGE else []), table],
    )


def _search(name: str, sought: str) -> Component:
    return html.Form(
        [
            text_field(identifier="rule-find", name="find", label=say("Account or rule"),
                       kind="search", value=sought),
            hidden_field("book", name),
            html.Button(say("Find"), type="submit", className="button button-quiet"),
        ],
        method="get",
        action=RULES,
        className="form form-inline records-filters",
    )  # fmt: skip


def _source(name: str, rule: Rule, names: Mapping[str, str]) -> Component | str:
    if rule.source != "portal":
        return say("by file")
    if not rule.overruled:
        return say("here")
    said = " ".join(rule_in_words(name, rule.overruled, names))
    return html.Div(
        [html.P(say("here")), html.P(say("A file says: {what}", what=said), className="muted")],
        className="rule-words",
    )


def _version(row: RuleVersion, names: Mapping[str, str]) -> Component:
    """Draw what one version decides."""
    book = BOOKS[row.book]
    by_key: dict[tuple[str, ...], list[Any]] = {}
    for record in records_of(row.document):
        by_key.setdefault(book.key_of(record), []).append(record)
    rows = [
        {
            "rule": "/".join(key),
            "says": html.Div(
                [html.P(one) for one in rule_in_words(row.book, records, names)],
                className="rule-words",
            ),
        }
        for key, records in list(by_key.items())[:_PAGE]
    ]
    columns = (Column("rule", _named(row.book)), Column("says", say("What it says")))
    caption = say("What version {version} decides", version=row.version)
    return card(
        headline=caption,
        subtitle=say_number(len(by_key), "{number} rule", "{number} rules"),
        children=[
            data_table(caption=caption, columns=columns, rows=rows)
            if rows
            else empty_state(
                title=say("It decides nothing"), why=say("All rules follow the files of the feed.")
            )
        ],
    )


def _named(name: str) -> str:
    return say("Account") if name == "accounts" else say("Rule")


def _compare(before: Any, after: Any) -> Sequence[Change]:
    return compare_documents(by_rule(before.document), by_rule(after.document))
