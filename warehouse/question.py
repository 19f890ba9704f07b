"""What can be asked of the star, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeVar, cast

from warehouse.errors import BadPeriodError
from warehouse.months import months_between, shifted

Made = TypeVar("Made")

Value = str | int | float | bool | None
YearKind = Literal["calendar", "fiscal"]
WhatIf = float | Literal["accepted"]
"""By how much what is ahead is moved: a share of it, or what accepted recommendations save."""
ACCEPTED: Final = "accepted"

_MONTH = re.compile(r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, both ends included; ``None`` leaves an end open."""

    start: str | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        for month in (self.start, self.end):
            if month is not None and not _MONTH.match(month):
                raise BadPeriodError(f"{month!r} is not a month. Write it YYYY-MM, e.g. 2025-01.")
        if self.start and self.end and self.start > self.end:
            raise BadPeriodError(f"The period ends ({self.end}) before it starts ({self.start}).")


@dataclass(frozen=True, slots=True)
class Question:
    """Measures, grouped by dimensions, under filters, over a period.

    ``where`` holds pairs of dimension and accepted values (any of them); pairs are joined by
    "and". Hashable, so that it can be a part of a cache key. ``against`` is the period that
    measures of a change compare with; see ``compared``.
    """

    measures: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    period: Period = field(default_factory=Period)
    year: YearKind = "calendar"
    currency: Literal["USD", "own"] = "USD"
    against: Period | None = None
    whatif: WhatIf = 0.0
    """By how much the what-if measures move what is ahead."""


def compared(period: Period, against: Period | None, last: str) -> tuple[Period, Period]:
    """Give the two periods that a change lies between: the later one and what it is set against.

    A period without a start is its last month; ``last`` is the last month with records. Unless
    told, a period is compared with the equally long one just before it.

    >>> compared(Period("2025-04", "2025-06"), None, "2025-10")[1]
    Period(start='2025-01', end='2025-03')
    """
    end = period.end or max(last, period.start or last)
    now = Period(period.start or end, end)
    if against is not None and (against.start or against.end):
        return now, Period(against.start or against.end, against.end or against.start)
    start = now.start or end
    length = months_between(start, end) + 1
    return now, Period(shifted(start, -length), shifted(start, -1))


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """The published build an answer was read from."""

    build_id: str
    published_at: datetime
    data_from: str
    """First month with records, YYYY-MM."""
    data_to: str
    """Last month with records, YYYY-MM."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in the order of ``question.by``, sorted by those dimensions.

    Each row maps a dimension's name to its identifier, ``<dimension>_name`` to its label, and
    each measure's name to a number or ``None`` (ratios 0 to 1; money in ``currency``).
    ``reasons`` says, for a measure with a missing value, why it is not available.
    ``modelled`` names the measures that used a modelled row: such an answer concludes nothing.
    """

    question: Question
    rows: tuple[Mapping[str, Value], ...]
    build: BuildInfo
    reasons: Mapping[str, str] = field(default_factory=dict)
    modelled: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    currencies: Mapping[int, str] = field(default_factory=dict)
    """The currency of each agency in view, where money is in the agencies' own."""
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Make something of the rows the first time, and give the same again after.

        An answer is kept for every reader of its scope: a ranking of a thousand rows is then
        sorted once a build. ``key`` must name all that ``make`` depends on beside the rows.
        """
        if key not in self._made:
            self._made[key] = make()
        return cast("Made", self._made[key])

    @property
    def currency(self) -> str:
        """The currency of all money in the answer; empty where its rows are in several."""
        if self.question.currency == "USD":
            return "USD"
        found = set(self.currencies.values())
        return found.pop() if len(found) == 1 else ""

    def value(self, measure: str) -> float | None:
        """Give the single figure of an ungrouped answer; ``None`` when there is no row."""
        if not self.rows:
            return None
        found = self.rows[0][measure]
        return None if found is None else float(found)

    def series(self, key: str) -> list[Value]:
        """Give one column down all rows."""
        return [row[key] for row in self.rows]
