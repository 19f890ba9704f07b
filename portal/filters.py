"""What a reader narrowed the page to, kept in the address so that a link reproduces a view.

Everything in the address is the client's word: each value is bounded here, and what can't be
understood is left out and said, never raised. Whether a value exists, and whether this reader
may see it, is the gateway's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlencode

from portal.asking import UNTIL, is_whatif, read_whatif, write_against, write_whatif
from portal.filter_words import FILTER_WORDS
from portal.texts import say, say_known
from warehouse.errors import QuestionError
from warehouse.lines.column_filters import COLUMNS, ColumnFilter, Kind
from warehouse.question import Period, WhatIf, YearKind

LONGEST_ADDRESS = 4096
MOST_VALUES = 20
MOST_FIELDS = 200
MOST_MEASURES = 6
MOST_BY = 3
TOPS = (25, 100, 500)
"""How many rows of a pivot may be asked for at a time."""
EVERYTHING = "all"
"""What a form sends for a choice that narrows nothing."""
SEPARATOR = ","
"""What stands between values where one control of a form holds several."""

FIELDS = frozenset({
    "from", "to", "now", "against", "agency", "service", "provider", "region", "status", "peak",
    "currency", "year", "where", "measure", "by", "across", "sort", "top", "view", "page",
    "tag", "find", "after", "col", "column", "value", "whatif", "anomaly",
})  # fmt: skip
"""Everything that an address can say; a page overlooks what else is in it."""

Where = tuple[tuple[str, tuple[str, ...]], ...]

SERVICE_TYPES = ("IaaS", "PaaS", "SaaS")
FURTHER = ("parent", "country", "sector", "org_size", "region_group", "account", "category",
           "service", "service_category", "attribution", "day",
           "weekday", "month", "quarter", "year", "migrated", "currency", "invoice")  # fmt: skip
"""Dimensions without a parameter of their own: written ``where=country:UG``."""

_CURRENCIES: dict[str, Literal["USD", "own"]] = {"USD": "USD", "own": "own"}
_YEARS: dict[str, YearKind] = {"calendar": "calendar", "fiscal": "fiscal"}
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_AGENCY = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:/()&-]{0,63}")
_VIEW = re.compile(r"[a-z][a-z-]{0,31}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SORT = re.compile(r"-?[a-z][a-z0-9_]{0,63}")
_FURTHER_VALUE = re.compile(r"[^\x00-\x1f\x7f,]{1,64}")
_TAG = re.compile(r"[^\x00-\x1f\x7f=]{1,128}(=[^\x00-\x1f\x7f]{1,256})?")
_FIND = re.compile(r"[^\x00-\x1f\x7f]{1,256}")
_AFTER = re.compile(r"[A-Za-z0-9_.~-]{1,1500}")
TAG_COLUMN: Final = "tag"
"""What stands for a tag where the form for finding lines takes a column."""
_PAGE = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Filters:
    """The bounded filters of one address.

    ``problems`` are sentences about values that were left out, to be shown on the page.
    ``view`` and ``page`` say which part of a page with several tables is open. ``is_full`` is for
    readers who prefer another currency or year than most: their addresses always name both.
    """

    start: str | None = None
    end: str | None = None
    agency: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    status: str | None = None
    peak: str | None = None
    currency: Literal["USD", "own"] = "USD"
    year: YearKind = "calendar"
    view: str | None = None
    page: int = 1
    now: Period | None = None
    """The months that a comparison is of, where they are not those of the page."""
    against: Period | None = None
    """The months that those of the address are compared with."""
    where: Where = ()
    """Filters on dimensions in ``FURTHER``."""
    measures: tuple[str, ...] = ()
    """What a pivot shows; with ``by`` down the rows and ``across`` in the columns."""
    by: tuple[str, ...] = ()
    across: str | None = None
    sort: str | None = None
    """A measure or a dimension of the pivot; with a minus before it, largest first."""
    top: int = TOPS[1]
    tags: tuple[str, ...] = ()
    """Tags of lines of bills, ``key=value`` or ``key``."""
    find: str | None = None
    """Text in what a line of a bill is for."""
    columns: tuple[ColumnFilter, ...] = ()
    """Conditions on columns of lines of bills."""
    after: str | None = None
    """The line after which a list of them goes on."""
    whatif: WhatIf = 0.0
    """By how much what is ahead is moved."""
    anomaly: str | None = None
    """The anomaly that is open: the days around it are drawn."""
    is_full: bool = False
    problems: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The months asked for; open ends mean all data."""
        return Period(self.start, self.end)

    def to_where(self) -> Where:
        """Give the filters as pairs of dimension and accepted values."""
        service_types = tuple(value for value in self.service if value in SERVICE_TYPES)
        named = tuple(value for value in self.service if value not in SERVICE_TYPES)
        pairs = (
            ("agency", self.agency),
            ("service_type", service_types),
            ("digital_service", named),
            ("provider", self.provider),
            ("region", self.region),
            ("migration_status", (self.status,) if self.status else ()),
            ("peak", (self.peak,) if self.peak else ()),
            *self.where,
        )
        return tuple((dimension, values) for dimension, values in pairs if values)

    def to_query(self, **changes: Any) -> str:
        """Write the address's query, ``?`` included; empty when nothing is set.

        ``changes`` replaces fields first, e.g. ``to_query(page=2)``.
        """
        chosen = replace(self, **changes)
        pairs: list[tuple[str, str]] = []
        if chosen.start:
            pairs.append(("from", chosen.start))
        if chosen.end:
            pairs.append(("to", chosen.end))
        pairs.extend(
            (name, write_against(period))
            for name in ("now", "against")
            if (period := getattr(chosen, name)) is not None
        )
        for name in ("agency", "service", "provider", "region"):
            pairs.extend((name, value) for value in getattr(chosen, name))
        for name in ("status", "peak"):
            if value := getattr(chosen, name):
                pairs.append((name, value))
        if chosen.is_full or chosen.currency != "USD":
            pairs.append(("currency", chosen.currency))
        if chosen.is_full or chosen.year != "calendar":
            pairs.append(("year", chosen.year))
        pairs.extend(
            ("where", f"{dimension}:{value}") for dimension, values in chosen.where
            for value in values
        )  # fmt: skip
        for name, names in (("measure", chosen.measures), ("by", chosen.by)):
            if names:
                pairs.append((name, SEPARATOR.join(names)))
        for name in ("across", "sort"):
            if value := getattr(chosen, name):
                pairs.append((name, value))
        pairs.extend(("tag", tag) for tag in chosen.tags)
        pairs.extend(("col", str(one)) for one in chosen.columns)
        for name in ("find", "after", "anomaly"):
            if value := getattr(chosen, name):
                pairs.append((name, value))
        if chosen.whatif:
            pairs.append(("whatif", write_whatif(chosen.whatif)))
        if chosen.top != TOPS[1]:
            pairs.append(("top", str(chosen.top)))
        if chosen.view:
            pairs.append(("view", chosen.view))
        if chosen.page > 1:
            pairs.append(("page", str(chosen.page)))
        return f"?{urlencode(pairs)}" if pairs else ""

    def cleared(self) -> Filters:
        """Give the same pivot, or the same part of a page, with nothing narrowed."""
        return Filters(
            currency=self.currency,
            year=self.year,
            measures=self.measures,
            by=self.by,
            across=self.across,
            sort=self.sort,
            top=self.top,
            view=self.view,
            is_full=self.is_full,
        )


