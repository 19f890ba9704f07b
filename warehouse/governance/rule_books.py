"""Books of rules: who owns accounts, whose tags are whose, how shared cost is split.

A book is written as the file of its feed is, and its document holds every rule that is decided
here. A rule is all rows of one account, or of one name: it is decided whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from warehouse.bills.providers import SHORT_NAMES
from warehouse.errors import FeedError, WarehouseError
from warehouse.feeds.accounts import ACCOUNTS
from warehouse.feeds.attribution_rules import ALLOCATION_RULES, ANY, TAG_RULES
from warehouse.feeds.feed import Column, Feed, Kind
from warehouse.feeds.header import match_header
from warehouse.governance.models import EVERY_AGENCY, AccountOwner, AllocationRule, TagRule
from warehouse.governance.newest import Row
from warehouse.governance.types import plain
from warehouse.policies.errors import Problem

Document = Mapping[str, Any]
Key = tuple[str, ...]

_MONTH: Final = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")
_NUMBER: Final = re.compile(r"[0-9]{1,13}")
_SHARE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")
_LONGEST: Final = 300
_SHORT_NAMES: Final = {spelling.casefold(): name for spelling, name in SHORT_NAMES.items()}


class RuleBookError(WarehouseError):
    """A book can't be used as it was written."""

    def __init__(self, book: str, problems: tuple[Problem, ...]) -> None:
        said = "; ".join(map(str, problems))
        super().__init__(f"The rules of {book} can't be used: {said}.")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Book:
    """One kind of rules: the feed it is written as, what names a rule, and its records."""

    feed: Feed
    key: tuple[str, ...]
    table: str
    model: type[AccountOwner] | type[TagRule] | type[AllocationRule]
    columns: tuple[str, ...]
    """Of the records in force; they begin with the key."""

    @property
    def name(self) -> str:
        """The name of the feed, which is that of the book."""
        return self.feed.name

    def key_of(self, row: Sequence[Any]) -> Key:
        """Give what names the rule that a record in force is a part of."""
        found = tuple(str(value) for value in row[: len(self.key)])
        return (short_provider(found[0]), *found[1:]) if self.key[0] == "provider" else found


BOOKS: Final[Mapping[str, Book]] = MappingProxyType(
    {
        book.name: book
        for book in (
            Book(
                ACCOUNTS,
                ("provider", "account_id"),
                "rec_account_owner",
                AccountOwner,
                ("provider", "account_id", "agency_id", "valid_from", "valid_to"),
            ),
            Book(TAG_RULES, ("rule",), "rec_tag_rule", TagRule, TAG_RULES.column_names),
            Book(ALLOCATION_RULES, ("rule",), "rec_allocation_rule", AllocationRule,
                 ALLOCATION_RULES.column_names),
        )
    }
)  # fmt: skip
"""The books by name."""


def short_provider(name: str) -> str:
    """Give the short name of a provider, however it is spelt."""
    return _SHORT_NAMES.get(name.strip().casefold(), name.strip())


def read_book(name: str, text: str, agencies: Collection[int] | None = None) -> dict[str, Any]:
    """Read a book from the text of its feed's CSV; without a row it decides nothing.

    ``agencies`` are the numbers that are known; None doesn't look. Raises RuleBookError that names
    everything that is wrong, by row.
    """
    book = BOOKS[name]
    problems: list[Problem] = []
    rows = []
    for number, given in _rows_of(book, text, problems):
        found = [_problem_of(column, given[column.name]) for column in book.feed.columns]
        wrong = [
            Problem(f"row {number}, {column.name}", given[column.name], what)
            for column, what in zip(book.feed.columns, found, strict=True)
            if what
        ]
        problems += wrong
        if not wrong:
            row = _settled(given)
            problems += _odd_dates_and_agencies(number, row, agencies)
            rows.append((number, row))
    problems += _repeated(book, rows)
    if name == ALLOCATION_RULES.name:
        problems += _odd_shares(rows)
    if problems:
        raise RuleBookError(name, tuple(problems))
    ordered = sorted((row for _, row in rows), key=lambda row: [row[c] for c in _order(book)])
    return {"book": name, "rows": ordered}


