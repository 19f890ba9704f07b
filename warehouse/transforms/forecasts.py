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

from warehouse.forecasting.agencies import (
    YEAR_KINDS,
    Agency,
    Ahead,
    YearEnd,
    YearKind,
    year_end,
)
from warehouse.forecasting.agencies import months_ahead as forecast_agencies
from warehouse.forecasting.backtest import judged, past_forecasts
from warehouse.forecasting.kept import Kept, scored
from warehouse.forecasting.known_steps import Step
from warehouse.forecasting.series import series_of_months
from warehouse.forecasting.together import (
    PastSum,
    centre_year,
    judge_sums,
    members_of,
    past_sums,
    sum_ahead,
)
from warehouse.schema.forecasts import FORECAST_FACTS, FORECAST_SUMMARIES
from warehouse.transforms.forecast_rows import (
    Row,
    error_row,
    kept_row,
    month_rows,
    number,
    year_row,
)
from warehouse.transforms.laid_out import kinds_of, lay_out
from warehouse.transforms.service_forecasts import (
    Months,
    foresee_services,
    read_parts,
    service_rows,
)

FORECASTS: Final = "forecasts"

_DECLARED: Final = MappingProxyType(
    {f"step_{table.name}": table for table in (*FORECAST_FACTS, *FORECAST_SUMMARIES)}
)
TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {name: kinds_of(table) for name, table in _DECLARED.items()}
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
    rows: dict[str, list[Row]] = {name: [] for name in _DECLARED}
    for place, (one, of) in enumerate(zip(agencies, ahead, strict=True)):
        key = {"agency_id": one.agency_id}
        short = {"is_too_little_history": of.is_too_short}
        rows["step_fact_forecast"] += [{**key, **short, **row} for row in month_rows(of)]
        rows["step_fact_forecast_year"] += [
            {**key, **year_row(kind, ends[kind][place])} for kind in YEAR_KINDS
        ]
        rows["step_fact_forecast_error"].append({**key, **error_row(found, place, one.origin)})
    services = foresee_services(read_parts(con, agencies), ahead, past)
    sums, *of_services = past_sums([([one.series for one in agencies], past), *services.sums])
    _add_centre(rows, agencies, ahead, sums, ends)
    for name, more in service_rows(agencies, services, of_services).items():
        rows[f"step_{name}"] += more
    recorded = {(one.agency_id, ""): one.recorded for one in agencies}
    _add_kept(rows, con, {**recorded, **services.recorded(agencies)})
    return {name: lay_out(table, rows[name]) for name, table in _DECLARED.items()}


def _add_kept(
    rows: dict[str, list[Row]], con: Backend, recorded: Mapping[tuple[int, str], Months]
) -> None:
    """Score what earlier builds published; of an agency that is gone nothing is told."""
    columns = (
        "agency_id, service_type, origin_month, month, forecaster, forecast_usd, low_80_usd, "
        "high_80_usd, members"
    )
    kept = [
        Kept(
            agency, service, number(origin), number(month), forecaster, float(mean), float(low),
            float(high), tuple(int(member) for member in members.split(",") if member),
        )
        for agency, service, origin, month, forecaster, mean, low, high, members in _rows(
            con, columns, "rec_kept_forecast"
        )
    ]  # fmt: skip
    for one in scored(kept, recorded):
        is_sum, service = bool(one.kept.members), one.kept.service_type
        key = {} if is_sum else {"agency_id": one.kept.agency_id}
        of_service = {"service_type": service} if service else {}
        table = f"step_{'agg' if is_sum else 'fact'}_kept_forecast{'_service' if service else ''}"
        rows[table].append({**key, **of_service, **kept_row(one)})


def _add_centre(
    rows: dict[str, list[Row]],
    agencies: Sequence[Agency],
    ahead: Sequence[Ahead],
    sums: Sequence[PastSum],
    ends: Mapping[YearKind, Sequence[YearEnd]],
) -> None:
    centre = sum_ahead(members_of(agencies, ahead), sums)
    if centre is None:
        return
    rows["step_agg_forecast_month"] += month_rows(centre)
    for kind in YEAR_KINDS:
        year = centre_year(ends[kind], centre)
        if year is not None:
            rows["step_agg_forecast_year"].append(year_row(kind, year))
    whole = judge_sums(sums)
    if whole is not None:
        rows["step_agg_forecast_error"].append(
            {"level": "government", **error_row(whole, 0, centre.origin)}
        )


def read_agencies(con: Backend, today: dt.date) -> list[Agency]:
    """Read each agency's months, without the one that today is in if it is the last."""
    this_month = today.year * 12 + today.month - 1 - 1970 * 12
    costs: dict[int, dict[int, float]] = defaultdict(dict)
    for agency, month, cost in _rows(con, "agency_id, month, cost_usd", "fact_forecast_input"):
        if number(month) != this_month:
            costs[agency][number(month)] = float(cost)
    budgets: dict[int, dict[int, float]] = defaultdict(dict)
    for agency, month, amount in _rows(con, "agency_id, month, budget_usd", "fact_budget"):
        if amount is not None:
            budgets[agency][number(month)] = float(amount)
    starts = {
        (agency, number(month)): number(start)
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
            Step(number(first), number(last) if last else None, float(amount or 0),
                 float(share or 0))
        )  # fmt: skip
    return {agency: tuple(steps) for agency, steps in found.items()}


def _rows(con: Backend, columns: str, table: str) -> Iterable[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = con.con.execute(f"select {columns} from {table}").fetchall()
    return rows
