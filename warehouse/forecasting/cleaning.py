"""Months that say nothing about the next: single slips below zero, and spikes that stand alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats

Flags = NDArray[np.bool_]

_WINDOW: Final = 3
"""Months on each side that a month is compared with."""
_LEAST_SPIKE: Final = np.log(2.5)
_SPREADS: Final = 6.0
_YEAR: Final = 12


def single_slips(values: Floats) -> Flags:
    """Mark months at or below zero between two months above it: a refund, a lost bill."""
    low = values <= 0
    slips = np.zeros_like(low)
    slips[:, 1:-1] = low[:, 1:-1] & ~low[:, :-2] & ~low[:, 2:]
    return slips


def lone_spikes(logs: Floats) -> Flags:
    """Mark months far from their neighbours that neither stay nor come back a year on.

    What stays is a new level, and what comes back is a season; both are for the forecaster.
    """
    count = logs.shape[1]
    padded = np.pad(logs, ((0, 0), (_WINDOW, _WINDOW)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _WINDOW + 1, axis=1)
    apart = logs - np.nanmedian(windows, axis=2)
    spread = 1.4826 * np.median(np.abs(apart), axis=1, keepdims=True)
    bound = np.maximum(_LEAST_SPIKE, _SPREADS * spread)
    far = np.abs(apart) > bound
    for distance in (1, _YEAR):
        for ahead in (True, False):
            if distance >= count:
                continue
            other = np.zeros_like(apart)
            if ahead:
                other[:, :-distance] = apart[:, distance:]
            else:
                other[:, distance:] = apart[:, :-distance]
            far &= ~(other * np.sign(apart) > bound / 2)
    return np.asarray(far)


def bridged(values: Floats, missing: Flags) -> Floats:
    """Draw a straight line over what is missing, and keep the nearest value at the ends."""
    result = values.copy()
    places = np.arange(values.shape[1])
    for row in np.flatnonzero(missing.any(axis=1)):
        known = ~missing[row]
        if known.any():
            result[row] = np.interp(places, places[known], values[row, known])
    return result
