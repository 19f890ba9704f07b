"""Read the columns that amounts are made of."""

from __future__ import annotations

from collections.abc import Iterable

from ibis.expr import types as ir

from warehouse.bills.columns import COSTS, LINE_COLUMNS, Form
from warehouse.bills.layouts.evaluation import NUMBER, amounts_of
from warehouse.bills.layouts.layout import Layout
from warehouse.bills.layouts.reading import as_amount

AMOUNTS = tuple(column.name for column in LINE_COLUMNS if column.form is Form.AMOUNT)
QUANTITIES = tuple(name for name in AMOUNTS if name not in COSTS)
"""Quantities and prices of a unit, which are of any length."""


def with_numbers(layout: Layout, read: ir.Table, *, wide: bool) -> ir.Table:
    """Read each column that an amount is made of once: of costs narrow, of others any length."""
    costs = amounts_within(layout, COSTS, read)
    others = [name for name in amounts_within(layout, QUANTITIES, read) if name not in costs]
    return read.mutate(
        **{NUMBER.format(name): as_amount(read[name], wide=wide) for name in costs},
        **{NUMBER.format(name): as_amount(read[name], wide=True) for name in others},
    )


def amounts_within(layout: Layout, columns: Iterable[str], read: ir.Table) -> list[str]:
    """Name the file's columns whose amounts these columns of a line are made of."""
    named = (name for column in columns for name in amounts_of(layout.columns.get(column)))
    return [name for name in dict.fromkeys(named) if name in read.columns]
