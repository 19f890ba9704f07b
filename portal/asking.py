"""Read a question from an address: the API's and the downloads' one grammar."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

from werkzeug.datastructures import MultiDict

from warehouse.measures import DIMENSION_NAMES
from warehouse.question import ACCEPTED, Period, Question, WhatIf, YearKind

MOST_MEASURES: Final = 20
MOST_VALUES: Final = 200
LONGEST_VALUE: Final = 512
"""Resources have identifiers of some hundred characters."""
MOST_WHATIF: Final = 100
"""Per cent, either way, by which a forecast may be moved."""
_WHATIF: Final = re.compile(r"[+ -]?[0-9]{1,3}(\.[0-9])?")
"""A plus sign that somebody types into an address arrives as a space."""
UNTIL: Final = ".."
"""What stands between the first and the last month of a period in one parameter."""

_PLAIN: Final = frozenset({"by", "where", "from", "to", "against", "year", "currency", "whatif",
                              "format"})  # fmt: skip


class BadParameterError(Exception):
    """A parameter of the address can't be read; the message says which and how to write it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def read_question(arguments: MultiDict[str, str], measures: tuple[str, ...]) -> Question:
    """Read dimensions, filters and period; raises BadParameterError and BadPeriodError.

    Filters are ``where=dimension:value`` (or ``dimension=value``), repeated for several, or a
    dimension's own name as parameter.
    """
    _require_known(arguments)
    if not 1 <= len(measures) <= MOST_MEASURES:
        raise BadParameterError("measure", f"Ask for 1 to {MOST_MEASURES} measures at a time.")
    return Question(
        measures=measures,
        by=_names(arguments, "by"),
        where=_filters(arguments),
        period=Period(_one(arguments, "from"), _one(arguments, "to")),
        against=read_against(_one(arguments, "against")),
        year=_year(_one(arguments, "year")),
        currency=_currency(_one(arguments, "currency")),
        whatif=read_whatif(_one(arguments, "whatif")),
    )


def read_format(arguments: MultiDict[str, str], allowed: tuple[str, ...]) -> str:
    """Give the format asked for; the first allowed one where nothing is said."""
    chosen = _one(arguments, "format") or allowed[0]
    if chosen not in allowed:
        raise BadParameterError("format", f"format is one of {', '.join(allowed)}.")
    return chosen


def read_against(text: str | None) -> Period | None:
    """Read the period to compare with, ``2025-01..2025-03``; one month stands for itself."""
    if text is None:
        return None
    start, mark, end = text.partition(UNTIL)
    if not start or (mark and not end):
        raise BadParameterError("against", "Write against as 2025-01..2025-03, or as one month.")
    return Period(start, end or start)


def write_against(period: Period) -> str:
    """Write a period to compare with as ``read_against`` reads it."""
    start, end = period.start or period.end or "", period.end or period.start or ""
    return start if start == end else f"{start}{UNTIL}{end}"


def is_whatif(text: str) -> bool:
    """Tell whether a text says by what a forecast may be moved."""
    return text == ACCEPTED or (
        _WHATIF.fullmatch(text) is not None and abs(float(text)) <= MOST_WHATIF
    )


def read_whatif(text: str | None) -> WhatIf:
    """Read a per cent, such as ``-5`` or ``2.5``, as a share; ``accepted`` as it stands."""
    if text is None:
        return 0.0
    if not is_whatif(text):
        raise BadParameterError(
            "whatif",
            f"Write whatif as a per cent between -{MOST_WHATIF} and {MOST_WHATIF}, or as "
            f"{ACCEPTED}.",
        )
    if text == ACCEPTED:
        return ACCEPTED
    return float(Decimal(text) / 100)


def write_whatif(share: WhatIf) -> str:
    """Write what a forecast is moved by as ``read_whatif`` reads it."""
    if share == ACCEPTED:
        return ACCEPTED
    return f"{(Decimal(str(share)) * 100).normalize():f}"


def split_names(text: str) -> tuple[str, ...]:
    """Split names at commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _require_known(arguments: MultiDict[str, str]) -> None:
    for name in arguments:
        if name not in _PLAIN and name not in DIMENSION_NAMES:
            raise BadParameterError(
                name[:40],
                f"There is no parameter {name[:40]!r}. There are: {', '.join(sorted(_PLAIN))}, and "
                f"the dimensions {', '.join(DIMENSION_NAMES)}.",
            )


def _one(arguments: MultiDict[str, str], name: str) -> str | None:
    values = arguments.getlist(name)
    if len(values) > 1:
        raise BadParameterError(name, f"{name} is given {len(values)} times; give it once.")
    return values[0] if values and values[0] else None


def _names(arguments: MultiDict[str, str], name: str) -> tuple[str, ...]:
    found = [part for text in arguments.getlist(name) for part in split_names(text)]
    if len(found) > len(DIMENSION_NAMES) or any(len(part) > LONGEST_VALUE for part in found):
        raise BadParameterError(name, f"{name} names too many dimensions.")
    return tuple(found)


def _filters(arguments: MultiDict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    accepted: dict[str, list[str]] = {}
    for text in arguments.getlist("where"):
        dimension, value = _pair(text)
        accepted.setdefault(dimension, []).append(value)
    for dimension in DIMENSION_NAMES:
        # `currency` says in which one money is answered; filter by it with where.
        if dimension in arguments and dimension not in _PLAIN:
            values = [v for text in arguments.getlist(dimension) for v in split_names(text)]
            accepted.setdefault(dimension, []).extend(values)
    values = [value for found in accepted.values() for value in found]
    if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
        raise BadParameterError("where", f"Filter by at most {MOST_VALUES} short values.")
    return tuple((name, tuple(found)) for name, found in accepted.items() if found)


def _pair(text: str) -> tuple[str, str]:
    marks = [mark for mark in ":=" if mark in text]
    if not marks:
        raise BadParameterError("where", f"Write where as dimension:value, not {text[:40]!r}.")
    dimension, _, value = text.partition(min(marks, key=text.index))
    if not dimension.strip() or not value.strip():
        raise BadParameterError("where", f"Write where as dimension:value, not {text[:40]!r}.")
    return dimension.strip(), value.strip()


def _year(text: str | None) -> YearKind:
    if text in (None, "calendar"):
        return "calendar"
    if text == "fiscal":
        return "fiscal"
    raise BadParameterError("year", "year is calendar or fiscal.")


def _currency(text: str | None) -> Literal["USD", "own"]:
    if text in (None, "USD"):
        return "USD"
    if text == "own":
        return "own"
    raise BadParameterError("currency", "currency is USD or own.")
