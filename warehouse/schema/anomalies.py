"""Months and days of an agency whose cost stands out from what came before."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from warehouse.schema.star import STAR, agency, day, exact, flag, month, text

WHOLE: Final = "all"
"""The part of an agency that is all of it."""
BY_MONTH: Final = "month"
BY_DAY: Final = "day"

fact_anomaly = Table(
    "fact_anomaly", STAR,
    agency(),
    month("Month in which it begins."),
    text("period", "month or day: what is judged.", key=True),
    text("part", "A service type, or all of the agency; days are judged of all alone.", key=True),
    day("first_day", "First day of the first month or day that stands out.", key=True),
    day("last_day", "First day of the last month, or the last day.", key=True),
    exact("expected_usd", "What its earlier months or days led to expect, US dollars."),
    exact("actual_usd", "What it cost: each agency's month as in fact_cost_monthly, a day as its "
          "usage by bills."),
    exact("lower_usd", "Lower bound of what would have been usual."),
    exact("upper_usd", "Upper bound of what would have been usual."),
    exact("excess_usd", "Actual - expected; below nothing for a drop."),
    exact("excess_ratio", "Excess / expected; empty where nothing was expected.", nullable=True),
    text("kind", "spike: over again; rise: still on; new level: confirmed; drop; return: back "
         "where it was before a drop."),
    flag("is_alert", "Whether it is above, and its excess passes the limits of its month."),
    text("contributors", "The services that rose most, with their change in US dollars beside the "
         "mean before; empty text of a part.",
         ),
    comment="Grain: agency, period, part, event: neighbouring months or days that stand out from "
    "the agency's own past. Parts overlap with the whole and months with days: never add them up.",
)  # fmt: skip

ANOMALY_FACTS = (fact_anomaly,)
