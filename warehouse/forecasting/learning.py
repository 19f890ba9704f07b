"""Learning the table of errors: forecasts from past origins of many series, and what came.

Run by ``exchequer forecast --learn``; nothing is learnt where figures are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.centre import forecast_centre
from warehouse.forecasting.error_table import (
    KINDS,
    LEAST_POINTS,
    LEVELS,
    STEPS,
    ErrorTable,
    error_scale,
)
from warehouse.forecasting.series import Series

_BACK: Final = (1, 6, 12, 18, 23, 30)
"""Origins, in months before the end of each series."""
_LENGTHS: Final = ((1, 2), (3, 4), (5, 6, 7), (8, 10, 11), (12, 15), (18, 21), (24, 27),
                   (27, 30, 33), (33, 36, 42, 48), (42, 48, 54, 60), (60, 72, 96))  # fmt: skip
"""Lengths of history that stand for each of :data:`LEAST_POINTS`, and a little beside it."""
_WIDER: Final = 1.03
"""Series that weren't learnt from are missed a little more; found by learning from one half."""
_LEAST_ERRORS: Final = 30
"""A collection with fewer errors at a step has no say at it."""


def learn_table(collections: Sequence[Sequence[Series]]) -> ErrorTable:
    """Learn from collections of series, each of which has the same say however large it is."""
    quantiles = np.empty((len(KINDS), len(LEAST_POINTS), STEPS, len(LEVELS)))
    for place, lengths in enumerate(_LENGTHS):
        errors = [_errors_of(series, lengths) for series in collections]
        for kind in range(len(KINDS)):
            quantiles[kind, place] = _smoothed([one[kind] for one in errors])
    return ErrorTable(quantiles)


def _errors_of(series: Sequence[Series], lengths: Sequence[int]) -> tuple[Floats, Floats]:
    """Give scaled errors of months and of totals: a row for each origin, a column for each step."""
    found = [_errors_at(series, length) for length in lengths]
    by_month, by_total = zip(*found, strict=True)
    return np.concatenate(by_month), np.concatenate(by_total)


def _errors_at(series: Sequence[Series], length: int) -> tuple[Floats, Floats]:
    known, months, came = [], [], []
    for one in series:
        for back in _BACK:
            origin = len(one.amounts) - back
            if origin < length or (one.amounts[origin - length :] <= 0).any():
                continue
            known.append(one.amounts[origin - length : origin])
            months.append(one.first_month + np.arange(origin - length, origin))
            ahead = np.full(STEPS, np.nan)
            ahead[: min(back, STEPS)] = one.amounts[origin:][:STEPS]
            came.append(ahead)
    if not known:
        return np.empty((0, STEPS)), np.empty((0, STEPS))
    centre = forecast_centre(np.array(known), np.array(months), STEPS)
    scale = error_scale(centre, length)[:, None]
    actual = np.array(came)
    totals = actual.cumsum(axis=1) / centre.mean.cumsum(axis=1)
    return np.log(actual / centre.mean) / scale, np.log(totals) / scale


def _smoothed(collections: Sequence[Floats]) -> Floats:
    """Give quantiles by step and level, drawn along the steps by a curve in the root of the step.

    A step that few origins reach is then borne by those around it.
    """
    steps = np.arange(1, STEPS + 1)
    raw, weight = np.zeros((STEPS, len(LEVELS))), np.zeros(STEPS)
    for at in range(STEPS):
        columns = [errors[:, at][np.isfinite(errors[:, at])] for errors in collections]
        columns = [column for column in columns if len(column) >= _LEAST_ERRORS]
        if columns:
            raw[at] = _quantiles(columns)
            weight[at] = np.sqrt(sum(map(len, columns))) * len(columns)
    design = np.column_stack([np.ones(STEPS), np.sqrt(steps), steps])
    by_weight = weight[:, None] * design
    fitted = np.linalg.lstsq(by_weight, weight[:, None] * raw, rcond=None)[0]
    return _WIDER * np.sort(design @ fitted, axis=1)


def _quantiles(columns: Sequence[Floats]) -> Floats:
    values = np.concatenate(columns)
    weights = np.concatenate([np.full(len(column), 1 / len(column)) for column in columns])
    order = np.argsort(values)
    reached = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    return np.interp(LEVELS, reached, values[order])
