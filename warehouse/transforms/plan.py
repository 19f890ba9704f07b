"""A plan of the build: its statements in order, and what is checked after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir
from sqlalchemy import Table

from warehouse.transforms.conform import (
    count_rows,
    expect_references,
    expect_rows,
    expect_sound,
    expect_thresholds,
)
from warehouse.transforms.derived import DERIVED


class Engine(Protocol):
    """What runs the statements of a plan; DuckDB can be asked for every result, to check it."""

    @property
    def name(self) -> str:
        """What tells its statements from those of others."""

    def compile(self, expression: ir.Expr) -> str:
        """Write an expression as a query."""

    def begin(self) -> None:
        """Get at what was staged and decided."""

    def make(self, name: str, query: str) -> None:
        """Keep the result of a query as a table."""

    def keep(self, name: str, table: pa.Table) -> None:
        """Keep rows that were made here as a table."""

    def drop(self, name: str) -> None:
        """Forget a table."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """The same DuckDB that the files were staged in."""

    con: Backend
    name: str = "duckdb"

    def compile(self, expression: ir.Expr) -> str:
        """Write an expression as a query."""
        query: str = self.con.compile(expression)
        return query

    def begin(self) -> None:
        """Do nothing: all is there."""

    def make(self, name: str, query: str) -> None:
        """Keep the result of a query as a table."""
        self.con.raw_sql(f"create or replace table {name} as {query}")

    def keep(self, name: str, table: pa.Table) -> None:
        """Keep rows that were made here as a table."""
        self.con.con.register("incoming", table)
        self.con.raw_sql(f"create or replace table {name} as select * from incoming")
        self.con.con.unregister("incoming")

    def drop(self, name: str) -> None:
        """Forget a table."""
        self.con.raw_sql(f"drop table {name}")


@dataclass(frozen=True, slots=True)
class Step:
    """One table to make: a declared one, or one that others are made from.

    ``like`` names the input that has as many rows. A step without a query is made by the function
    of its name in DERIVED, which may make several tables.
    """

    name: str
    query: str
    declared: Table | None = None
    like: str = ""


@dataclass(slots=True)
class Plan:
    """The steps of a build in the order in which tables need each other."""

    steps: list[Step] = field(default_factory=list)

    def add_declared(self, table: Table, query: str, like: str) -> None:
        """Add a table of the star."""
        self.steps.append(Step(table.name, query, table, like))

    def add_step(self, name: str, query: str) -> None:
        """Add a table that is dropped at the end."""
        self.steps.append(Step(name, query))

    def add_derived(self, name: str) -> None:
        """Add what a function makes of what was made before."""
        self.steps.append(Step(name, ""))


def run_steps(con: Backend, plan: Plan, engine: Engine) -> None:
    """Make every table in its order and leave them all: for plans that aren't landed."""
    for step in plan.steps:
        if step.query:
            engine.make(step.name, step.query)
            continue
        for name, table in DERIVED[step.name](con).items():
            engine.keep(name, table)


def run_plan(con: Backend, plan: Plan, on_step: Callable[[str], None], engine: Engine) -> None:
    """Make and check every table, then drop the steps between.

    Raises BuildError where a table isn't sound.
    """
    engine.begin()
    between = []
    for step in plan.steps:
        if not step.query:
            for name, table in DERIVED[step.name](con).items():
                engine.keep(name, table)
                between.append(name)
            continue
        if step.declared is not None:
            on_step(step.name)
        else:
            between.append(step.name)
        engine.make(step.name, step.query)
        if step.declared is not None:
            rows = expect_sound(con, step.declared)
            if step.like:
                expect_rows(step.name, rows, count_rows(con, step.like), step.like)
        elif step.name == "step_threshold":
            expect_thresholds(con, step.name)
    for step in plan.steps:
        if step.declared is not None:
            expect_references(con, step.declared)
    for name in between:
        engine.drop(name)
