"""Ratios whose two sides are measures of their own, so that a spreadsheet can make them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from portal.pivot.plan import dimensions_of
from warehouse.measures import REGISTRY


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure divided by another; ``sign`` turns a fall into a saving."""

    over: str
    under: str
    sign: int = 1


RATIOS: Final[Mapping[str, Ratio]] = MappingProxyType(
    {
        "waste_pct": Ratio("idle_cost", "recorded_spend"),
        "cost_per_unit": Ratio("unit_spend", "costed_units"),
        "realised_savings": Ratio("cost_delta", "pre_migration_cost", sign=-1),
        "sla_breach_rate": Ratio("sla_breaches", "row_count_performance"),
    }
)
"""What may be recomputed, where it gives the figure that was answered: see the workbook."""


def parts_of(
    measures: Sequence[str], dimensions: Sequence[str], allowed: Set[str] | None
) -> tuple[str, ...]:
    """List the measures that the ratios among these are made of, where all can be asked."""
    found: list[str] = []
    for name in measures:
        ratio = RATIOS.get(name)
        if ratio is None:
            continue
        sides = [side for side in (ratio.over, ratio.under) if side in REGISTRY]
        is_open = allowed is None or set(sides) <= allowed
        if len(sides) == 2 and is_open and set(dimensions) <= dimensions_of(sides):
            found += sides
    return tuple(dict.fromkeys(name for name in found if name not in measures))
