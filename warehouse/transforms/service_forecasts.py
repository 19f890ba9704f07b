"""Forecasts of a build by service type: each agency's own forecast, split by its services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from ibis.backends.duckdb import Backend

from warehouse.forecasting.agencies import Agency
from warehouse.forecasting.parts import Part
from warehouse.forecasting.series import Series

Months = dict[int, float]

_BY_SERVICE = (
    "select agency_id, service_type, cast(left(month, 4) as integer) * 12 "
    "+ cast(right(month, 2) as integer) - 1 - 1970 * 12 as month, "
    "cast(sum(cost_usd) as double) as cost, bool_or(source = 'bill') as is_billed "
    "from fact_cost_monthly where cost_usd is not null group by all order by all"
)


def read_parts(con: Backend, agencies: Sequence[Agency]) -> list[Part]:
    """Read the service types of each agency, as far back as the agency's present source goes.

    What bills call infrastructure an agency's own summary may have called something else, so a
    change of source is no change of service. A month without a service had none of it.
    """
    costs: dict[int, dict[str, Months]] = defaultdict(lambda: defaultdict(dict))
    billed: dict[int, dict[int, bool]] = defaultdict(dict)
    for agency, service, month, cost, is_billed in con.con.execute(_BY_SERVICE).fetchall():
        costs[agency][service][month] = cost
        billed[agency][month] = billed[agency].get(month, False) or is_billed
    return [
        Part(place, service, _series(service, months, first, one))
        for place, one in enumerate(agencies)
        for first in [_since(billed[one.agency_id], one.origin)]
        for service, months in sorted(costs[one.agency_id].items())
        if any(cost for month, cost in months.items() if first <= month <= one.origin)
    ]


def _since(billed: dict[int, bool], last: int) -> int:
    """Give the first month from which on all up to the last are of one source."""
    first, now = last, billed.get(last)
    for month in sorted((month for month in billed if month <= last), reverse=True):
        if billed[month] != now:
            break
        first = month
    return first


def _series(service: str, months: Months, first: int, one: Agency) -> Series:
    known = np.array([month for month in sorted(one.recorded) if first <= month <= one.origin])
    amounts = np.array([months.get(int(month), 0.0) for month in known])
    # Months that nobody recorded lie on a line between their neighbours, as the agency's do.
    every = np.arange(first, one.origin + 1)
    return Series(service, first, np.interp(every, known, amounts))
