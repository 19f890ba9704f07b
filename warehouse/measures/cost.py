"""Cost: spend, its growth and its rhythm, from fact_cost_monthly."""

from __future__ import annotations

from functools import partial

from warehouse.measures import formulas
from warehouse.measures.dimensions import (
    COST,
    FINANCE,
    MONTHLY_COST,
    USAGE,
    YEARLY_COST,
)
from warehouse.measures.measure import Floats, Kind, Measure, Sums

_measure = partial(Measure, group="Cost", source="fact_cost_monthly", family="cost", good=None)
_money = partial(
    _measure, unit="usd", decimals=2, components=("cost_usd",), compute=formulas.total("cost_usd")
)
_count = partial(
    _measure,
    unit="count",
    decimals=0,
    family="finance",
    source="fact_finance_governance",
    dimensions=FINANCE,
    additivity="additive over all dimensions",
)
_series = partial(
    _measure,
    kind=Kind.TRAILING,
    components=("cost_usd",),
    dimensions=MONTHLY_COST,
    additivity="not additive: made anew from monthly totals at every level",
)


def _growth(sums: Sums) -> Floats:
    return formulas.ratio(sums["now"] - sums["before"], sums["before"])


def _window_mean(sums: Sums) -> Floats:
    return formulas.ratio(sums["window_sum"], sums["window_count"])


def _against_window_mean(sums: Sums) -> Floats:
    return formulas.ratio(sums["now"], _window_mean(sums))


def _whole_window_mean(sums: Sums) -> Floats:
    return formulas.ratio(sums["whole_window_sum"], sums["window_count"])


