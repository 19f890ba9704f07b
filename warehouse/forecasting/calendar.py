"""Days in the month: how far a series follows them, and how they are taken out.

Most cloud spend runs by the hour, so that February is cheap for no other reason than its length;
licences and support are billed by the month. How far a series follows the days is read from the
series itself, with one half as the guess that is held until the data say otherwise.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MEAN_DAYS: Final = 30.4375
_GUESS: Final = 0.5
_GUESS_SPREAD: Final = 0.5
_LEAST_VARIANCE: Final = 1e-12


def relative_days(months: Integers) -> Floats:
    """Give the days of months, counted from January 1970, as parts of a mean month."""
    starts = months.astype("datetime64[M]")
    days = (starts + 1).astype("datetime64[D]") - starts.astype("datetime64[D]")
    return np.asarray(days.astype(np.float64) / _MEAN_DAYS)


def days_exponents(logs: Floats, months: Integers) -> Floats:
    """Say per series how far it follows the days in the month: 0 not at all, 1 in proportion.

    The slope of monthly changes on changes of days, drawn towards one half where noise hides it.
    """
    changes = np.diff(logs, axis=1)
    changes = changes - np.median(changes, axis=1, keepdims=True)
    days = np.diff(np.log(relative_days(months)), axis=1)
    weight = np.maximum((days * days).sum(axis=1), _LEAST_VARIANCE)
    slope = (days * changes).sum(axis=1) / weight
    rest = np.abs(changes - slope[:, None] * days)
    variance = (1.4826 * np.median(rest, axis=1)) ** 2 + _LEAST_VARIANCE
    known, guessed = weight / variance, 1 / _GUESS_SPREAD**2
    return np.asarray(np.clip((known * slope + guessed * _GUESS) / (known + guessed), 0, 1))
