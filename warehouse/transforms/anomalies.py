"""Anomalies of a build, found in the process from each agency's own months and days.

Cost and reliability are told of apart: that both move at one time makes neither the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from warehouse.forecasting.anomaly_cases import Alerted, Known, Series, match
from warehouse.forecasting.anomaly_events import find_daily, find_monthly
from warehouse.forecasting.anomaly_naming import Seen, told_under
from warehouse.forecasting.event_kinds import DROP, RETURN
from warehouse.schema.anomalies import (
    ACCOUNT,
    BY_DAY,
    BY_MONTH,
    COST,
    RELIABILITY,
    SERVICE,
    WHOLE,
    fact_anomaly,
    fact_anomaly_point,
)
from warehouse.transforms.anomaly_points import point_rows
from warehouse.transforms.anomaly_reading import read_categories, read_days, read_frame, read_months
from warehouse.transforms.laid_out import kinds_of, lay_out
from warehouse.transforms.telemetry_anomalies import (
    LEAST_BURN,
    LEAST_MS,
    LEAST_POINTS,
    LEAST_RATIO,
    Row,
    overlap,
    read_telemetry,
    size_of,
    telemetry_rows,
)

ANOMALIES: Final = "step_anomaly"
POINTS: Final = "step_anomaly_point"
LEAST_USD: Final = "anomaly_least_usd"

_BEFORE: Final = {BY_MONTH: 3, BY_DAY: 28}
"""Months or days before an event that its contributors are compared with."""
_CONTRIBUTORS: Final = 3
_WORTH_NAMING: Final = 0.05
"""Of the largest change: what moved less is not named."""
_CENT: Final = Decimal("0.01")
_KEY = ["agency_id", "level", "part", "stretch"]
_OF_TELEMETRY: Final = ("expected_value", "actual_value", "lower_value", "upper_value",
                        "excess_value", "requests", "failure_excess", "burn_rate_day",
                        "burn_rate_week")  # fmt: skip


TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {ANOMALIES: kinds_of(fact_anomaly), POINTS: kinds_of(fact_anomaly_point)}
)
"""The tables that are made here, with the types of their columns."""


def write_anomalies(con: Backend) -> dict[str, pa.Table]:
    """Find what stands out; what isn't over today is never judged."""
    today, limits = dt.datetime.now(dt.UTC).date(), _limits(con)
    months, counted = read_months(con), read_telemetry(con)
    rows = _events(months, BY_MONTH, today, limits) + _events(read_days(con), BY_DAY, today, limits)
    _name_contributors(con, rows, months)
    rows += telemetry_rows(counted, today, partial(_in_force, limits))
    _tell(rows)
    _count_days(con, rows, {COST: _newest(months), **dict.fromkeys(RELIABILITY, _newest(counted))},
                today)  # fmt: skip
    return {
        ANOMALIES: lay_out(fact_anomaly, rows),
        POINTS: lay_out(fact_anomaly_point, list(point_rows(rows))),
    }


def _events(judged: pd.DataFrame, period: str, today: dt.date, limits: pd.DataFrame) -> list[Row]:
    if judged.empty:
        return []
    numbers = judged.groupby(_KEY).ngroup()
    named = dict(zip(numbers, zip(*(judged[name] for name in _KEY), strict=True), strict=True))
    find = find_monthly if period == BY_MONTH else find_daily
    found = find(pd.DataFrame({"unique_id": numbers, "ds": judged["ds"], "y": judged["y"]}), today)
    rows = []
    for event in found.events.to_dict("records"):
        agency, level, part, stretch = named[int(event["unique_id"])]
        excess, share = event["excess"], event["share"]
        least = _in_force(limits, f"{event['first']:%Y-%m}")
        passes = excess >= least.get(LEAST_USD, 0.0) and not share < least.get(LEAST_RATIO, 0.0)
        rows.append(
            {
                "anomaly_id": f"{agency}:{period}:{level}:{part}:{event['first']}",
                "agency_id": int(agency),
                "month": f"{event['first']:%Y-%m}",
                "subject": COST,
                "period": period,
                "level": level,
                "part": part,
                "stretch": stretch,
                "first_day": event["first"],
                "last_day": event["last"],
                **{
                    f"{name}_usd": _money(event[name])
                    for name in ("expected", "actual", "lower", "upper")
                },
                "excess_usd": _money(event["actual"]) - _money(event["expected"]),
                "excess_ratio": None if np.isnan(share) else Decimal(f"{share:.6f}"),
                "kind": event["kind"],
                "points": event["points"],
                "is_alert": bool(passes and event["kind"] not in (DROP, RETURN)),
                **dict.fromkeys(_OF_TELEMETRY),
            }
        )
    return rows


