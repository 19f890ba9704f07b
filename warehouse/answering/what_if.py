"""What if: forecasts moved by a share, or by what accepted recommendations would save.

A saving is an agency's, so it is taken agency by agency, from each one's next month on, and never
takes more than a month, or the rest of a year, is forecast at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from warehouse.answering.evaluation import Context, Figures, basic_need, sums_of
from warehouse.answering.frames import Frame, Key
from warehouse.answering.planner import Need
from warehouse.measures import Measure
from warehouse.measures.forecast_sources import YEAR_KIND
from warehouse.measures.measure import Sums
from warehouse.months import months_between
from warehouse.question import ACCEPTED

_YEAR = 12
_AHEAD = frozenset({"forecast_usd"})
_REST = frozenset({"forecast_usd", "spent_usd", "year_budget_usd", "last_month", "first_of_year"})


def year_end_need(measure: Measure, context: Context) -> Need:
    """Read the row of the kind of year that is asked for."""
    need = basic_need(measure, context)
    chosen = (YEAR_KIND, (context.question.year,))
    return replace(need, filters=(*need.filters, chosen))


def moved_year_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the year as forecast, and agency by agency what is left of it where that is needed."""
    need = year_end_need(measure, context)
    if context.question.whatif != ACCEPTED:
        return (need,)
    whole = replace(need, components=need.components | {"last_month"})
    return whole, _by_agency(replace(need, components=_REST))


def moved_year_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Reckon with what is ahead moved as the question says."""
    saved: dict[Key, float] = {}
    budgeted: dict[Key, float] = {}
    if len(frames) > 1:
        whole, each = frames
        together = None if whole.source.has_agency else max(whole.columns["last_month"], default="")
        savings = _savings(context)
        rest = each.floats("forecast_usd") - each.floats("spent_usd")
        has_budget = np.isfinite(each.floats("year_budget_usd"))
        for row, (agency, key) in enumerate(zip(_agencies(each), each.groups(), strict=True)):
            last, first = each.columns["last_month"][row], each.columns["first_of_year"][row]
            if together is not None and months_between(first, together) >= _YEAR:
                continue  # Its year is over: it is in no sum of this one.
            left = _YEAR - 1 - months_between(first, last)
            amount = min(savings.get(agency, 0.0) * left, max(rest[row], 0.0))
            saved[key] = saved.get(key, 0.0) + amount
            if has_budget[row]:
                budgeted[key] = budgeted.get(key, 0.0) + amount
    keys = frames[0].groups()
    parts = {
        "saved_usd": np.array([saved.get(key, 0.0) for key in keys], dtype=float),
        "budgeted_saved_usd": np.array([budgeted.get(key, 0.0) for key in keys], dtype=float),
    }
    return _figures(measure, context, frames[0], parts)


def moved_month_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read months as forecast, and agency by agency and month by month where that is needed."""
    need = basic_need(measure, context)
    if context.question.whatif != ACCEPTED:
        return (need,)
    each = _by_agency(replace(need, components=_AHEAD))
    if "month" not in need.keys:
        each = replace(each, hidden=(*each.hidden, "month"))
    return replace(need, components=need.components | {"first_ahead"}), each


def moved_month_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Reckon with each month ahead moved as the question says."""
    saved: dict[Key, float] = {}
    if len(frames) > 1:
        whole, each = frames
        firsts = [month for month in whole.columns["first_ahead"] if month is not None]
        # All together are forecast from the last month that any has; who is late, from earlier.
        start = "" if whole.source.has_agency else min(firsts, default="")
        savings, ahead = _savings(context), each.floats("forecast_usd")
        months = (
            [key[each.need.keys.index("month")] for key in each.keys]
            if "month" in each.need.keys
            else each.hidden("month")
        )
        for row, (agency, key) in enumerate(zip(_agencies(each), each.groups(), strict=True)):
            if months[row] >= start:
                amount = min(savings.get(agency, 0.0), max(ahead[row], 0.0))
                saved[key] = saved.get(key, 0.0) + amount
    keys = frames[0].groups()
    parts = {"saved_usd": np.array([saved.get(key, 0.0) for key in keys], dtype=float)}
    return _figures(measure, context, frames[0], parts)


def _by_agency(need: Need) -> Need:
    return need if "agency" in need.keys else replace(need, hidden=("agency",))


def _agencies(frame: Frame) -> list[int]:
    if "agency" in frame.need.keys:
        return [key[frame.need.keys.index("agency")] for key in frame.keys]
    return frame.hidden("agency")


def _savings(context: Context) -> dict[int, float]:
    return {agency: float(amount) for agency, amount in context.savings}


def _figures(measure: Measure, context: Context, frame: Frame, parts: Sums) -> Figures:
    whatif = context.question.whatif
    moved = 1.0 if whatif == ACCEPTED else 1 + float(whatif)
    sums = sums_of(frame, measure)
    keys = frame.groups()
    values = measure.compute({**sums, **parts, "moved": np.full(len(keys), moved)})
    figures = Figures()
    for key, value in zip(keys, values.tolist(), strict=True):
        figures.put(key, value, measure)
    return figures
