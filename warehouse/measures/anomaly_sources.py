"""The sums that fact_anomaly gives, and those of the days around what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func

from warehouse.measures.components import Component, Source, count, exact_sum, rows_where, source_of
from warehouse.schema.anomalies import (
    BURN,
    BY_DAY,
    BY_MONTH,
    COST,
    ERRORS,
    LATENCY,
    SERVICE,
    WHOLE,
    fact_anomaly,
    fact_anomaly_point,
)

_SUBJECTS: Final = {"latency": LATENCY, "error_rate": ERRORS, "burn_rate": BURN}
_SIDES: Final = {"actual": "actual_value", "expected": "expected_value", "lower": "lower_value",
                 "upper": "upper_value", "difference": "excess_value"}  # fmt: skip


def anomaly_sources() -> tuple[Source, ...]:
    """Give the sums of fact_anomaly: of events told under themselves, or of agencies as a whole.

    Of neither does anything count twice.
    """
    c = fact_anomaly.c
    of_cost = c.subject == COST
    of_whole, is_alert = of_cost & (c.level == WHOLE), c.is_alert.is_(True)
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
        "alert_count": rows_where(told & is_alert & of_cost),
        "alert_excess_usd": exact_sum(case((told & is_alert, c.excess_usd))),
        "reliability_alert_count": rows_where(told & is_alert & ~of_cost),
        "reliability_failures": exact_sum(case((told & is_alert, c.failure_excess))),
        **{
            f"{prefix}{name}_{what}": count(aggregate(case((holds, c[name]))))
            for prefix, holds in (("", of_cost), ("reliability_", ~of_cost))
            for name in ("days_to_find", "days_to_resolve")
            for what, aggregate in (("sum", func.sum), ("number", func.count))
        },
        **{
            f"told_{name}": exact_sum(case((told, c[name])))
            for name in ("expected_usd", "actual_usd", "lower_usd", "upper_usd", "excess_usd")
        },
        **{
            name: component
            for prefix, subject in _SUBJECTS.items()
            for name, component in _sides(prefix, told & (c.subject == subject)).items()
        },
        "burn_rate_day_sum": exact_sum(case((told & (c.subject == BURN), c.burn_rate_day))),
    }
    return (source_of(fact_anomaly, found),)


def point_sources() -> tuple[Source, ...]:
    """Give the sums of fact_anomaly_point: of days around events of one subject at a time."""
    c = fact_anomaly_point.c
    found: dict[str, Component] = {}
    for prefix, unit in (("cost", "usd"), *((name, "value") for name in _SUBJECTS)):
        holds = c.subject == {"cost": COST, **_SUBJECTS}[prefix]
        for side in ("actual", "expected", "lower", "upper"):
            amount = case((holds, c[f"{side}_{unit}"]))
            found[f"{prefix}_point_{side}_sum"] = exact_sum(amount)
            found[f"{prefix}_point_{side}_number"] = count(func.count(amount))
    return (source_of(fact_anomaly_point, found),)


def _sides(prefix: str, holds: ColumnElement[Any]) -> Mapping[str, Component]:
    """Give the sums of events of one subject: their units are those of no other."""
    c = fact_anomaly.c
    return {
        f"{prefix}_number": rows_where(holds),
        **{
            f"{prefix}_{side}_sum": exact_sum(case((holds, c[column])))
            for side, column in _SIDES.items()
        },
    }
