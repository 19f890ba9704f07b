"""Months whose cost stands out from the months before it, many series at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from warehouse.forecasting.calendar import Floats, Integers, days_exponents, relative_days
from warehouse.forecasting.cleaning import bridged, lone_spikes
from warehouse.forecasting.month_effects import YEAR, month_effects
from warehouse.forecasting.watching import Rule, Watched, watch

MONTHLY: Final = Rule(
    spreads=3.5,
    least_change=0.12,
    history=12,
    memory=24,
    confirming=2,
    smoothings=(0.15, 0.3, 0.5, 0.75, 1.0),
    caution=2.0,
)
_FLOOR: Final = 0.01
_LEAST_POINTS: Final = 3
"""Fewer have no changes to read anything from."""


def judge_months(amounts: Floats, months: Integers, rule: Rule = MONTHLY) -> Watched:
    """Judge each month of rows of one length, ``months`` counted from January 1970.

    Days in the month and month effects are taken out first, and are in ``expected`` again, which
    is in logs.
    """
    logs = floored_logs(amounts)
    shape = _shape(logs, months) if logs.shape[1] >= _LEAST_POINTS else np.zeros_like(logs)
    found = watch(logs - shape, np.full(logs.shape, True), rule)
    return replace(found, expected=found.expected + shape)


def floored_logs(amounts: Floats) -> Floats:
    """Take logs, nought and what is below it standing at a hundredth of the row's usual amount."""
    return np.asarray(np.log(np.fmax(amounts, floors(amounts)[:, None])))


def floors(amounts: Floats) -> Floats:
    """Give the least amount of each row that logs are taken of."""
    positive = np.where(amounts > 0, amounts, np.nan)
    some = ~np.isnan(positive).all(axis=1)
    usual = np.ones(len(amounts))
    usual[some] = np.nanmedian(positive[some], axis=1)
    return np.asarray(np.maximum(_FLOOR * usual, np.finfo(float).tiny))


def _shape(logs: Floats, months: Integers) -> Floats:
    usual = bridged(logs, lone_spikes(logs))
    days = days_exponents(usual, months)[:, None] * np.log(relative_days(months))
    effects = month_effects(usual - days, months)
    return np.asarray(days + np.take_along_axis(effects, months % YEAR, axis=1))