MEASURES = (
    _money(
        name="actual_spend",
        label="Spend",
        term="actual spend",
        description=(
            "What the cloud cost: what was consumed by bills where an agency's bills of a month "
            "are here whole, else what the MDA itself summed up."
        ),
        formula="sum(cost)",
        dimensions=COST,
        additivity="additive over all dimensions, within one currency",
    ),
    _measure(
        name="billed_share",
        label="Spend taken from bills",
        term="billed share of spend",
        description=(
            "How much of the spend comes from bills; the rest is what the MDAs summed up "
            "themselves."
        ),
        formula="sum(cost from bills) / sum(cost)",
        unit="ratio",
        decimals=1,
        dimensions=COST,
        additivity="not additive: made anew from sums at every level",
        components=("bill_cost_usd", "cost_usd"),
        compute=formulas.mean("bill_cost_usd", "cost_usd"),
        undefined="nothing spent in the period",
    ),
    _money(
        name="recorded_spend",
        label="Spend by the MDAs' own records",
        term="spend of usage records",
        description=(
            "Cost as the MDAs' usage records have it, also where spend is taken from bills: what "
            "idle cost is a share of."
        ),
        formula="sum(cost of the usage records)",
        dimensions=COST,
        additivity="additive over all dimensions, within one currency",
        components=("usage_cost_usd",),
        compute=formulas.total("usage_cost_usd"),
    ),
    _money(
        name="unit_spend",
        label="Spend with units of work",
        term="spend of services with usage",
        description="Spend on services with usage in an agency's month: what a unit's cost is of.",
        formula="sum(cost of service types with usage)",
        dimensions=USAGE,
        additivity="additive over all dimensions, within one currency",
        components=("unit_cost_usd",),
        compute=formulas.total("unit_cost_usd"),
    ),
    _money(
        name="ytd_spend",
        label="Spend this year",
        term="year-to-date spend",
        description=(
            "Spend from the first month of the year that holds the period's last month, up to that "
            "month; by month, up to each. With fiscal years each agency's own year counts."
        ),
        formula="sum(cost) from the year's first month",
        dimensions=MONTHLY_COST,
        additivity="additive over agencies and services, not over months",
        kind=Kind.YEAR_TO_DATE,
        undefined="no records in the year so far",
    ),
    _money(
        name="cumulative_spend",
        label="Spend added up",
        term="cumulative spend",
        description="Spend added up month by month; starts again with every year.",
        formula="running sum(cost) within the year",
        dimensions=MONTHLY_COST,
        additivity="additive over agencies and services, not over months",
        kind=Kind.YEAR_TO_DATE,
        undefined="no records in the year so far",
    ),
    _money(
        name="average_monthly_spend",
        label="Spend per month",
        term="average monthly spend",
        description="Spend divided by the months in which the group has records.",
        formula="sum(cost) / count(months)",
        dimensions=COST,
        additivity="not additive: made anew from sums at every level",
        components=("cost_usd", "months"),
        compute=formulas.mean("cost_usd", "months"),
    ),
    _series(
        name="mom_growth",
        label="Growth on last month",
        term="month-over-month growth",
        description=(
            "Growth of the group's total on the month before; without a split by month that of "
            "the period's last month."
        ),
        formula="(this month - last month) / last month",
        unit="ratio",
        decimals=1,
        months=2,
        compute=_growth,
        undefined="no month before, or nothing spent in it",
    ),
    _series(
        name="rolling_3m_spend",
        label="Spend, mean of three months",
        term="rolling three-month spend",
        description="Mean of the last three monthly totals.",
        formula="(this month + the two before) / 3",
        unit="usd",
        decimals=2,
        months=3,
        compute=_whole_window_mean,
        undefined="fewer than three months recorded",
    ),
    _series(
        name="seasonality_index",
        label="Seasonal pressure",
        term="seasonality index",
        description="The month against the mean of the six months that end with it (or fewer).",
        formula="month / mean(up to six months including it)",
        unit="index",
        decimals=2,
        months=6,
        compute=_against_window_mean,
        undefined="nothing spent in these months",
    ),
    _measure(
        name="cost_per_unit",
        label="Cost per unit of work",
        term="unit cost",
        description=(
            "Spend per unit of workload. Where spend is taken from bills, services count that have "
            "both usage and cost in an agency's month."
        ),
        formula="sum(cost) / sum(compute hours + 0.05 x GB stored + 0.5 x GB sent)",
        unit="usd",
        decimals=4,
        good="low",
        dimensions=USAGE,
        additivity="not additive: made anew from sums at every level",
        components=("unit_cost_usd", "costed_units"),
        compute=formulas.mean("unit_cost_usd", "costed_units"),
        undefined="no workload recorded",
    ),
    _measure(
        name="run_rate",
        label="Spend of the year at this pace",
        term="annual run rate",
        description=(
            "Twelve times the mean of the year's reported months. Agencies whose years start in "
            "different months are reckoned apart and added."
        ),
        formula="year to date / months gone x 12",
        unit="usd",
        decimals=2,
        dimensions=YEARLY_COST,
        additivity="not additive: made anew from sums at every level",
        kind=Kind.YEAR_PACE,
        components=("cost_usd", "months"),
        compute=formulas.total("pace"),
        undefined="no records in the year so far",
    ),
    _count(
        name="spend_spikes",
        label="Jumps in spend",
        term="spend spikes",
        description="Agency-months whose spend grew by more than the limit (at first 25 %).",
        formula="count(growth > limit)",
        good="low",
        components=("spend_spike_count", "growth_count"),
        compute=formulas.count_of("spend_spike_count", "growth_count"),
        undefined="no month before to compare with",
    ),
    _count(
        name="spend_growth_count",
        label="Months with a month before",
        term="comparable agency-months",
        description="Agency-months that can be compared with the month before.",
        formula="count(agency-months with a month before)",
        components=("growth_count",),
        compute=formulas.count("growth_count"),
    ),
    _count(
        name="fast_growth",
        label="Fast-growing services",
        term="fast growth",
        description="Agency and service-type months that grew by more than the limit (15 %).",
        formula="count(growth > limit)",
        good="low",
        components=("fast_growth_count", "growth_count"),
        compute=formulas.count_of("fast_growth_count", "growth_count"),
        undefined="no month before to compare with",
    ),
    _count(
        name="seasonality_high_count",
        label="Months of high pressure",
        term="high-season months",
        description="Agency-months whose seasonality index exceeds the limit (at first 1.2).",
        formula="count(seasonality index > limit)",
        good="low",
        components=("high_season_count", "seasonality_count"),
        compute=formulas.count_of("high_season_count", "seasonality_count"),
    ),
)
