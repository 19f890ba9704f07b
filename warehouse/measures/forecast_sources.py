"""The tables of forecasts: of all agencies together for who sees them all, else of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Table, case, func

from warehouse.measures.components import Component, Source, count, exact_sum, source_of
from warehouse.schema import forecasts

ERROR_STEPS = (1, 3, 6)
"""So many months ahead errors of forecasts are told."""
YEAR_KIND = "year_kind"
"""The filter that chooses between the ends of a calendar and of a fiscal year."""


def forecast_sources() -> Mapping[str, tuple[Source, ...]]:
    """Give the tables of months ahead, of the year's end, and of past errors."""
    return {
        "forecast": (
            _ahead(forecasts.agg_forecast_month),
            _ahead(forecasts.agg_forecast_service_month),
            _ahead(forecasts.fact_forecast),
            _ahead(forecasts.fact_forecast_service),
        ),
        "forecast_year": (
            _year(forecasts.agg_forecast_year),
            _year(forecasts.fact_forecast_year),
        ),
        "kept_forecast": (
            _kept(forecasts.agg_kept_forecast),
            _kept(forecasts.agg_kept_forecast_service),
            _kept(forecasts.fact_kept_forecast),
            _kept(forecasts.fact_kept_forecast_service),
        ),
        "forecast_error": (
            source_of(forecasts.agg_forecast_error, {}),
            source_of(forecasts.agg_forecast_service_error, {}),
            source_of(forecasts.fact_forecast_error, {}),
            source_of(forecasts.fact_forecast_service_error, {}),
        ),
    }


def _ahead(table: Table) -> Source:
    return source_of(table, {"first_ahead": Component(func.min(table.c.month), "text")})


def _kept(table: Table) -> Source:
    sums = {"compared_count": count(func.count())}
    for step in ERROR_STEPS:
        at = table.c.step == step
        sums[f"missed_{step}_usd"] = exact_sum(case((at, table.c.missed_usd)))
        sums[f"came_{step}_usd"] = exact_sum(case((at, func.abs(table.c.came_usd))))
    return source_of(table, sums)


def _year(table: Table) -> Source:
    # Of a sum named budget_usd the missing rates would be asked for, which these rows don't have.
    sums = {
        "year_budget_usd": exact_sum(table.c.budget_usd),
        "last_month": Component(func.max(table.c.origin_month), "text"),
        "first_of_year": Component(func.min(table.c.year_start), "text"),
    }
    source = source_of(table, sums)
    return replace(
        source,
        columns={**source.columns, YEAR_KIND: table.c.year_kind},
        dimensions=source.dimensions | {YEAR_KIND},
    )
