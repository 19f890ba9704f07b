"""How far figures moved within a period: each defined once, as what it is a course of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from warehouse.measures import governance, reliability
from warehouse.measures.differences import difference_of
from warehouse.measures.measure import Kind, Measure

_OF: Final = (
    "stability_score",
    "sla_breach_rate",
    "latency_ms",
    "error_rate",
    "availability_requests",
    "tagged_pct",
    "tagged_pct_unweighted",
    "untagged_share",
    "waste_pct",
)


def _course(of: Measure) -> Measure:
    """Define the change of a figure within the period."""
    return difference_of(
        of,
        "last month",
        "first month",
        name=f"{of.name}_change",
        label=f"{of.label}, change over the period",
        term=f"{of.term}, last month minus first",
        description=(
            f"“{of.label}” in the last month of the period that has it, minus that in the first; "
            "a measured month is never set against a modelled one."
        ),
        kind=Kind.COURSE,
        undefined="fewer than two months that have the figure, or one measured and one modelled",
    )


def _named(measures: Iterable[Measure]) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


_KNOWN: Final = _named((*reliability.MEASURES, *governance.MEASURES))

MEASURES = tuple(_course(_KNOWN[name]) for name in _OF)
