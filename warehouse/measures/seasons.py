"""Peak against other months: what services do under load and without it.

The months of all services that have both seasons are pooled on either side. Services weigh
differently in each, so the difference of several services can be there although none of them
changed; that of one service stands.
"""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import PERFORMANCE_SEASON
from warehouse.measures.measure import Kind, Measure
from warehouse.measures.reliability import ERRORS, LATENCY, STABILITY

_POOLED = (
    "over the pooled months of services that have both. Of several services it can come from "
    "their different weight in each season; of one service it stands."
)

_measure = partial(
    Measure,
    group="Reliability",
    source="fact_performance",
    family="performance",
    dimensions=PERFORMANCE_SEASON,
    additivity="not additive: made anew from sums at every level",
    kind=Kind.SEASON,
    undefined="no service with records both in peak months and in others",
)

MEASURES = (
    _measure(
        name="stability_peak_delta",
        label="Stability at peak against other months",
        term="peak stability delta",
        description="Stability in peak months minus that in others, " + _POOLED,
        formula="stability_score(peak) - stability_score(non-peak), services with both, pooled",
        unit="score",
        good="high",
        decimals=2,
        components=STABILITY,
        compute=formulas.stability,
    ),
    _measure(
        name="latency_peak_delta_ms",
        label="Latency at peak against other months",
        term="peak latency delta",
        description="Latency in peak months minus that in others, " + _POOLED,
        formula="latency_ms(peak) - latency_ms(non-peak), services with both, pooled",
        unit="ms",
        good="low",
        decimals=1,
        components=LATENCY,
        compute=formulas.latency,
    ),
    _measure(
        name="error_rate_peak_delta",
        label="Failed requests at peak against other months",
        term="peak error rate delta",
        description=(
            "The percentage of requests that failed in peak months minus that in others, " + _POOLED
        ),
        formula="100 x (error_rate(peak) - error_rate(non-peak)), services with both, pooled",
        unit="pct_points",
        good="low",
        decimals=2,
        components=ERRORS,
        compute=formulas.in_hundredths(formulas.error_rate),
    ),
    _measure(
        name="sla_breach_rate_peak_delta",
        label="Limits broken at peak against other months",
        term="peak SLA breach rate delta",
        description=(
            "The percentage of service-months that broke a limit in peak months minus that in "
            "others, " + _POOLED
        ),
        formula=(
            "100 x (sla_breach_rate(peak) - sla_breach_rate(non-peak)), services with both, pooled"
        ),
        unit="pct_points",
        good="low",
        decimals=2,
        components=("sla_breach_count", "row_count"),
        compute=formulas.in_hundredths(formulas.mean("sla_breach_count", "row_count")),
    ),
)
