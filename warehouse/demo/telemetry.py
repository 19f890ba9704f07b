"""telemetry.csv: a row a day for each digital service that is measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from warehouse.demo.costs import Costs
from warehouse.demo.government import Floats, Government, Ints
from warehouse.demo.registers import DigitalService, digital_services, hands_in_telemetry
from warehouse.demo.stories import FIRST_AGENCY, MIGRATION_PAID, OUTAGE_MINUTES, TAX_TIME
from warehouse.demo.writing import Columns, choose

LIMITS_MS = (100, 250, 500, 1000, 2500)

_TAIL = 2.8
_SIZE = {"Small": 0.5, "Medium": 1.0, "Large": 1.8}
_WEEKDAY = np.array([1.12, 1.08, 1.05, 1.04, 1.0, 0.6, 0.5])
_NEWCOMER_EVERY, _NEWCOMER_MONTHS = 5, 15


def telemetry_columns(government: Government, costs: Costs, months: int) -> Columns:
    """Give the columns of telemetry.csv for the last ``months`` months.

    Buckets are cumulative and follow the log-logistic distribution whose mean is the row's
    mean, so that percentiles made from them agree with it.
    """
    rng = government.rng("telemetry")
    services = [s for s in digital_services(government) if hands_in_telemetry(government, s.place)]
    days = _days(government, months)
    month = _month_positions(government, days)
    measured = month[None, :] >= _first_months(government, services, months)[:, None]
    service, day = np.nonzero(measured)
    peak, post = _peaks(government, services, month), costs.is_post()
    is_peak = peak[service, day]
    is_post = post[np.array([s.place for s in services])[service], month[day]]
    requests = _requests(government, services, days, rng)[service, day] * (1 + 0.8 * is_peak)
    latency, error_pct, down = _quality(services, service, is_peak, is_post, rng)
    requests = np.maximum(1, np.rint(requests)).astype(np.int64)
    open_minutes = np.array([s.offer.hours_a_day * 60 for s in services])[service]
    agency_ids = [government.agencies[s.place].agency_id for s in services]
    return {
        "agency_id": np.array(agency_ids, dtype=np.int64)[service],
        "digital_service_id": choose([s.digital_service_id for s in services], service),
        "region": choose([s.region for s in services], service),
        "provider": choose([s.offer.provider for s in services], service),
        "period_start": choose([str(d) for d in days], day),
        "requests": requests,
        "errors": np.minimum(requests, rng.poisson(requests * error_pct / 100)),
        "latency_mean_ms": np.round(latency, 1),
        **_buckets(requests, latency),
        "successful_minutes": np.maximum(0, open_minutes - np.rint(down)).astype(np.int64),
        "total_minutes": open_minutes,
    }


def share_within(limit_ms: float, mean_ms: Floats) -> Floats:
    """Give the share of requests answered within a limit, log-logistic with this mean."""
    angle = np.pi / _TAIL
    scale = mean_ms * np.sin(angle) / angle
    share: Floats = 1 / (1 + (scale / limit_ms) ** _TAIL)
    return share


def _days(government: Government, months: int) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    first = np.datetime64(government.months[max(0, len(government.months) - months)], "D")
    end = (np.datetime64(government.months[-1], "M") + 1).astype("datetime64[D]")
    return np.arange(first, end)


def _month_positions(government: Government, days: np.ndarray[Any, Any]) -> Ints:
    first = np.datetime64(government.months[0], "M")
    return np.asarray((days.astype("datetime64[M]") - first).astype(np.int64))


def _first_months(government: Government, services: list[DigitalService], months: int) -> Ints:
    """Give the month in which each service begins to be measured; newcomers began later."""
    last = len(government.months)
    starts = []
    for service in services:
        newcomer = service.place % _NEWCOMER_EVERY == _NEWCOMER_EVERY - 2
        start = last - (min(months, _NEWCOMER_MONTHS) if newcomer else months)
        starts.append(max(start, government.agencies[service.place].first_month))
    return np.array(starts, dtype=np.int64)


def _peaks(
    government: Government, services: list[DigitalService], month: Ints
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    numbers = government.month_numbers[month]
    return np.array([np.isin(numbers, service.offer.peak_months) for service in services])


def _requests(
    government: Government,
    services: list[DigitalService],
    days: np.ndarray[Any, Any],
    rng: np.random.Generator,
) -> Floats:
    usual = [
        s.offer.daily_requests * _SIZE[government.agencies[s.place].institution.size]
        for s in services
    ]
    weekday = _WEEKDAY[(days.astype(np.int64) + 3) % 7]
    growth = 1 + 0.12 * np.arange(len(days)) / 365
    noise = rng.normal(1, 0.05, (len(services), len(days)))
    return np.asarray(np.array(usual)[:, None] * (weekday * growth)[None, :] * noise)


def _quality(
    services: list[DigitalService],
    service: Ints,
    is_peak: np.ndarray[Any, np.dtype[np.bool_]],
    is_post: np.ndarray[Any, np.dtype[np.bool_]],
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """Draw latency (ms), error rate (%) and lost minutes of each row, stories included."""
    collapses = _tells(services, TAX_TIME.agency_id, TAX_TIME.service)[service] & is_peak
    improves = _tells(services, MIGRATION_PAID.agency_id, MIGRATION_PAID.service)[service]
    before = improves & ~is_post
    latency = np.array([float(s.offer.latency_ms) for s in services])[service]
    latency = latency * (1 + 0.12 * is_peak) * np.where(is_post, 0.94, 1.0)
    latency = latency * np.where(collapses, 4.4, 1.0) * np.where(before, 1.8, 1.0)
    latency = latency * rng.lognormal(0, 0.06, len(service))
    error_pct = np.where(collapses, 6.5, np.where(before, 1.6, 0.35)) * (1 + 0.3 * is_peak)
    incident = rng.random(len(service)) < np.where(collapses, 0.5, np.where(before, 0.12, 0.012))
    down = incident * rng.exponential(45, len(service)) + rng.exponential(0.25, len(service))
    error_pct = error_pct * rng.lognormal(0, 0.25, len(service)) + down / OUTAGE_MINUTES
    return latency, error_pct, down


def _tells(services: list[DigitalService], agency_id: int, name: str) -> Any:
    place = agency_id - FIRST_AGENCY
    return np.array([s.place == place and s.offer.name == name for s in services], dtype=bool)


def _buckets(requests: Ints, latency: Floats) -> dict[str, Ints]:
    return {
        f"requests_le_{limit}ms": np.floor(requests * share_within(limit, latency)).astype(np.int64)
        for limit in LIMITS_MS
    }
