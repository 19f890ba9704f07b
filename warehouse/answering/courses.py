"""How a figure moved within the period: what its last month shows minus what its first does.

A measured month is never set against a modelled one: where telemetry came or went in between,
how the figure moved is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    sums_of,
)
from warehouse.answering.frames import Frame
from warehouse.answering.planner import Need
from warehouse.measures import Measure

_TWO_BASES = "measured in the first or the last month only"


def course_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read every month of the period apart."""
    need = basic_need(measure, context)
    return (need if "month" in need.keys else replace(need, hidden=("month", *need.hidden)),)


def course_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Subtract the first month that has the figure from the last one that does."""
    frame = frames[0]
    has_basis = "is_modelled" in frame.need.hidden
    modelled = frame.hidden("is_modelled") if has_basis else [False] * len(frame.keys)
    months, reasons = _months(frame), currency_reasons(frame)
    values = measure.compute(sums_of(frame, measure))
    figures = Figures()
    for key, rows in frame.rows_by_group().items():
        kept = [row for row in rows if not (measure.measured_only and modelled[row])]
        course = _course([row for row in kept if np.isfinite(values[row])], months, modelled)
        reason = next((reasons[row] for row in kept if reasons[row]), "")
        if reason or len(course) < 2:
            figures.put(key, np.nan, measure, reason)
        elif bool(modelled[course[0]]) != bool(modelled[course[-1]]):
            figures.put(key, np.nan, measure, _TWO_BASES)
        else:
            figures.used_modelled = figures.used_modelled or bool(modelled[course[0]])
            figures.put(key, values[course[-1]] - values[course[0]], measure)
    return figures


def _months(frame: Frame) -> list[str]:
    names = (*frame.need.keys, *frame.need.hidden)
    place = names.index("month")
    return [key[place] for key in frame.keys]


def _course(rows: Sequence[int], months: Sequence[str], modelled: Sequence[object]) -> list[int]:
    """Choose one row a month in order; of a measured and a modelled one the measured counts."""
    chosen: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (months[row], bool(modelled[row]))):
        chosen.setdefault(months[row], row)
    return list(chosen.values())
