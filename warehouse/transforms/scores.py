"""Bands and scores of a performance row, and the model that stands in for telemetry."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from warehouse.transforms.exact import as_decimal, number

FAST_MS, SLOW_MS = "250", "500"
FEW_ERRORS_PCT, MANY_ERRORS_PCT = "1", "3"
IDLE_PCT, FULL_PCT = "20", "85"
"""The edges of the bands belong to the scores' definition and are not thresholds of the SLA:
moving the SLA must not rewrite what a score of last year meant."""


def modelled_latency_ms(utilisation: ir.NumericValue, status: ir.StringValue) -> ir.NumericValue:
    """Model latency: 150 + 3 x utilisation, + 80 before migration or 40 after."""
    extra = ibis.ifelse(status == "Pre", number("80"), number("40"))
    return number("150") + number("3") * utilisation + extra


def modelled_error_rate_pct(
    utilisation: ir.NumericValue, status: ir.StringValue
) -> ir.NumericValue:
    """Model errors per hundred requests in three steps of utilisation; 0.7 more before."""
    base = ibis.cases(
        (utilisation > 80, number("3.5")),
        (utilisation > 70, number("2.0")),
        (utilisation.notnull(), number("0.8")),
    )
    return base + ibis.ifelse(status == "Pre", number("0.7"), number("0.0"))


def response_time_score(latency: ir.NumericValue) -> ir.NumericValue:
    """Score latency 100, 70 or 40; null without a latency."""
    return _band(latency, FAST_MS, SLOW_MS)


def health_score(
    latency: ir.NumericValue, error_rate: ir.NumericValue, utilisation: ir.NumericValue
) -> ir.DecimalValue:
    """Weigh the three bands 0.4, 0.4, 0.2; null where any of the three is unknown."""
    load = ibis.cases(
        (utilisation < number(IDLE_PCT), number("60")),
        (utilisation > number(FULL_PCT), number("40")),
        (utilisation.notnull(), number("100")),
    )
    errors = _band(error_rate, FEW_ERRORS_PCT, MANY_ERRORS_PCT)
    return as_decimal(
        number("0.4") * response_time_score(latency) + number("0.4") * errors + number("0.2") * load
    )


def _band(value: ir.NumericValue, good: str, fair: str) -> ir.NumericValue:
    return ibis.cases(
        (value <= number(good), number("100")),
        (value <= number(fair), number("70")),
        (value.notnull(), number("40")),
    )
