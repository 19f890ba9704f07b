"""The days and months around each event: what came, and what was expected of each of them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

from warehouse.forecasting.anomaly_events import Point
from warehouse.schema.anomalies import COST

Row = Mapping[str, Any]

_NAMES: Final = ("actual", "expected", "lower", "upper")
_CENT: Final = Decimal("0.01")
_SIXTH: Final = Decimal("0.000001")


def point_rows(events: Iterable[Row]) -> Iterator[Row]:
    """Give the rows of fact_anomaly_point of those events that are told under themselves."""
    for event in events:
        if event["told_under"] == event["anomaly_id"]:
            unit, other = ("usd", "value") if event["subject"] == COST else ("value", "usd")
            for day, *amounts in event["points"]:
                yield {
                    "anomaly_id": event["anomaly_id"],
                    "agency_id": event["agency_id"],
                    "month": f"{day:%Y-%m}",
                    "day": day,
                    "subject": event["subject"],
                    **{f"{name}_{other}": None for name in _NAMES},
                    **{
                        f"{name}_{unit}": _exact(amount, _CENT if unit == "usd" else _SIXTH)
                        for name, amount in zip(_NAMES, amounts, strict=True)
                    },
                }


def points_together(parts: Sequence[Row]) -> tuple[Point, ...]:
    """Give the points around what several services have together: means, weighted by requests.

    Only of days that are known of all of them, so that no service leaving moves a mean.
    """
    weights = [float(part["requests"]) for part in parts]
    by_day: dict[dt.date, list[Sequence[float]]] = {}
    for part in parts:
        for day, *amounts in part["points"]:
            by_day.setdefault(day, []).append(amounts)
    return tuple(
        (day, *np.average(each, axis=0, weights=weights).tolist())
        for day, each in sorted(by_day.items())
        if len(each) == len(parts)
    )


def _exact(amount: float, places: Decimal) -> Decimal | None:
    return None if math.isnan(amount) else Decimal(repr(amount)).quantize(places)
