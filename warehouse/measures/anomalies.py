"""Months and days that stand out: how many, and what they cost beyond what was expected."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import FINANCE
from warehouse.measures.measure import Measure

_anomaly = partial(
    Measure,
    group="Anomalies",
    source="fact_anomaly",
    family="anomaly",
    dimensions=FINANCE,
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
)  # fmt: skip
