"""What is ahead of each agency, and of all of them together.

The centre's middle is the sum of the agencies', each rounded to cents, so that they add up. Its
bounds are its own: those of the series that the agencies make together, about that sum. Nothing
of an agency's own rests on another's months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import BANDS, Spread, forecast_rows
from warehouse.forecasting.known_steps import Step, freed, told
from warehouse.forecasting.series import Series, blocks_of

MONTHS_AHEAD: Final = 18
YEAR: Final = 12
_AHEAD: Final = np.arange(1, MONTHS_AHEAD + 1)

YearKind = Literal["calendar", "fiscal"]
YEAR_KINDS: Final[tuple[YearKind, ...]] = ("calendar", "fiscal")


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency's months: its series, where its years start, and its budgets by month."""

    agency_id: int
    series: Series
    recorded: Mapping[int, float]
    """Amounts of the months that were recorded, without bridged ones."""
    year_starts: Mapping[YearKind, int]
    """First month of the year that its last month is in."""
    budgets: Mapping[int, float]
    steps: tuple[Step, ...] = ()
    """What people know of, that was or is to come."""

    @property
    def plain(self) -> Series:
        """Its series without the steps that people know of."""
        return freed(self.series, self.steps)

    @property
    def origin(self) -> int:
        """Its last month."""
        return self.series.first_month + len(self.series.amounts) - 1


@dataclass(frozen=True, slots=True)
class Ahead:
    """Months ahead of one series: its last month, and middle and bounds of those after it."""

    origin: int
    figures: Floats
    """A row for each month: middle, then lower and upper bound of each band, in cents."""
    total: Spread
    is_too_short: bool
    told: Floats
    """How much of each middle comes from steps that people know of, in cents."""


@dataclass(frozen=True, slots=True)
class Budgeted:
    """A budget of the whole year, and what those who have it spent and will come to, in cents."""

    budget: float
    spent: float
    middle: float


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What a year comes to: what is spent, and with it what is ahead, in cents.

    ``chance`` of more than the budget, and the month in which it is spent, counted from the last
    month; None without a budget of the whole year, or where the year's middle stays within it.
    """

    year_start: int
    origin: int
    spent: float
    figures: Floats
    budgeted: Budgeted | None
    chance: float | None
    breaks_in: int | None


def months_ahead(agencies: Sequence[Agency]) -> list[Ahead]:
    """Forecast each agency from its own last month, with the steps that its people know of."""
    found: dict[int, Ahead] = {}
    series = [agency.plain for agency in agencies]
    for block in blocks_of(series):
        forecast = forecast_rows(block.amounts, block.months, MONTHS_AHEAD)
        mean = np.array(
            [
                told(plain, agencies[place].origin + _AHEAD, agencies[place].steps)
                for place, plain in zip(block.places.tolist(), forecast.month.mean, strict=True)
            ]
        )
        figures = cents(figures_of(forecast.month.about(mean)))
        known = figures[..., 0] - cents(forecast.month.mean)
        total = forecast.total.about(mean.cumsum(axis=1))
        for row, place in enumerate(block.places.tolist()):
            found[place] = Ahead(
                origin=agencies[place].origin,
                figures=figures[row],
                total=one_row(total, row),
                is_too_short=block.amounts.shape[1] < LEAST_POINTS,
                told=known[row],
            )
    return [found[place] for place in range(len(agencies))]


def year_end(agency: Agency, ahead: Ahead, kind: YearKind) -> YearEnd:
    """Say what the agency's year comes to, and how it stands against its budget."""
    start = agency.year_starts[kind]
    left = start + YEAR - 1 - ahead.origin
    known = {month: amount for month, amount in agency.recorded.items() if month >= start}
    spent = float(cents(np.array(sum(known.values()))))
    granted = [agency.budgets.get(month) for month in range(start, start + YEAR)]
    budget = None if None in granted else float(cents(np.array(sum(filter(None, granted)))))
    chance = breaks_in = None
    if budget is not None:
        chance = chance_over(ahead.total, left, budget - spent)
        middles = [known.get(month, 0.0) * 100 for month in range(start, ahead.origin + 1)]
        middles += ahead.figures[:left, 0].tolist()
        over = np.flatnonzero(np.cumsum(middles) > budget + 0.5)
        breaks_in = max(start + int(over[0]) - ahead.origin, 0) if len(over) else None
    figures = year_figures(ahead.total, left, float(ahead.figures[:left, 0].sum()), spent)
    budgeted = None if budget is None else Budgeted(budget, spent, float(figures[0]))
    return YearEnd(start, ahead.origin, spent, figures, budgeted, chance, breaks_in)


def year_figures(total: Spread, left: int, middle: float, spent: float) -> Floats:
    """Give middle and bounds of a year in cents; a year that is over has no bounds but itself."""
    if left == 0:
        return np.full(1 + 2 * len(BANDS), spent)
    about = total.about(np.full(total.mean.shape, middle / 100))
    return np.asarray(spent + cents(figures_of(about)[0, left - 1]))


def chance_over(total: Spread, left: int, budget_left: float) -> float:
    """Give the chance that the months left take more than the budget leaves, in cents."""
    if left == 0:
        return float(budget_left < 0)
    limits = np.full(total.mean.shape, budget_left / 100)
    return float(total.chance_above(limits)[0, left - 1])


def figures_of(spread: Spread, bands: Sequence[int] = BANDS) -> Floats:
    """Give middle, then lower and upper bound of each band, as the last axis."""
    bounds = [bound for band in bands for bound in spread.bounds(band)]
    return np.stack([spread.mean, *bounds], axis=-1)


def one_row(spread: Spread, row: int) -> Spread:
    """Take one row of a spread."""
    at = slice(row, row + 1)
    return Spread(spread.mean[at], spread.errors, spread.scale[at], spread.unit[at],
                  spread.on_logs[at], spread.never_below[at])  # fmt: skip


def cents(amounts: Floats) -> Floats:
    """Round to whole cents."""
    return np.asarray(np.round(amounts * 100))
