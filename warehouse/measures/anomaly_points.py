"""The days or months around an anomaly: what came, and what was expected of each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from warehouse.measures.dimensions import ANOMALY_POINT
from warehouse.measures.measure import Floats, Measure, Sums, Unit

_SUBJECTS: tuple[tuple[str, str, Unit, int, str], ...] = (
    ("cost", "Cost", "usd", 2, "Cost of a month, or what was used on a day as billed,"),
    ("latency", "Latency", "ms", 1, "Mean latency of a day, weighted by requests,"),
    ("error_rate", "Failed requests", "ratio", 2, "Share of a day's requests that failed"),
    ("burn_rate", "Error budget used", "index", 2,
     "Burn rate over the seven days that end in a day, times what the target allows,"),
)  # fmt: skip
_ALONE = "told of one anomaly at a time: name one, and split by day or month"
_SIDES = (
    ("actual", "as counted", "what came"),
    ("expected", "as expected", "what earlier ones led to expect"),
    ("lower", "least that is usual", "the lower bound of what would not have stood out"),
    ("upper", "most that is usual", "the upper bound of what would not have stood out"),
)


def _of_one(total: str, number: str) -> Callable[[Sums], Floats]:
    """Give a figure where it is that of one day or month.

    Of several anomalies some are told by month and some by day, and their days overlap.
    """
    return lambda sums: np.where(sums[number] == 1, sums[total], np.nan)


def _around(
    prefix: str, label: str, unit: Unit, decimals: int, said: str, side: str, word: str, is_: str
) -> Measure:
    sums = f"{prefix}_point_{side}_sum", f"{prefix}_point_{side}_number"
    return Measure(
        name=f"{prefix}_around_{side}",
        label=f"{label} around an anomaly, {word}",
        term=f"{side} of days around anomalies of {label.lower()}",
        description=f"{said} in or near an anomaly: {is_}. Told of one anomaly at a time, by "
        "day or month: several may overlap.",
        formula=f"{side} of the day (or month), around an event told under itself",
        unit=unit,
        decimals=decimals,
        good=None,
        group="Anomalies",
        source="fact_anomaly_point",
        family="anomaly_point",
        dimensions=ANOMALY_POINT,
        additivity="not additive: of one day or month at a time",
        components=sums,
        compute=_of_one(*sums),
        undefined=_ALONE if side == "actual" else f"{_ALONE}; or too little is known before it",
    )


MEASURES = tuple(_around(*subject, *side) for subject in _SUBJECTS for side in _SIDES)
