"""Peak against other months: what services do under load and without it.

The months of all services that have both seasons are pooled on either side. Services weigh
differently in each, so the difference of several services can be there although none of them
changed; that of one service stands.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.measures import reliability
from warehouse.measures.differences import difference_of
from warehouse.measures.dimensions import PERFORMANCE_SEASON
from warehouse.measures.measure import Kind, Measure

_POOLED = (
    "over the pooled months of services that have both. Of several services it can come from "
    "their different weight in each season; of one service it stands."
)
_KNOWN = {measure.name: measure for measure in reliability.MEASURES}


def _peak_delta(of: str, name: str, *, what: str, label: str, term: str) -> Measure:
    """Define what a figure shows in peak months minus what it shows in others."""
    found = difference_of(
        _KNOWN[of],
        "peak",
        "non-peak",
        name=name,
        label=f"{label} at peak against other months",
        term=f"peak {term} delta",
        description=f"{what} in peak months minus that in others, {_POOLED}",
        dimensions=PERFORMANCE_SEASON,
        kind=Kind.SEASON,
        undefined="no service with records both in peak months and in others",
    )
    return replace(found, formula=f"{found.formula}, services with both, pooled")


MEASURES = (
    _peak_delta("stability_score", "stability_peak_delta", what="Stability", label="Stability",
                term="stability"),
    _peak_delta("latency_ms", "latency_peak_delta_ms", what="Latency", label="Latency",
                term="latency"),
    _peak_delta("error_rate", "error_rate_peak_delta", label="Failed requests",
                what="The percentage of requests that failed", term="error rate"),
    _peak_delta("sla_breach_rate", "sla_breach_rate_peak_delta", label="Limits broken",
                what="The percentage of service-months that broke a limit",
                term="SLA breach rate"),
)  # fmt: skip