def read_filters(search: object, *, currency: str = "USD", year: str = "calendar") -> Filters:
    """Read the filters out of an address's query string; whatever it is, never raise.

    ``currency`` and ``year`` are what the reader prefers where the address says neither.
    """
    unsaid = Filters(
        currency="own" if currency == "own" else "USD",
        year="fiscal" if year == "fiscal" else "calendar",
        is_full=currency == "own" or year == "fiscal",
    )
    if not isinstance(search, str):
        return unsaid
    if len(search) > LONGEST_ADDRESS:
        problem = say("The address is too long to read, so no filter is applied.")
        return replace(unsaid, problems=(problem,))
    try:
        given = parse_qs(search.removeprefix("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        problem = say("The address holds too many filters, so none is applied.")
        return replace(unsaid, problems=(problem,))
    return _read(given, unsaid)


def is_further_value(text: str) -> bool:
    """Tell whether an address can carry this value of a dimension in FURTHER."""
    return _FURTHER_VALUE.fullmatch(text) is not None


def _read(given: Mapping[str, list[str]], unsaid: Filters) -> Filters:
    found = _Reading(given)
    start, end = found.months()
    return Filters(
        start=start,
        end=end,
        agency=found.many("agency", _AGENCY),
        service=found.many("service", _NAME),
        provider=found.many("provider", _NAME),
        region=found.many("region", _NAME),
        status=found.one("status", {"Pre", "Post"}.__contains__),
        peak=found.one("peak", {"peak", "non-peak"}.__contains__),
        currency=_CURRENCIES.get(
            found.one("currency", _CURRENCIES.__contains__) or "", unsaid.currency
        ),
        year=_YEARS.get(found.one("year", _YEARS.__contains__) or "", unsaid.year),
        is_full=unsaid.is_full,
        view=found.one("view", _VIEW.fullmatch),
        page=int(found.one("page", _PAGE.fullmatch) or 1),
        now=found.compared("now"),
        against=found.compared("against"),
        where=found.further(),
        measures=found.many("measure", _FIELD, MOST_MEASURES),
        by=found.many("by", _FIELD, MOST_BY),
        across=found.one("across", _FIELD.fullmatch),
        sort=found.one("sort", _SORT.fullmatch),
        tags=found.tags(),
        columns=found.columns(),
        find=found.one("find", _FIND.fullmatch),
        after=found.one("after", _AFTER.fullmatch),
        anomaly=found.one("anomaly", _FIND.fullmatch),
        whatif=read_whatif(found.one("whatif", is_whatif)),
        top=int(found.one("top", frozenset(map(str, TOPS)).__contains__) or TOPS[1]),
        problems=tuple(found.problems),
    )


def _plain_number(column: str, value: str) -> str:
    """Take commas out of a number as people write it; texts and days stay as they are."""
    if COLUMNS.get(column.partition(".")[0]) is Kind.NUMBER:
        return value.replace(",", "").replace(" ", "")
    return value


class _Reading:
    """What an address says, read field by field; what can't be understood becomes a problem."""

    def __init__(self, given: Mapping[str, list[str]]) -> None:
        self._given = given
        self.problems: list[str] = []

    def one(self, name: str, accepts: Callable[[str], object]) -> str | None:
        """Take the last value of a field that holds one."""
        for text in self._texts(name)[-1:]:
            if accepts(text):
                return text
            self.problems.append(_left_out(name, text))
        return None

    def many(self, name: str, accepts: re.Pattern[str], most: int = MOST_VALUES) -> tuple[str, ...]:
        """Take the values of a field that holds several, each once, up to so many."""
        texts = self._parts(name)[:MOST_FIELDS]
        for text in texts:
            if not accepts.fullmatch(text):
                self.problems.append(_left_out(name, text))
        kept = tuple(dict.fromkeys(text for text in texts if accepts.fullmatch(text)))
        if len(kept) > most:
            self.problems.append(_too_many(name, most))
        return kept[:most]

    def tags(self) -> tuple[str, ...]:
        """Take tags, whose values may hold what separates those of other fields."""
        texts = [text for text in self._texts("tag")[:MOST_VALUES] if text]
        texts += [value for column, value in self._added() if column == TAG_COLUMN]
        self.problems += [_left_out("tag", text) for text in texts if not _TAG.fullmatch(text)]
        return tuple(dict.fromkeys(text for text in texts if _TAG.fullmatch(text)))

    def columns(self) -> tuple[ColumnFilter, ...]:
        """Take conditions on columns; a form adds one as two fields."""
        texts = self._given.get("col", [])
        texts = [*texts, *(".".join(pair) for pair in self._added() if pair[0] != TAG_COLUMN)]
        if len(texts) > MOST_VALUES:
            self.problems.append(_too_many("col", MOST_VALUES))
        found: list[ColumnFilter] = []
        for text in texts[:MOST_VALUES]:
            try:
                found.append(ColumnFilter.read(text))
            except QuestionError:
                self.problems.append(_left_out("col", text))
        return tuple(dict.fromkeys(found))

    def _added(self) -> list[tuple[str, str]]:
        """Give what the form for finding lines adds; spaces around it are nobody's wish."""
        columns, values = self._given.get("column", []), self._given.get("value", [])
        pairs = zip(columns, values, strict=False)
        return [(column, _plain_number(column, value.strip())) for column, value in pairs]

    def further(self) -> Where:
        """Take the filters on dimensions without a field of their own."""
        found: dict[str, list[str]] = {}
        parts = self._parts("where")
        for text in dict.fromkeys(parts[:MOST_VALUES]):
            dimension, _, value = text.partition(":")
            if dimension in FURTHER and _FURTHER_VALUE.fullmatch(value):
                found.setdefault(dimension, []).append(value)
            else:
                self.problems.append(_left_out("where", text))
        if len(parts) > MOST_VALUES:
            self.problems.append(_too_many("where", MOST_VALUES))
        return tuple((dimension, tuple(values)) for dimension, values in found.items())

    def months(self) -> tuple[str | None, str | None]:
        """Take the first and the last month; a period that ends before it starts is none."""
        start, end = self.one("from", _MONTH.fullmatch), self.one("to", _MONTH.fullmatch)
        if start and end and start > end:
            self.problems.append(
                say(
                    "The period ends ({end}) before it starts ({start}), so it is left out.",
                    end=end,
                    start=start,
                )
            )
            return None, None
        return start, end

    def compared(self, name: str) -> Period | None:
        """Take the months of one side of a comparison, written as one value or sent as two."""
        texts = [text for text in self._texts(name) if text]
        # A form sends two choices: the first month and the last.
        months = [month for text in texts[:2] for month in text.split(UNTIL, 1)]
        if not (all(map(_MONTH.fullmatch, months)) and 1 <= len(months) <= 2):
            if texts:
                self.problems.append(_left_out(name, " ".join(texts)))
            return None
        if months[0] <= months[-1]:
            return Period(months[0], months[-1])
        self.problems.append(
            say(
                "The {filter} ends ({end}) before it starts ({start}), so it is left out.",
                filter=_plain(name),
                end=months[-1],
                start=months[0],
            )
        )
        return None

    def _texts(self, name: str) -> list[str]:
        return [text for text in self._given.get(name, []) if text != EVERYTHING]

    def _parts(self, name: str) -> list[str]:
        return [part for text in self._texts(name) for part in text.split(SEPARATOR) if part]


def _left_out(name: str, text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return say(
        "{text} is no {filter} that can be read, so that filter is left out.",
        text=repr(shown),
        filter=_plain(name),
    )


def _too_many(name: str, most: int) -> str:
    return say("Only the first {most} values of {filter} are applied.", most=most,
               filter=_plain(name))  # fmt: skip


def _plain(name: str) -> str:
    return say_known(FILTER_WORDS.get(name, name))
