"""Figures that depend on which days bills cover: means a day, and whole months compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

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

Covered = Mapping[str, tuple[date, date]]
"""By month, the first and the last day with bills."""

_WEEK = (1, 2, 3, 4, 5, 6, 7)
_COVERED_BY = (*AGENCY, *TIME, "day", "provider")
"""What decides which days bills cover; a service that a day doesn't use is covered all the same."""


def per_day_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the sums, and the days that bills cover in the same span of time."""
    need = basic_need(measure, context)
    return need, _coverage(need, tuple(n for n in context.by if n in {*TIME, "day"}))


def per_day_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Divide each group's sum by the days that bills cover in its span of time.

    Of days of the week only those count that the group or a filter names.
    """
    frame, covered = frames
    spans = covered_days(covered)
    places = [context.by.index(name) for name in covered.need.keys[:-1]]
    month = context.by.index("month") if "month" in context.by else None
    weekday = context.by.index("weekday") if "weekday" in context.by else None
    named = next((values for name, values in context.filters if name == "weekday"), _WEEK)
    counted = []
    for key in frame.groups():
        months = spans.get(tuple(key[place] for place in places), {})
        if month is not None:
            months = {name: ends for name, ends in months.items() if name == key[month]}
        days = named if weekday is None else (key[weekday],)
        stretches = covered_stretches(months)
        counted.append(sum(_days(first, last, days) for first, last in stretches) or None)
    sums = {name: frame.floats(name) for name in measure.components}
    sums["days"] = to_floats(counted, is_exact=False)
    return _put_all(measure, frame.groups(), measure.compute(sums), currency_reasons(frame))


def full_month_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each month's sums, and the days that bills cover."""
    need = basic_need(measure, context)
    return replace(need, keys=(*need.keys, "month")), _coverage(need, ())


def full_month_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Compare the last month that bills cover whole with the first."""
    frame, covered = frames
    name = measure.components[0]
    whole = whole_months(covered_days(covered).get((), {}))
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


def whole_months(months: Covered) -> list[str]:
    """Give the months that bills cover from the first to the last day.

    Between two months with bills a month is whole, even if not every day of it cost anything.

    >>> whole_months({
    ...     "2025-07": (date(2025, 7, 28), date(2025, 7, 31)),
    ...     "2025-08": (date(2025, 8, 1), date(2025, 8, 29)),
    ...     "2025-09": (date(2025, 9, 2), date(2025, 9, 30)),
    ... })
    ['2025-08', '2025-09']
    """
    return [
        month
        for month, (first, last) in sorted(months.items())
        if (first.day == 1 or shifted(month, -1) in months)
        and ((last + timedelta(days=1)).day == 1 or shifted(month, 1) in months)
    ]


def covered_stretches(months: Covered) -> list[tuple[date, date]]:
    """Join months that follow one another, from the first day to the last.

    >>> covered_stretches({
    ...     "2024-01": (date(2024, 1, 3), date(2024, 1, 4)),
    ...     "2025-07": (date(2025, 7, 28), date(2025, 7, 30)),
    ...     "2025-08": (date(2025, 8, 2), date(2025, 8, 29)),
    ... })[1]
    (datetime.date(2025, 7, 28), datetime.date(2025, 8, 29))
    """
    found: list[tuple[date, date]] = []
    for month, (first, last) in sorted(months.items()):
        if shifted(month, -1) in months:
            first = found.pop()[0]
        found.append((first, last))
    return found


def covered_days(frame: Frame) -> dict[Key, Covered]:
    """Give the first and last day with bills in each month, by the other keys."""
    found: dict[Key, dict[str, tuple[date, date]]] = {}
    for key, first, last in zip(
        frame.keys, frame.columns["first_day"], frame.columns["last_day"], strict=True
    ):
        if first is not None:
            found.setdefault(key[:-1], {})[str(key[-1])] = (_day(first), _day(last))
    return dict(found)


def _coverage(need: Need, keys: tuple[str, ...]) -> Need:
    for name, _ in need.filters:
        if name not in _COVERED_BY:
            need = without_filter(need, name)
    keys = (*(name for name in keys if name != "month"), "month")
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
