"""Why spend changed between two periods: every service of every agency, set against itself.

Agencies count that have records in both periods: a month that wasn't handed in is no spend that
ended. So an agency's change is the same whoever asks, and agencies add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warehouse.answering.evaluation import (
    MIXED_CURRENCIES,
    Context,
    Figures,
    currency_reasons,
    stored_name,
)
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.months import months_between
from warehouse.answering.planner import Need, Span
from warehouse.answering.splitting import TERMS, Side, split_change
from warehouse.answering.windows import NO_MONTH
from warehouse.measures import Measure
from warehouse.question import compared

_FINER = ("service_type", "region")
"""Dimensions by which the records of one agency are split further."""
_NAMES = (*TERMS, "before", "now", "change", "planned", "budget", "spend")


@dataclass(slots=True)
class Terms:
    """A group's terms in millionths, and why they can't be given where they can't."""

    amounts: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    currencies: set[str] = field(default_factory=set)

    def add(self, found: Mapping[str, int]) -> None:
        """Add one service's terms."""
        for name, amount in found.items():
            self.amounts[name] = self.amounts.get(name, 0) + amount


class Split:
    """Every group's terms, each turned into a number once for all measures made of them."""

    def __init__(self, groups: Mapping[Key, Terms], notes: tuple[str, ...] = ()) -> None:
        self._reasons = {key: terms.reason for key, terms in groups.items()}
        self._notes = notes
        self._sums = {
            name: to_floats([terms.amounts.get(name) for terms in groups.values()], is_exact=True)
            for name in _NAMES
        }

    def figures(self, measure: Measure) -> Figures:
        """Apply a measure's formula to the terms."""
        figures = Figures(notes=self._notes)
        values = measure.compute(self._sums).tolist()
        for (key, reason), value in zip(self._reasons.items(), values, strict=True):
            figures.put(key, np.nan if reason else value, measure, reason)
        return figures


def bridge_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read both periods by agency and service; and, where it isn't plain, who reported."""
    spans = _spans(context)
    needs = [service_need(measure, context, span) for span in spans]
    if _is_plain(context, spans):
        return tuple(needs)
    filters = tuple(pair for pair in context.filters if pair[0] not in _FINER)
    reported = Need(
        family=measure.family,
        components=frozenset({"months"}),
        keys=("agency",),
        filters=filters,
        year=context.question.year,
    )
    return (*needs, *(replace(reported, spans=(span,)) for span in spans))


def service_need(measure: Measure, context: Context, span: Span) -> Need:
    """Give the need of cost and units of every agency's services in a span of months."""
    components = {"cost_usd", "workload_units"}
    if context.question.currency == "own":
        components |= {"cost_local", "missing_cost_local", "currency_low", "currency_high"}
    finer = ["agency", "service_type"]
    if any(name == "region" for name, _ in context.filters):
        finer.append("region")
    return Need(
        family=measure.family,
        components=frozenset(components),
        keys=context.by,
        filters=context.filters,
        spans=(span,),
        hidden=tuple(name for name in finer if name not in context.by),
        year=context.question.year,
    )


def bridge_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Add up each group's terms; a group without records on a side has none."""
    return context.once("bridge", lambda: _bridge(context, frames)).figures(measure)


def split_services(before: Frame, now: Frame, groups: dict[Key, Terms]) -> None:
    """Set each service against itself and add its terms to its group's."""
    sides_before, sides_now = _sides(before, groups), _sides(now, groups)
    size = len(now.need.keys)
    for element in dict.fromkeys((*sides_before, *sides_now)):
        was, now_is = sides_before.get(element), sides_now.get(element)
        terms = groups[element[:size]]
        terms.add(split_change(was, now_is))
        terms.add(_totals(was, now_is))
    for terms in groups.values():
        if len(terms.currencies) > 1:
            terms.reason = MIXED_CURRENCIES


