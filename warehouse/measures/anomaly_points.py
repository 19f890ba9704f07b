"""The days or months around an anomaly: what came, and what was expected of each of them."""

from __future__ import annotations

from warehouse.measures import formulas
from warehouse.measures.dimensions import ANOMALY_POINT
from warehouse.measures.measure import Measure, Unit

_SUBJECTS: tuple[tuple[str, str, Unit, int, str], ...] = (
    ("cost", "Cost", "usd", 2, "Cost of a month, or what was used on a day as billed,"),
    ("latency", "Latency", "ms", 1, "Mean latency of a day, weighted by requests,"),
    ("error_rate", "Failed requests", "ratio", 2, "Share of a day's requests that failed"),
    ("burn_rate", "Error budget used", "index", 2,
     "Burn rate over the seven days that end in a day, times what the target allows,"),
)  # fmt: skip
_SIDES = (
    ("actual", "as counted", "what came"),
    ("expected", "as expected", "what earlier ones led to expect"),
    ("lower", "least that is usual", "the lower bound of what would not have stood out"),
    ("upper", "most that is usual", "the upper bound of what would not have stood out"),
)


def _around(
    prefix: str, label: str, unit: Unit, decimals: int, said: str, side: str, word: str, is_: str
) -> Measure:
    sums = f"{prefix}_point_{side}_sum", f"{prefix}_point_{side}_number"
    return Measure(
        name=f"{prefix}_around_{side}",
        label=f"{label} around an anomaly, {word}",
        term=f"{side} of days around anomalies of {label.lower()}",
        description=f"{said} in or near an anomaly: {is_}. Ask it of one anomaly by day; of "
        "several days or anomalies it is their plain mean.",
        formula=f"mean({side}) of days (or months) around events told under themselves",
        unit=unit,
        decimals=decimals,
        good=None,
        group="Anomalies",
        source="fact_anomaly_point",
        family="anomaly_point",
        dimensions=ANOMALY_POINT,
        additivity="not additive: a mean",
        components=sums,
        compute=formulas.mean(*sums),
        undefined="too little is known before it" if side != "actual" else "nothing stands out",
    )


MEASURES = tuple(_around(*subject, *side) for subject in _SUBJECTS for side in _SIDES)