def write_book(name: str, rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as the CSV of their feed."""
    columns = BOOKS[name].feed.column_names
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return stream.getvalue()


def records_of(document: Document) -> list[Row]:
    """Give what a book says as records in force, in their columns."""
    book = BOOKS[document["book"]]
    return [tuple(_value(column, row) for column in book.columns) for row in document["rows"]]


def written_rows(book: Book, records: Iterable[Row]) -> list[dict[str, str]]:
    """Write records in force as rows of a book, so that they can be changed there."""
    return [
        {
            column: "" if value is None or _is_everybody(column, value) else _text(value)
            for column, value in zip(book.columns, row, strict=True)
        }
        for row in records
    ]


def by_rule(document: Document | None) -> dict[str, dict[str, list[str]]]:
    """Give each rule with a line for each of its rows: what changes of documents are told by."""
    if document is None:
        return {}
    book = BOOKS[document["book"]]
    lines: dict[str, list[str]] = defaultdict(list)
    for row in document["rows"]:
        rest = [f"{name} {row[name]}" for name in book.columns[len(book.key) :] if row.get(name)]
        lines["/".join(row[name] for name in book.key)].append(", ".join(rest))
    return {"rules": dict(lines)}


def _rows_of(
    book: Book, text: str, problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    if not text.strip():
        return
    first, *_ = text.splitlines()
    try:
        names = match_header(book.feed, "the text", first)
    except FeedError as error:
        problems.append(Problem("row 1", first[:_LONGEST], str(error).rstrip(".")))
        return
    reader = csv.reader(io.StringIO(text))
    try:
        next(reader)
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(names):
                what = f"it has {len(fields)} fields where there are {len(names)} columns"
                problems.append(
                    Problem(f"row {reader.line_num}", ",".join(fields)[:_LONGEST], what)
                )
                continue
            given = dict.fromkeys(book.feed.column_names, "")
            given |= {name: field.strip() for name, field in zip(names, fields, strict=True)}
            yield reader.line_num, given
    except csv.Error as error:
        problems.append(Problem(f"row {reader.line_num}", "", f"it can't be read ({error})"))


def _problem_of(column: Column, given: str) -> str:
    """Say what is wrong with one field; empty text where nothing is."""
    if not given:
        return "it is blank" if column.required else ""
    if len(given) > _LONGEST or not given.isprintable():
        return f"it is longer than {_LONGEST} characters, or has signs that can't be written"
    if column.kind is Kind.MONTH:
        return "" if _MONTH.fullmatch(given) else f"{given!r} isn't {Kind.MONTH}"
    if column.kind in (Kind.IDENTIFIER, Kind.COUNT, Kind.AMOUNT):
        form = _SHARE if column.kind is Kind.AMOUNT else _NUMBER
        try:
            number = Decimal(given) if form.fullmatch(given) else None
        except InvalidOperation:
            number = None
        if number is None:
            return f"{given!r} isn't {column.kind}"
        least, most = column.least, column.most
        if (least is not None and number < least) or (most is not None and number > most):
            return f"{given} isn't between {least} and {most}"
    if column.allowed and given not in column.allowed:
        return f"{given!r} isn't one of {', '.join(column.allowed)}"
    return ""


def _settled(given: Mapping[str, str]) -> dict[str, str]:
    """Write a row in one way: short names of providers, numbers without zeros around them."""
    row = dict(given)
    for name in ("agency_id", "priority"):
        if row.get(name):
            row[name] = str(int(row[name]))
    if row.get("share"):
        row["share"] = plain(Decimal(row["share"]))
    if row.get("provider", ANY) != ANY:
        row["provider"] = short_provider(row["provider"])
    return row


def _odd_dates_and_agencies(
    number: int, row: Mapping[str, str], agencies: Collection[int] | None
) -> Iterator[Problem]:
    if row["valid_to"] and row["valid_to"] < row["valid_from"]:
        yield Problem(f"row {number}, valid_to", row["valid_to"], "it is before valid_from")
    agency = row["agency_id"]
    if agencies is not None and agency and int(agency) not in agencies:
        yield Problem(f"row {number}, agency_id", agency, f"no agency {agency} is known")


def _repeated(book: Book, rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Problem]:
    seen: dict[Key, int] = {}
    for number, row in rows:
        key = tuple(row[name] for name in book.feed.key)
        first = seen.setdefault(key, number)
        if first != number:
            named = ", ".join(book.feed.key)
            yield Problem(f"row {number}", "", f"it has the {named} of row {first}")


def _odd_shares(rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Problem]:
    """Find rules that don't say one thing, or share out more than there is."""
    heads = ("priority", "provider", "account_id", "service_name", "method", "valid_to", "measure")
    by_time: dict[Key, list[tuple[int, Mapping[str, str]]]] = defaultdict(list)
    for number, row in rows:
        by_time[row["rule"], row["valid_from"]].append((number, row))
        is_fixed = row["method"] == "fixed"
        if is_fixed and not (row["share"] and row["agency_id"]):
            yield Problem(f"row {number}", "", "a fixed share needs an agency and its share")
        if not is_fixed and row["share"]:
            yield Problem(f"row {number}, share", row["share"], "only fixed rules have shares")
        if row["method"] != "proportional" and row["measure"]:
            what = "only proportional rules go by a measure"
            yield Problem(f"row {number}, measure", row["measure"], what)
    for parts in by_time.values():
        first, opening = parts[0]
        for number, row in parts[1:]:
            if odd := [name for name in heads if row[name] != opening[name]]:
                what = f"it says another {' and '.join(odd)} than row {first} of the same rule"
                yield Problem(f"row {number}", "", what)
        whole = sum((Decimal(row["share"] or 0) for _, row in parts), Decimal(0))
        if whole > 1:
            yield Problem(f"row {first}, share", str(whole), "the shares come to more than 1")


def _order(book: Book) -> tuple[str, ...]:
    return (*book.key, "valid_from", "agency_id")


def _value(column: str, row: Mapping[str, str]) -> Any:
    given = row.get(column, "")
    if column == "agency_id":
        return int(given) if given else EVERY_AGENCY
    if not given:
        return None
    if column == "priority":
        return int(given)
    return Decimal(given) if column == "share" else given


def _is_everybody(column: str, value: Any) -> bool:
    return column == "agency_id" and value == EVERY_AGENCY


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
