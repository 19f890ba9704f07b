"""Which tables hold resources and what their tags come to, the smallest first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, func, literal, not_

from warehouse.measures.components import (
    Component,
    Source,
    count,
    exact_sum,
    first_month,
    source_of,
)
from warehouse.schema import resources
from warehouse.schema.types import Exact

MISSING_TAG_RATE = "missing_resource_rate"
"""Component that names the first month of resources whose cost has no rate to dollars."""

FAULTS = ("missing", "wrong_value", "wrong_spelling", "wrong_case")
JUDGED = ("compliant", *FAULTS)

_NOTHING = literal(Decimal(0), Exact())

TAG_AMOUNTS = ("compliant_weight_usd", "sensible_weight_usd", "judged_weight_usd", "judged_usd",
               "faulty_usd", "not_visible_usd", "exempt_usd", "not_taggable_usd")  # fmt: skip
"""Amounts of resources in US dollars."""


def resource_sources() -> tuple[Source, ...]:
    """Give the tables that hold resources by what all their tags come to."""
    fact = resources.fact_resource_monthly
    return (
        _tagged(resources.agg_resource_month, resources.agg_resource_month.c.cost_usd),
        _tagged(fact, fact.c.effective_cost_usd),
    )


def tag_sources() -> tuple[Source, ...]:
    """Give the tables that hold resources by what became of each tag."""
    return (_tagged(resources.agg_tag_month, resources.agg_tag_month.c.cost_usd),)


def _tagged(table: Table, cost: Column[Any]) -> Source:
    outcome, sense = table.c.outcome, table.c.outcome_by_sense
    is_billed = table.c.is_billed if "is_billed" in table.c else table.c.line_count > 0
    number = table.c.resource_count if "resource_count" in table.c else None
    parts: dict[str, ColumnElement[bool]] = {
        "compliant": outcome == "compliant",
        "sensible": sense == "compliant",
        "judged": outcome.in_(JUDGED),
        "faulty": outcome.in_(FAULTS),
        "not_visible": outcome == "not_visible",
        "exempt": outcome == "exempt",
        "not_taggable": outcome == "not_taggable",
        "unbilled": not_(is_billed),
    }
    found: dict[str, Component] = {
        MISSING_TAG_RATE: first_month(table, and_(cost.is_(None), is_billed)),
    }
    for name, applies in parts.items():
        # What no bill names costs nobody knows what: where there is nothing else, the sum is empty.
        for amount, of in (("usd", cost), ("weight_usd", table.c.weight_usd)):
            known = case((and_(applies, is_billed), of), (is_billed, _NOTHING))
            found[f"{name}_{amount}"] = exact_sum(known)
        counted = case((applies, 1 if number is None else number), else_=0)
        found[f"{name}_count"] = count(func.sum(counted))
    return source_of(table, found)
