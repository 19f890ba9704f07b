"""Forms of the rules of attribution: writing and reviewing them, and asking for previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_file, read_own_fields
from portal.pages.rules.editor import LARGEST_FILE, LONGEST_BOOK
from portal.pages.rules.seen import EDITED_BY, rules_href
from portal.review_forms import OF_EDIT, read_edit, read_number
from portal.review_steps import STEPS, ask_preview, copy, keep, take_step
from portal.services import services
from portal.texts import say
from warehouse.errors import NothingPublishedError
from warehouse.governance.review import StaleEditError
from warehouse.governance.reviewed import RULES
from warehouse.governance.rule_books import (
    Document,
    RuleBookError,
    by_rule,
    read_book,
    write_book,
)
from warehouse.policies.comparison import compare_documents

_MOST_PROBLEMS: Final = 200
routes = Blueprint("rules", __name__, url_prefix="/treasury/rules")


@routes.teardown_request
def close_files(_: BaseException | None) -> None:
    """Close what was handed in, also where it was refused before it was read."""
    request.close()


@routes.post("/drafts")
def save() -> ResponseReturnValue:
    """Keep what was written; 422 with every problem, 409 with both versions if it is stale."""
    fields = read_own_fields("book", "text", "base", optional=OF_EDIT, longest=LONGEST_BOOK)
    return _save(fields, _editor(fields["book"]), fields["text"])


@routes.post("/files")
def save_file() -> ResponseReturnValue:
    """Keep a book that was handed in as a file, under the same checks as one that was written."""
    fields = read_own_fields("book", "base", optional=OF_EDIT)
    reader = _editor(fields["book"])
    content = read_file("file", LARGEST_FILE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        abort(422, say("The file isn't UTF-8 text. Save it as CSV (UTF-8) and hand it in again."))
    return _save(fields, reader, text)


def _save(fields: Mapping[str, str], reader: Reader, text: str) -> ResponseReturnValue:
    book = fields["book"]
    try:
        document = read_book(book, text, _agencies(reader))
    except RuleBookError as error:
        return _not_saved(book, text, error)
    our = services()
    edit = read_edit(fields)
    try:
        with our.database.records(reader.scope) as db:
            keep(db, RULES, book, document, edit, by=reader_as_actor(), now=our.now())
    except StaleEditError as error:
        return _stale(document, error)
    return redirect(rules_href(book=book), 303)


@routes.post("/<book>/<int:version>/<step>")
def decide(book: str, version: int, step: str) -> ResponseReturnValue:
    """Submit, approve, reject or withdraw a version of a book."""
    reader = _editor(book)
    if step not in STEPS:
        abort(404)
    fields = read_own_fields("lock", optional=("reason",))
    our = services()
    with our.database.records(reader.scope) as db:
        take_step(
            db,
            RULES,
            book,
            version,
            read_number(fields["lock"]),
            step,
            by=reader_as_actor(),
            now=our.now(),
            reason=fields.get("reason", ""),
        )
    return redirect(rules_href(book=book), 303)


@routes.post("/<book>/<int:version>/draft")
def draft_again(book: str, version: int) -> ResponseReturnValue:
    """Make a further draft of what an earlier version said."""
    reader = _editor(book)
    fields = read_own_fields(optional=("note",))
    our = services()
    with our.database.records(reader.scope) as db:
        note = fields.get("note", "")
        copy(db, RULES, book, version, by=reader_as_actor(), now=our.now(), note=note)
    return redirect(rules_href(book=book), 303)


@routes.post("/<book>/<int:version>/preview")
def preview(book: str, version: int) -> ResponseReturnValue:
    """Ask the worker to count what a version would move."""
    reader = _editor(book)
    read_own_fields()
    our = services()
    with our.database.records(reader.scope) as db:
        ask_preview(db, RULES, book, version, by=reader_as_actor(), now=our.now())
    return redirect(f"{rules_href(book=book)}#preview", 303)


def _editor(book: str) -> Reader:
    """Give the reader in the scope in which rules are set; 404 for a book that there isn't."""
    permission: Permission | None = EDITED_BY.get(book)
    reader = require_reader()
    if permission is None or not reader.may(permission):
        abort(404)
    return reader.under(permission)


def _agencies(reader: Reader) -> frozenset[int] | None:
    """Give the numbers of the MDAs that are known; None before the first build."""
    try:
        options = services().gateway.options("agency", reader.under(Permission.VIEW_COST).scope)
    except NothingPublishedError:
        return None
    return frozenset(int(number) for number, _ in options)


def _not_saved(book: str, text: str, error: RuleBookError) -> ResponseReturnValue:
    page = render_template(
        "policy_lines.html",
        heading=say("Not saved"),
        explanation=say(
            "The rules can't be used as they are. Go back with your browser to mend them; what "
            "you wrote stands below."
        ),
        lines=[str(problem) for problem in error.problems[:_MOST_PROBLEMS]],
        sides=((say("What you wrote"), text),) if len(text) <= LONGEST_BOOK else (),
        back=rules_href(book=book),
    )
    return page, 422


def _stale(document: Document, error: StaleEditError) -> ResponseReturnValue:
    """Show what somebody else made of the book beside what was written, and what differs."""
    book = document["book"]
    with services().database.reading_records() as db:
        theirs = next(iter(RULES.versions(db, book)), None)
        db.expunge_all()
    sides = [(say("Your version"), _shortened(write_book(book, document["rows"])))]
    if theirs is not None:
        who = say("The version of {person}", person=theirs.decided_by or theirs.written_by)
        sides.append((who, _shortened(write_book(book, theirs.document["rows"]))))
    before = by_rule(theirs.document if theirs is not None else None)
    page = render_template(
        "policy_lines.html",
        heading=say("Changed by somebody else"),
        explanation=str(error),
        lines=[str(one) for one in compare_documents(before, by_rule(document))],
        sides=sides,
        back=rules_href(book=book),
    )
    return page, 409


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_BOOK else f"{text[:LONGEST_BOOK]}\n…"
