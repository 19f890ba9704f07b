"""How often the centre's bounds hold: for sums of groups of series, in months never seen.

Groups are drawn at random, with a seed that is told, of series that end in the same month of a
year; they are set to end together, whole years apart. Each is then forecast as a government of so
many agencies is: its middle the sum of theirs, its bounds those of the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.forecasting.agencies import Agency, months_ahead
from warehouse.forecasting.backtest import past_forecasts
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.intervals import BANDS
from warehouse.forecasting.month_effects import YEAR
from warehouse.forecasting.series import Series
from warehouse.forecasting.together import members_of, past_sums, sum_ahead

STEPS: Final = 6
POINTS: Final = (24, 36, 48)
MOST_GROUPS: Final = 20


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What was found of groups of so many series, given so many months; shares are 0 to 1."""

    points: int
    groups: int
    held: Mapping[int, float]
    """Share of months, one to six ahead, inside each band."""


def score_groups(
    known: Sequence[Series],
    came: Sequence[Floats],
    size: int,
    points: int,
    *,
    most: int = MOST_GROUPS,
    seed: int = 1,
) -> GroupScore | None:
    """Forecast groups of ``size`` series from their last ``points`` months; None without any."""
    groups = _groups(known, size, points, np.random.default_rng(seed), most)
    held: dict[int, list[bool]] = {band: [] for band in BANDS}
    for places in groups:
        figures = _forecast([known[place] for place in places], points)
        actual = 100 * np.sum([came[place][:STEPS] for place in places], axis=0)
        for column, band in enumerate(BANDS):
            low, high = figures[:STEPS, 1 + 2 * column], figures[:STEPS, 2 + 2 * column]
            held[band] += ((low <= actual) & (actual <= high)).tolist()
    if not groups:
        return None
    return GroupScore(points, len(groups), {band: float(np.mean(of)) for band, of in held.items()})


def _groups(
    known: Sequence[Series], size: int, points: int, chance: np.random.Generator, most: int
) -> list[list[int]]:
    """Draw groups, those of one round without a series twice; every kind of end has its share."""
    by_end: dict[int, list[int]] = {}
    for place, one in enumerate(known):
        if len(one.amounts) >= points:
            by_end.setdefault((one.first_month + len(one.amounts)) % YEAR, []).append(place)
    alike = [places for _, places in sorted(by_end.items()) if len(places) >= size]
    found: list[list[int]] = []
    rounds = 1 if all(len(places) == size for places in alike) else most
    for _ in range(rounds):
        for places in alike:
            drawn = chance.permutation(places).tolist()
            found += [drawn[at : at + size] for at in range(0, len(drawn) - size + 1, size)]
    return found[:most]


def _forecast(series: Sequence[Series], points: int) -> Floats:
    last = max(one.first_month + len(one.amounts) for one in series)
    agencies = [
        Agency(place, Series(one.name, last - points, one.amounts[-points:]), {}, {}, {})
        for place, one in enumerate(series)
    ]
    known = [one.series for one in agencies]
    (sums,) = past_sums([(known, past_forecasts(known))])
    centre = sum_ahead(members_of(agencies, months_ahead(agencies)), sums)
    return np.empty((0, 1 + 2 * len(BANDS))) if centre is None else centre.figures
