"""The sums that fact_anomaly gives."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import case, func

from warehouse.measures.components import Component, Source, count, exact_sum, rows_where, source_of
from warehouse.schema.anomalies import BY_DAY, BY_MONTH, SERVICE, WHOLE, fact_anomaly


def anomaly_sources() -> tuple[Source, ...]:
    """Give the sums of fact_anomaly: of events told under themselves, or of agencies as a whole.

    Of neither does anything count twice.
    """
    c = fact_anomaly.c
    of_whole, is_alert = c.level == WHOLE, c.is_alert.is_(True)
    monthly, daily = of_whole & (c.period == BY_MONTH), of_whole & (c.period == BY_DAY)
    told = c.told_under == c.anomaly_id
    found: Mapping[str, Component] = {
        "alerted_month_count": rows_where(monthly & is_alert),
        "alerted_day_count": rows_where(daily & is_alert),
        "alerted_service_count": rows_where(
            (c.level == SERVICE) & (c.period == BY_MONTH) & is_alert
        ),
        "month_excess_usd": exact_sum(case((monthly & is_alert, c.excess_usd))),
        "day_excess_usd": exact_sum(case((daily & is_alert, c.excess_usd))),
        "alert_count": rows_where(told & is_alert),
        "alert_excess_usd": exact_sum(case((told & is_alert, c.excess_usd))),
        **{
            f"{name}_{what}": count(of)
            for name in ("days_to_find", "days_to_resolve")
            for what, of in (("sum", func.sum(c[name])), ("number", func.count(c[name])))
        },
        **{
            f"told_{name}": exact_sum(case((told, c[name])))
            for name in ("expected_usd", "actual_usd", "lower_usd", "upper_usd", "excess_usd")
        },
    }
    return (source_of(fact_anomaly, found),)
