"""What can go wrong in the warehouse, told apart by who can mend it.

Every message says what happened, with which value, in which file and row, and what to do
next; the same facts are attributes, so that a page or a log need not parse the sentence.
"""

from __future__ import annotations


class WarehouseError(Exception):
    """Base of every error this package raises on purpose."""


class QuestionError(WarehouseError):
    """The question can't be answered as asked; the asker can mend it."""


class TooMuchError(QuestionError):
    """Well asked, but it takes more time or room than a question may; a narrower one doesn't."""


class UnknownMeasureError(QuestionError):
    """A measure was asked for by a name the registry doesn't hold."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        super().__init__(f"There is no measure {name!r}.{hint} The list is at /api/v1/measures.")
        self.name = name
        self.near = near


class UnknownDimensionError(QuestionError):
    """A measure was asked by a dimension that its fact doesn't have."""

    def __init__(self, measure: str, dimension: str, available: tuple[str, ...]) -> None:
        super().__init__(
            f"{measure} has no dimension {dimension!r}. It can be split and filtered by: "
            f"{', '.join(available)}."
        )
        self.measure = measure
        self.dimension = dimension
        self.available = available


class UnknownValueError(QuestionError):
    """A filter names a value that the reader can't see or that doesn't exist; both alike."""

    def __init__(self, dimension: str, value: str) -> None:
        super().__init__(f"No {dimension} {value!r} is known here.")
        self.dimension = dimension
        self.value = value


class NotInScopeError(QuestionError):
    """A measure was asked for that isn't among those the reader may see."""

    def __init__(self, measure: str) -> None:
        super().__init__(f"{measure} is not among the measures you may see.")
        self.measure = measure


class NoSuchTableError(QuestionError):
    """A table was asked for that doesn't exist or isn't for the reader; both alike."""

    def __init__(self, table: str) -> None:
        super().__init__(f"No table {table!r} is known here.")
        self.table = table


class UnknownColumnError(QuestionError):
    """Rows were to be filtered or ordered by a column the table doesn't have."""

    def __init__(self, table: str, column: str, available: tuple[str, ...]) -> None:
        super().__init__(f"{table} has no column {column!r}. It has: {', '.join(available)}.")
        self.table = table
        self.column = column
        self.available = available


class BadPeriodError(QuestionError):
    """A month isn't written YYYY-MM, or the period ends before it starts."""


class NothingToCompareError(QuestionError):
    """A period to compare with was named, but no measure that compares periods."""

    def __init__(self, measures: tuple[str, ...]) -> None:
        super().__init__(
            f"A period to compare with is for measures of a change, such as bridge_change, not "
            f"for {', '.join(measures)}."
        )
        self.measures = measures


class ScopeMissingError(WarehouseError):
    """The gateway was reached without a scope: a fault of ours, never of the reader."""


class NothingPublishedError(WarehouseError):
    """No build has been published yet."""


class OutdatedStarError(NothingPublishedError):
    """The published build is of an earlier program, and lacks what this one reads."""

    def __init__(self, lacking: str) -> None:
        super().__init__(
            "The published build was made by an earlier version and lacks what this one reads "
            f"({lacking}). It is being made anew; otherwise run: exchequer build"
        )


class BuildError(WarehouseError):
    """A build couldn't finish; the one published before stays in place."""


class FetchError(WarehouseError):
    """A provider's interface didn't give a bill; what was fetched before stays in place."""


class FeedError(WarehouseError):
    """A file can't be what it claims to be and was refused whole."""

    def __init__(self, message: str, *, path: str, row: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.row = row
