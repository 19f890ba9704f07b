"""Growth of like on like: the same agencies' months, set against months that they reported too.

An agency that joins, leaves or is late would make a total jump that nobody caused. Here every
agency's month counts only where the month it is compared with was reported as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.answering.evaluation import (
    Context,
    Figures,
    basic_need,
    currency_reason,
    currency_reasons,
    stored_name,
    without_filter,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.months import shifted
from warehouse.answering.planner import Need, Span
from warehouse.answering.windows import NO_MONTH, is_shown, shown_end, with_month
from warehouse.measures import Kind, Measure


@dataclass(slots=True)
class _Series:
    """One agency's months within one group; ``blocked`` are months without an exchange rate."""

    values: dict[str, int] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Compared:
    """What one figure sets against each other, in millionths."""

    now: int | None = None
    before: int | None = None
    reason: str = ""

    def add(self, now: int, before: int) -> None:
        self.now = (self.now or 0) + now
        self.before = (self.before or 0) + before


def alike_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each agency's months, from as far back as the first comparison looks."""
    need = without_filter(basic_need(measure, context), "month")
    back = measure.lag + measure.months - 1
    keys = context.by if "month" in context.by else (*context.by, "month")
    hidden = () if "agency" in keys else ("agency",)
    if "month" in context.by or measure.kind is Kind.YEAR_ON_YEAR:
        first = context.period.start
        span = Span(None if first is None else shifted(first, -back), context.period.end)
    else:
        end = shown_end(context)
        span = NO_MONTH if end is None else Span(shifted(end, -back), end)
    return (replace(need, keys=keys, hidden=hidden, spans=(span,)),)


def alike_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up, over agencies, the months that can be compared, and apply the formula."""
    frame = frames[0]
    found: dict[Key, _Compared] = {}
    for (group, _), series in _series_of(frame, measure).items():
        for month in _shown(series, measure, context):
            key = with_month(group, month, context)
            compared = found.setdefault(key, _Compared())
            windows = [
                (shifted(month, -step), shifted(month, -step - measure.lag))
                for step in range(measure.months)
            ]
            used = [one for pair in windows for one in pair]
            compared.reason = compared.reason or next(
                (series.blocked[one] for one in used if one in series.blocked), ""
            )
            if all(one in series.values for one in used):
                compared.add(
                    sum(series.values[now] for now, _ in windows),
                    sum(series.values[before] for _, before in windows),
                )
    mixed = _mixed_currencies(frame)
    values = measure.compute(
        {
            "now": to_floats([one.now for one in found.values()], is_exact=True),
            "before": to_floats([one.before for one in found.values()], is_exact=True),
        }
    )
    figures = Figures()
    for (key, compared), value in zip(found.items(), values.tolist(), strict=True):
        reason = compared.reason or mixed.get(_without_month(key, context), "")
        figures.put(key, np.nan if reason else value, measure, reason)
    return figures


def _series_of(frame: Frame, measure: Measure) -> dict[tuple[Key, Key], _Series]:
    """Sort the rows by group, without the month, and by agency."""
    place, size = frame.need.keys.index("month"), len(frame.need.keys)
    column = frame.columns[stored_name(frame, measure.components[0])]
    found: dict[tuple[Key, Key], _Series] = {}
    for key, value, reason in zip(frame.keys, column, currency_reasons(frame), strict=True):
        group = key[:place] + key[place + 1 : size]
        series = found.setdefault((group, key[size:]), _Series())
        if reason:
            series.blocked[key[place]] = reason
        if value is not None:
            series.values[key[place]] = value
    return found


def _shown(series: _Series, measure: Measure, context: Context) -> list[str]:
    """Give the months at which figures stand; without a split by month, that of the period."""
    if "month" in context.by or measure.kind is Kind.YEAR_ON_YEAR:
        return sorted(m for m in {*series.values, *series.blocked} if is_shown(m, context))
    end = shown_end(context)
    return [] if end is None else [end]


def _mixed_currencies(frame: Frame) -> dict[Key, str]:
    """Say of which groups the agencies have more than one currency; these are never added."""
    if "currency_low" not in frame.need.components:
        return {}
    place, size = frame.need.keys.index("month"), len(frame.need.keys)
    ends: dict[Key, set[str]] = {}
    rows = zip(frame.keys, frame.columns["currency_low"], frame.columns["currency_high"],
               strict=True)  # fmt: skip
    for key, low, high in rows:
        ends.setdefault(key[:place] + key[place + 1 : size], set()).update((low, high))
    return {
        group: currency_reason(min(found), max(found), [])
        for group, found in ends.items()
        if len(found) > 1
    }


def _without_month(key: Key, context: Context) -> Key:
    if "month" not in context.by:
        return key
    place = context.by.index("month")
    return key[:place] + key[place + 1 :]
