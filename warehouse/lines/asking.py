"""What can be asked of the lines of bills, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from warehouse.errors import QuestionError
from warehouse.lines.column_filters import ColumnFilter
from warehouse.lines.sorting import SORTED, read_value
from warehouse.question import Period, Value

Where = tuple[tuple[str, tuple[str, ...]], ...]
LineForm = Literal["csv", "focus-csv", "focus-parquet"]

DIMENSIONS = ("agency", "provider", "region", "account", "service", "service_category", "category",
              "attribution", "currency", "day", "invoice")  # fmt: skip
"""What lines can be narrowed by, as bills can."""

MOST_ROWS = 500
ANY = "*"
"""Stands for any value of a tag."""

_MARK = "~"
_LONGEST_KEY = 1_500
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines: of bills of these months, with these values, tags and text in their resource.

    ``where`` holds pairs of a dimension and accepted values, ``tags`` pairs of key and value, ``*``
    for any, ``columns`` conditions on single columns; all of them have to hold. Hashable, so that
    it can be a part of a cache key.
    """

    period: Period = field(default_factory=Period)
    where: Where = ()
    tags: tuple[tuple[str, str], ...] = ()
    text: str = ""
    columns: tuple[ColumnFilter, ...] = ()

    def __post_init__(self) -> None:
        for name, _ in self.where:
            if name not in DIMENSIONS:
                raise QuestionError(
                    f"Lines can't be narrowed by {name!r}. They can by: {', '.join(DIMENSIONS)}."
                )


@dataclass(frozen=True, slots=True)
class LineSort:
    """What lines are ordered by; lines that are equal in it stand in the order of their bills."""

    by: str = "day"
    descending: bool = True

    @classmethod
    def read(cls, text: str | None) -> LineSort:
        """Read ``-day`` and the like; what isn't one of SORTED is the newest first."""
        name = (text or "").removeprefix("-")
        return cls(name, (text or "").startswith("-")) if name in SORTED else cls()

    def __str__(self) -> str:
        return f"-{self.by}" if self.descending else self.by


@dataclass(frozen=True, slots=True)
class LineKey:
    """Where one line stands in an order: its value there, its file and its number in that.

    It is a place and no right: what is read after it is read within the reader's scope.
    """

    value: str
    month: str
    agency_id: int
    part: int
    row: int

    def __str__(self) -> str:
        return _MARK.join(
            (self.value, self.month, str(self.agency_id), str(self.part), str(self.row))
        )

    @classmethod
    def read(cls, text: str, sort: LineSort) -> LineKey:
        """Read a key as written; raises QuestionError for anything else."""
        parts = text.split(_MARK)
        if len(parts) == 5 and len(text) <= _LONGEST_KEY:
            value, month, *numbers = parts
            is_value = read_value(SORTED[sort.by].kind, value) is not None
            if is_value and all(map(_is_number, numbers)):
                agency_id, part, row = map(int, numbers)
                return cls(value, month, agency_id, part, row)
        raise QuestionError("That is no place in this list of lines. Begin at its first page.")


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines in their order; ``next_key`` is where to read on, ``None`` at the end."""

    rows: tuple[Mapping[str, Value], ...]
    next_key: str | None


@dataclass(frozen=True, slots=True)
class LineTotals:
    """What lines add up to, in one currency."""

    currency: str
    line_count: int
    billed_cost: Decimal
    effective_cost: Decimal
    list_cost: Decimal
    contracted_cost: Decimal


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
