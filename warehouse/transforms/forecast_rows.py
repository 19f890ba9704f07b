"""Rows of the tables of forecasts: what the forecaster gives, in columns and US dollars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from warehouse.forecasting.agencies import Ahead, Budgeted, YearEnd, YearKind
from warehouse.forecasting.backtest import SHOWN_STEPS, Judgement
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.error_table import forecaster_version
from warehouse.forecasting.kept import Scored

Row = dict[str, Any]

_CENTS: Final = 100


def month_rows(ahead: Ahead) -> list[Row]:
    """Give the months ahead."""
    return rows_ahead(ahead.origin, ahead.figures)


def rows_ahead(last: int, ahead: Floats) -> list[Row]:
    """Give the months after the last one known, from middles and bounds in cents."""
    return [
        {"month": text(last + step), **_origin(last), **_figures(figures)}
        for step, figures in enumerate(ahead, start=1)
    ]


def year_row(kind: YearKind, end: YearEnd) -> Row:
    """Give a year's end."""
    return {
        "year_kind": kind,
        "year_start": text(end.year_start),
        **_origin(end.origin),
        "spent_usd": end.spent / _CENTS,
        **_figures(end.figures),
        **_budgeted(end.budgeted),
        "overrun_ratio": end.chance,
        "months_to_break_count": end.breaks_in,
    }


def _budgeted(of_them: Budgeted | None) -> dict[str, float | None]:
    if of_them is None:
        return dict.fromkeys(("budget_usd", "budgeted_spent_usd", "budgeted_forecast_usd"))
    return {
        "budget_usd": of_them.budget / _CENTS,
        "budgeted_spent_usd": of_them.spent / _CENTS,
        "budgeted_forecast_usd": of_them.middle / _CENTS,
    }


def error_row(found: Judgement, place: int, origin: int) -> Row:
    """Give how far past forecasts of one series were off."""
    by_step = {
        name: float(amounts[place, step - 1])
        for step in SHOWN_STEPS
        for name, amounts in (
            (f"missed_{step}_usd", found.missed), (f"came_{step}_usd", found.came),
        )
    }  # fmt: skip
    return {
        **_origin(origin),
        **by_step,
        "missed_usd": float(found.missed_in_all[place]),
        "repeating_missed_usd": float(found.missed_by_repeating[place]),
        "held_count": int(found.held[place]),
        "compared_count": int(found.compared[place]),
    }


def _origin(month: int) -> dict[str, str]:
    return {"origin_month": text(month), "forecaster": forecaster_version()}


def _figures(cents: Iterable[float]) -> dict[str, float]:
    names = ("forecast_usd", "low_80_usd", "high_80_usd", "low_95_usd", "high_95_usd")
    return {name: value / _CENTS for name, value in zip(names, cents, strict=True)}


def kept_row(one: Scored) -> Row:
    """Give a published month beside what came."""
    return {
        "origin_month": text(one.kept.origin),
        "month": text(one.kept.month),
        "step": one.kept.month - one.kept.origin,
        "forecaster": one.kept.forecaster,
        "forecast_usd": one.kept.mean,
        "low_80_usd": one.kept.low,
        "high_80_usd": one.kept.high,
        "came_usd": one.came,
        "missed_usd": one.missed,
        "held_count": int(one.held),
    }


def number(month: str) -> int:
    """Count a month, YYYY-MM, from January 1970."""
    return (int(month[:4]) - 1970) * 12 + int(month[5:]) - 1


def text(month: int) -> str:
    """Write a month counted from January 1970."""
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"
