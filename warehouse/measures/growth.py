"""Where spend is heading: growth of like on like, and what it is made of."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import COST, MONTHLY_COST
from warehouse.measures.measure import Floats, Kind, Measure, Sums

_ANEW = "not additive: made anew from monthly totals at every level"
_ADDS_UP = "additive over agencies and services, not over months"
_ADDS_UP_EVERYWHERE = "additive over agencies, services and months"
_NOT_SIX = "fewer than six months in a row recorded"
_NO_YEAR_BEFORE = "none of these months was reported a year before too"

_measure = partial(
    Measure,
    group="Cost",
    source="fact_cost_monthly",
    family="cost",
    good=None,
    components=("cost_usd",),
    dimensions=MONTHLY_COST,
)
_trailing = partial(_measure, kind=Kind.TRAILING, additivity=_ANEW)
_three_months = partial(_measure, kind=Kind.LIKE_ON_LIKE, months=3, lag=3, undefined=_NOT_SIX)
_year_on_year = partial(_measure, kind=Kind.YEAR_ON_YEAR, lag=12, undefined=_NO_YEAR_BEFORE)


def _difference(sums: Sums) -> Floats:
    return sums["now"] - sums["before"]


def _monthly_difference(sums: Sums) -> Floats:
    return _difference(sums) / 3


def _growth(sums: Sums) -> Floats:
    return formulas.ratio(_difference(sums), sums["before"])


def _growth_difference(sums: Sums) -> Floats:
    before = formulas.ratio(sums["before"] - sums["first"], sums["first"])
    return _growth(sums) - before


MEASURES = (
    _trailing(
        name="mom_change",
        label="Change on last month",
        term="month-over-month change",
        description="The month's spend minus that of the month before.",
        formula="this month - last month",
        unit="usd",
        decimals=2,
        months=2,
        compute=_difference,
        undefined="no month before",
    ),
    _trailing(
        name="growth_acceleration",
        label="Growth against last month's growth",
        term="acceleration",
        description="Growth on the month before minus the growth of the month before that.",
        formula="growth of this month - growth of last month",
        unit="ratio",
        decimals=1,
        months=3,
        compute=_growth_difference,
        undefined="fewer than three months in a row recorded, or nothing spent in one",
    ),
    _three_months(
        name="three_month_change",
        label="Change of three months",
        term="three-month change",
        description=(
            "Mean of the last three monthly totals minus that of the three before, of agencies "
            "that reported all six."
        ),
        formula="(last three months - the three before) / 3, of the same agencies",
        unit="usd",
        decimals=2,
        additivity=_ADDS_UP,
        compute=_monthly_difference,
    ),
    _three_months(
        name="three_month_growth",
        label="Growth of three months",
        term="three-month growth",
        description=(
            "The last three months against the three before, of agencies that reported all six: "
            "one that joins or is late moves nothing."
        ),
        formula="(last three months - the three before) / the three before, of the same agencies",
        unit="ratio",
        decimals=1,
        additivity=_ANEW,
        compute=_growth,
        undefined=f"{_NOT_SIX}, or nothing spent in the first three",
    ),
    _year_on_year(
        name="yoy_change",
        label="Change on last year",
        term="year-over-year change",
        description=(
            "The period's months minus the same months of the year before, of agencies and months "
            "reported in both."
        ),
        formula="sum(cost of months reported in both years) - sum(the same a year before)",
        unit="usd",
        decimals=2,
        additivity=_ADDS_UP_EVERYWHERE,
        compute=_difference,
    ),
    _year_on_year(
        name="yoy_growth",
        label="Growth on last year",
        term="year-over-year growth",
        description=(
            "The period's months against the same months of the year before; an agency's month "
            "counts only where it was reported in both."
        ),
        formula="(cost of months reported in both years - the same a year before) / a year before",
        unit="ratio",
        decimals=1,
        additivity=_ANEW,
        compute=_growth,
        undefined=f"{_NO_YEAR_BEFORE}, or nothing was spent then",
    ),
    _measure(
        name="service_share",
        label="Share of the service",
        term="service share",
        description="A service's spend against that of all services of the same group.",
        formula="sum(cost) / sum(cost of all services)",
        unit="ratio",
        decimals=2,
        kind=Kind.SHARE,
        share_of="service_type",
        dimensions=COST,
        additivity="not additive: made anew from sums at every level",
        compute=formulas.mean("cost_usd", "all_cost_usd"),
        undefined="nothing spent in the period",
    ),
)
