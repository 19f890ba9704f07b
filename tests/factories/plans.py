"""Parts of a build's plan: what some tables of the star are made from, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection

from warehouse.transforms import anomalies, forecasts, tag_rules
from warehouse.transforms.plan import Plan, Step

_MADE_BY = (
    *((name, tag_rules.TABLES.keys()) for name in tag_rules.DERIVED),
    (forecasts.FORECASTS, forecasts.TABLES.keys()),
    ("anomalies", anomalies.TABLES.keys()),
)
_WORD = re.compile(r"[a-z_]+")


def part_of(plan: Plan, tables: Collection[str]) -> Plan:
    """Give the steps that lead to some tables, and to what these refer to, in their order."""
    unknown = set(tables) - {step.name for step in plan.steps}
    if unknown:
        raise ValueError(f"No step makes {', '.join(sorted(unknown))}.")
    needed, kept = set(tables), list[Step]()
    for step in reversed(plan.steps):
        if step.query:
            wanted = step.name in needed
        else:
            wanted = any(
                not needed.isdisjoint(made) for name, made in _MADE_BY if name == step.name
            )
            if wanted:
                # What a function reads it asks for itself, so it may be anything made before.
                needed |= {one.name for one in plan.steps[: plan.steps.index(step)]}
        if wanted:
            kept.append(step)
            needed |= set(_WORD.findall(step.query)) | _referred_to(step)
    return Plan(kept[::-1])


def _referred_to(step: Step) -> set[str]:
    if step.declared is None:
        return set()
    return {key.column.table.name for key in step.declared.foreign_keys}
