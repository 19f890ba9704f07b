"""Days on which services were slower or failed more often than before: how many, by how much."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import ANOMALY
from warehouse.measures.measure import Measure, Unit

_anomaly = partial(
    Measure,
    group="Anomalies",
    source="fact_anomaly",
    family="anomaly",
    dimensions=ANOMALY,
    good="low",
)
_SIDES = (
    ("actual", "as counted", "what telemetry counted in its days"),
    ("expected", "as expected", "what its earlier days led to expect"),
    ("lower", "least that is usual", "the lower bound of what would not have stood out"),
    ("upper", "most that is usual", "the upper bound of what would not have stood out"),
    ("difference", "beyond what was expected", "what telemetry counted minus what was expected"),
)
_WINDOW = ", over the seven days that end in each of its days, times what the target allows"


def _sides(prefix: str, label: str, unit: Unit, decimals: int, said: str) -> tuple[Measure, ...]:
    """Define what is known of the events of one subject: as counted, expected, and their bounds."""
    return tuple(_side(prefix, label, unit, decimals, said, *side) for side in _SIDES)


def _side(
    prefix: str, label: str, unit: Unit, decimals: int, said: str, side: str, word: str, is_: str
) -> Measure:
    is_points = unit == "ratio" and side == "difference"
    sums = f"{prefix}_{side}_sum", f"{prefix}_number"
    value = "actual - expected" if side == "difference" else side
    return _anomaly(
        name=f"{prefix}_anomaly_{side}",
        label=f"{label}, {word}",
        term=f"{side} of anomalies of {label.lower()}",
        description=f"{said}: {is_}. Of several anomalies their plain mean, drops included.",
        formula=f"mean({value}) of events told under themselves"
        + (", in hundredths" if is_points else ""),
        unit="pct_points" if is_points else unit,
        decimals=decimals,
        good=None,
        additivity="not additive: a mean",
        components=sums,
        compute=formulas.in_hundredths(formulas.mean(*sums)) if is_points else formulas.mean(*sums),
        undefined="nothing of this kind stands out",
    )


def _days(name: str, label: str, term: str, said: str, of: str, undefined: str) -> Measure:
    return _anomaly(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of}) / count({of})",
        unit="days",
        decimals=1,
        additivity="not additive: a mean",
        components=(f"reliability_{of}_sum", f"reliability_{of}_number"),
        compute=formulas.mean(f"reliability_{of}_sum", f"reliability_{of}_number"),
        undefined=undefined,
    )


MEASURES = (
    _anomaly(
        name="reliability_anomalies",
        label="Anomalies of reliability",
        term="alerted anomalies of latency, errors and burn rate",
        description=(
            "Events of neighbouring days in which a digital service that is measured was slower, "
            "failed more often or used up its error budget faster than its own past led to "
            "expect, beyond the limits; each counted once, at the service that explains it."
        ),
        formula="count(alerts of latency, errors and burn rate told under themselves)",
        unit="count",
        decimals=0,
        additivity="additive over agencies and months",
        components=("reliability_alert_count",),
        compute=formulas.count("reliability_alert_count"),
    ),
    _anomaly(
        name="reliability_anomaly_failures",
        label="Failed requests beyond what was expected",
        term="excess failures of anomalies",
        description=(
            "How many more requests failed in these events than earlier days led to expect. "
            "Events of latency alone have none."
        ),
        formula="sum(failed - expected to fail) of alerts told under themselves",
        unit="count",
        decimals=0,
        additivity="additive over agencies and months",
        components=("reliability_failures",),
        compute=formulas.total("reliability_failures"),
        undefined="no failed requests stand out that much",
    ),
    *_sides(
        "latency", "Latency while it stood out", "ms", 1,
        "Mean latency in the days of an anomaly of latency, weighted by requests",
    ),
    *_sides(
        "error_rate", "Failed requests while they stood out", "ratio", 2,
        "Share of requests that failed in the days of an anomaly of errors",
    ),
    *_sides(
        "burn_rate", "Error budget used while it stood out", "index", 2,
        "Burn rate in an anomaly of it" + _WINDOW,
    ),
    _anomaly(
        name="burn_rate_anomaly_day",
        label="Error budget used on its worst day",
        term="highest burn rate of one day in an anomaly",
        description=(
            "The burn rate of one day that is the highest in an anomaly of burn rate; of several "
            "anomalies their plain mean. The windows are one day and seven: telemetry is of days."
        ),
        formula="mean(highest burn rate of a day) of events of burn rate told under themselves",
        unit="index",
        decimals=2,
        additivity="not additive: a mean",
        components=("burn_rate_day_sum", "burn_rate_number"),
        compute=formulas.mean("burn_rate_day_sum", "burn_rate_number"),
        undefined="nothing of this kind stands out",
    ),
    _days(
        "reliability_days_to_find", "Days to find an anomaly of reliability",
        "time to detect, reliability",
        "Mean days from an alerted anomaly's first day to the build that held it first. What was "
        "over when builds began to count is left out.",
        "days_to_find", "none began since builds count this",
    ),
    _days(
        "reliability_days_to_resolve", "Days to resolve an anomaly of reliability",
        "time to resolve, reliability",
        "Mean days from the build that held an alerted anomaly first to when somebody resolved it, "
        "as known when the last build began.",
        "days_to_resolve", "none was resolved before the last build began",
    ),
)  # fmt: skip
