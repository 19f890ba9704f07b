"""Figures that look at services one by one: their seasons compared, their targets counted.

A service is one digital service of one agency; where none is named its type stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from warehouse.answering.evaluation import Context, Figures, basic_need
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need
from warehouse.measures import Measure
from warehouse.measures.measure import Floats

_SERVICE: Final = ("agency", "digital_service")
_ONE_SIDED = "measured in peak months only, or in other months only"

_Rows = dict[Key, list[int]]


def season_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each service's peak months and other months apart."""
    need = _by_service(measure, context)
    return (replace(need, hidden=("peak", *need.hidden)),)


def season_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Subtract other months from peak months, pooled over the services that have both.

    A measured season is never set against a modelled one, and where anything was measured the
    modelled services don't count.
    """
    frame = frames[0]
    modelled = frame.hidden("is_modelled")
    paired = _with_both_seasons(frame)
    figures = Figures()
    chosen: dict[Key, tuple[list[int], list[int]]] = {}
    for key, rows in frame.rows_by_group().items():
        is_modelled = all(modelled[row] for row in rows)
        both = [row for row in rows if row in paired and bool(modelled[row]) == is_modelled]
        if not both:
            figures.put(key, np.nan, measure, "" if is_modelled else _ONE_SIDED)
            continue
        figures.used_modelled = figures.used_modelled or is_modelled
        figures.modelled_left_out += sum(
            frame.columns["row_count"][row] or 0
            for row in rows
            if modelled[row] and not is_modelled
        )
        seasons = frame.hidden("peak")
        chosen[key] = ([r for r in both if seasons[r]], [r for r in both if not seasons[r]])
    at_peak = measure.compute(_added(frame, measure, [peak for peak, _ in chosen.values()]))
    else_ = measure.compute(_added(frame, measure, [other for _, other in chosen.values()]))
    for key, difference in zip(chosen, (at_peak - else_).tolist(), strict=True):
        figures.put(key, difference, measure)
    return figures


def service_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each service apart."""
    return (_by_service(measure, context),)


def service_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Judge every measured service alone, and add up what the formula gives for each."""
    frame = frames[0]
    modelled = frame.hidden("is_modelled")
    groups = frame.rows_by_group()
    services = [
        [row for row in rows if not modelled[row]]
        for key in groups
        for rows in _rows_by_service(frame, groups[key]).values()
    ]
    owners = [key for key in groups for _ in _rows_by_service(frame, groups[key])]
    judged = measure.compute(_added(frame, measure, services)).tolist()
    totals: dict[Key, float] = {}
    for key, verdict in zip(owners, judged, strict=True):
        if not np.isnan(verdict):
            totals[key] = totals.get(key, 0.0) + verdict
    figures = Figures()
    for key in groups:
        figures.put(key, totals.get(key, np.nan), measure)
    return figures


def _by_service(measure: Measure, context: Context) -> Need:
    need = basic_need(measure, context)
    service = tuple(name for name in _SERVICE if name not in need.keys)
    return replace(need, hidden=(*service, *need.hidden))


def _rows_by_service(frame: Frame, rows: Iterable[int]) -> _Rows:
    names = (*frame.need.keys, *frame.need.hidden)
    places = [names.index(name) for name in _SERVICE]
    found: _Rows = {}
    for row in rows:
        found.setdefault(tuple(frame.keys[row][place] for place in places), []).append(row)
    return found


def _with_both_seasons(frame: Frame) -> set[int]:
    """Give the rows of services that have, measured or modelled, a row of either season."""
    seasons, modelled = frame.hidden("peak"), frame.hidden("is_modelled")
    found: set[int] = set()
    for rows in frame.rows_by_group().values():
        for members in _rows_by_service(frame, rows).values():
            for basis in (True, False):
                alike = [row for row in members if bool(modelled[row]) == basis]
                if {bool(seasons[row]) for row in alike if seasons[row] is not None} == {0, 1}:
                    found.update(row for row in alike if seasons[row] is not None)
    return found


def _added(frame: Frame, measure: Measure, groups: Sequence[Sequence[int]]) -> dict[str, Floats]:
    """Add each component up over rows, exactly; what is missing in all of them stays missing."""
    sums = {}
    for name in measure.components:
        column = frame.columns[name]
        present = [[column[row] for row in rows if column[row] is not None] for rows in groups]
        sums[name] = to_floats(
            [sum(values) if values else None for values in present], is_exact=frame.is_exact(name)
        )
    return sums
