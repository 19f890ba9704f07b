"""The centre: months, year and past errors of all agencies together, from the bottom up.

So is a service over all agencies: a sum of their parts of it, with bounds and errors of its own.

The middle is the sum of the agencies'. The bounds are those of the series that they make together,
told by three things: what such series have missed anywhere, what this sum has missed itself, and
how far the sum of the agencies' middles stands from where it would be forecast as one series. The
last matters because agencies are wrong together: seasons that are small beside the noise of each
are held back in all of them, and the sum, whose noise is small, shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from warehouse.forecasting.agencies import (
    MONTHS_AHEAD,
    YEAR,
    Agency,
    Ahead,
    Budgeted,
    YearEnd,
    cents,
    chance_over,
    figures_of,
    one_row,
    year_figures,
)
from warehouse.forecasting.backtest import PAST_BAND, STEPS, Judgement, Past, judged
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.error_table import Kind
from warehouse.forecasting.intervals import Forecast, Spread, forecast_rows
from warehouse.forecasting.series import Series, blocks_of

_STEPS: Final = np.arange(1, STEPS + 1)
_SEASONS: Final = 24
"""Points from which seasons are forecast."""
_USUAL_WEIGHT: Final = 6.0
"""So many past origins what such series usually miss counts as."""
_UNLIKE: Final = 0.05
"""So little of an origin one counts that knew no seasons: it missed what is known now. But where
nearly all members have the same seasons, it alone tells in the second year that they do."""
_LATE: Final = 3
"""Who is so many months behind the last has no say in how far the bounds of a sum are."""
_MOST: Final = 0.9
"""A sum's months are told from when those were there that make up this share of its last."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of a sum: an agency, or its part of a service, and what is ahead of it, in cents."""

    series: Series
    """Its months, without the steps that people know of."""
    figures: Floats
    told: Floats

    @property
    def origin(self) -> int:
        """Its last month."""
        return self.series.first_month + len(self.series.amounts) - 1


def members_of(agencies: Sequence[Agency], ahead: Sequence[Ahead]) -> list[Member]:
    """Give the agencies as members of the government."""
    return [Member(one.plain, of.figures, of.told) for one, of in zip(agencies, ahead, strict=True)]


@dataclass(frozen=True, slots=True)
class PastSum:
    """Members' forecasts from one past origin, added up, and their series forecast as one.

    Steps whose month hasn't come for all of them are NaN in ``actual``.
    """

    origin: int
    points: int
    mean: Floats
    repeated: Floats
    actual: Floats
    whole: Forecast

    def missed(self, upto: int, kind: Kind = "month") -> float | None:
        """Give the mean square of what the sum missed, in usual errors of it, to a month.

        The sum itself, not the series as one: when all its members are off at once, it alone tells.
        Of months each by itself, or of their running totals.
        """
        spread, actual, mean = self.whole.month, self.actual, self.mean
        known = np.isfinite(actual) & (self.origin + _STEPS <= upto)
        if kind == "total":
            spread, actual, mean = self.whole.total, actual.cumsum(), mean.cumsum()
            known = np.logical_and.accumulate(known)
        known &= (actual > 0) & (mean > 0)
        if not known.any() or not spread.on_logs[0]:
            return None
        errors = np.log(actual[known] / mean[known])
        return float(np.mean((errors / spread.widths()[known]) ** 2))


def past_sums(sums: Sequence[tuple[Sequence[Series], Past]]) -> list[list[PastSum]]:
    """Add up past forecasts of each sum's members by origin.

    At each only members count that could be forecast from it, in what was foreseen and in what
    came.
    """
    drafts = [
        (number, int(origin), past.rows(past.origin == origin))
        for number, (_, past) in enumerate(sums)
        for origin in np.unique(past.origin)
    ]
    wholes = [
        together([sums[number][0][place] for place in at.place.tolist()], origin)
        for number, origin, at in drafts
    ]
    found: list[list[PastSum]] = [[] for _ in sums]
    # Those of one length are forecast at once.
    for (number, origin, at), whole, forecast in zip(
        drafts, wholes, _forecasts(wholes, STEPS), strict=True
    ):
        found[number].append(
            PastSum(
                origin=origin,
                points=len(whole.amounts),
                mean=at.mean.sum(axis=0),
                repeated=at.repeated.sum(axis=0),
                # A month counts when all of them have it.
                actual=at.actual.sum(axis=0),
                whole=forecast,
            )
        )
    return found


def learnt(
    spread: Spread, points: int, sums: Sequence[PastSum], upto: int, kind: Kind = "month"
) -> Spread:
    """Draw a spread to what the sum missed itself, as far as a month had shown it.

    Once two years are known seasons are, and origins that knew none say little of the errors.
    """
    own, weights = _USUAL_WEIGHT * spread.scale**2, _USUAL_WEIGHT
    for one in sums:
        missed = one.missed(upto, kind) if one.origin < upto else None
        if missed is not None:
            weight = _UNLIKE if one.points < _SEASONS <= points else 1.0
            own, weights = own + weight * missed, weights + weight
    return replace(spread, scale=np.sqrt(own / weights))


