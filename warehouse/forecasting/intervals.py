"""Bounds of a forecast, month by month and for its running total, and the chance of an overrun.

A total's bounds come from past errors of totals. Adding monthly bounds would be too wide, since
months that are missed make up for one another; taking them for independent, far too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.centre import Centre, forecast_centre
from warehouse.forecasting.error_table import LEVELS, ErrorTable, Kind, error_scale, shipped_table

BANDS: Final = (80, 95)
"""Bands that are shown, in per cent."""
WORDS: Final = ("on track", "watch", "likely over", "very likely over")
_FURTHEST: Final = float(np.log(100))
"""No bound is further from the middle than a hundredfold: beyond, it says nothing more."""
_NORMAL_80: Final = 2.563
"""Width of the middle 80 % of a normal spread, in standard deviations."""
_WORD_BOUNDS: Final = (0.2, 0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Spread:
    """Middles of rows by step, and the errors that forecasts like them have had.

    An error is one of ``errors`` (step by level) times the row's ``scale``: in logs where
    ``on_logs``, and in parts of the step's ``unit``, an amount, where not.
    """

    mean: Floats
    errors: Floats
    scale: Floats
    unit: Floats
    on_logs: NDArray[np.bool_]
    never_below: NDArray[np.bool_]

    def about(self, mean: Floats) -> Spread:
        """Give the same errors about other middles, such as the sum of the agencies' own."""
        return replace(self, mean=mean)

    def apart(self, mean: Floats, *, evenly: bool = False) -> Spread:
        """Give the errors of one row about other middles, wider by how far those are from its own.

        They are then off by both: as far as such forecasts are, and by what lies between the two;
        ``evenly``: by what usually lies between them, at every step.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(mean / self.mean)
            between = np.where(self.on_logs[:, None], logs, (mean - self.mean) / self.unit)
            if evenly:
                between = np.sqrt((between**2).mean(axis=1, keepdims=True))
            usual = self.scale[:, None] * self.widths()
            wider = np.sqrt(1 + (between / usual) ** 2)[0]
        wider = np.where(np.isfinite(wider), wider, 1.0)
        return replace(self, mean=mean, errors=self.errors * wider[:, None])

    def widths(self) -> Floats:
        """Give by step how far errors usually go, as a normal spread with the same 80 %."""
        low, high = (np.array([np.interp(level, LEVELS, by_level) for by_level in self.errors])
                     for level in (0.1, 0.9))  # fmt: skip
        return np.asarray((high - low) / _NORMAL_80)

    def bounds(self, per_cent: float) -> tuple[Floats, Floats]:
        """Give lower and upper bounds between which so many of a hundred actuals fall."""
        outside = (1 - per_cent / 100) / 2
        return self._moved(outside, np.minimum), self._moved(1 - outside, np.maximum)

    def chance_above(self, limits: Floats) -> Floats:
        """Give the share of past errors that would carry each row's step above its limit."""
        away = limits - self.mean
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = away / (self.unit * self.scale[:, None])
            logs = np.log(np.maximum(limits, 0) / self.mean) / self.scale[:, None]
        needed = np.where(self.on_logs[:, None], logs, shares)
        needed = np.where(np.isnan(needed), np.inf, needed)
        chances = np.empty(needed.shape)
        for step, errors in enumerate(self.errors):
            chances[:, step] = 1 - np.interp(needed[:, step], errors, LEVELS, left=0, right=1)
        return np.asarray(np.where(self.never_below[:, None] & (limits < 0), 1.0, chances))

    def _moved(self, level: float, beyond: np.ufunc) -> Floats:
        errors = np.array([np.interp(level, LEVELS, by_level) for by_level in self.errors])
        away: Floats = beyond(errors, 0.0)[None, :] * self.scale[:, None]
        by_logs = self.mean * np.exp(np.clip(away, -_FURTHEST, _FURTHEST))
        moved = np.where(self.on_logs[:, None], by_logs, self.mean + away * self.unit)
        return np.asarray(np.where(self.never_below[:, None], np.maximum(moved, 0), moved))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Rows' months ahead and their running totals."""

    month: Spread
    total: Spread


def forecast_rows(
    amounts: Floats, months: Integers, horizon: int, table: ErrorTable | None = None
) -> Forecast:
    """Forecast rows of one length, ``months`` counted from January 1970, with their errors."""
    centre = forecast_centre(amounts, months, horizon)
    table = table or shipped_table()
    points = amounts.shape[1]
    never_below = np.asarray((amounts >= 0).all(axis=1))
    steps = np.arange(1, horizon + 1)

    def spread(kind: Kind, mean: Floats, unit: Floats) -> Spread:
        errors = table.of(kind, points, steps)
        scale = error_scale(centre, points)
        return Spread(mean, errors, scale, unit, centre.on_logs, never_below)

    size = _size_of(centre, amounts)
    return Forecast(
        month=spread("month", centre.mean, np.repeat(size, horizon, axis=1)),
        total=spread("total", centre.mean.cumsum(axis=1), size * steps),
    )


def overrun_word(chance: float) -> str:
    """Say a chance of overrun in one of four words.

    >>> overrun_word(0.1), overrun_word(0.2), overrun_word(0.5), overrun_word(0.9)
    ('on track', 'watch', 'likely over', 'very likely over')
    """
    return WORDS[int(np.searchsorted(_WORD_BOUNDS, chance, side="right"))]


def _size_of(centre: Centre, amounts: Floats) -> Floats:
    """Give nothing for rows that were never anything but nothing: they have no errors either."""
    return np.asarray(np.where(amounts.any(axis=1), centre.size, 0.0)[:, None])
