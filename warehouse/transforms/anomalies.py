"""Anomalies of a build, found in the process from each agency's own months and days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend
from sqlalchemy import Boolean, Date, Integer

from warehouse.forecasting.anomaly_events import DROP, RETURN, find_daily, find_monthly
from warehouse.schema.anomalies import BY_DAY, BY_MONTH, WHOLE, fact_anomaly
from warehouse.schema.types import SCALE, Exact

ANOMALIES: Final = "step_anomaly"
LEAST_USD: Final = "anomaly_least_usd"
LEAST_RATIO: Final = "anomaly_least_ratio"

_DAYS_READ: Final = 400
"""Days before the last billed one that are judged: what is older is known by its months."""
_BEFORE: Final = {BY_MONTH: 3, BY_DAY: 28}
"""Months or days before an event that its contributors are compared with."""
_CONTRIBUTORS: Final = 3
_CENT: Final = Decimal("0.01")
_KEY = ["agency_id", "part"]


def _kind(type_: Any) -> tuple[pa.DataType, str]:
    if isinstance(type_, Exact):
        return pa.decimal128(28, SCALE), f"decimal(28, {SCALE})"
    if isinstance(type_, Boolean):
        return pa.bool_(), "boolean"
    if isinstance(type_, Date):
        return pa.date32(), "date"
    return (pa.int32(), "int32") if isinstance(type_, Integer) else (pa.string(), "string")


TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {ANOMALIES: {column.name: _kind(column.type)[1] for column in fact_anomaly.columns}}
)
"""The table that is made here, with the types of its columns."""


def write_anomalies(con: Backend) -> dict[str, pa.Table]:
    """Find what stands out; what isn't over today is never judged."""
    today, limits = dt.datetime.now(dt.UTC).date(), _limits(con)
    rows = _events(read_months(con), BY_MONTH, today, limits)
    rows += _events(read_days(con), BY_DAY, today, limits)
    columns = {column.name: _kind(column.type)[0] for column in fact_anomaly.columns}
    return {
        ANOMALIES: pa.table(
            {name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()}
        )
    }


def read_months(con: Backend) -> pd.DataFrame:
    """Read each agency's cost by month and service type; a month billed in part is left out."""
    rows = _frame(
        con,
        "select agency_id, service_type as part, cast(month || '-01' as date) as ds, "
        "cast(sum(cost_usd) as double) as y, bool_or(source = 'bill') as is_billed "
        "from fact_cost_monthly where cost_usd is not null group by all order by all",
    )
    billed = _frame(
        con, "select agency_id, max(day) as last_day from agg_charge_agency_day group by 1"
    )
    if billed.empty or rows.empty:
        return rows
    last = rows["agency_id"].map(dict(zip(billed["agency_id"], billed["last_day"], strict=True)))
    last = pd.to_datetime(last)
    is_running = (
        rows["is_billed"]
        & (rows["ds"].dt.to_period("M") == last.dt.to_period("M"))
        & (last.dt.day < last.dt.days_in_month)
    )
    kept: pd.DataFrame = rows[~is_running]
    return kept


def read_days(con: Backend) -> pd.DataFrame:
    """Read what each agency used by day and service category, as billed in US dollars."""
    return _frame(
        con,
        "select agency_id, service_category as part, c.day as ds, "
        "cast(sum(effective_cost_usd) as double) as y from agg_charge_agency_day c "
        "join (select agency_id, max(day) as last_day from agg_charge_agency_day group by 1) "
        "using (agency_id) where category = 'Usage' and effective_cost_usd is not null "
        f"and c.day > last_day - {_DAYS_READ} and agency_id in (select agency_id from dim_agency) "
        "group by all order by all",
    )


def _frame(con: Backend, statement: str) -> pd.DataFrame:
    frame: pd.DataFrame = con.con.execute(statement).df()
    return frame


def _events(
    parts: pd.DataFrame, period: str, today: dt.date, limits: pd.DataFrame
) -> list[dict[str, Any]]:
    """Judge agencies as a whole, and by month their parts too."""
    if parts.empty:
        return []
    parts = parts.assign(ds=pd.to_datetime(parts["ds"]))
    whole = parts.groupby(["agency_id", "ds"], as_index=False)["y"].sum().assign(part=WHOLE)
    judged = pd.concat([whole, parts]) if period == BY_MONTH else whole
    numbers = judged.groupby(_KEY).ngroup()
    named = dict(zip(numbers, zip(*(judged[name] for name in _KEY), strict=True), strict=True))
    find = find_monthly if period == BY_MONTH else find_daily
    found = find(pd.DataFrame({"unique_id": numbers, "ds": judged["ds"], "y": judged["y"]}), today)
    by_agency = dict(tuple(parts.groupby("agency_id")))
    rows = []
    for event in found.events.to_dict("records"):
        agency, part = named[int(event["unique_id"])]
        excess, share = event["excess"], event["share"]
        least_usd, least_ratio = _in_force(limits, f"{event['first']:%Y-%m}")
        passes = excess >= least_usd and not share < least_ratio
        rows.append(
            {
                "agency_id": int(agency),
                "month": f"{event['first']:%Y-%m}",
                "period": period,
                "part": part,
                "first_day": event["first"],
                "last_day": event["last"],
                **{
                    f"{name}_usd": _money(event[name])
                    for name in ("expected", "actual", "lower", "upper")
                },
                "excess_usd": _money(event["actual"]) - _money(event["expected"]),
                "excess_ratio": None if np.isnan(share) else Decimal(f"{share:.6f}"),
                "kind": event["kind"],
                "is_alert": bool(passes and event["kind"] not in (DROP, RETURN)),
                "contributors": (
                    contributors(by_agency[agency], event["first"], event["last"], period)
                    if part == WHOLE
                    else ""
                ),
            }
        )
    return rows


def contributors(parts: pd.DataFrame, first: dt.date, last: dt.date, period: str) -> str:
    """Name the parts that rose most beside the mean of what came before, with their change."""
    dates = parts["ds"]
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    before = _BEFORE[period]
    earlier = start - (
        pd.DateOffset(months=before) if period == BY_MONTH else pd.Timedelta(before, "D")
    )
    inside = parts[(dates >= start) & (dates <= end)]
    past = parts[(dates >= earlier) & (dates < start)]
    length = max(inside["ds"].nunique(), 1)
    usual = past.groupby("part")["y"].sum() / max(past["ds"].nunique(), 1) * length
    change = inside.groupby("part")["y"].sum().sub(usual, fill_value=0)
    rose = change[change > 0].round(2).sort_index().sort_values(ascending=False, kind="stable")
    return "; ".join(f"{part} +{by:,.2f}" for part, by in rose.head(_CONTRIBUTORS).items())


def _limits(con: Backend) -> pd.DataFrame:
    return _frame(
        con,
        "select name, cast(value as double) as value, effective_from from rec_threshold "
        f"where name in ('{LEAST_USD}', '{LEAST_RATIO}') order by effective_from",
    )


def _in_force(limits: pd.DataFrame, month: str) -> tuple[float, float]:
    """Give both limits of a month; without one in force, everything passes it."""
    begun = limits[limits["effective_from"] <= month]
    latest = begun.groupby("name")["value"].last()
    return float(latest.get(LEAST_USD, 0.0)), float(latest.get(LEAST_RATIO, 0.0))


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_CENT)
