"""Ask a pivot's questions and lay their answers out as lines and columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.formats import month_name
from portal.pivot.plan import Plan, is_time
from portal.received_texts import say_received
from portal.texts import say
from warehouse.question import Answer, Question, Value

_IN_WORDS = frozenset({"migration_status", "migrated", "peak", "quarter"})
"""Dimensions whose labels are words of ours, not names."""
_DIGITS = re.compile(r"\d+")

Key = tuple[Value, ...]
Row = Mapping[str, Value]

MOST_COLUMNS = 40
"""Values across that a page shows; the file has all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the pivot: a group with its subtotal, or a row of the finest level."""

    key: Key
    label: str
    is_leaf: bool

    @property
    def depth(self) -> int:
        """How many dimensions of the rows are fixed; 0 is the total of all."""
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Level:
    """The answers at one depth of the rows: as a whole, and by the columns."""

    whole: Answer
    parts: Answer | None


@dataclass(frozen=True)
class Pivot:
    """Answers, found by a line's key and a column's value."""

    plan: Plan
    levels: tuple[Level, ...]

    @property
    def total(self) -> Level:
        """The level without any split of the rows."""
        return self.levels[0]

    @property
    def finest(self) -> Answer:
        """The answer with every dimension, of which downloads and the API give the rows."""
        return self.levels[-1].parts or self.levels[-1].whole

    @property
    def modelled(self) -> frozenset[str]:
        """The measures of which some figure here is modelled."""
        return frozenset().union(*(answer.modelled for answer in self.answers))

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every answer that the pivot is made of, the total first."""
        return tuple(
            answer for level in self.levels for answer in (level.whole, level.parts) if answer
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known; of sentences that differ in their numbers alone, the total's."""
        found: dict[str, str] = {}
        for answer in self.answers:
            for note in answer.notes:
                found.setdefault(_DIGITS.sub("", note), note)
        return tuple(found.values())

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why a measure is missing in some cell; the finest level says it last and best."""
        return {name: why for answer in self.answers for name, why in answer.reasons.items()}

    def row(self, key: Key, column: Value = None, *, in_column: bool = False) -> Row | None:
        """Give the row of the answer that a cell shows; None where there is none."""
        found = self._found[len(key)][int(in_column)]
        return found.get((*key, column) if in_column else key)

    def answer(self, depth: int, *, in_column: bool = False) -> Answer:
        """Give the answer that holds the cells of a depth."""
        level = self.levels[depth]
        return level.parts if in_column and level.parts is not None else level.whole

    @cached_property
    def all_columns(self) -> tuple[tuple[Value, str], ...]:
        """The values across with their labels, in the order of the answer."""
        across, parts = self.plan.across, self.total.parts
        if across is None or parts is None:
            return ()
        return tuple((row[across], label_of(row, across)) for row in parts.rows)

    @cached_property
    def columns(self) -> tuple[tuple[Value, str], ...]:
        """The values across that a page has room for: the latest, else the largest."""
        every = self.all_columns
        most = max(1, MOST_COLUMNS // len(self.plan.measures))
        if len(every) <= most:
            return every
        if is_time(self.plan.across):
            return every[-most:]
        first = self.plan.measures[0]
        if first in self.modelled:
            return every[:most]
        largest = sorted(
            every, key=lambda pair: -_size(self.row((), pair[0], in_column=True), first)
        )
        kept = set(largest[:most])
        return tuple(pair for pair in every if pair in kept)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines in their order: each group before what is in it."""
        children: dict[Key, list[Row]] = {}
        for depth in range(1, len(self.levels)):
            for row in self.levels[depth].whole.rows:
                key = tuple(row[name] for name in self.plan.by[:depth])
                children.setdefault(key[:-1], []).append(row)
        found: list[Line] = []
        self._add_lines((), children, found)
        return tuple(found)

    @cached_property
    def leaves(self) -> tuple[Line, ...]:
        """The lines of the finest level."""
        return tuple(line for line in self.lines if line.is_leaf)

    def _add_lines(
        self, parent: Key, children: Mapping[Key, Sequence[Row]], found: list[Line]
    ) -> None:
        depth = len(parent)
        if depth == len(self.plan.by):
            return
        dimension = self.plan.by[depth]
        for row in sorted_rows(self, dimension, children.get(parent, ())):
            key = (*parent, row[dimension])
            found.append(Line(key, label_of(row, dimension), depth + 1 == len(self.plan.by)))
            self._add_lines(key, children, found)

    @cached_property
    def _found(self) -> tuple[tuple[Mapping[Key, Row], Mapping[Key, Row]], ...]:
        def by_key(answer: Answer | None) -> Mapping[Key, Row]:
            if answer is None:
                return {}
            return {tuple(row[name] for name in answer.question.by): row for row in answer.rows}

        return tuple((by_key(level.whole), by_key(level.parts)) for level in self.levels)


def ask_pivot(plan: Plan, ask: Callable[[Question], Answer]) -> Pivot:
    """Ask every level of a plan: at most two questions a level."""
    levels = tuple(
        Level(
            ask(plan.question(depth)),
            ask(plan.question(depth, in_columns=True)) if plan.across else None,
        )
        for depth in range(len(plan.by) + 1)
    )
    return Pivot(plan, levels)


def sorted_rows(pivot: Pivot, dimension: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Order the rows of one group as the address says, else time onward and amounts downward."""
    plan = pivot.plan
    by_label = plan.sort == dimension
    if plan.sort in plan.measures:
        return _by_measure(rows, str(plan.sort), plan.descending)
    if by_label or is_time(dimension):
        ordered = rows if is_time(dimension) else _by_label(rows, dimension)
        return list(reversed(ordered)) if by_label and plan.descending else ordered
    if plan.measures[0] in pivot.modelled:
        return _by_label(rows, dimension)
    return _by_measure(rows, plan.measures[0], descending=True)


def label_of(row: Row, dimension: str) -> str:
    """Give a dimension's label in a row."""
    value = row.get(f"{dimension}_name", row.get(dimension))
    if value is None or value == "":
        return say("not recorded")
    if dimension == "month":
        return month_name(str(row[dimension]))
    return say_received(str(value)) if dimension in _IN_WORDS else str(value)


def _by_label(rows: Sequence[Row], dimension: str) -> Sequence[Row]:
    return sorted(rows, key=lambda row: label_of(row, dimension).casefold())


def _by_measure(rows: Sequence[Row], measure: str, descending: bool) -> Sequence[Row]:
    """Order by a figure; what is not available comes last either way."""
    known = [row for row in rows if row[measure] is not None]
    missing = [row for row in rows if row[measure] is None]
    return [*sorted(known, key=lambda row: _size(row, measure), reverse=descending), *missing]


def _size(row: Row | None, measure: str) -> float:
    value = None if row is None else row[measure]
    return float("-inf") if value is None else float(value)