def _tell(rows: Sequence[Row]) -> None:
    """Say of each event under which it is told, agency by agency, each subject by itself.

    What a service shows in several subjects of reliability at one time is told as of the one that
    matters most.
    """
    by_agency: dict[tuple[int, str], list[Seen]] = {}
    for row in rows:
        by_agency.setdefault((row["agency_id"], row["subject"]), []).append(
            Seen(
                name=row["anomaly_id"],
                level=row["level"],
                part=row["part"],
                is_whole=row["level"] == WHOLE,
                is_day=row["period"] == BY_DAY,
                first=row["first_day"],
                last=_end(row["last_day"], row["period"]),
                excess=float(row["excess_usd"] if row["subject"] == COST else size_of(row)),
                is_alert=row["is_alert"],
            )
        )
    told = {name: under for seen in by_agency.values() for name, under in told_under(seen).items()}
    for row in rows:
        row["told_under"] = told[row["anomaly_id"]]
    _tell_by_what_matters_most(rows)


def _tell_by_what_matters_most(rows: Sequence[Row]) -> None:
    heads: dict[int, list[Row]] = {}
    for row in rows:
        if row["subject"] != COST and row["told_under"] == row["anomaly_id"]:
            heads.setdefault(row["agency_id"], []).append(row)
    under: dict[str, str] = {}
    for own in heads.values():
        own.sort(key=lambda row: (RELIABILITY.index(row["subject"]), row["anomaly_id"]))
        for at, row in enumerate(own):
            first = next((one for one in own[:at] if _is_told_by(one, row, under)), None)
            if first is not None:
                under[row["anomaly_id"]] = first["anomaly_id"]
    for row in rows:
        row["told_under"] = under.get(row["told_under"], row["told_under"])


def _is_told_by(one: Row, row: Row, under: Mapping[str, str]) -> bool:
    return (
        one["anomaly_id"] not in under
        and one["subject"] != row["subject"]
        and (one["part"] == row["part"] or one["level"] == WHOLE)
        and (one["excess_value"] > 0) == (row["excess_value"] > 0)
        and one["is_alert"] >= row["is_alert"]
        and overlap(one, row)
    )


def _newest(judged: pd.DataFrame) -> Mapping[int, pd.Timestamp]:
    """Give the last month of each agency of which something is known, by its first day."""
    if judged.empty:
        return {}
    last = judged.groupby("agency_id")["ds"].max()
    return dict(last.dt.to_period("M").dt.to_timestamp())


def _count_days(
    con: Backend,
    rows: Sequence[Row],
    newest: Mapping[str, Mapping[int, pd.Timestamp]],
    today: dt.date,
) -> None:
    """Say of each alert how long it took to be found, and to be resolved.

    The first build of all finds the past as well: of that only what is of an agency's last month
    or day was found late or in time.
    """
    cases = read_frame(con, "select * from rec_anomaly_case").to_dict("records")
    known = {int(case["case_id"]): case for case in cases}
    alerted = _alerted(rows)
    numbers = match(alerted, (_known(case) for case in cases)).numbers
    for row in rows:
        row["days_to_find"] = row["days_to_resolve"] = None
        case = known.get(numbers.get(row["anomaly_id"], -1))
        if case is not None:
            row["days_to_find"] = _whole(case["days_to_find"])
            row["days_to_resolve"] = _whole(case["days_to_resolve"])
        elif row["is_alert"] and row["told_under"] == row["anomaly_id"]:
            last = newest[row["subject"]].get(row["agency_id"], pd.Timestamp.min)
            if cases or pd.Timestamp(row["last_day"]) >= last:
                end = _end(row["first_day"], row["period"])
                row["days_to_find"] = max((today - end).days, 0)