def limited_to(frame: Frame, agencies: set[int]) -> Frame:
    """Keep the rows of these agencies."""
    place = _place(frame, "agency")
    rows = [row for row, key in enumerate(frame.keys) if key[place] in agencies]
    columns = {name: [column[row] for row in rows] for name, column in frame.columns.items()}
    return replace(frame, keys=tuple(frame.keys[row] for row in rows), columns=columns)


def complete(groups: Mapping[Key, Terms]) -> None:
    """Give every group that has any term all of them: what didn't happen is 0."""
    for terms in groups.values():
        if terms.amounts:
            terms.amounts = {**dict.fromkeys(TERMS, 0), **terms.amounts}


def _bridge(context: Context, frames: Sequence[Frame]) -> Split:
    now, before = frames[:2]
    months_now, months_before = (_months(frame) for frame in frames[2:] or frames)
    both = months_now.keys() & months_before.keys()
    groups: dict[Key, Terms] = {key: Terms() for frame in (before, now) for key in frame.groups()}
    split_services(limited_to(before, both), limited_to(now, both), groups)
    complete(groups)
    return Split(groups, _notes(context, months_now, months_before))


def _spans(context: Context) -> tuple[Span, Span]:
    question = context.question
    if context.last_month is None and question.period.start is None:
        return NO_MONTH, NO_MONTH
    last = context.last_month or str(question.period.start)
    now, before = compared(question.period, question.against, last)
    return Span(now.start, now.end), Span(before.start, before.end)


def _is_plain(context: Context, spans: tuple[Span, Span]) -> bool:
    """Tell whether the services' own rows say who reported: all services, one month each."""
    return all(span.start == span.end for span in spans) and not any(
        name in _FINER for name, _ in context.filters
    )


def _months(frame: Frame) -> dict[int, int]:
    """Count the months that each agency reported."""
    place = _place(frame, "agency")
    counts = frame.columns.get("months", [1] * len(frame.keys))
    return {key[place]: count for key, count in zip(frame.keys, counts, strict=True)}


def _place(frame: Frame, name: str) -> int:
    return (*frame.need.keys, *frame.need.hidden).index(name)


def _sides(frame: Frame, groups: dict[Key, Terms]) -> dict[Key, Side]:
    costs = frame.columns[stored_name(frame, "cost_usd")]
    dollars, units = frame.columns["cost_usd"], frame.columns["workload_units"]
    in_own = "currency_low" in frame.need.components
    size = len(frame.need.keys)
    reasons = currency_reasons(frame)
    sides = {}
    for row, key in enumerate(frame.keys):
        terms = groups.setdefault(key[:size], Terms())
        if in_own:
            terms.currencies.add(frame.columns["currency_low"][row])
        terms.reason = terms.reason or reasons[row]
        sides[key] = Side(costs[row] or 0, dollars[row] or 0, units[row] or 0)
    return sides


def _totals(before: Side | None, now: Side | None) -> dict[str, int]:
    was, is_now = 0 if before is None else before.cost, 0 if now is None else now.cost
    return {"before": was, "now": is_now, "change": is_now - was}


def _notes(context: Context, now: Mapping[int, int], before: Mapping[int, int]) -> tuple[str, ...]:
    later, earlier = _spans(context)
    if later == NO_MONTH:
        return ()
    notes = [f"{_written(later)} against {_written(earlier)}."]
    if _length(later) != _length(earlier):
        notes.append("The two periods differ in length.")
    if one_sided := len(now.keys() ^ before.keys()):
        notes.append(
            f"Left out, with records in one of the two periods only: {_agencies(one_sided)}."
        )
    uneven = sum(now[agency] != before[agency] for agency in now.keys() & before.keys())
    if uneven and _length(later) == _length(earlier):
        notes.append(f"Reported more months of one period than of the other: {_agencies(uneven)}.")
    return tuple(notes)


def _agencies(number: int) -> str:
    return f"{number:,} {'agency' if number == 1 else 'agencies'}"


def _written(span: Span) -> str:
    return str(span.start) if span.start == span.end else f"{span.start} to {span.end}"


def _length(span: Span) -> int:
    return months_between(str(span.start), str(span.end))
