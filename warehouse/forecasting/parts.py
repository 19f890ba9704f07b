"""What is ahead of the parts of an agency, its service types: forecast apart, then reconciled.

Each part is forecast from its own months. What all of them come to is then drawn, month by month,
to the agency's own forecast, each part in proportion, so that the parts add up to the agency to
the cent, as agencies do to the centre. The agency's forecast stands: it has the longer and calmer
series. A part's band is that of its own errors about its middle, and goes no further up than the
agency's: a part that never was below nothing is no more than all. Past forecasts of parts are
drawn to the agency's of the same origin, so that what is judged is what would have been told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warehouse.forecasting.agencies import MONTHS_AHEAD, Ahead, cents, figures_of
from warehouse.forecasting.backtest import PAST_BAND, Past, cut_back
from warehouse.forecasting.calendar import Floats, Integers
from warehouse.forecasting.centre import LEAST_POINTS
from warehouse.forecasting.intervals import BANDS, Spread, forecast_rows
from warehouse.forecasting.series import Series, blocks_of

_LOWER: Final = slice(1, None, 2)
_UPPER: Final = slice(2, None, 2)
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
    wholes = np.array([one.figures for one in ahead]).reshape(-1, MONTHS_AHEAD, 1 + 2 * len(BANDS))
    place = np.array([part.place for part in parts], dtype=np.int64)
    found = _drawn([part.series for part in parts], place, wholes, BANDS)
    return [
        PartAhead(part, figures, len(part.series.amounts) < LEAST_POINTS)
        for part, figures in zip(parts, found, strict=True)
    ]


def past_parts(parts: Sequence[Part], past: Past) -> Past:
    """Give what would have been told of parts, each drawn to its agency's past forecast.

    A part's source is often young. What is told of few months is judged, too, where the agency's
    forecast was there to be drawn to.
    """
    cut = cut_back([part.series for part in parts], of_young=True)
    row_of = {key: row for row, key in enumerate(zip(past.place, past.origin, strict=True))}
    own = zip(cut.place.tolist(), cut.origin, strict=True)
    whole = np.array([row_of.get((parts[place].place, origin), -1) for place, origin in own], int)
    known = np.flatnonzero(whole >= 0)
    series = [cut.series[row] for row in known.tolist()]
    wholes = cents(np.stack([past.mean, past.low, past.high], axis=2))
    mean, low, high = np.moveaxis(_drawn(series, whole[known], wholes, (PAST_BAND,)) / 100, 2, 0)
    last = np.array([one.amounts[-1] for one in series], dtype=float)
    repeated = np.repeat(last[:, None], cut.actual.shape[1], axis=1)
    place, origin = cut.place[known], cut.origin[known]
    return Past(place, origin, mean, low, high, repeated, cut.actual[known])


def _drawn(
    series: Sequence[Series], whole: Integers, wholes: Floats, bands: Sequence[int]
) -> Floats:
    """Give middles and bounds of series, drawn to the row of ``wholes`` that each is a part of."""
    steps = wholes.shape[1]
    if not series:
        return np.empty((0, *wholes.shape[1:]))
    own, latest = np.empty((len(series), steps)), np.empty(len(series))
    never_below = np.empty(len(series), dtype=bool)
    spreads: list[tuple[Integers, Spread]] = []
    for block in blocks_of(series):
        month = forecast_rows(block.amounts, block.months, steps).month
        own[block.places], latest[block.places] = month.mean, block.amounts[:, -1]
        never_below[block.places] = month.never_below
        spreads.append((block.places, month))
    middles = _shared(own, latest, whole, wholes[..., 0])
    figures = np.empty((len(series), steps, wholes.shape[2]))
    for places, spread in spreads:
        figures[places] = cents(figures_of(spread.about(middles[places] / 100), bands))
    middle = figures[..., :1] = middles[..., None]
    lower, upper = figures[..., _LOWER], figures[..., _UPPER]
    most = np.where(never_below[:, None, None], wholes[whole][..., _UPPER], np.inf)
    # Of an agency that gets back more than it spends, a part that cost something may be drawn below
    # nothing: its errors don't reach so far.
    figures[..., _UPPER] = np.maximum(np.minimum(upper, most), middle)
    figures[..., _LOWER] = np.minimum(lower, middle)
    return figures


def _shared(own: Floats, latest: Floats, whole: Integers, wholes: Floats) -> Floats:
    """Split wholes in proportion to their parts' middles, those of a whole side by side."""
    order = np.argsort(whole, kind="stable")
    used, at = np.unique(whole, return_inverse=True)
    slot = np.empty(len(whole), dtype=np.int64)
    slot[order] = np.arange(len(whole)) - np.searchsorted(whole[order], whole[order])
    shape = (len(used), int(slot.max()) + 1)
    middles, last, alike = np.zeros((*shape, own.shape[1])), np.zeros(shape), np.zeros(shape)
    middles[at, slot], last[at, slot], alike[at, slot] = own, latest, 1
    return np.asarray(split_cents(wholes[used], _weights(middles, last, alike))[at, slot])


def _weights(middles: Floats, latest: Floats, alike: Floats) -> Floats:
    """Give by part and month its share: as forecast, else as of the last month, else alike."""
    weights = np.maximum(middles, 0)
    for other in (np.maximum(latest, 0), alike):
        empty = weights.sum(axis=1, keepdims=True) <= 0
        weights = np.where(empty, other[..., None], weights)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def split_cents(whole: Floats, weights: Floats) -> Floats:
    """Split whole cents by weights, parts along the last axis but one.

    What rounding leaves goes to the largest part.
    """
    parts = np.round(whole[..., None, :] * weights)
    largest = weights.argmax(axis=-2, keepdims=True)
    left = (whole - parts.sum(axis=-2))[..., None, :]
    np.put_along_axis(parts, largest, np.take_along_axis(parts, largest, -2) + left, -2)
    return np.asarray(parts)
