"""What a pivot's workbook holds, and which of its cells can be formulas over its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from portal.pivot.answers import Key, Line, Pivot, Row
from portal.pivot.ratios import RATIOS
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Value

NOT_AVAILABLE: Final = "not available"
MOST_COMPARISONS: Final = 40_000_000
"""Rows times formulas that a spreadsheet is asked to go through when it opens the file."""

MOST_FORMULAS: Final = 15_000
"""Formulas in one file; each takes a spreadsheet, and this server, longer than a value."""

TOTAL: Final = Line((), "All together", False)
_UNITS = {"usd": "USD", "ratio": "share", "pct_points": "percentage points", "gb": "GB"}


@dataclass(frozen=True, slots=True)
class Column:
    """One value across, numbered from 1; number 0 is all of them together."""

    number: int
    value: Value
    label: str


EVERYTHING: Final = Column(0, None, "All")


@dataclass(frozen=True)
class Workbook:
    """The pivot's answers, and the finest rows with both sides of each ratio."""

    pivot: Pivot
    answer: Answer
    whose: str
    marking: str
    address: str

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The measures that the rows hold."""
        return tuple(self.answer.question.measures)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The pivot's lines, the total last."""
        return (*self.pivot.lines, TOTAL)

    @cached_property
    def numbers(self) -> Mapping[Key, int]:
        """The number of each line, by which the rows name the lines that they belong to."""
        return {line.key: number for number, line in enumerate(self.pivot.lines, 1)}

    @cached_property
    def labels(self) -> Mapping[Key, str]:
        """Each line's own name."""
        return {line.key: line.label for line in self.pivot.lines}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The values across; without any there is only everything."""
        return tuple(
            Column(number, value, label)
            for number, (value, label) in enumerate(self.pivot.all_columns, 1)
        )

    @cached_property
    def rows(self) -> tuple[tuple[Key, int, Row], ...]:
        """The finest rows, each with its line's key and the number of its column."""
        plan = self.pivot.plan
        number_of = {column.value: column.number for column in self.columns}
        found = []
        for row in self.answer.rows:
            key = tuple(row[name] for name in plan.by)
            number = number_of.get(row[plan.across]) if plan.across else 0
            # A side of a ratio may have rows where the ratio itself has none.
            if number is not None and (key in self.numbers or not key):
                found.append((key, number, row))
        return tuple(found)

    @cached_property
    def sums(self) -> Mapping[tuple[Key, int, str], float]:
        """What the formulas will add up to: for each line, column and measure."""
        found: dict[tuple[Key, int, str], float] = {}
        for key, number, row in self.rows:
            for name in self.measures:
                value = row[name]
                if value is None:
                    continue
                for depth in range(len(key) + 1):
                    for place in {0, number}:
                        at = (key[:depth], place, name)
                        found[at] = found.get(at, 0.0) + float(value)
        return found

    @cached_property
    def is_light(self) -> bool:
        """Whether a spreadsheet opens the file without a long wait if all cells are formulas."""
        cells = len(self.lines) * (len(self.columns) + 1) * len(self.pivot.plan.measures)
        return cells <= MOST_FORMULAS and cells * len(self.rows) <= MOST_COMPARISONS

    def figure(self, line: Line, column: Column, name: str) -> tuple[bool, float | None]:
        """Tell whether a cell was answered, and with what."""
        row = self.pivot.row(line.key, column.value, in_column=column.number > 0)
        if row is None:
            return False, None
        return True, None if row[name] is None else float(row[name] or 0)

    def title(self, name: str) -> str:
        """Name a measure with its unit, as the head of a column."""
        measure = REGISTRY[name]
        if measure.unit == "usd" and self.pivot.plan.is_own_currency:
            return f"{measure.label} (own currency)"
        return f"{measure.label} ({_UNITS.get(measure.unit, measure.unit)})"


def formula_of(
    made: Workbook, line: Line, column: Column, name: str, total: Callable[[str], str]
) -> str | None:
    """Write the sum, or the ratio of two sums, that gives a cell's figure; None where none does.

    ``total`` writes the sum of a measure's rows that belong to the cell.
    """
    _, figure = made.figure(line, column, name)
    if figure is None or not made.is_light:
        return None

    def sum_of(measure: str) -> float:
        return made.sums.get((line.key, column.number, measure), 0.0)

    ratio = RATIOS.get(name)
    sides = () if ratio is None else (ratio.over, ratio.under)
    if ratio is not None and set(sides) <= set(made.measures):
        if not all(_adds_up(made, line, column, side) for side in sides):
            return None
        under = sum_of(ratio.under)
        if not under or not _is_same(ratio.sign * sum_of(ratio.over) / under, figure, 1e-9):
            return None
        divided = f"{'-' if ratio.sign < 0 else ''}{total(ratio.over)}/{total(ratio.under)}"
        return f'=IF({total(ratio.under)}=0,"{NOT_AVAILABLE}",{divided})'
    measure = REGISTRY[name]
    least = 0.005 if measure.unit == "usd" else 1e-6
    if _adds_up(made, line, column, name) and _is_same(sum_of(name), figure, least):
        return f"={total(name)}"
    return None


def _adds_up(made: Workbook, line: Line, column: Column, name: str) -> bool:
    """Tell whether a measure adds over every dimension that a cell puts together."""
    plan = made.pivot.plan
    within = set(plan.by[len(line.key) :])
    if plan.across and not column.number:
        within.add(plan.across)
    over = REGISTRY[name].adds_over
    return bool(over) and within <= over


def _is_same(made: float, answered: float, least: float) -> bool:
    return abs(made - answered) <= max(least, 1e-9 * abs(answered))
