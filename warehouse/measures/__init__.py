"""The registry: every figure that can be asked for, defined once."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.measures import (
    anomalies,
    anomaly_points,
    bills,
    bridge,
    budgets,
    cost,
    courses,
    forecasts,
    governance,
    growth,
    invoices,
    migration,
    moves,
    objectives,
    peers,
    providers,
    recommendations,
    relations,
    reliability,
    rows,
    seasons,
    tagging,
    telemetry_anomalies,
    usage,
)
from warehouse.measures.dimensions import DIMENSION_NAMES
from warehouse.measures.measure import Kind, Measure, Unit

__all__ = ["DIMENSION_NAMES", "REGISTRY", "Kind", "Measure", "Unit"]

REGISTRY: Mapping[str, Measure] = {
    measure.name: measure
    for module in (
        reliability,
        objectives,
        seasons,
        cost,
        growth,
        bridge,
        budgets,
        forecasts,
        usage,
        governance,
        tagging,
        providers,
        migration,
        moves,
        courses,
        peers,
        bills,
        invoices,
        anomalies,
        telemetry_anomalies,
        anomaly_points,
        relations,
        recommendations,
        rows,
    )
    for measure in module.MEASURES
}
