"""Days on which digital services were slower, or failed more often, than their own past says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd
from ibis.backends.duckdb import Backend

from warehouse.forecasting.anomaly_naming import EXPLAINS
from warehouse.forecasting.event_kinds import DROP
from warehouse.forecasting.reliability_anomalies import find_in_telemetry
from warehouse.schema.anomalies import BURN, BY_DAY, DIGITAL_SERVICE, ERRORS, LATENCY, WHOLE
from warehouse.transforms.anomaly_points import points_together
from warehouse.transforms.anomaly_reading import DAYS_READ, read_frame

LEAST_MS: Final = "anomaly_least_latency_ms"
LEAST_POINTS: Final = "anomaly_least_error_points"
LEAST_BURN: Final = "anomaly_least_burn_rate"
LEAST_RATIO: Final = "anomaly_least_ratio"

Row = dict[str, Any]
Limits = Mapping[str, float]

_NAMED: Final = 3
_SIXTH: Final = Decimal("0.000001")
_VALUES: Final = ("expected", "actual", "lower", "upper")


def telemetry_rows(
    days: pd.DataFrame, today: dt.date, limits: Callable[[str], Limits]
) -> list[Row]:
    """Give the events of digital services, and those that several of an agency have together.

    ``limits`` gives those in force in a month. A burn rate is judged by its limit of today: it
    says from where on a target is in danger.
    """
    if days.empty:
        return []
    days = days[days["ds"] < pd.Timestamp(today)]
    found = find_in_telemetry(days, limits(f"{today:%Y-%m}").get(LEAST_BURN, 1.0))
    keys = dict(zip(days["unique_id"], zip(days["agency_id"], days["part"], strict=True),
                    strict=True))  # fmt: skip
    rows = []
    for event in found.to_dict("records"):
        agency, part = keys[str(event["unique_id"])]
        month = f"{event['first']:%Y-%m}"
        rows.append(
            _named(
                {
                    "agency_id": int(agency),
                    "month": month,
                    "subject": event["signal"],
                    "level": DIGITAL_SERVICE,
                    "part": str(part),
                    "first_day": event["first"],
                    "last_day": event["last"],
                    "kind": event["kind"],
                    "is_alert": event["kind"] != DROP and _passes(event, limits(month)),
                    "contributors": "",
                    "points": event["points"],
                    **_amounts(event),
                }
            )
        )
    return [*rows, *_together(rows)]


def read_telemetry(con: Backend) -> pd.DataFrame:
    """Read what telemetry counted of digital services by day, with what their targets allow."""
    rows = read_frame(
        con,
        "with counted as (select agency_id, digital_service_id as part, "
        "cast(left(period_start, 10) as date) as ds, sum(requests) as requests, "
        "sum(errors) as errors, "
        "sum(if(latency_mean_ms is null, 0, requests)) as timed, "
        "sum(cast(latency_mean_ms as decimal(18, 4)) * requests) as waited "
        "from stg_telemetry where agency_id in (select agency_id from dim_agency) group by all), "
        "ended as (select agency_id, max(ds) as last_day from counted group by all) "
        "select c.agency_id, part, c.ds, cast(c.requests as double) as requests, "
        "cast(errors as double) as errors, cast(timed as double) as timed, "
        "cast(waited as double) as waited, "
        "cast((1 - slo_target_ratio) * requests as double) as allowed "
        "from counted c join ended using (agency_id) left join step_target t "
        "on t.agency_id = c.agency_id and t.digital_service_id = c.part "
        "and t.month = left(cast(c.ds as varchar), 7) "
        f"where c.ds > last_day - {DAYS_READ} order by all",
    )
    ids = rows["agency_id"].astype(str) + "/" + rows["part"].astype(str)
    return rows.assign(ds=pd.to_datetime(rows["ds"]), unique_id=ids)


def size_of(row: Row) -> float:
    """Say how large an event is beside others of its subject: by requests, and by how much."""
    if row["failure_excess"] is not None:
        return float(row["failure_excess"])
    return float(row["excess_value"] * row["requests"])


def _passes(event: Mapping[Any, Any], limits: Limits) -> bool:
    least = {
        LATENCY: limits.get(LEAST_MS, 0.0),
        ERRORS: limits.get(LEAST_POINTS, 0.0) / 100,
        BURN: 0.0,
    }
    passes = event["excess"] >= least[event["signal"]]
    return bool(passes and not event["share"] < limits.get(LEAST_RATIO, 0.0))


def _amounts(event: Mapping[Any, Any]) -> Row:
    values = {f"{name}_value": _exact(event[name]) for name in _VALUES}
    actual, expected = values["actual_value"], values["expected_value"]
    return {
        **values,
        "excess_value": None if actual is None or expected is None else actual - expected,
        "excess_ratio": _exact(event["share"]),
        "requests": _exact(event["requests"]),
        "failure_excess": _exact(event["failures"]),
        "burn_rate_day": _exact(event["burn_day"]),
        "burn_rate_week": _exact(event["burn_week"]),
    }


def _exact(value: float) -> Decimal | None:
    return None if np.isnan(value) else Decimal(repr(float(value))).quantize(_SIXTH)


def _named(row: Row) -> Row:
    key = (row["agency_id"], row["subject"], row["level"], row["part"], row["first_day"])
    money = {f"{name}_usd": None for name in (*_VALUES, "excess")}
    return {
        **row, **money, "anomaly_id": ":".join(str(part) for part in key), "period": BY_DAY,
    }  # fmt: skip


def _together(rows: Sequence[Row]) -> Iterator[Row]:
    """Give what several services of an agency have together, none of them most of it.

    It is made from their events alone, so that more requests of a slow service are no slowness.
    """
    alerts: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if row["is_alert"]:
            alerts.setdefault((row["agency_id"], row["subject"]), []).append(row)
    for left in alerts.values():
        left.sort(key=lambda row: (-size_of(row), row["anomaly_id"]))
        while left:
            largest = left[0]
            same = [row for row in left if overlap(row, largest)]
            left[:] = [row for row in left if row not in same]
            if size_of(largest) < EXPLAINS * sum(map(size_of, same)):
                yield _joined(largest, same)


def overlap(one: Row, other: Row) -> bool:
    """Tell whether two events have a day in common."""
    return bool(one["first_day"] <= other["last_day"] and other["first_day"] <= one["last_day"])


def _joined(largest: Row, parts: Sequence[Row]) -> Row:
    requests = [float(row["requests"]) for row in parts]
    burns = {
        name: max((row[name] for row in parts if row[name] is not None), default=None)
        for name in ("burn_rate_day", "burn_rate_week")
    }
    values = {
        name: float(np.average([float(row[f"{name}_value"]) for row in parts], weights=requests))
        for name in _VALUES
    }
    failures = [row["failure_excess"] for row in parts]
    first = min(row["first_day"] for row in parts)
    amounts = _amounts(
        {
            **values,
            "share": values["actual"] / values["expected"] - 1 if values["expected"] else np.nan,
            "requests": sum(requests),
            "failures": np.nan if None in failures else float(sum(failures)),
            "burn_day": np.nan,
            "burn_week": np.nan,
        }
    )
    ranked = sorted(parts, key=lambda row: (-size_of(row), row["part"]))[:_NAMED]
    return _named(
        {
            **largest, **amounts, **burns,
            "level": WHOLE,
            "part": WHOLE,
            "first_day": first,
            "last_day": max(row["last_day"] for row in parts),
            "month": f"{first:%Y-%m}",
            "points": points_together(parts),
            "contributors": "; ".join(f"{row['part']} {_more(row):+,.2f}" for row in ranked),
        }
    )  # fmt: skip


def _more(row: Row) -> Decimal:
    more: Decimal = row["excess_value"] if row["failure_excess"] is None else row["failure_excess"]
    return more
