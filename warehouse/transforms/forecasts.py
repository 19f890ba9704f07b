"""Forecasts of a build, made in the process from each agency's monthly cost."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import Boolean, Integer, Table

from warehouse.forecasting.agencies import (
    YEAR_KINDS,
    Agency,
    Ahead,
    Budgeted,
    YearEnd,
    YearKind,
    year_end,
)
from warehouse.forecasting.agencies import months_ahead as forecast_agencies
from warehouse.forecasting.backtest import SHOWN_STEPS, Judgement, judged, past_forecasts
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.error_table import forecaster_version
from warehouse.forecasting.kept import Kept, Scored, scored
from warehouse.forecasting.known_steps import Step
from warehouse.forecasting.parts import parts_ahead
from warehouse.forecasting.series import series_of_months
from warehouse.forecasting.together import (
    PastSum,
    centre_ahead,
    centre_year,
    judge_centre,
    past_sums,
)
from warehouse.schema.forecasts import FORECAST_FACTS, FORECAST_SUMMARIES
from warehouse.schema.types import SCALE, Exact
from warehouse.transforms.service_forecasts import read_parts

FORECASTS: Final = "forecasts"

_CENTS = 100
_DECLARED: Final = MappingProxyType(
    {f"step_{table.name}": table for table in (*FORECAST_FACTS, *FORECAST_SUMMARIES)}
)
_AMOUNT = pa.decimal128(28, SCALE)


def _kind(type_: Any) -> tuple[pa.DataType, str]:
    if isinstance(type_, Exact):
        return _AMOUNT, f"decimal(28, {SCALE})"
    if isinstance(type_, Boolean):
        return pa.bool_(), "boolean"
    return (pa.int32(), "int32") if isinstance(type_, Integer) else (pa.string(), "string")


TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        name: {column.name: _kind(column.type)[1] for column in table.columns}
        for name, table in _DECLARED.items()
    }
)
"""The tables that are made here, with the types of their columns."""


def write_forecasts(con: Backend) -> dict[str, pa.Table]:
    """Forecast every agency, and all together; a month that isn't over yet is never used."""
    agencies = read_agencies(con, dt.datetime.now(dt.UTC).date())
    ahead = forecast_agencies(agencies)
    ends = {
        kind: [year_end(one, of, kind) for one, of in zip(agencies, ahead, strict=True)]
        for kind in YEAR_KINDS
    }
    past = past_forecasts([one.series for one in agencies])
    found = judged(past, len(agencies))
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _DECLARED}
    for place, (one, of) in enumerate(zip(agencies, ahead, strict=True)):
        key = {"agency_id": one.agency_id}
        short = {"is_too_little_history": of.is_too_short}
        rows["step_fact_forecast"] += [{**key, **short, **row} for row in _month_rows(of)]
        rows["step_fact_forecast_year"] += [
            {**key, **_year_row(kind, ends[kind][place])} for kind in YEAR_KINDS
        ]
        rows["step_fact_forecast_error"].append({**key, **_error_row(found, place, one.origin)})
    _add_services(rows, con, agencies, ahead)
    sums = past_sums(agencies, past)
    _add_centre(rows, agencies, ahead, sums, ends)
    whole = judge_centre(sums)
    if whole is not None:
        last = max(one.origin for one in agencies)
        rows["step_agg_forecast_error"].append(
            {"level": "government", **_error_row(whole, 0, last)}
        )
    _add_kept(rows, con, agencies)
    return {name: _table(table, rows[name]) for name, table in _DECLARED.items()}


def _add_services(
    rows: dict[str, list[dict[str, Any]]],
    con: Backend,
    agencies: Sequence[Agency],
    ahead: Sequence[Ahead],
) -> None:
    for found in parts_ahead(read_parts(con, agencies), ahead):
        one = agencies[found.part.place]
        key = {
            "agency_id": one.agency_id,
            "service_type": found.part.name,
            "is_too_little_history": found.is_too_short,
        }
        rows["step_fact_forecast_service"] += [
            {**key, **row} for row in _rows_ahead(one.origin, found.figures)
        ]


def _add_kept(
    rows: dict[str, list[dict[str, Any]]], con: Backend, agencies: Sequence[Agency]
) -> None:
    """Score what earlier builds published; of an agency that is gone nothing is told."""
    recorded = {one.agency_id: one.recorded for one in agencies}
    columns = "agency_id, origin_month, month, forecaster, forecast_usd, low_80_usd, high_80_usd"
    kept = [
        Kept(
            agency, _number(origin), _number(month), forecaster, float(mean), float(low),
            float(high), tuple(int(number) for number in members.split(",") if number),
        )
        for agency, origin, month, forecaster, mean, low, high, members in _rows(
            con, f"{columns}, members", "rec_kept_forecast"
        )
    ]  # fmt: skip
    for one in scored(kept, recorded):
        row = _kept_row(one)
        if one.kept.members:
            rows["step_agg_kept_forecast"].append(row)
        else:
            rows["step_fact_kept_forecast"].append({"agency_id": one.kept.agency_id, **row})


