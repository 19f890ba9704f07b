"""budgets.csv and exchange_rates.csv: what was planned, in each country's own money."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from warehouse.demo.costs import Costs
from warehouse.demo.government import Floats, Government, month_name
from warehouse.demo.places import COUNTRIES, Country, fiscal_start
from warehouse.demo.stories import NO_BUDGET, SHORT_HISTORY
from warehouse.demo.writing import Columns

_SUPPLEMENT_EVERY = 6
_SUPPLEMENT_RATIO = 1.05
_LAST_YEARS_SHAPE_EVERY = 4
_NEW_AGENCY_RATIO = 1.05


@dataclass(frozen=True, slots=True)
class _Line:
    agency_id: int
    period: str
    usd: float
    usd_per_unit: float
    currency: str
    phasing: str
    version: str


def rate_columns(government: Government) -> Columns:
    """Give the columns of exchange_rates.csv: one row a month and currency.

    To the end of the last calendar year: budgets of months ahead need a planning rate.
    """
    rates = _rates(government)
    first = _index_of_first(government)
    pairs = [(month, code) for month in range(_months_to_year_end(government)) for code in rates]
    return {
        "month": [month_name(first + month) for month, _ in pairs],
        "currency": [code for _, code in pairs],
        "usd_per_unit": [round(float(rates[code][month]), 6) for month, code in pairs],
    }


def budget_columns(government: Government, costs: Costs) -> Columns:
    """Give the columns of budgets.csv: a row a fiscal year and version, or a row a month.

    Budgets follow what a planner would have expected, so what nobody expected shows against
    them. They are in the agency's own currency, at the rate of the budget's first month.
    """
    rng = government.rng("budgets")
    rates = _rates(government)
    lines: list[_Line] = []
    for place, agency in enumerate(government.agencies):
        caution = rng.normal(1.03, 0.025, 12)
        if agency.agency_id == NO_BUDGET.agency_id:
            continue
        planned, rate = costs.planned_usd[place], rates[agency.country.currency]
        if agency.agency_id == SHORT_HISTORY.agency_id:
            lines += _by_month(government, place, planned, rate)
        else:
            lines += _by_year(government, place, planned, rate, caution)
    return {
        "agency_id": [line.agency_id for line in lines],
        "period": [line.period for line in lines],
        "amount": [round(line.usd / line.usd_per_unit, 2) for line in lines],
        "currency": [line.currency for line in lines],
        "phasing": [line.phasing for line in lines],
        "version": [line.version for line in lines],
    }


def _rates(government: Government) -> dict[str, Floats]:
    rng = government.rng("rates")
    months = _months_to_year_end(government)
    return {country.currency: _path(country, months, rng) for country in COUNTRIES}


def _index_of_first(government: Government) -> int:
    """Give the first month, counted from year 0."""
    return int(government.years[0]) * 12 + int(government.month_numbers[0]) - 1


def _months_to_year_end(government: Government) -> int:
    return len(government.months) + 12 - int(government.month_numbers[-1])


def _path(country: Country, months: int, rng: np.random.Generator) -> Floats:
    """Draw a currency's way: a peg stays where it is, the others drift and wobble."""
    steps = rng.normal(country.yearly_drift / 12, 0.006, months)
    steps[0] = 0
    return country.usd_per_unit * np.exp(np.cumsum(steps if country.yearly_drift else 0 * steps))


def _by_year(
    government: Government, place: int, planned: Floats, rate: Floats, caution: Floats
) -> list[_Line]:
    agency = government.agencies[place]
    start = fiscal_start(agency.country)
    fiscal_years = government.years - (government.month_numbers < start)
    first, *others = np.unique(fiscal_years)
    # A year that began before the records did is budgeted by its months within them.
    begun = np.flatnonzero(fiscal_years == first)
    lines = [_month_line(government, place, int(i), planned * caution[0], rate) for i in begun]
    for number, year in enumerate(others, start=1):
        inside = np.flatnonzero(fiscal_years == year)
        is_shaped = number > 1 and place % _LAST_YEARS_SHAPE_EVERY == 0
        line = _Line(
            agency_id=agency.agency_id,
            period=str(year),
            usd=float(planned[inside].mean() * 12 * caution[number % len(caution)]),
            usd_per_unit=float(rate[inside[0]]),
            currency=agency.country.currency,
            phasing="last_year" if is_shaped else "even",
            version="original",
        )
        lines.append(line)
    if place % _SUPPLEMENT_EVERY == 0:
        voted = lines[-1]
        more = voted.usd * _SUPPLEMENT_RATIO
        lines.append(replace(voted, usd=more, version="supplementary-1"))
    return lines


def _by_month(government: Government, place: int, planned: Floats, rate: Floats) -> list[_Line]:
    """Budget a new agency month by month, to the end of the last calendar year."""
    start = government.agencies[place].first_month
    months = range(start, _months_to_year_end(government))
    return [
        _month_line(government, place, month, planned * _NEW_AGENCY_RATIO, rate) for month in months
    ]


def _month_line(
    government: Government, place: int, month: int, planned: Floats, rate: Floats
) -> _Line:
    agency = government.agencies[place]
    return _Line(
        agency_id=agency.agency_id,
        period=month_name(_index_of_first(government) + month),
        usd=float(planned[min(month, len(planned) - 1)]),
        usd_per_unit=float(rate[month]),
        currency=agency.country.currency,
        phasing="given",
        version="original",
    )
