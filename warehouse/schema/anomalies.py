"""Months and days of an agency whose cost stands out from what came before."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from warehouse.schema.star import STAR, agency, day, exact, flag, month, text, whole

WHOLE: Final = "all"
"""The level, and the part, that is all of an agency."""
SERVICE: Final = "service"
ACCOUNT: Final = "account"
BY_MONTH: Final = "month"
BY_DAY: Final = "day"

fact_anomaly = Table(
    "fact_anomaly", STAR,
    text("anomaly_id", "What it is known by, from its agency, period, level, part and first day.",
         key=True),
    agency(key=False),
    month("Month in which it begins.", key=False),
    text("period", "month or day: what is judged."),
    text("level", "all, service or account: of what it is."),
    text("part", "A service type, an account with its provider before it, or all."),
    day("first_day", "First day of the first month or day that stands out."),
    day("last_day", "First day of the last month, or the last day."),
    exact("expected_usd", "What its earlier months or days led to expect, US dollars."),
    exact("actual_usd", "What it cost: months as in fact_cost_monthly, or what is consumed by "
          "bills of an account; a day as its usage by bills."),
    exact("lower_usd", "Lower bound of what would have been usual."),
    exact("upper_usd", "Upper bound of what would have been usual."),
    exact("excess_usd", "Actual - expected; below nothing for a drop."),
    exact("excess_ratio", "Excess / expected; empty where nothing was expected.", nullable=True),
    text("kind", "spike: over again; rise: still on; new level: confirmed; drop; return: back "
         "where it was before a drop."),
    flag("is_alert", "Whether it is above, and its excess passes the limits of its month."),
    text("told_under", "The event under which it is told: its own identifier, or that of another "
         "in which the same is seen."),
    text("contributors", "The services that rose most, with their change in US dollars beside the "
         "mean before, or fell most in a drop; empty text of a service."),
    whole("days_to_find", "Of an alert: days from the end of its first month or day to the build "
          "that held it first; empty of what was over when builds began to count.", nullable=True),
    whole("days_to_resolve", "Days from that build to when somebody resolved it, as far as known "
          "when this build began; empty until then.", nullable=True),
    comment="Grain: event: neighbouring months or days of an agency, or of a part of it, that "
    "stand out from their own past. Those told under themselves don't overlap.",
)  # fmt: skip

ANOMALY_FACTS = (fact_anomaly,)
