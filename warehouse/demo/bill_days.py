"""What accounts use on each day of a month: estates run on, and months don't begin with a leap."""

from __future__ import annotations

from typing import Final

import numpy as np

from warehouse.demo.costs import SPIKE_RATIO, noise
from warehouse.demo.government import Floats, Government
from warehouse.demo.stories import SPIKE, position

_WEEKEND: Final = 0.72
_NOISE: Final = 0.04
_LEAP: Final = 1.25
"""What a month is of its neighbour from where on it begins with its first day, as a story does."""
_SPIKE_DAY, _SPIKE_DAYS = 11, 4


def by_day(government: Government, monthly: Floats, month: int, rng: np.random.Generator) -> Floats:
    """Give what each account uses on each day of a month, beside its other days.

    ``monthly`` is what accounts use in each month, those of agencies first: shape (P, M).
    """
    days = days_of(government.months[month])
    first = np.datetime64(government.months[month], "M").astype("datetime64[D]")
    weekday = (first + np.arange(days)).astype(int) % 7
    due = _course(government, monthly, month) * np.where(np.isin(weekday, (2, 3)), _WEEKEND, 1.0)
    due *= noise(rng, _NOISE, due.shape)
    if month == government.back(SPIKE.months_back):
        # The spike of the story is one of few days, and all that its month is above others.
        times = 1 + (SPIKE_RATIO - 1) * days / _SPIKE_DAYS
        own = due[: len(government.agencies)]
        own[position(SPIKE), _SPIKE_DAY : _SPIKE_DAY + _SPIKE_DAYS] *= times
    return np.asarray(due)


def days_of(month: str) -> int:
    """Count the days of a month."""
    start = np.datetime64(month, "M")
    length = (start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")
    return int(length.astype(int))


def _course(government: Government, monthly: Floats, month: int) -> Floats:
    """Lead from one month's usual day to the next one's, but for leaps."""
    days = days_of(government.months[month])
    now = _usual_day(government, monthly, month)
    course = np.repeat(now[:, None], days, axis=1)
    for other, side in ((month - 1, -1), (month + 1, 1)):
        if not 0 <= other < len(government.months):
            continue
        then = _usual_day(government, monthly, other)
        is_near = (then < _LEAP * now) & (now < _LEAP * then)
        away = np.maximum(side * (np.arange(days) - (days - 1) / 2), 0)
        course += np.where(is_near, then - now, 0.0)[:, None] * (away / days)[None, :]
    return course


def _usual_day(government: Government, monthly: Floats, month: int) -> Floats:
    day: Floats = monthly[:, month] / days_of(government.months[month])
    if month == government.back(SPIKE.months_back):
        own = day[: len(government.agencies)]
        own[position(SPIKE)] /= SPIKE_RATIO
    return day
