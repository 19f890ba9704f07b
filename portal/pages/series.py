"""Reading answers: columns as numbers, the first and last that are there, one part of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from portal.formats import month_name, month_word, months_range
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.question import Answer, Value

Rows = Sequence[Mapping[str, Value]]
Row = TypeVar("Row")


def column(rows: Rows, measure: str) -> list[float | None]:
    """Give one measure down the rows."""
    return [number(row.get(measure)) for row in rows]


def number(value: Value) -> float | None:
    """Take a value of an answer as a number."""
    return None if value is None else float(value)


def months_of(answer: Answer) -> list[str]:
    """Give the months of an answer in order, each once."""
    return list(dict.fromkeys(str(row["month"]) for row in answer.rows))


def rows_where(rows: Rows, key: str, value: Value) -> Rows:
    """Keep the rows of one group."""
    return [row for row in rows if row[key] == value]


def by_month(rows: Rows, months: Iterable[str], measure: str) -> list[float | None]:
    """Line a measure up with these months; a month without a row is a gap."""
    found = {str(row["month"]): number(row[measure]) for row in rows}
    return [found.get(month) for month in months]


def present(values: Iterable[float | None]) -> list[float]:
    """Leave out what is not available."""
    return [value for value in values if value is not None]


def first(values: Sequence[float | None]) -> float | None:
    """Give the first value that is there."""
    return next(iter(present(values)), None)


def last(values: Sequence[float | None]) -> float | None:
    """Give the last value that is there."""
    return next(iter(reversed(present(values))), None)


def change_span(months: Sequence[str]) -> str:
    """Say between which months a change lies; with years where they differ."""
    if not months:
        return ""
    written = month_word if months[0][:4] == months[-1][:4] else month_name
    return say("from {first} to {last}", first=written(months[0]), last=written(months[-1]))


def ranked_once(answer: Answer, measure: str) -> Sequence[Mapping[str, Value]]:
    """Order all rows of an answer by a measure, largest first; sorted once a build."""
    return answer.once(("ranked", measure), lambda: tuple(largest(answer.rows, measure)))


def largest(rows: Rows, measure: str, most: int | None = None) -> list[Mapping[str, Value]]:
    """Order rows by a measure, largest first; rows without it are left out."""
    known = [row for row in rows if row[measure] is not None]
    return sorted(known, key=lambda row: -float(row[measure] or 0))[:most]


def at_most(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """Keep the first rows; one more than that is shown as well, never "10 of 11"."""
    return rows if len(rows) <= most + 1 else rows[:most]


def span_of(request: PageRequest) -> str:
    """Write the months that a page looks at; beside fiscal years, that they are none."""
    period = request.year_period()
    if not period.start or not period.end:
        return say("the period")
    months = months_range(period.start, period.end)
    if request.filters.year == "fiscal" and not (request.filters.start or request.filters.end):
        return say("the twelve months {months}, whatever the fiscal year", months=months)
    return months
