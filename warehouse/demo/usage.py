"""usage_monthly.csv: the AWS usage of every agency, month, service type and region."""

from __future__ import annotations

from typing import Any

import numpy as np

from warehouse.demo.costs import SERVICE_TYPES, Costs
from warehouse.demo.government import Floats, Government
from warehouse.demo.places import REGIONS
from warehouse.demo.stories import BAD_ROWS, FIRST_AGENCY
from warehouse.demo.writing import Columns, agency_columns, choose

_USD_PER_UNIT = np.array([0.19, 0.27, 0.34])
_USD_PER_RESOURCE = np.array([420.0, 610.0, 950.0])
_PRICE_FALL_A_YEAR = 0.03


def split_to_cents(government: Government, costs: Costs, regions: int) -> Floats:
    """Split each cost over the agency's regions, in whole cents: shape (A, M, S, R).

    The home region takes the larger part; every later sum of the demo starts from these cents,
    so the files agree with each other to the cent.
    """
    rng = government.rng("regions")
    weights = np.full(regions, 0.4 / max(regions - 1, 1))
    weights[0] = 0.6 if regions > 1 else 1.0
    shape = (*costs.cost_usd.shape, regions)
    share = weights * rng.uniform(0.8, 1.2, shape)
    share /= share.sum(axis=-1, keepdims=True)
    return np.round(costs.cost_usd[..., None] * share, 2)


def usage_columns(government: Government, costs: Costs, cents: Floats) -> Columns:
    """Give the columns of usage_monthly.csv; months before an agency's first are absent."""
    rng = government.rng("usage")
    reported = np.broadcast_to(government.is_reported()[:, :, None, None], cents.shape)
    agency, month, service, region = np.nonzero(reported)
    cost = cents[reported]
    price = _USD_PER_UNIT[service] * (1 - _PRICE_FALL_A_YEAR) ** (month / 12)
    units = cost / (price * rng.normal(1, 0.05, cost.shape))
    wobble = rng.uniform(-3, 3, cost.shape)
    utilisation = np.clip(costs.utilisation_pct[agency, month, service] + wobble, 3, 98)
    return {
        **agency_columns(government, agency),
        "month": choose(government.months, month),
        "service_type": choose(SERVICE_TYPES, service),
        "compute_hours": np.round(units * 0.66, 2),
        "storage_gb": np.round(units * 0.22 / 0.05, 2),
        "data_egress_gb": np.round(units * 0.12 / 0.5, 2),
        "utilisation_pct": np.round(utilisation, 2),
        "cost_usd": cost,
        "aws_region": choose(REGIONS, _regions(government, cents.shape[-1])[agency, region]),
        "migration_status": choose(("Pre", "Post"), costs.is_post()[agency, month].astype(int)),
        "resource_count": np.maximum(1, np.rint(cost / _USD_PER_RESOURCE[service])).astype(int),
    }


def add_bad_rows(government: Government, columns: Columns) -> Columns:
    """Append the three rows that can't be true, in a region their agency doesn't use."""
    place = BAD_ROWS.agency_id - FIRST_AGENCY
    if place >= len(government.agencies):
        return columns
    country = government.agencies[place].country
    wrong: dict[str, tuple[Any, Any, Any]] = {
        "agency_id": (BAD_ROWS.agency_id,) * 3,
        "country": (country.name,) * 3,
        "country_code": (country.code,) * 3,
        "month": (government.months[-1], government.months[-1], f"{government.months[-1][:4]}-13"),
        "service_type": SERVICE_TYPES,
        "compute_hours": (510.4, 233.1, 98.7),
        "storage_gb": (2210.0, 904.5, 310.25),
        "data_egress_gb": (120.0, 61.3, 22.8),
        "utilisation_pct": (47.2, 140.0, 51.6),
        "cost_usd": (-1240.5, 980.1, 410.75),
        "aws_region": (REGIONS[-1],) * 3,
        "migration_status": ("Pre",) * 3,
        "resource_count": (12, 7, 3),
    }
    return {name: np.append(np.asarray(values), wrong[name]) for name, values in columns.items()}


def _regions(government: Government, regions: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give each agency its region positions: home first, then the others in order: (A, R)."""
    home = np.array([REGIONS.index(agency.country.region) for agency in government.agencies])
    return np.asarray((home[:, None] + np.arange(regions)[None, :]) % len(REGIONS))