def _alerted(rows: Sequence[Row]) -> list[Alerted]:
    seen_in: dict[str, set[Series]] = {}
    for row in rows:
        series = (row["subject"], row["period"], row["level"], row["part"])
        seen_in.setdefault(row["told_under"], set()).add(series)
    return [
        Alerted(
            row["anomaly_id"], row["agency_id"], row["first_day"],
            _end(row["last_day"], row["period"]), frozenset(seen_in[row["anomaly_id"]]),
        )
        for row in rows
        if row["is_alert"] and row["told_under"] == row["anomaly_id"]
    ]  # fmt: skip


def _known(case: Mapping[Any, Any]) -> Known:
    return Known(
        int(case["case_id"]),
        int(case["agency_id"]),
        (case["subject"], case["period"], case["level"], case["part"]),
        dt.date.fromisoformat(case["first_day"]),
        dt.date.fromisoformat(case["last_day"]),
        case["state"] not in ("open", "gone"),
    )


def _end(day: dt.date, period: str) -> dt.date:
    """Give the last day of the month, or of the day, that a day stands for."""
    if period == BY_DAY:
        return day
    end: dt.date = (pd.Timestamp(day) + pd.offsets.MonthEnd(0)).date()
    return end


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _name_contributors(con: Backend, rows: Sequence[Row], months: pd.DataFrame) -> None:
    """Name the services behind each event; a service has none behind it."""
    daily = [row for row in rows if row["period"] == BY_DAY or row["level"] == ACCOUNT]
    by_category = {row["anomaly_id"] for row in daily}
    accounts = pd.DataFrame(
        [(row["agency_id"], row["part"]) for row in daily if row["level"] == ACCOUNT],
        columns=["agency_id", "part"],
    ).astype({"agency_id": "int64", "part": "str"})
    days = read_categories(con, accounts) if daily else pd.DataFrame()
    services = months[months["level"] == SERVICE]
    by_month = {(agency, WHOLE): parts for agency, parts in services.groupby("agency_id")}
    by_day = dict(tuple(days.groupby(["agency_id", "of"]))) if len(days) else {}
    for row in rows:
        row["contributors"] = ""
        known = by_day if row["anomaly_id"] in by_category else by_month
        parts = known.get((row["agency_id"], row["part"]))
        if parts is not None:
            row["contributors"] = contributors(
                parts, row["first_day"], row["last_day"], row["period"], is_drop=row["kind"] == DROP
            )


def contributors(
    parts: pd.DataFrame, first: dt.date, last: dt.date, period: str, *, is_drop: bool = False
) -> str:
    """Name the parts that rose most beside the mean of what came before, with their change.

    Of a drop, those that fell most. What came before is of the same stretch.
    """
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    before, earlier = _BEFORE[period], start - pd.Timedelta(_BEFORE[period], "D")
    if period == BY_MONTH:
        earlier, end = start - pd.DateOffset(months=before), end + pd.offsets.MonthEnd(0)
    dates = parts["ds"]
    inside = parts[(dates >= start) & (dates <= end)]
    past = parts[(dates >= earlier) & (dates < start)]
    past = past[past["stretch"].isin(set(inside["stretch"]))]
    if past.empty:
        return ""
    length = max(inside["ds"].nunique(), 1)
    usual = past.groupby("part")["y"].sum() / past["ds"].nunique() * length
    change = inside.groupby("part")["y"].sum().sub(usual, fill_value=0).round(2)
    moved = change[change < 0] if is_drop else change[change > 0]
    if len(moved):
        moved = moved[moved.abs() >= _WORTH_NAMING * moved.abs().max()]
    ranked = moved.sort_index().sort_values(key=abs, ascending=False, kind="stable")
    return "; ".join(f"{part} {by:+,.2f}" for part, by in ranked.head(_CONTRIBUTORS).items())


def _limits(con: Backend) -> pd.DataFrame:
    names = (LEAST_USD, LEAST_RATIO, LEAST_MS, LEAST_POINTS, LEAST_BURN)
    return read_frame(
        con,
        "select name, cast(value as double) as value, effective_from from rec_threshold "
        f"where name in {names} order by effective_from",
    )


def _in_force(limits: pd.DataFrame, month: str) -> Mapping[str, float]:
    """Give the limits of a month; one that isn't in force, everything passes."""
    begun = limits[limits["effective_from"] <= month]
    return {
        str(name): float(value) for name, value in begun.groupby("name")["value"].last().items()
    }


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_CENT)
