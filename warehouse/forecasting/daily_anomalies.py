"""Days whose cost stands out from the days before it, many series at once.

Weekdays are judged as such, and the first of a month, on which fees of the month are billed, only
against earlier firsts.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.cleaning import bridged
from warehouse.forecasting.monthly_anomalies import floored_logs
from warehouse.forecasting.watching import Flags, Rule, Watched, watch

DAILY: Final = Rule(
    spreads=5.0,
    least_change=0.2,
    history=28,
    memory=56,
    confirming=7,
    smoothings=(0.03, 0.07, 0.15, 0.3),
    reach=2,
)
FIRSTS: Final = Rule(
    spreads=5.0,
    least_change=0.3,
    history=3,
    memory=12,
    confirming=2,
    smoothings=(0.3, 0.6),
    caution=3.0,
)
_WEEK: Final = 7
_FLOOR: Final = 0.01


def judge_days(
    amounts: Floats,
    days: Integers,
    rule: Rule = DAILY,
    firsts: Rule | None = FIRSTS,
    unrest: Floats | None = None,
) -> Watched:
    """Judge each day of rows over the same ``days``, counted from January 1970; gaps are NaN.

    Without a rule for firsts, the first of a month is a day like any other; ``unrest`` is that of
    ``watch``.
    """
    known = ~np.isnan(amounts)
    logs = bridged(floored_logs(amounts), ~known)
    dates = days.astype("datetime64[D]")
    is_first = dates == dates.astype("datetime64[M]").astype("datetime64[D]")
    is_first &= firsts is not None
    ordinary = known & ~is_first
    shape = _weekday_effects(logs, ordinary, days)[:, days % _WEEK]
    found = watch(logs - shape, ordinary, rule, unrest)
    expected = found.expected + shape
    if firsts is not None and is_first.any():
        with np.errstate(over="ignore"):
            level = np.exp((expected - shape)[:, is_first])
            usual = np.exp(expected[:, is_first])
            # A fee comes on top of what the weekday costs, whichever weekday it is.
            above = np.log(np.maximum((amounts[:, is_first] - usual + level) / level, _FLOOR))
        # A first is an ordinary day as well, and may be as far off as one.
        fees = watch(
            np.nan_to_num(above),
            known[:, is_first] & np.isfinite(above),
            firsts,
            unrest=found.margin[:, is_first],
        )
        due = np.maximum(usual - level + level * np.exp(fees.expected), _FLOOR * level)
        expected[:, is_first] = np.log(due)
        for whole, part in (
            (found.margin, fees.margin),
            (found.signs, fees.signs),
            (found.judged, fees.judged),
            (found.confirmed, fees.confirmed),
            (found.returned, fees.returned),
        ):
            whole[:, is_first] = part
    return Watched(
        expected, found.margin, found.signs, found.judged, found.confirmed, found.returned
    )


def _weekday_effects(logs: Floats, ordinary: Flags, days: Integers) -> Floats:
    """Give each weekday's usual distance from the middle of its week, in the order of days % 7."""
    count, points = logs.shape
    effects = np.zeros((count, _WEEK))
    if points < 2 * _WEEK:
        return effects
    values = bridged(logs, ~ordinary)
    padded = np.pad(values, ((0, 0), (_WEEK // 2, _WEEK // 2)), mode="edge")
    apart = values - np.median(sliding_window_view(padded, _WEEK, axis=1), axis=2)
    apart = np.where(ordinary, apart, np.nan)
    for weekday in range(_WEEK):
        part = apart[:, days % _WEEK == weekday]
        some = ~np.isnan(part).all(axis=1)
        effects[some, weekday] = np.nanmedian(part[some], axis=1)
    return effects
