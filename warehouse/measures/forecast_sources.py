"""The tables of forecasts: of all agencies together for who sees them all, else of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Table, case

from warehouse.measures.components import Source, exact_sum, source_of
from warehouse.schema import forecasts

YEAR_KIND = "year_kind"
"""The filter that chooses between the ends of a calendar and of a fiscal year."""


def forecast_sources() -> Mapping[str, tuple[Source, ...]]:
    """Give the tables of months ahead, of the year's end, and of past errors."""
    return {
        "forecast": (
            source_of(forecasts.agg_forecast_month, {}),
            source_of(forecasts.fact_forecast, {}),
        ),
        "forecast_year": (
            _year(forecasts.agg_forecast_year),
            _year(forecasts.fact_forecast_year),
        ),
        "forecast_error": (
            source_of(forecasts.agg_forecast_error, {}),
            source_of(forecasts.fact_forecast_error, {}),
        ),
    }


def _year(table: Table) -> Source:
    budgeted = case((table.c.budget_usd.is_not(None), table.c.forecast_usd))
    # Of a sum named budget_usd the missing rates would be asked for, which these rows don't have.
    sums = {
        "budgeted_forecast_usd": exact_sum(budgeted),
        "year_budget_usd": exact_sum(table.c.budget_usd),
    }
    source = source_of(table, sums)
    return replace(
        source,
        columns={**source.columns, YEAR_KIND: table.c.year_kind},
        dimensions=source.dimensions | {YEAR_KIND},
    )
