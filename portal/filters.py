"""What a reader narrowed the page to, kept in the address so that a link reproduces a view.

Everything in the address is the client's word: each value is bounded here, and what can't be
understood is left out and said, never raised. Whether a value exists, and whether this reader
may see it, is the gateway's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode

from warehouse.question import Period, YearKind

LONGEST_ADDRESS = 4096
MOST_VALUES = 20
MOST_FIELDS = 200
EVERYTHING = "all"
"""What a form sends for a choice that narrows nothing."""
SEPARATOR = ","
"""What stands between values where one control of a form holds several."""

Where = tuple[tuple[str, tuple[str, ...]], ...]

SERVICE_TYPES = ("IaaS", "PaaS", "SaaS")

_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
_AGENCY = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:/()&-]{0,63}")
_VIEW = re.compile(r"[a-z][a-z-]{0,31}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")

_PLAIN = {"from": "start month", "to": "end month", "agency": "MDA", "status": "migration status"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The bounded filters of one address.

    ``problems`` are sentences about values that were left out, to be shown on the page.
    ``view`` and ``page`` say which part of a page with several tables is open.
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
        for name in ("agency", "service", "provider", "region"):
            pairs.extend((name, value) for value in getattr(chosen, name))
        for name in ("status", "peak"):
            if value := getattr(chosen, name):
                pairs.append((name, value))
        if chosen.currency != "USD":
            pairs.append(("currency", chosen.currency))
        if chosen.year != "calendar":
            pairs.append(("year", chosen.year))
        if chosen.view:
            pairs.append(("view", chosen.view))
        if chosen.page > 1:
            pairs.append(("page", str(chosen.page)))
        return f"?{urlencode(pairs)}" if pairs else ""


def read_filters(search: object) -> Filters:
    """Read the filters out of an address's query string; whatever it is, never raise."""
    if not isinstance(search, str):
        return Filters()
    if len(search) > LONGEST_ADDRESS:
        return Filters(problems=("The address is too long to read, so no filter is applied.",))
    try:
        given = parse_qs(search.removeprefix("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return Filters(problems=("The address holds too many filters, so none is applied.",))
    return _read(given)


def _read(given: Mapping[str, list[str]]) -> Filters:
    problems: list[str] = []

    def texts_of(name: str) -> list[str]:
        return [text for text in given.get(name, []) if text != EVERYTHING]

    def many(name: str, accepts: re.Pattern[str]) -> tuple[str, ...]:
        parts = [part for text in texts_of(name) for part in text.split(SEPARATOR) if part]
        texts = parts[:MOST_FIELDS]
        for text in texts:
            if not accepts.fullmatch(text):
                problems.append(_left_out(name, text))
        kept = tuple(dict.fromkeys(text for text in texts if accepts.fullmatch(text)))
        if len(kept) > MOST_VALUES:
            problems.append(f"Only the first {MOST_VALUES} values of {_plain(name)} are applied.")
        return kept[:MOST_VALUES]

    def one(name: str, accepts: Callable[[str], object]) -> str | None:
        for text in texts_of(name)[-1:]:
            if accepts(text):
                return text
            problems.append(_left_out(name, text))
        return None

    start, end = one("from", _MONTH.fullmatch), one("to", _MONTH.fullmatch)
    if start and end and start > end:
        problems.append(f"The period ends ({end}) before it starts ({start}), so it is left out.")
        start = end = None
    return Filters(
        start=start,
        end=end,
        agency=many("agency", _AGENCY),
        service=many("service", _NAME),
        provider=many("provider", _NAME),
        region=many("region", _NAME),
        status=one("status", {"Pre", "Post"}.__contains__),
        peak=one("peak", {"peak", "non-peak"}.__contains__),
        currency="own" if one("currency", {"own", "USD"}.__contains__) == "own" else "USD",
        year="fiscal"
        if one("year", {"calendar", "fiscal"}.__contains__) == "fiscal"
        else "calendar",
        view=one("view", _VIEW.fullmatch),
        page=int(one("page", _PAGE.fullmatch) or 1),
        problems=tuple(problems),
    )


def _left_out(name: str, text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return f"{shown!r} is no {_plain(name)} that can be read, so that filter is left out."


def _plain(name: str) -> str:
    return _PLAIN.get(name, name)
