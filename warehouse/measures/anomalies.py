"""Months and days that stand out: how many, and what they cost beyond what was expected."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import ANOMALY
from warehouse.measures.measure import Measure

_anomaly = partial(
    Measure,
    group="Anomalies",
    source="fact_anomaly",
    family="anomaly",
    dimensions=ANOMALY,
    additivity="additive over agencies and months",
    good="low",
)


def _count(name: str, label: str, term: str, said: str, of: str) -> Measure:
    return _anomaly(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"count({of.removesuffix('_count')})",
        unit="count",
        decimals=0,
        components=(of,),
        compute=formulas.count(of),
    )


def _of_event(name: str, label: str, term: str, said: str, of: str) -> Measure:
    """Define an amount of events told under themselves, drops included."""
    return _anomaly(
        name=name,
        label=label,
        term=term,
        description=said,
        formula=f"sum({of.removeprefix('told_').removesuffix('_usd')}) where told under itself",
        unit="usd",
        decimals=2,
        good=None,
        components=(of,),
        compute=formulas.total(of),
        undefined="nothing stands out",
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
        components=(f"{of}_sum", f"{of}_number"),
        compute=formulas.mean(f"{of}_sum", f"{of}_number"),
        undefined=undefined,
    )


def _excess(name: str, label: str, term: str, said: str, of: str) -> Measure:
    return _anomaly(
        name=name,
        label=label,
        term=term,
        description=said,
        formula="sum(actual - expected) where alerted",
        unit="usd",
        decimals=2,
        components=(of,),
        compute=formulas.total(of),
        undefined="no month or day stands out that much",
    )


MEASURES = (
    _count(
        "cost_anomalies", "Months that cost more than expected", "monthly cost anomalies",
        "Events of neighbouring months in which an agency's whole cost stands out above its own "
        "past, and whose excess passes the limits in dollars and per cent of their first month.",
        "alerted_month_count",
    ),
    _count(
        "service_cost_anomalies", "Services that cost more than expected",
        "monthly cost anomalies of services",
        "The same of an agency's service types, each judged by itself.",
        "alerted_service_count",
    ),
    _count(
        "daily_cost_anomalies", "Days that cost more than expected", "daily cost anomalies",
        "Events of neighbouring days in which what an agency used, as billed, stands out above its "
        "own past: weekdays as such, the first of a month beside earlier firsts.",
        "alerted_day_count",
    ),
    _excess(
        "anomaly_excess", "Cost beyond what was expected", "excess of monthly cost anomalies",
        "What the months that are counted as cost anomalies cost beyond what was expected.",
        "month_excess_usd",
    ),
    _excess(
        "daily_anomaly_excess", "Cost of days beyond what was expected",
        "excess of daily cost anomalies",
        "What the days that are counted as cost anomalies cost beyond what was expected. Days are "
        "parts of months: never add the two.",
        "day_excess_usd",
    ),
    _count(
        "anomaly_alerts", "Anomalies of cost", "alerted cost anomalies",
        "Events in which cost stands out above its own past and passes the limits in dollars and "
        "per cent, each counted once, at the agency, service, account, months or days that "
        "explain it.",
        "alert_count",
    ),
    _excess(
        "anomaly_alert_excess", "Cost of anomalies beyond what was expected",
        "excess of alerted cost anomalies",
        "What these events cost beyond what was expected. They don't overlap.",
        "alert_excess_usd",
    ),
    _of_event(
        "anomaly_actual", "Cost while it stood out", "actual cost of anomalies",
        "What was spent in the months or days of events, drops included.", "told_actual_usd",
    ),
    _of_event(
        "anomaly_expected", "Cost that was expected", "expected cost of anomalies",
        "What earlier months or days led to expect of them.", "told_expected_usd",
    ),
    _of_event(
        "anomaly_lower", "Least that would have been usual", "lower bound of anomalies",
        "The lower bound of what would not have stood out.", "told_lower_usd",
    ),
    _of_event(
        "anomaly_upper", "Most that would have been usual", "upper bound of anomalies",
        "The upper bound of what would not have stood out.", "told_upper_usd",
    ),
    _of_event(
        "anomaly_difference", "Cost against what was expected", "anomaly impact",
        "Actual minus expected; below nothing where cost dropped.", "told_excess_usd",
    ),
    _anomaly(
        name="anomaly_difference_pct",
        label="Cost against what was expected, as a share",
        term="relative anomaly impact",
        description="Actual minus expected, as a share of what was expected.",
        formula="sum(actual - expected) / sum(expected), of events told under themselves",
        unit="ratio",
        decimals=4,
        good=None,
        additivity="not additive",
        components=("told_excess_usd", "told_expected_usd"),
        compute=lambda sums: formulas.ratio(sums["told_excess_usd"], sums["told_expected_usd"]),
        undefined="nothing was expected",
    ),
    _days(
        "anomaly_days_to_find", "Days to find an anomaly", "time to detect",
        "Mean days from the end of an alerted anomaly's first month or day to the build that held "
        "it first. What was over when builds began to count is left out.",
        "days_to_find", "none began since builds count this",
    ),
    _days(
        "anomaly_days_to_resolve", "Days to resolve an anomaly", "time to resolve",
        "Mean days from the build that held an alerted anomaly first to when somebody resolved it, "
        "as known when the last build began.",
        "days_to_resolve", "none was resolved before the last build began",
    ),
)  # fmt: skip
