"""What stands out of an agency's past: months and days of its cost, days of its services."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from warehouse.schema.star import STAR, agency, day, exact, flag, month, text, whole

COST: Final = "cost"
LATENCY: Final = "latency"
ERRORS: Final = "errors"
BURN: Final = "burn rate"
RELIABILITY: Final = (BURN, ERRORS, LATENCY)
"""Subjects that telemetry tells of; what matters most first."""

WHOLE: Final = "all"
"""The level, and the part, that is all of an agency."""
SERVICE: Final = "service"
ACCOUNT: Final = "account"
DIGITAL_SERVICE: Final = "digital service"
BY_MONTH: Final = "month"
BY_DAY: Final = "day"

fact_anomaly = Table(
    "fact_anomaly", STAR,
    text("anomaly_id", "What it is known by, from its agency, period, level, part and first day; "
         "of another subject than cost from this in place of the period.", key=True),
    agency(key=False),
    month("Month in which it begins.", key=False),
    text("subject", "cost, latency, errors or burn rate: what stands out."),
    text("period", "month or day: what is judged; days of all but cost."),
    text("level", "all, service or account, or digital service: of what it is."),
    text("part", "A service type, an account with its provider before it, the identifier of a "
         "digital service, or all."),
    day("first_day", "First day of the first month or day that stands out."),
    day("last_day", "First day of the last month, or the last day."),
    exact("expected_usd", "What its earlier months or days led to expect, US dollars; empty of "
          "another subject than cost, as are the other amounts of money.", nullable=True),
    exact("actual_usd", "What it cost: months as in fact_cost_monthly, or what is consumed by "
          "bills of an account; a day as its usage by bills.", nullable=True),
    exact("lower_usd", "Lower bound of what would have been usual.", nullable=True),
    exact("upper_usd", "Upper bound of what would have been usual.", nullable=True),
    exact("excess_usd", "Actual - expected; below nothing for a drop.", nullable=True),
    exact("expected_value", "What earlier days led to expect: latency in milliseconds, errors as a "
          "share of requests, burn rate as times what the target allows over seven days; a mean "
          "over its days, weighted by requests but for the burn rate. Empty of cost, as are the "
          "other values.", nullable=True),
    exact("actual_value", "What telemetry counted, in the same unit.", nullable=True),
    exact("lower_value", "Lower bound of what would have been usual.", nullable=True),
    exact("upper_value", "Upper bound of what would have been usual.", nullable=True),
    exact("excess_value", "Actual - expected, in the same unit; below nothing for a drop.",
          nullable=True),
    exact("requests", "Requests in its days; empty of cost.", nullable=True),
    exact("failure_excess", "How many more requests failed than was expected; empty of cost and "
          "latency.", nullable=True),
    exact("burn_rate_day", "Highest burn rate of one of its days, times what the target allows; "
          "empty without a target.", nullable=True),
    exact("burn_rate_week", "The same of seven days that end in it.", nullable=True),
    exact("excess_ratio", "Excess / expected; empty where nothing was expected.", nullable=True),
    text("kind", "spike: over again; rise: still on; new level: confirmed; drop; return: back "
         "where it was before a drop."),
    flag("is_alert", "Whether it is above, and its excess passes the limits of its month."),
    text("told_under", "The event under which it is told: its own identifier, or that of another "
         "in which the same is seen."),
    text("contributors", "The services that rose most, with their change in US dollars beside the "
         "mean before, or fell most in a drop; of digital services with how many more of their "
         "requests failed than expected, or by how many milliseconds they were slower; empty text "
         "of a service."),
    whole("days_to_find", "Of an alert: days from the end of its first month or day to the build "
          "that held it first; empty of what was over when builds began to count.", nullable=True),
    whole("days_to_resolve", "Days from that build to when somebody resolved it, as far as known "
          "when this build began; empty until then.", nullable=True),
    comment="Grain: event: neighbouring months or days of an agency, or of a part of it, in "
    "which its cost or the reliability of its services stands out from their own past. "
    "Those told under themselves don't overlap.",
)  # fmt: skip

fact_anomaly_point = Table(
    "fact_anomaly_point", STAR,
    text("anomaly_id", "The event that it lies in or near.", key=True),
    agency(key=False),
    month("Month of the day.", key=False),
    day("day", "The day, or the first day of the month, that was judged.", key=True),
    text("subject", "Of the event: cost, latency, errors or burn rate."),
    exact("actual_usd", "What it cost; empty of another subject than cost, as are the other "
          "amounts of money.", nullable=True),
    exact("expected_usd", "What earlier months or days led to expect; empty where too few of them "
          "were known, as are its bounds.", nullable=True),
    exact("lower_usd", "Lower bound of what would have been usual.", nullable=True),
    exact("upper_usd", "Upper bound of what would have been usual.", nullable=True),
    exact("actual_value", "What telemetry counted, in the unit of the event: milliseconds, a share "
          "of requests, or times what the target allows over the seven days that end in this one. "
          "Empty of cost, as are the other values.", nullable=True),
    exact("expected_value", "What earlier days led to expect, in the same unit.", nullable=True),
    exact("lower_value", "Lower bound of what would have been usual.", nullable=True),
    exact("upper_value", "Upper bound of what would have been usual.", nullable=True),
    comment="Grain: event told under itself and day (or month) from 21 days (12 months) before it "
    "to as many after it. Days of which nothing is known are left out.",
)  # fmt: skip

ANOMALY_FACTS = (fact_anomaly, fact_anomaly_point)
