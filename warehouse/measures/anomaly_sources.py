"""The sums that fact_anomaly gives."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import case

from warehouse.measures.components import Component, Source, exact_sum, rows_where, source_of
from warehouse.schema.anomalies import BY_DAY, BY_MONTH, WHOLE, fact_anomaly


def anomaly_sources() -> tuple[Source, ...]:
    """Give the sums of fact_anomaly: of agencies as a whole, so that nothing counts twice."""
    c = fact_anomaly.c
    of_whole = c.part == WHOLE
    monthly, daily = of_whole & (c.period == BY_MONTH), of_whole & (c.period == BY_DAY)
    found: Mapping[str, Component] = {
        "alerted_month_count": rows_where(monthly & c.is_alert.is_(True)),
        "alerted_day_count": rows_where(daily & c.is_alert.is_(True)),
        "alerted_service_count": rows_where(
            ~of_whole & (c.period == BY_MONTH) & c.is_alert.is_(True)
        ),
        "month_excess_usd": exact_sum(case((monthly & c.is_alert.is_(True), c.excess_usd))),
        "day_excess_usd": exact_sum(case((daily & c.is_alert.is_(True), c.excess_usd))),
    }
    return (source_of(fact_anomaly, found),)
