"""Where the value of a line's column comes from, as data: what a layout's table of rules holds.

A table reads like a sentence: ``"service_name": First("product_name", "product_code")``. Names
are those of the layout's own columns, which :class:`~warehouse.bills.layouts.layout.Layout`
finds whatever the spelling of the header.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, init=False)
class First:
    """The first of these columns that isn't blank."""

    columns: tuple[str, ...]

    def __init__(self, *columns: str) -> None:
        object.__setattr__(self, "columns", columns)


@dataclass(frozen=True, slots=True)
class Always:
    """The same in every row."""

    value: str


@dataclass(frozen=True, slots=True)
class Inside:
    """A text in a column that holds JSON objects, by its key; Ibis knows no one way to ask."""

    column: str
    key: str


@dataclass(frozen=True, slots=True, init=False)
class Either:
    """The first of these sources that gives something."""

    sources: tuple[Source, ...]

    def __init__(self, *sources: Source) -> None:
        object.__setattr__(self, "sources", sources)


@dataclass(frozen=True, slots=True)
class By:
    """What the table says for the value of a source, else ``otherwise``.

    Keys are compared as written. Without ``otherwise`` an unlisted value gives nothing.
    """

    source: Source
    table: Mapping[str, Source]
    otherwise: Source | None = None


@dataclass(frozen=True, slots=True)
class Starting:
    """What the table says for the beginning of a text, the first that fits."""

    source: Source
    table: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Where:
    """``then`` where all of these columns hold something, else ``otherwise``."""

    filled: tuple[str, ...]
    then: Source | None
    otherwise: Source | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts added, and others taken off; nothing where none of them is there."""

    plus: tuple[Source, ...]
    minus: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class NotZero:
    """An amount; nothing where it is 0, as a price is written that there is none of."""

    source: Source


@dataclass(frozen=True, slots=True)
class Product:
    """A price times a quantity; nothing where either is missing."""

    price: Source
    quantity: Source


Source = First | Always | Inside | Either | By | Starting | Where | Sum | NotZero | Product


class Dates(StrEnum):
    """How a layout writes a day; a time of day after it is left aside."""

    ISO = "YYYY-MM-DD"
    MONTH_FIRST = "MM/DD/YYYY"
    DAY_FIRST = "DD/MM/YYYY"
    COMPACT = "YYYYMMDD"


def listed(values: Mapping[str, str]) -> dict[str, Source]:
    """Make a table of plain values for :class:`By`."""
    return {key: Always(value) for key, value in values.items()}
