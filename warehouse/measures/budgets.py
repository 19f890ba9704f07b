"""Budgets: what was granted, and how spend stands against it, from fact_finance_governance.

Spend and budget are compared over the same months: those with both a record of cost and a budget.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from warehouse.measures import formulas
from warehouse.measures.dimensions import AGENCY, FINANCE, MONTHLY_FINANCE
from warehouse.measures.measure import Floats, Kind, Measure, Sums

_NO_BUDGET = "no budget recorded"

_measure = partial(
    Measure,
    group="Budget",
    source="fact_finance_governance",
    family="finance",
    undefined=_NO_BUDGET,
)
_money = partial(_measure, unit="usd", decimals=2)
_pair = partial(_measure, components=("budget_variance_usd", "budget_reported_usd"), good="low")
_year_to_date = partial(
    _pair,
    dimensions=MONTHLY_FINANCE,
    kind=Kind.YEAR_TO_DATE,
    undefined="no budget recorded for the year's reported months",
)

_year_pace = partial(
    _measure,
    dimensions=AGENCY,
    kind=Kind.YEAR_PACE,
    components=("actual_budgeted_usd", "budget_months", "budget_usd"),
    undefined="no budget recorded for the year's reported months",
)

_ANEW = "not additive: made anew from sums at every level"
_NOT_OVER_MONTHS = "additive over agencies, not over months"


def _total(component: str, **said: Any) -> Measure:
    """Define an amount that is one sum, as it stands."""
    return _money(components=(component,), compute=formulas.total(component), **said)


def _without_budget(sums: Sums) -> Floats:
    return formulas.count("agencies")(sums) - formulas.count("agencies_budgeted")(sums)


def _at_stake(sums: Sums) -> Floats:
    """Add what is above budget, if anything is, to what is untagged or idle."""
    above, exposed = sums["budget_variance_usd"], sums["high_risk_usd"]
    found = np.maximum(np.nan_to_num(above), 0.0) + np.nan_to_num(exposed)
    return np.where(np.isnan(above) & np.isnan(exposed), np.nan, found)


MEASURES = (
    _total(
        "budget_usd",
        name="budget",
        label="Budget",
        term="budget",
        description="The budget in force for the period's months, reported or not.",
        formula="sum(budget)",
        dimensions=FINANCE,
        additivity="additive over all dimensions, within one currency",
        good=None,
    ),
    _total(
        "budget_reported_usd",
        name="ytd_budget",
        label="Budget this year so far",
        term="year-to-date budget",
        description="Budget of the year's months for which spend was reported.",
        formula="sum(budget of reported months) from the year's first month",
        dimensions=MONTHLY_FINANCE,
        additivity=_NOT_OVER_MONTHS,
        good=None,
        kind=Kind.YEAR_TO_DATE,
    ),
    _total(
        "budget_usd",
        name="cumulative_budget",
        label="Budget added up",
        term="cumulative budget",
        description=(
            "Budget added up month by month, reported or not; starts again with every year."
        ),
        formula="running sum(budget) within the year",
        dimensions=MONTHLY_FINANCE,
        additivity=_NOT_OVER_MONTHS,
        good=None,
        kind=Kind.YEAR_TO_DATE,
    ),
    _pair(
        name="budget_variance",
        label="Spend above budget",
        term="budget variance",
        description="Spend minus budget over the same months; below 0 is under budget.",
        formula="sum(cost) - sum(budget), months with both",
        unit="usd",
        decimals=2,
        dimensions=FINANCE,
        additivity="additive over all dimensions, within one currency",
        compute=formulas.total("budget_variance_usd"),
    ),
    _pair(
        name="budget_variance_pct",
        label="Spend above budget, share",
        term="budget variance, relative",
        description=(
            "Spend minus budget in relation to the budget. Up to 0 is green, up to the amber limit "
            "(at first 10 %) amber, above it red."
        ),
        formula="(sum(cost) - sum(budget)) / sum(budget), months with both",
        unit="ratio",
        decimals=1,
        dimensions=FINANCE,
        additivity=_ANEW,
        compute=formulas.mean("budget_variance_usd", "budget_reported_usd"),
    ),
    _year_to_date(
        name="ytd_budget_variance",
        label="Spend above budget this year",
        term="year-to-date budget variance",
        description="Spend minus budget over the year's reported months.",
        formula="sum(cost) - sum(budget), from the year's first month, months with both",
        unit="usd",
        decimals=2,
        additivity=_NOT_OVER_MONTHS,
        compute=formulas.total("budget_variance_usd"),
    ),
    _total(
        "actual_budgeted_usd",
        name="budgeted_spend",
        label="Spend with a budget",
        term="spend under budget control",
        description="Spend of the reported months for which a budget is recorded.",
        formula="sum(cost of months with a budget)",
        dimensions=FINANCE,
        additivity="additive over all dimensions, within one currency",
        good=None,
    ),
    _total(
        "actual_budgeted_usd",
        name="ytd_budgeted_spend",
        label="Spend with a budget this year",
        term="year-to-date spend under budget control",
        description="Spend of the year's reported months for which a budget is recorded.",
        formula="sum(cost of months with a budget), from the year's first month",
        dimensions=MONTHLY_FINANCE,
        kind=Kind.YEAR_TO_DATE,
        additivity=_NOT_OVER_MONTHS,
        good=None,
    ),
    _money(
        name="ytd_unbudgeted_spend",
        label="Spend without a budget this year",
        term="year-to-date spend outside budget control",
        description="Spend of the year's reported months for which no budget is recorded.",
        formula="sum(cost) - sum(cost of months with a budget), from the year's first month",
        dimensions=MONTHLY_FINANCE,
        kind=Kind.YEAR_TO_DATE,
        additivity=_NOT_OVER_MONTHS,
        good="low",
        components=("cost_usd", "actual_budgeted_usd"),
        compute=lambda sums: sums["cost_usd"] - np.nan_to_num(sums["actual_budgeted_usd"]),
        undefined="no records in the year so far",
    ),
    _money(
        name="money_at_stake",
        label="Money at stake this year",
        term="financial risk",
        description=(
            "Spend above budget, if it is above, plus spend untagged or idle, over the year's "
            "months so far. The parts may overlap: an upper bound to rank by, not a saving."
        ),
        formula=(
            "max(0, sum(cost) - sum(budget)) + sum(untagged cost + idle cost), from the year's "
            "first month"
        ),
        dimensions=MONTHLY_FINANCE,
        kind=Kind.YEAR_TO_DATE,
        additivity=_ANEW,
        good="low",
        components=("budget_variance_usd", "high_risk_usd"),
        compute=_at_stake,
        undefined="neither a budget nor untagged or idle spend recorded",
    ),
    _year_to_date(
        name="ytd_budget_variance_pct",
        label="Spend above budget this year, share",
        term="year-to-date budget variance, relative",
        description="Spend minus budget over the year's reported months, in relation to it.",
        formula="(sum(cost) - sum(budget)) / sum(budget), from the year's first month",
        unit="ratio",
        decimals=1,
        additivity=_ANEW,
        compute=formulas.mean("budget_variance_usd", "budget_reported_usd"),
    ),
    _year_pace(
        name="burn_index",
        label="Pace of spending the budget",
        term="burn index",
        description=(
            "Share of the year's budget spent, in relation to the share of the year gone: above 1 "
            "the budget ends before the year does. Agencies with a budget, months reported."
        ),
        formula="(spent / budget of the year) / (months gone / 12)",
        unit="index",
        decimals=2,
        additivity=_ANEW,
        good="low",
        compute=formulas.mean("spent", "expected"),
    ),
    _year_pace(
        name="budget_used_pct",
        label="Share of the year's budget spent",
        term="budget execution rate",
        description=(
            "Spend of the year's months that have a budget, in relation to the budget of the "
            "whole year; above 100 % the budget is used up."
        ),
        formula="spent / budget of the year",
        unit="ratio",
        decimals=1,
        additivity=_ANEW,
        good=None,
        compute=formulas.mean("spent", "budget"),
    ),
    _year_pace(
        name="budget_left",
        label="Budget left this year",
        term="budget balance",
        description=(
            "Budget of the whole year minus the spend of its months that have a budget; below 0 "
            "the budget is used up."
        ),
        formula="budget of the year - spent",
        unit="usd",
        decimals=2,
        additivity="additive over agencies, within one currency",
        good=None,
        compute=lambda sums: sums["budget"] - sums["spent"],
    ),
    _measure(
        name="agencies_without_budget",
        label="Agencies without a budget",
        term="agencies without budget",
        description="Agencies with records in the period but no budget in any of its months.",
        formula="count(agencies with records) - count(agencies with a budget)",
        unit="count",
        decimals=0,
        dimensions=FINANCE,
        additivity="additive over agencies, not over months",
        good="low",
        components=("agencies", "agencies_budgeted"),
        compute=_without_budget,
        undefined="no records in the period",
    ),
)
