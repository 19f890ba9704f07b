"""A plan of the build: its statements in order, and what is checked after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ibis.backends.duckdb import Backend
from sqlalchemy import Table

from warehouse.transforms.conform import (
    count_rows,
    expect_references,
    expect_rows,
    expect_sound,
    expect_thresholds,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One table to make: a declared one, or one that others are made from.

    ``like`` names the input that has as many rows.
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


def run_plan(con: Backend, plan: Plan, on_step: Callable[[str], None]) -> None:
    """Make and check every table, then drop the steps between.

    Raises BuildError where a table isn't sound.
    """
    for step in plan.steps:
        if step.declared is not None:
            on_step(step.name)
        con.raw_sql(f"create or replace table {step.name} as {step.query}")
        if step.declared is not None:
            rows = expect_sound(con, step.declared)
            if step.like:
                expect_rows(step.name, rows, count_rows(con, step.like), step.like)
        elif step.name == "step_threshold":
            expect_thresholds(con, step.name)
    for step in plan.steps:
        if step.declared is not None:
            expect_references(con, step.declared)
    for step in plan.steps:
        if step.declared is None:
            con.raw_sql(f"drop table {step.name}")
