"""Differences of one figure with itself: between seasons, or over the months of a period."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from warehouse.measures import formulas
from warehouse.measures.measure import Measure


def difference_of(of: Measure, later: str, earlier: str, **said: Any) -> Measure:
    """Define what a figure shows at one side minus what it shows at the other.

    It is made as the figure is; of a ratio it is in percentage points.
    """
    is_ratio = of.unit == "ratio"
    difference = f"{of.name}({later}) - {of.name}({earlier})"
    return replace(
        of,
        unit="pct_points" if is_ratio else of.unit,
        formula=f"100 x ({difference})" if is_ratio else difference,
        compute=formulas.in_hundredths(of.compute) if is_ratio else of.compute,
        additivity="not additive: made anew from sums at every level",
        **said,
    )
