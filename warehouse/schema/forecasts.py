"""Forecasts: months ahead, the year's end, and how wrong forecasts have been.

Rows of an agency rest on its own months alone, and those of its service types too. Tables without
``agency_id`` are of all agencies together, and for those who see the whole government: the middle
is the sum of the agencies', the bounds are those of the sum.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table

from warehouse.schema.star import STAR, agency, exact, flag, text, whole


def _origin() -> tuple[Column[Any], ...]:
    return (
        text("origin_month", "Last month known, YYYY-MM."),
        text("forecaster", "Version of the method and its table of errors."),
    )


def _bounds(what: str) -> tuple[Column[Any], ...]:
    return (
        exact("forecast_usd", f"{what}, most likely, US dollars."),
        exact("low_80_usd", "Lower bound of the 80 % band, US dollars."),
        exact("high_80_usd", "Upper bound of the 80 % band, US dollars."),
        exact("low_95_usd", "Lower bound of the 95 % band, US dollars."),
        exact("high_95_usd", "Upper bound of the 95 % band, US dollars."),
    )


def _service() -> Column[Any]:
    return text("service_type", "IaaS, PaaS or SaaS.", key=True, to="dim_service.service_type")


def _ahead_month() -> Column[Any]:
    return text("month", "Month ahead, YYYY-MM; it need not be in dim_date.", key=True)


def _year() -> tuple[Column[Any], ...]:
    return (
        text("year_kind", "calendar or fiscal.", key=True),
        text("year_start", "First month of the year that the last month known is in, YYYY-MM."),
        *_origin(),
        exact("spent_usd", "Cost of the year's months so far, US dollars."),
        *_bounds("Cost of the whole year"),
        exact(
            "budget_usd", "Budget of the whole year; empty unless of every month.", nullable=True
        ),
        exact("budgeted_spent_usd", "Cost so far of those with a budget.", nullable=True),
        exact("budgeted_forecast_usd", "Cost of their whole year, most likely.", nullable=True),
        exact("overrun_ratio", "Chance that the year costs more than its budget.", nullable=True),
        whole(
            "months_to_break_count",
            "Months from the last one known until the budget is spent, 0 if it is; empty if never.",
            nullable=True,
        ),
    )


def _errors() -> tuple[Column[Any], ...]:
    missed = [
        column
        for step in (1, 3, 6)
        for column in (
            exact(f"missed_{step}_usd", f"Missed {step} months ahead, over past origins."),
            exact(f"came_{step}_usd", "What came in those months, each as if above 0."),
        )
    ]
    return (
        *_origin(),
        *missed,
        exact("missed_usd", "Missed one to six months ahead, over past origins."),
        exact("repeating_missed_usd", "Missed by repeating the last month instead."),
        whole("held_count", "Months that lay inside the 80 % band."),
        whole("compared_count", "Months compared."),
    )


def _kept() -> tuple[Column[Any], ...]:
    return (
        text("origin_month", "Last month known when it was published, YYYY-MM.", key=True),
        text("month", "Month that was ahead and has come, YYYY-MM.", key=True),
        whole("step", "How many months ahead it was: one to six."),
        text("forecaster", "Version of the method and its table of errors."),
        exact("forecast_usd", "What was published, most likely, US dollars."),
        exact("low_80_usd", "Lower bound of the 80 % band as published."),
        exact("high_80_usd", "Upper bound of the 80 % band as published."),
        exact("came_usd", "What came, as known now, US dollars."),
        exact("missed_usd", "How far it was off, either way, US dollars."),
        whole("held_count", "1 where what came lay inside the 80 % band, else 0."),
    )


fact_forecast = Table(
    "fact_forecast", STAR,
    agency(), _ahead_month(), *_origin(), *_bounds("Cost of the month"),
    flag("is_too_little_history", "Fewer than twelve months known: the last value is repeated."),
    comment="Grain: agency, month ahead: eighteen from the agency's own last month on.",
)  # fmt: skip

fact_forecast_service = Table(
    "fact_forecast_service", STAR,
    agency(), _service(), _ahead_month(), *_origin(), *_bounds("Cost of the month"),
    flag("is_too_little_history", "Fewer than twelve months known: the last value is repeated."),
    comment="Grain: agency, service type, month ahead: parts of fact_forecast, to the cent.",
)  # fmt: skip

fact_forecast_year = Table(
    "fact_forecast_year", STAR,
    agency(), *_year(),
    comment="Grain: agency, kind of year: the end of the year that its last month is in.",
)  # fmt: skip

fact_forecast_error = Table(
    "fact_forecast_error", STAR,
    agency(), *_errors(),
    comment="Grain: agency: forecasts from its last twelve months, each made of the months before.",
)  # fmt: skip

fact_forecast_service_error = Table(
    "fact_forecast_service_error", STAR,
    agency(), _service(), *_errors(),
    comment="Grain: agency, service type: past forecasts, drawn to the agency's as they are now.",
)  # fmt: skip

agg_forecast_month = Table(
    "agg_forecast_month", STAR,
    _ahead_month(), *_origin(), *_bounds("Cost of the month"),
    comment="Months ahead of all agencies together, after the last month that any has.",
)  # fmt: skip

agg_forecast_service_month = Table(
    "agg_forecast_service_month", STAR,
    _service(), _ahead_month(), *_origin(), *_bounds("Cost of the month"),
    comment="Months ahead of a service type over all agencies that have it.",
)  # fmt: skip

agg_forecast_year = Table(
    "agg_forecast_year", STAR,
    *_year(),
    comment="Year's end of all agencies together, each by its own year.",
)  # fmt: skip

agg_forecast_error = Table(
    "agg_forecast_error", STAR,
    text("level", "government.", key=True), *_errors(),
    comment="Past forecasts of all agencies together, added up before they are judged.",
)  # fmt: skip

agg_forecast_service_error = Table(
    "agg_forecast_service_error", STAR,
    _service(), *_errors(),
    comment="Past forecasts of a service type, added up over agencies before they are judged.",
)  # fmt: skip

fact_kept_forecast = Table(
    "fact_kept_forecast", STAR,
    agency(), *_kept(),
    comment="Grain: agency, last month known, month: published forecasts whose month has come.",
)  # fmt: skip

agg_kept_forecast = Table(
    "agg_kept_forecast", STAR,
    *_kept(),
    comment="The same of all agencies together, against what those in the sum recorded.",
)  # fmt: skip

fact_kept_forecast_service = Table(
    "fact_kept_forecast_service", STAR,
    agency(), _service(), *_kept(),
    comment="Grain: agency, service type, last month known, month: published, and come.",
)  # fmt: skip

agg_kept_forecast_service = Table(
    "agg_kept_forecast_service", STAR,
    _service(), *_kept(),
    comment="The same of a service type over all agencies that were in the sum.",
)  # fmt: skip

FORECAST_FACTS = (
    fact_forecast, fact_forecast_service, fact_forecast_year, fact_forecast_error,
    fact_forecast_service_error, fact_kept_forecast, fact_kept_forecast_service,
)  # fmt: skip
FORECAST_SUMMARIES = (
    agg_forecast_month, agg_forecast_service_month, agg_forecast_year, agg_forecast_error,
    agg_forecast_service_error, agg_kept_forecast, agg_kept_forecast_service,
)  # fmt: skip
