"""Sums as they come from the database: exact integers by group, and arrays made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection

from warehouse.answering.planner import Need, plan
from warehouse.measures.components import Source
from warehouse.measures.measure import Floats
from warehouse.schema.types import SCALE

Key = tuple[Any, ...]

_UNIT = 10**SCALE


@dataclass(frozen=True, slots=True)
class Frame:
    """One row a group: its keys (asked and hidden) and a list per component.

    Amounts are whole millionths on every database, so that adding them up in Python is exact
    and the figures made of them are the same to the last bit.
    """

    need: Need
    source: Source
    keys: tuple[Key, ...]
    columns: dict[str, list[Any]]

    def groups(self) -> list[Key]:
        """Give the keys as asked, without the hidden ones."""
        size = len(self.need.keys)
        return [key[:size] for key in self.keys]

    def rows_by_group(self) -> dict[Key, list[int]]:
        """Give the places of each group's rows, in the order that groups come in."""
        found: dict[Key, list[int]] = {}
        for row, key in enumerate(self.groups()):
            found.setdefault(key, []).append(row)
        return found

    def hidden(self, name: str) -> list[Any]:
        """Give one hidden key down all rows."""
        place = len(self.need.keys) + self.need.hidden.index(name)
        return [key[place] for key in self.keys]

    def floats(self, name: str, rows: Sequence[int] | None = None) -> Floats:
        """Give one component as an array, of all rows or of these."""
        column = self.columns[name]
        picked = column if rows is None else [column[row] for row in rows]
        return to_floats(picked, is_exact=self.is_exact(name))

    def is_exact(self, name: str) -> bool:
        """Tell whether a component is kept in millionths."""
        return self.source.components[name].form == "exact"


def to_floats(values: Sequence[int | None], *, is_exact: bool) -> Floats:
    """Turn exact sums into floating-point numbers, each rounded once; missing becomes NaN."""
    unit = _UNIT if is_exact else 1
    return np.array([np.nan if value is None else value / unit for value in values], dtype=float)


def read(
    connection: Connection,
    need: Need,
    source: Source,
    components: tuple[str, ...],
    agencies: frozenset[int] | None,
) -> Frame:
    """Run the one statement that a need takes."""
    statement, values = plan(need, source, components, agencies)
    rows = connection.execute(statement, values).all()
    size = len(need.keys) + len(need.hidden)
    columns = {
        name: [_whole(row[size + place], source.components[name].form) for row in rows]
        for place, name in enumerate(components)
    }
    return Frame(need, source, tuple(tuple(row[:size]) for row in rows), columns)


def _whole(value: Any, form: str) -> Any:
    if value is None or form == "text":
        return value
    if form == "exact" and isinstance(value, Decimal):
        return int(value.scaleb(SCALE))
    return int(value)
