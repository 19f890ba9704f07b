"""Growth of like on like: the same agencies' months, set against months that they reported too.

An agency that joins, leaves or is late would make a total jump that nobody caused. Here every
agency's month counts only where the month it is compared with was reported as well. A reported
month without a service is no late one: the service cost nothing then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.answering.evaluation import (
    MIXED_CURRENCIES,
    Context,
    Figures,
    basic_need,
    currency_reasons,
    stored_name,
    without_filter,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need, Span
from warehouse.answering.windows import NO_MONTH, is_shown, shown_end, with_month
from warehouse.measures import Kind, Measure
from warehouse.months import shifted

_FINER = frozenset({"service_type", "region", "category", "migration_status"})
"""Dimensions by which the records of one agency's month are split further."""


@dataclass(slots=True)
class _Series:
    """One agency's months within one group; ``blocked`` are months without an exchange rate."""

    values: dict[str, int] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)

    def has_any(self, months: Sequence[str]) -> bool:
        """Tell whether any of these months has records in the group."""
        return any(month in self.values or month in self.blocked for month in months)


@dataclass(slots=True)
class _Compared:
    """What one figure sets against each other, in millionths."""

    now: int | None = None
    before: int | None = None
    blocked: str = ""
    currencies: set[str] = field(default_factory=set)

    @property
    def reason(self) -> str:
        """Why the figure can't be given; empty where it can."""
        return MIXED_CURRENCIES if len(self.currencies) > 1 else self.blocked

    def add(self, series: _Series, now: Sequence[str], before: Sequence[str]) -> None:
        """Add an agency's months, all of which it reported."""
        for month in (*now, *before):
            self.blocked = self.blocked or series.blocked.get(month, "")
            if month in series.currencies:
                self.currencies.add(series.currencies[month])
        self.now = (self.now or 0) + sum(series.values.get(month, 0) for month in now)
        self.before = (self.before or 0) + sum(series.values.get(month, 0) for month in before)


def alike_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each agency's months from as far back as the first comparison looks.

    Where these are limited to a part of an agency's records, or split by it, the months that it
    reported at all are read as well.
    """
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
    need = replace(need, keys=keys, hidden=hidden, spans=(span,))
    if not _FINER & need.dimensions:
        return (need,)
    reported = replace(
        need,
        components=frozenset({"row_count"}),
        keys=("agency", "month"),
        filters=tuple(pair for pair in need.filters if pair[0] not in _FINER),
        hidden=(),
    )
    return need, reported


def alike_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up, over agencies, the months that can be compared, and apply the formula."""
    reported = _reported(frames[-1])
    found: dict[Key, _Compared] = {}
    for (group, agency), series in _series_of(frames[0], measure).items():
        months = reported.get(agency, frozenset())
        for month in _ends(months, measure, context):
            now = [shifted(month, -step) for step in range(measure.months)]
            before = [shifted(one, -measure.lag) for one in now]
            if not series.has_any((*now, *before)):
                continue
            compared = found.setdefault(with_month(group, month, context), _Compared())
            if months.issuperset((*now, *before)):
                compared.add(series, now, before)
    values = measure.compute(
        {
            "now": to_floats([one.now for one in found.values()], is_exact=True),
            "before": to_floats([one.before for one in found.values()], is_exact=True),
        }
    )
    figures = Figures()
    for (key, compared), value in zip(found.items(), values.tolist(), strict=True):
        reason = compared.reason
        figures.put(key, np.nan if reason else value, measure, reason)
    return figures


def _reported(frame: Frame) -> Mapping[int, frozenset[str]]:
    """Give the months of which each agency has records, whatever they are for."""
    agency, month = _place(frame, "agency"), _place(frame, "month")
    found: dict[int, set[str]] = {}
    for key in frame.keys:
        found.setdefault(key[agency], set()).add(key[month])
    return {identifier: frozenset(months) for identifier, months in found.items()}


def _series_of(frame: Frame, measure: Measure) -> dict[tuple[Key, int], _Series]:
    """Sort the rows by group, without the month, and by agency."""
    agency, place, size = _place(frame, "agency"), _place(frame, "month"), len(frame.need.keys)
    column = frame.columns[stored_name(frame, measure.components[0])]
    has_currency = "currency_low" in frame.need.components
    currencies = frame.columns["currency_low"] if has_currency else [None] * len(frame.keys)
    found: dict[tuple[Key, int], _Series] = {}
    rows = zip(frame.keys, column, currency_reasons(frame), currencies, strict=True)
    for key, value, reason, currency in rows:
        group, month = key[:place] + key[place + 1 : size], key[place]
        series = found.setdefault((group, key[agency]), _Series())
        if currency is not None:
            series.currencies[month] = currency
        if reason:
            series.blocked[month] = reason
        if value is not None:
            series.values[month] = value
    return found


def _place(frame: Frame, name: str) -> int:
    return (*frame.need.keys, *frame.need.hidden).index(name)


def _ends(months: frozenset[str], measure: Measure, context: Context) -> list[str]:
    """Give the months at which figures stand; without a split by month, that of the period."""
    if "month" in context.by or measure.kind is Kind.YEAR_ON_YEAR:
        return sorted(month for month in months if is_shown(month, context))
    end = shown_end(context)
    return [] if end is None else [end]
