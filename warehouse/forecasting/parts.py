"""What is ahead of the parts of an agency, its service types: forecast apart, then reconciled.

Each part is forecast from its own months. What all of them come to is then drawn, month by month,
to the agency's own forecast, each part in proportion, so that the parts add up to the agency to
the cent, as agencies do to the centre. The agency's forecast stands: it has the longer and calmer
series, and its errors are measured. A part's band is that of its own errors about its middle, and
goes no further up than the agency's: a part that never was below nothing is no more than all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.forecasting.agencies import MONTHS_AHEAD, Ahead, cents, figures_of, one_row
from warehouse.forecasting.calendar import Floats
from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import BANDS, Spread, forecast_rows
from warehouse.forecasting.series import Series, blocks_of

_LOWER: Final = [1 + 2 * at for at in range(len(BANDS))]
_UPPER: Final = [2 + 2 * at for at in range(len(BANDS))]
"""Columns of lower and upper bounds, behind the middle and in turn."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an agency: the agency's place among all, its name, and its months."""

    place: int
    name: str
    series: Series


@dataclass(frozen=True, slots=True)
class PartAhead:
    """Months ahead of a part: a row for each, middle and bounds, in cents."""

    part: Part
    figures: Floats
    is_too_short: bool


def parts_ahead(parts: Sequence[Part], ahead: Sequence[Ahead]) -> list[PartAhead]:
    """Forecast parts whose series end with their agency's, so that they add up to it."""
    spreads: dict[int, Spread] = {}
    for block in blocks_of([part.series for part in parts]):
        month = forecast_rows(block.amounts, block.months, MONTHS_AHEAD).month
        spreads |= {place: one_row(month, row) for row, place in enumerate(block.places.tolist())}
    of_agency: dict[int, list[int]] = {}
    for at, part in enumerate(parts):
        of_agency.setdefault(part.place, []).append(at)
    middles: dict[int, Floats] = {}
    for place, found in of_agency.items():
        own = np.array([spreads[at].mean[0] for at in found])
        latest = np.array([parts[at].series.amounts[-1] for at in found])
        shared = split_cents(ahead[place].figures[:, 0], _weights(own, latest))
        middles |= dict(zip(found, shared, strict=True))
    return [
        PartAhead(
            part,
            _figures(spreads[at], middles[at], ahead[part.place].figures),
            len(part.series.amounts) < LEAST_POINTS,
        )
        for at, part in enumerate(parts)
    ]


def _weights(middles: Floats, latest: Floats) -> Floats:
    """Give by part and month its share: as forecast, else as of the last month, else alike."""
    weights = np.maximum(middles, 0)
    for other in (np.maximum(latest, 0), np.ones(len(latest))):
        empty = weights.sum(axis=0) <= 0
        weights = np.where(empty[None, :], other[:, None], weights)
    return np.asarray(weights / weights.sum(axis=0))


def split_cents(whole: Floats, weights: Floats) -> Floats:
    """Split whole cents by weights, a row a part; what rounding leaves goes to the largest."""
    parts = np.round(whole[None, :] * weights)
    largest = weights.argmax(axis=0)
    parts[largest, np.arange(len(whole))] += whole - parts.sum(axis=0)
    return np.asarray(parts)


def _figures(spread: Spread, middle: Floats, whole: Floats) -> Floats:
    figures = cents(figures_of(spread.about(middle[None, :] / 100))[0])
    figures[:, 0] = middle
    if spread.never_below[0]:
        most = np.maximum(whole[:, _UPPER], middle[:, None])
        figures[:, _UPPER] = np.minimum(figures[:, _UPPER], most)
    # Of an agency that gets back more than it spends, a part that cost something may be drawn below
    # nothing: its errors don't reach so far.
    figures[:, _LOWER] = np.minimum(figures[:, _LOWER], middle[:, None])
    figures[:, _UPPER] = np.maximum(figures[:, _UPPER], middle[:, None])
    return figures
