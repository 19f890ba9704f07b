"""Figures of a month that need other months: growth, rolling means, year to date.

The months before the period are read where they exist, and cut off again at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reasons,
    plain_figures,
    stored_name,
    without_filter,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need, Span
from warehouse.measures import Measure
from warehouse.months import shifted, year_start

NO_MONTH = Span("9999-12", "9999-12")
"""A span that holds no record: what is asked for lies outside all data."""


def shown_end(context: Context) -> str | None:
    """Give the month at which an answer without a split by month stands."""
    months = context.filtered_months
    if months is None:
        return context.last_month
    last = context.last_month
    return max((m for m in months if last is not None and m <= last), default=None)


def is_shown(month: str, context: Context) -> bool:
    """Tell whether a month belongs to the answer, not just to the months before."""
    months = context.filtered_months
    start, end = context.period.start, context.period.end
    return (
        (months is None or month in months)
        and (start is None or month >= start)
        and (end is None or month <= end)
    )


def last_month_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the last month of the period; by month, each of them."""
    need = basic_need(measure, context)
    if "month" in context.by:
        return (need,)
    end = shown_end(context)
    span = NO_MONTH if end is None else Span(end, end)
    return (replace(without_filter(need, "month"), spans=(span,)),)


def trailing_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the monthly totals from as far back as the first figure looks."""
    need = without_filter(basic_need(measure, context), "month")
    if "month" in context.by:
        first = context.period.start
        start = None if first is None else shifted(first, 1 - measure.months)
        return (replace(need, spans=(Span(start, context.period.end),)),)
    end = shown_end(context)
    span = NO_MONTH if end is None else Span(shifted(end, 1 - measure.months), end)
    return (replace(need, keys=(*context.by, "month"), spans=(span,)),)


def trailing_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Look back from each month of each group, without and with the months before."""
    frame = frames[0]
    place = frame.need.keys.index("month")
    column = frame.columns[stored_name(frame, measure.components[0])]
    reasons = currency_reasons(frame)
    series: dict[Key, dict[str, int]] = {}
    blocked: dict[Key, dict[str, str]] = {}
    for key, value, reason in zip(frame.keys, column, reasons, strict=True):
        group, month = key[:place] + key[place + 1 :], key[place]
        if reason:
            blocked.setdefault(group, {})[month] = reason
        series.setdefault(group, {})
        if value is not None:
            series[group][month] = value
    figures = Figures()
    for group, values in series.items():
        _look_back(measure, context, group, values, blocked.get(group, {}), figures)
    return figures


def _look_back(
    measure: Measure,
    context: Context,
    group: Key,
    values: Mapping[str, int],
    blocked: Mapping[str, str],
    figures: Figures,
) -> None:
    if "month" in context.by:
        months = sorted(m for m in {*values, *blocked} if is_shown(m, context))
    else:
        end = shown_end(context)
        months = [] if end is None else [end]
    if not months:
        return
    windows = [[shifted(m, step) for step in range(1 - measure.months, 1)] for m in months]
    found = [[values.get(month) for month in window] for window in windows]
    results = measure.compute(_window_sums(found, measure.months)).tolist()
    for month, window, value in zip(months, windows, results, strict=True):
        reason = next((blocked[m] for m in window if m in blocked), "")
        key = with_month(group, month, context)
        figures.put(key, np.nan if reason else value, measure, reason)


def _window_sums(windows: list[list[int | None]], length: int) -> dict[str, np.ndarray]:
    present = [[value for value in window if value is not None] for window in windows]
    sums = [sum(values) if values else None for values in present]
    whole = [
        total if len(values) == length else None
        for total, values in zip(sums, present, strict=True)
    ]
    return {
        "now": to_floats([window[-1] for window in windows], is_exact=True),
        "before": to_floats([window[-2] for window in windows], is_exact=True),
        "first": to_floats([window[0] for window in windows], is_exact=True),
        "window_sum": to_floats(sums, is_exact=True),
        "whole_window_sum": to_floats(whole, is_exact=True),
        "window_count": to_floats([len(values) for values in present], is_exact=False),
    }


def with_month(group: Key, month: str, context: Context) -> Key:
    """Put the month back into a group's key, where figures are split by it."""
    if "month" not in context.by:
        return group
    place = context.by.index("month")
    return (*group[:place], month, *group[place:])


def year_to_date_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read the year so far; by month, every month from the first year's start."""
    need = without_filter(basic_need(measure, context), "month")
    if "month" not in context.by:
        return (replace(need, spans=context.years or (NO_MONTH,)),)
    first, is_fiscal = context.period.start, context.question.year == "fiscal"
    start = None
    if first is not None:
        start = shifted(first, -11) if is_fiscal else year_start(first)
    return (
        replace(
            need,
            spans=(Span(start, context.period.end),),
            hidden=("fiscal_year_start",) if is_fiscal else (),
        ),
    )


def year_to_date_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up from the year's first month; by month, up to each."""
    if "month" not in context.by:
        return plain_figures(frames[0], measure)
    running = _running(frames[0], context)
    figures = plain_figures(running, measure)
    for key in [k for k in figures.values if not is_shown(k[context.by.index("month")], context)]:
        del figures.values[key]
    return figures


def _running(frame: Frame, context: Context) -> Frame:
    """Make a frame of which each row is the sum of its year's months so far.

    Rows of one group may start their years in different months: each adds up its own.
    """
    place = frame.need.keys.index("month")
    rows_of: dict[Key, list[tuple[str, str, int]]] = {}
    for row, key in enumerate(frame.keys):
        month = key[place]
        start = key[-1] if frame.need.hidden else year_start(month)
        group = key[:place] + key[place + 1 : len(frame.need.keys)]
        rows_of.setdefault(group, []).append((month, start or year_start(month), row))
    keys: list[Key] = []
    members: list[list[int]] = []
    for group, rows in rows_of.items():
        for month in sorted({month for month, _, _ in rows}):
            keys.append((*group[:place], month, *group[place:]))
            members.append(
                [row for at, start, row in rows if start <= at <= month < shifted(start, 12)]
            )
    columns = {
        name: [added(name, [column[row] for row in rows]) for rows in members]
        for name, column in frame.columns.items()
    }
    return replace(frame, need=replace(frame.need, hidden=()), keys=tuple(keys), columns=columns)


def added(name: str, values: list[int | str | None]) -> int | str | None:
    """Add up one component of several rows; of texts the first counts, of the highest the last."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    if name == "currency_high":
        return max(present)
    if isinstance(present[0], str):
        return min(present)
    return sum(present)  # type: ignore[arg-type]
