"""Figures that depend on which days bills cover: means a day, and whole months compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    without_filter,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need
from warehouse.measures import Measure
from warehouse.measures.dimensions import AGENCY, TIME
from warehouse.months import shifted

_WEEK = (1, 2, 3, 4, 5, 6, 7)
_COVERED_BY = (*AGENCY, *TIME, "day", "provider")
"""What decides which days bills cover; a service that a day doesn't use is covered all the same."""


def per_day_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the sums, and the first and last day that bills cover in the same span of time."""
    need = basic_need(measure, context)
    return need, _coverage(need, tuple(n for n in context.by if n in {*TIME, "day"}))


def per_day_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Divide each group's sum by the days that bills cover in its span of time.

    Of days of the week only those count that the group or a filter names.
    """
    frame, covered = frames
    ends = zip(covered.columns["first_day"], covered.columns["last_day"], strict=True)
    spans = dict(zip(covered.keys, ends, strict=True))
    places = [context.by.index(name) for name in covered.need.keys]
    weekday = context.by.index("weekday") if "weekday" in context.by else None
    named = next((values for name, values in context.filters if name == "weekday"), _WEEK)
    counted = []
    for key in frame.groups():
        first, last = spans.get(tuple(key[place] for place in places), (None, None))
        days = named if weekday is None else (key[weekday],)
        counted.append(None if first is None else _days(_day(first), _day(last), days))
    sums = {name: frame.floats(name) for name in measure.components}
    sums["days"] = to_floats(counted, is_exact=False)
    return _put_all(measure, frame.groups(), measure.compute(sums), currency_reasons(frame))


def full_month_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each month's sums, and the first and last day that bills cover."""
    need = basic_need(measure, context)
    return replace(need, keys=(*need.keys, "month")), _coverage(need, ())


def full_month_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Compare the last month that bills cover whole with the first."""
    frame, covered = frames
    name = measure.components[0]
    first, last = (covered.columns[end][0] for end in ("first_day", "last_day"))
    whole = [] if first is None else whole_months(_day(first), _day(last))
    found: dict[Key, dict[str, int | None]] = {}
    reasons: dict[Key, str] = {}
    for key, value, reason in zip(
        frame.keys, frame.columns[name], currency_reasons(frame), strict=True
    ):
        group, month = key[:-1], str(key[-1])
        found.setdefault(group, {})[month] = value
        if month in whole[:1] + whole[-1:]:
            reasons[group] = reasons.get(group) or reason
    ends = (whole[0], whole[-1]) if len(whole) > 1 else ("", "")
    sums = {
        end: to_floats([months.get(month) for months in found.values()], is_exact=True)
        for end, month in zip(("first_month", "last_month"), ends, strict=True)
    }
    values = measure.compute(sums)
    return _put_all(measure, list(found), values, [reasons.get(key, "") for key in found])


def whole_months(first: date, last: date) -> list[str]:
    """Give the months that lie whole between two days, both included.

    >>> whole_months(date(2025, 7, 28), date(2025, 10, 26))
    ['2025-08', '2025-09']
    """
    start, end = f"{first:%Y-%m}", f"{last + timedelta(days=1):%Y-%m}"
    months = [start if first.day == 1 else shifted(start, 1)]
    while months[-1] < end:
        months.append(shifted(months[-1], 1))
    return [month for month, following in pairwise(months) if following <= end]


def _coverage(need: Need, keys: tuple[str, ...]) -> Need:
    for name, _ in need.filters:
        if name not in _COVERED_BY:
            need = without_filter(need, name)
    return replace(need, keys=keys, components=frozenset({"first_day", "last_day"}))


def _days(first: date, last: date, weekdays: Collection[int]) -> int:
    """Count the days between two, both included, that fall on these days of the week."""
    weeks, rest = divmod((last - first).days + 1, len(_WEEK))
    extra = [(first + timedelta(days=day)).isoweekday() for day in range(rest)]
    return weeks * len(set(weekdays)) + sum(day in weekdays for day in extra)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _put_all(
    measure: Measure, keys: Sequence[Key], values: np.ndarray, reasons: Sequence[str]
) -> Figures:
    figures = Figures()
    for key, value, reason in zip(keys, values.tolist(), reasons, strict=True):
        figures.put(key, np.nan if reason else value, measure, reason)
    return figures