def sum_ahead(members: Sequence[Member], sums: Sequence[PastSum]) -> Ahead | None:
    """Add up the members' middles for the months after the last that any has."""
    if not members:
        return None
    last = max(one.origin for one in members)
    timely = [one for one in members if one.origin >= last - _LATE]
    common = min(one.origin for one in timely)
    whole = together([one.series for one in timely], common)
    (forecast,) = _forecasts([whole], last - common + MONTHS_AHEAD)
    points = len(whole.amounts)
    month = learnt(forecast.month, points, sums, common)
    total = learnt(forecast.total, points, sums, common, "total")
    middles, known = np.zeros(MONTHS_AHEAD), np.zeros(MONTHS_AHEAD)
    for one in members:
        own = one.figures[last - one.origin :, 0]
        middles[: len(own)] += own
        known[: len(own)] += one.told[last - one.origin :]
    late = last - common
    # Steps that people know of move both sides alike: they say nothing of errors.
    moved = month.mean + np.concatenate([np.zeros(late), known / 100])
    month, total = month.about(moved), total.about(moved.cumsum(axis=1))
    padded = np.concatenate([month.mean[0, :late], middles / 100])[None, :]
    figures = cents(figures_of(month.apart(padded, evenly=True))[0, late:])
    figures[:, 0] = middles
    return Ahead(
        origin=last,
        figures=figures,
        total=total.apart(padded.cumsum(axis=1)),
        is_too_short=False,
        told=known,
    )


def centre_year(ends: Sequence[YearEnd], centre: Ahead) -> YearEnd | None:
    """Add up the years that the last month is in; those with a budget stand against it.

    Years may start in different months. What is left of them is as uncertain as what is left of a
    year that ends when they do on average, each weighed by what it is still to take.
    """
    now = [end for end in ends if end.year_start <= centre.origin < end.year_start + YEAR]
    if not now:
        return None
    left = _mean_left(now)
    spent = sum(end.spent for end in now)
    middle = sum(float(end.figures[0]) - end.spent for end in now)
    figures = year_figures(centre.total, left, middle, spent)
    having = [end for end in now if end.budgeted is not None]
    budgeted, chance = _together(end.budgeted for end in having), None
    if budgeted is not None:
        ahead = budgeted.middle - budgeted.spent
        about = centre.total.about(np.full(centre.total.mean.shape, ahead / 100))
        chance = chance_over(about, _mean_left(having), budgeted.budget - budgeted.spent)
    starts = {end.year_start for end in now}
    return YearEnd(min(starts), centre.origin, spent, figures, budgeted, chance, None)


def _together(budgets: Iterable[Budgeted | None]) -> Budgeted | None:
    """Add up those who have a budget; None where nobody has."""
    rows = [(one.budget, one.spent, one.middle) for one in budgets if one is not None]
    return Budgeted(*map(sum, zip(*rows, strict=True))) if rows else None


def judge_sums(sums: Sequence[PastSum]) -> Judgement | None:
    """Judge the sums of past forecasts, with the bounds that they had then."""
    if not sums:
        return None
    low, high = np.empty((len(sums), STEPS)), np.empty((len(sums), STEPS))
    for row, one in enumerate(sums):
        own = learnt(one.whole.month, one.points, sums, one.origin)
        then = own.apart(one.mean[None, :], evenly=True)
        low[row], high[row] = (bound[0] for bound in then.bounds(PAST_BAND))
    mean, repeated, actual = (
        np.array([getattr(one, name) for one in sums]) for name in ("mean", "repeated", "actual")
    )
    origins = np.array([one.origin for one in sums], dtype=np.int64)
    place = np.zeros(len(sums), dtype=np.int64)
    return judged(Past(place, origins, mean, low, high, repeated, actual), 1)


def together(series: Sequence[Series], last: int) -> Series:
    """Add up series, month by month, up to the last, from when most of it was there.

    Who comes later would else be taken for growth, and who comes latest would cut all short.
    """
    known = [one for one in series if one.first_month <= last]
    firsts = np.array([one.first_month for one in known])
    sizes = np.array([abs(one.amounts[: last + 1 - one.first_month][-1]) for one in known])
    order = np.argsort(firsts, kind="stable")
    reached = np.cumsum(sizes[order])
    first = int(firsts[order][np.searchsorted(reached, _MOST * reached[-1])])
    amounts = np.zeros(last - first + 1)
    for one in known:
        skipped = max(first - one.first_month, 0)
        own = one.amounts[skipped : last + 1 - one.first_month]
        at = one.first_month + skipped - first
        amounts[at : at + len(own)] += own
    return Series("", first, amounts)


def _forecasts(series: Sequence[Series], steps: int) -> list[Forecast]:
    found: dict[int, Forecast] = {}
    for block in blocks_of(series):
        forecast = forecast_rows(block.amounts, block.months, steps)
        for row, place in enumerate(block.places.tolist()):
            found[place] = Forecast(one_row(forecast.month, row), one_row(forecast.total, row))
    return [found[place] for place in range(len(series))]


def _mean_left(ends: Sequence[YearEnd]) -> int:
    left = np.array([end.year_start + YEAR - 1 - end.origin for end in ends], dtype=float)
    weight = np.array([max(float(end.figures[0]) - end.spent, 0.0) for end in ends])
    if not left.any():
        return 0
    mean = np.average(left, weights=weight) if weight.sum() > 0 else left.mean()
    return max(round(float(mean)), 1)
