"""Writing the steps of a plan: each result is a table that later steps can read."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import ibis
from ibis.expr import types as ir
from sqlalchemy import Table

from warehouse.transforms.conform import conform, settle
from warehouse.transforms.derived import TABLES as DERIVED_TABLES
from warehouse.transforms.plan import Engine, Plan


@contextmanager
def writing_statements() -> Iterator[None]:
    """Write statements without looking for garbage, which takes four tenths of the time.

    Expressions live until their statement is written, so next to nothing would be found.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class PlanWriter:
    """Statements in their order, with the tables that they make so far.

    ``inputs`` are staging and records, ``declared`` the tables of the star by name.
    """

    def __init__(
        self, engine: Engine, inputs: Mapping[str, ir.Table], declared: Mapping[str, Table]
    ) -> None:
        self._engine = engine
        self._declared = declared
        self._made: dict[str, ir.Table] = {}
        self.inputs = inputs
        self.plan = Plan()

    def star(self, name: str, expression: ir.Table, *, like: str = "") -> ir.Table:
        """Add a declared table; ``like`` names the input that it has the rows of."""
        declared = self._declared[name]
        expression = conform(expression, declared)
        self.plan.add_declared(declared, self._engine.compile(expression), like)
        return self._made.setdefault(name, ibis.table(expression.schema(), name=name))

    def step(self, name: str, expression: ir.Table) -> ir.Table:
        """Add what several tables are made from, so that it is computed once."""
        expression = settle(expression)
        self.plan.add_step(name, self._engine.compile(expression))
        return self._made.setdefault(name, ibis.table(expression.schema(), name=name))

    def derive(self, name: str) -> None:
        """Add what a function makes of the tables so far; see DERIVED."""
        self.plan.add_derived(name)
        for table, columns in DERIVED_TABLES.items():
            self._made.setdefault(table, ibis.table(columns, name=table))

    def table(self, name: str) -> ir.Table:
        """Give a table that was made before."""
        return self._made[name]
