"""Forecasts of a build by service type: each agency's own forecast, split by its services.

And of each service type over all agencies, the sum of their parts, with bounds of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ibis.backends.duckdb import Backend

from warehouse.forecasting.agencies import MONTHS_AHEAD, Agency, Ahead
from warehouse.forecasting.backtest import Judgement, Past, judged
from warehouse.forecasting.parts import Part, PartAhead, parts_ahead, past_parts
from warehouse.forecasting.series import Series
from warehouse.forecasting.together import Member, PastSum, judge_sums, sum_ahead
from warehouse.transforms.forecast_rows import Row, error_row, month_rows, rows_ahead

Months = Mapping[int, float]

_BY_SERVICE = (
    "select agency_id, service_type, cast(left(month, 4) as integer) * 12 "
    "+ cast(right(month, 2) as integer) - 1 - 1970 * 12 as month, "
    "cast(sum(cost_usd) as double) as cost, bool_or(source = 'bill') as is_billed "
    "from fact_cost_monthly where cost_usd is not null group by all order by all"
)


@dataclass(frozen=True, slots=True)
class Services:
    """Parts of agencies: what is ahead of each, and how their past forecasts turned out."""

    ahead: list[PartAhead]
    past: Past
    found: Judgement

    @property
    def names(self) -> list[str]:
        """Give the service types that anybody has."""
        return sorted({one.part.name for one in self.ahead})

    @property
    def sums(self) -> list[tuple[list[Series], Past]]:
        """Give for each service type the series and past forecasts that make it up."""
        series = [one.part.series for one in self.ahead]
        names = np.array([one.part.name for one in self.ahead])
        return [(series, self.past.rows(names[self.past.place] == name)) for name in self.names]

    def recorded(self, agencies: Sequence[Agency]) -> dict[tuple[int, str], Months]:
        """Give amounts by agency and service type, of the months that the agency recorded."""
        return {
            (agencies[one.part.place].agency_id, one.part.name): {
                month: float(amount)
                for month, amount in enumerate(series.amounts, start=series.first_month)
                if month in agencies[one.part.place].recorded
            }
            for one in self.ahead
            for series in [one.part.series]
        }


def foresee_services(parts: Sequence[Part], ahead: Sequence[Ahead], past: Past) -> Services:
    """Forecast parts of agencies, and judge what would have been told of them before."""
    before = past_parts(parts, past)
    return Services(parts_ahead(parts, ahead), before, judged(before, len(parts)))


def service_rows(
    agencies: Sequence[Agency], services: Services, sums: Sequence[Sequence[PastSum]]
) -> dict[str, list[Row]]:
    """Give the rows of the tables by service type; ``sums`` are past ones, by name in turn."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for place, one in enumerate(services.ahead):
        agency = agencies[one.part.place]
        key = {"agency_id": agency.agency_id, "service_type": one.part.name}
        short = {"is_too_little_history": one.is_too_short}
        rows["fact_forecast_service"] += [
            {**key, **short, **row} for row in rows_ahead(agency.origin, one.figures)
        ]
        rows["fact_forecast_service_error"].append(
            {**key, **error_row(services.found, place, agency.origin)}
        )
    for name, past in zip(services.names, sums, strict=True):
        # Nobody says of which service a known step is: a part's own months show it or don't.
        members = [
            Member(one.part.series, one.figures, np.zeros(MONTHS_AHEAD))
            for one in services.ahead
            if one.part.name == name
        ]
        whole, found = sum_ahead(members, past), judge_sums(past)
        if whole is None:
            continue
        of_name = {"service_type": name}
        rows["agg_forecast_service_month"] += [{**of_name, **row} for row in month_rows(whole)]
        if found is not None:
            rows["agg_forecast_service_error"].append(
                {**of_name, **error_row(found, 0, whole.origin)}
            )
    return rows


def read_parts(con: Backend, agencies: Sequence[Agency]) -> list[Part]:
    """Read the service types of each agency, as far back as the agency's present source goes.

    What bills call infrastructure an agency's own summary may have called something else, so a
    change of source is no change of service. A month without a service had none of it.
    """
    costs: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
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
