"""A left join that keeps the keys once."""

from __future__ import annotations

from ibis.expr import types as ir


def add_columns(rows: ir.Table, other: ir.Table, *keys: str) -> ir.Table:
    """Add the other table's columns to the rows with equal keys; null where there is no match."""
    joined = rows.left_join(other, list(keys), rname="other_{name}")
    return joined.drop(*(f"other_{key}" for key in keys))
