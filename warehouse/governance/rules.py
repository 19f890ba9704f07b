"""The rules of attribution in force: what was published here, and else what files say.

A rule that the published book has is decided by it alone, for all months. The others follow the
files of their feed, so that a new account needs no decision. A rule taken out of the book follows
its file again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from warehouse.governance.newest import Row, in_order, newest, written
from warehouse.governance.policy_models import State
from warehouse.governance.review import PORTAL
from warehouse.governance.reviewed import RULES
from warehouse.governance.rule_books import BOOKS, Book, Document, Key, records_of
from warehouse.governance.rule_models import RuleVersion

FILE: Final = "file"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in force: its records, where they come from, and what a file says otherwise."""

    key: Key
    records: tuple[Row, ...]
    source: str
    """``portal`` or ``file``."""
    overruled: tuple[Row, ...] = ()
    """What the file of the feed says of it, where that is something else."""


def published_book(session: Session, name: str) -> RuleVersion | None:
    """Give the version of a book that is in force; None where none was ever published."""
    return next(
        (row for row in RULES.versions(session, name) if row.state == State.PUBLISHED), None
    )


def rules_in_force(session: Session, name: str) -> tuple[Rule, ...]:
    """Give every rule of a book's kind that is in force, by key."""
    book = BOOKS[name]
    row = published_book(session, name)
    said = _by_key(book, _of_files(session, book))
    decided = _by_key(book, records_of(row.document) if row is not None else [])
    rules = [
        Rule(
            key,
            tuple(records),
            PORTAL,
            tuple(said[key]) if key in said and not _same(book, said[key], records) else (),
        )
        for key, records in decided.items()
    ]
    rules += [Rule(key, tuple(rows), FILE) for key, rows in said.items() if key not in decided]
    return tuple(sorted(rules, key=lambda rule: rule.key))


def records_in_force_of(session: Session, name: str) -> list[Row]:
    """Give the records of a book's kind that are in force, sorted."""
    return in_order(row for rule in rules_in_force(session, name) for row in rule.records)


def records_under(session: Session, document: Document) -> list[Row]:
    """Give the records as they would be in force if a book said this."""
    book = BOOKS[document["book"]]
    decided = records_of(document)
    keys = {book.key_of(row) for row in decided}
    kept = (row for row in _of_files(session, book) if book.key_of(row) not in keys)
    return in_order((*kept, *decided))


def _of_files(session: Session, book: Book) -> list[Row]:
    return newest(session, book.model, book.columns, *book.key)


def _by_key(book: Book, rows: list[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[book.key_of(row)].append(row)
    return dict(found)


def _same(book: Book, one: list[Row], other: list[Row]) -> bool:
    return _beside_key(book, one) == _beside_key(book, other)


def _beside_key(book: Book, rows: list[Row]) -> list[Row]:
    return in_order(tuple(map(written, row[len(book.key) :])) for row in rows)
