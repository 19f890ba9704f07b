"""How far figures moved within a period: each defined once, as what it is a course of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from warehouse.measures import formulas, governance, reliability
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
    """Define the change of a figure; that of a ratio is in percentage points."""
    is_ratio = of.unit == "ratio"
    times = "100 x " if is_ratio else ""
    return replace(
        of,
        name=f"{of.name}_change",
        label=f"{of.label}, change over the period",
        term=f"{of.term}, last month minus first",
        description=(
            f"“{of.label}” in the last month of the period that has it, minus that in the first; "
            "a measured month is never set against a modelled one."
        ),
        formula=f"{times}({of.name}(last month) - {of.name}(first month))",
        unit="pct_points" if is_ratio else of.unit,
        additivity="not additive: made anew from sums at every level",
        compute=formulas.in_hundredths(of.compute) if is_ratio else of.compute,
        kind=Kind.COURSE,
        undefined="fewer than two months that have the figure, or one measured and one modelled",
    )


def _named(measures: Iterable[Measure]) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


_KNOWN: Final = _named((*reliability.MEASURES, *governance.MEASURES))

MEASURES = tuple(_course(_KNOWN[name]) for name in _OF)