def _kept_row(one: Scored) -> dict[str, Any]:
    return {
        "origin_month": _text(one.kept.origin),
        "month": _text(one.kept.month),
        "step": one.kept.month - one.kept.origin,
        "forecaster": one.kept.forecaster,
        "forecast_usd": one.kept.mean,
        "low_80_usd": one.kept.low,
        "high_80_usd": one.kept.high,
        "came_usd": one.came,
        "missed_usd": one.missed,
        "held_count": int(one.held),
    }


def _add_centre(
    rows: dict[str, list[dict[str, Any]]],
    agencies: Sequence[Agency],
    ahead: Sequence[Ahead],
    sums: Sequence[PastSum],
    ends: Mapping[YearKind, Sequence[YearEnd]],
) -> None:
    centre = centre_ahead(agencies, ahead, sums)
    if centre is None:
        return
    rows["step_agg_forecast_month"] += _month_rows(centre)
    for kind in YEAR_KINDS:
        year = centre_year(ends[kind], centre)
        if year is not None:
            rows["step_agg_forecast_year"].append(_year_row(kind, year))


def read_agencies(con: Backend, today: dt.date) -> list[Agency]:
    """Read each agency's months, without the one that today is in if it is the last."""
    this_month = today.year * 12 + today.month - 1 - 1970 * 12
    costs: dict[int, dict[int, float]] = defaultdict(dict)
    for agency, month, cost in _rows(con, "agency_id, month, cost_usd", "fact_forecast_input"):
        if _number(month) != this_month:
            costs[agency][_number(month)] = float(cost)
    budgets: dict[int, dict[int, float]] = defaultdict(dict)
    for agency, month, amount in _rows(con, "agency_id, month, budget_usd", "fact_budget"):
        if amount is not None:
            budgets[agency][_number(month)] = float(amount)
    starts = {
        (agency, _number(month)): _number(start)
        for agency, month, start in _rows(
            con,
            "agency_id, month, fiscal_year_start",
            "dim_agency join dim_country_month using (country_code)",
        )
    }
    steps = read_steps(con)
    found = []
    for agency, months in sorted(costs.items()):
        known = sorted(months)
        series = series_of_months(
            str(agency), np.array(known), np.array([months[month] for month in known])
        )
        last = known[-1]
        year: dict[YearKind, int] = {"calendar": last - last % 12, "fiscal": starts[agency, last]}
        found.append(Agency(agency, series, months, year, budgets[agency], steps.get(agency, ())))
    return found


def read_steps(con: Backend) -> dict[int, tuple[Step, ...]]:
    """Read by agency what its people know of."""
    found: dict[int, list[Step]] = defaultdict(list)
    columns = "agency_id, month_from, month_to, change_usd, change_ratio"
    for agency, first, last, amount, share in _rows(con, columns, "rec_spend_event"):
        found[agency].append(
            Step(_number(first), _number(last) if last else None, float(amount or 0),
                 float(share or 0))
        )  # fmt: skip
    return {agency: tuple(steps) for agency, steps in found.items()}


def _rows(con: Backend, columns: str, table: str) -> Iterable[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = con.con.execute(f"select {columns} from {table}").fetchall()
    return rows


def _month_rows(ahead: Ahead) -> list[dict[str, Any]]:
    return _rows_ahead(ahead.origin, ahead.figures)


def _rows_ahead(last: int, ahead: Floats) -> list[dict[str, Any]]:
    return [
        {"month": _text(last + step), **_origin(last), **_figures(figures)}
        for step, figures in enumerate(ahead, start=1)
    ]


def _year_row(kind: YearKind, end: YearEnd) -> dict[str, Any]:
    return {
        "year_kind": kind,
        "year_start": _text(end.year_start),
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


def _error_row(found: Judgement, place: int, origin: int) -> dict[str, Any]:
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
    return {"origin_month": _text(month), "forecaster": forecaster_version()}


def _figures(cents: Iterable[float]) -> dict[str, float]:
    names = ("forecast_usd", "low_80_usd", "high_80_usd", "low_95_usd", "high_95_usd")
    return {name: value / _CENTS for name, value in zip(names, cents, strict=True)}


def _table(declared: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    columns = {}
    for column in declared.columns:
        kind, _ = _kind(column.type)
        values = [row[column.name] for row in rows]
        made = pa.array(values, pa.float64() if kind == _AMOUNT else kind)
        columns[column.name] = made.cast(kind)
    return pa.table(columns)


def _number(month: str) -> int:
    return (int(month[:4]) - 1970) * 12 + int(month[5:]) - 1


def _text(month: int) -> str:
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"
