"""What a feed declares about itself, once: columns, types, units, limits and keys.

The strict reader, the quality rules and the documentation are all made from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """How the text of a column is to be read."""

    IDENTIFIER = "a whole number that names something"
    YEAR = "a year, YYYY"
    COUNT = "a whole number"
    AMOUNT = "a number with a decimal point"
    MONTH = "a month, YYYY-MM"
    PERIOD = "a month, YYYY-MM, or a year, YYYY"
    INSTANT = "a day, YYYY-MM-DD, or an hour, YYYY-MM-DDTHH:00"
    DATE = "a date, month/day/year"
    FLAG = "Yes or No"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a feed.

    ``required`` means that no row may leave it blank; ``optional`` that a file may lack the whole
    column. ``least`` and ``most`` are inclusive. ``pattern`` is a regular expression that the
    whole text has to match, and ``pattern_hint`` says it in words.
    """

    name: str
    kind: Kind
    comment: str
    unit: str = ""
    required: bool = True
    optional: bool = False
    allowed: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    pattern: str = ""
    pattern_hint: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of file that agencies or the treasury hand in.

    ``key`` names the columns that no two rows may share. ``agency``, ``month`` and ``amount``
    name the columns that slices are cut and compared by; empty where the feed has none. A feed
    with an ``amount`` but no ``month`` makes one slice for each agency. A feed that
    ``takes_any_name`` reads every file below its folder, in whatever form providers export it.
    """

    name: str
    folder: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    agency: str = ""
    month: str = ""
    amount: str = ""
    endings: tuple[str, ...] = (".csv", ".csv.gz")
    takes_any_name: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns in their declared order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def identifier(name: str, comment: str) -> Column:
    """Declare a whole number that names something."""
    return Column(name, Kind.IDENTIFIER, comment, least=Decimal(1), most=Decimal(2_147_483_647))


def agency_id() -> Column:
    """Declare the column that says whose row it is."""
    return identifier("agency_id", "The agency whose row this is, as in agencies.csv.")


def text(
    name: str,
    comment: str,
    *,
    required: bool = True,
    optional: bool = False,
    allowed: tuple[str, ...] = (),
    pattern: str = "",
    pattern_hint: str = "",
) -> Column:
    """Declare a text column."""
    return Column(
        name,
        Kind.TEXT,
        comment,
        required=required,
        optional=optional,
        allowed=allowed,
        pattern=pattern,
        pattern_hint=pattern_hint,
    )


def country_code() -> Column:
    """Declare a country's two letters; NA is Namibia, never a blank."""
    return text(
        "country_code",
        "Country, two capital letters (ISO 3166-1).",
        pattern="[A-Z]{2}",
        pattern_hint="two capital letters",
    )


def currency(comment: str) -> Column:
    """Declare a currency's three letters."""
    return text("currency", comment, pattern="[A-Z]{3}", pattern_hint="three capital letters")


def month(name: str = "month", comment: str = "Month that the row is about.") -> Column:
    """Declare a required month."""
    return Column(name, Kind.MONTH, comment)


def year(comment: str) -> Column:
    """Declare a calendar year."""
    return Column("year", Kind.YEAR, comment, least=Decimal(1990), most=Decimal(2100))


def count(name: str, comment: str, *, unit: str = "count") -> Column:
    """Declare a whole number from zero upwards."""
    return Column(
        name, Kind.COUNT, comment, unit=unit, least=Decimal(0), most=Decimal(1_000_000_000_000)
    )


def amount(
    name: str,
    comment: str,
    unit: str,
    *,
    least: int | None = 0,
    most: int = 1_000_000_000_000,
    required: bool = True,
) -> Column:
    """Declare an exact decimal number; negative ones are refused unless ``least`` allows them."""
    return Column(
        name,
        Kind.AMOUNT,
        comment,
        unit=unit,
        required=required,
        least=None if least is None else Decimal(least),
        most=Decimal(most),
    )
