"""Why spend changed between two periods: every service of every agency, set against itself.

A month that wasn't handed in is no spend that ended. So of periods of the same length an agency's
month counts where it reported the month at the same place of the other period too; of periods that
differ in length, agencies count that have records in both. An agency's change is then the same
whoever asks, and agencies add up to the whole.

Bills and summaries sort services each in their own way. Where an agency's cost is taken from bills
in one period and from its own summary in the other, usage and price are told from its own records
of both periods, and what the change of source makes up is not split.
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
from warehouse.answering.planner import Need, Span
from warehouse.answering.splitting import TERMS, Side, split_change
from warehouse.answering.windows import NO_MONTH, added
from warehouse.measures import Measure
from warehouse.months import months_between
from warehouse.question import compared

_FINER = ("service_type", "region")
"""Dimensions by which the records of one agency are split further."""
_Place = tuple[int, int]
"""An agency, and a month counted from the first of its period; 0 where months aren't told apart."""
_NO_PAIR = "no reported month that can be set against one that was reported too"
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
    """Read both periods by agency and service; and, under a filter on these, who reported."""
    spans = compared_spans(context)
    months = ("month",) if _is_by_month(spans) else ()
    needs = [service_need(measure, context, span) for span in spans]
    needs = [replace(need, hidden=(*need.hidden, *months)) for need in needs]
    filters = tuple(pair for pair in context.filters if pair[0] not in _FINER)
    if filters == tuple(context.filters):
        return tuple(needs)
    reported = Need(
        family=measure.family,
        components=frozenset({"months"}),
        keys=("agency", *months),
        filters=filters,
        year=context.question.year,
    )
    return (*needs, *(replace(reported, spans=(span,)) for span in spans))


def service_need(measure: Measure, context: Context, span: Span) -> Need:
    """Give the need of cost and units of every agency's services in a span of months."""
    components = {"cost_usd", "usage_cost_usd", "workload_units", "cost_count", "bill_count"}
    if context.question.currency == "own":
        components |= {"cost_local", "usage_cost_local", "missing_cost_local"}
        components |= {"currency_low", "currency_high"}
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
    resourced = _resourced(before, now)
    size, agency = len(now.need.keys), _agency_place(now)
    for element in dict.fromkeys((*sides_before, *sides_now)):
        was, now_is = sides_before.get(element), sides_now.get(element)
        terms = groups[element[:size]]
        totals = _totals(was, now_is)
        if element[agency] in resourced:
            terms.add(_of_own_records(was, now_is, totals["change"]))
        else:
            terms.add(split_change(_costing(was), _costing(now_is)))
        terms.add(totals)
    for terms in groups.values():
        if len(terms.currencies) > 1:
            terms.reason = MIXED_CURRENCIES


def complete(groups: Mapping[Key, Terms]) -> None:
    """Give every group that has any term all of them: what didn't happen is 0."""
    for terms in groups.values():
        if terms.amounts:
            terms.amounts = {**dict.fromkeys(TERMS, 0), **terms.amounts}


def _bridge(context: Context, frames: Sequence[Frame]) -> Split:
    now, before = frames[:2]
    later, earlier = compared_spans(context)
    who_now, who_before = frames[2:] or frames
    reported_now = set(_places(who_now, later))
    reported_before = set(_places(who_before, earlier))
    both = reported_now & reported_before
    groups: dict[Key, Terms] = {key: Terms() for frame in (before, now) for key in frame.groups()}
    split_services(_limited(before, earlier, both), _limited(now, later, both), groups)
    complete(groups)
    if _is_by_month((later, earlier)):
        for terms in groups.values():
            terms.reason = terms.reason or ("" if terms.amounts else _NO_PAIR)
    return Split(groups, _notes(later, earlier, len(reported_now ^ reported_before)))


def compared_spans(context: Context) -> tuple[Span, Span]:
    """Give the later period of a question, and the one that it is set against."""
    question = context.question
    if context.last_month is None and question.period.start is None:
        return NO_MONTH, NO_MONTH
    last = context.last_month or str(question.period.start)
    now, before = compared(question.period, question.against, last)
    return Span(now.start, now.end), Span(before.start, before.end)


def _is_by_month(spans: tuple[Span, Span]) -> bool:
    """Tell whether each month is set against one of its own: several, and as many."""
    later, earlier = spans
    return _length(later) == _length(earlier) > 0


def _places(frame: Frame, span: Span) -> list[_Place]:
    """Give each row's agency and the place of its month in the period."""
    names = (*frame.need.keys, *frame.need.hidden)
    agency = _agency_place(frame)
    if "month" not in names:
        return [(key[agency], 0) for key in frame.keys]
    month, first = names.index("month"), str(span.start)
    return [(key[agency], months_between(first, key[month])) for key in frame.keys]


def _limited(frame: Frame, span: Span, counted: set[_Place]) -> Frame:
    """Keep the rows of these agencies' months, and add up each service's months."""
    rows = [row for row, place in enumerate(_places(frame, span)) if place in counted]
    keys = tuple(frame.keys[row] for row in rows)
    columns = {name: [column[row] for row in rows] for name, column in frame.columns.items()}
    kept = replace(frame, keys=keys, columns=columns)
    return _without_months(kept) if "month" in frame.need.hidden else kept


def _without_months(frame: Frame) -> Frame:
    """Add up the rows that differ in their month alone, which is the last part of each key."""
    rows_of: dict[Key, list[int]] = {}
    for row, key in enumerate(frame.keys):
        rows_of.setdefault(key[:-1], []).append(row)
    columns = {
        name: [added(name, [column[row] for row in rows]) for rows in rows_of.values()]
        for name, column in frame.columns.items()
    }
    need = replace(frame.need, hidden=frame.need.hidden[:-1])
    return replace(frame, need=need, keys=tuple(rows_of), columns=columns)


def _agency_place(frame: Frame) -> int:
    return (*frame.need.keys, *frame.need.hidden).index("agency")


def _resourced(before: Frame, now: Frame) -> set[int]:
    """Give the agencies whose cost is taken from bills in one period and not in the other."""
    taken: tuple[dict[int, set[bool]], ...] = ({}, {})
    for frame, found in zip((before, now), taken, strict=True):
        place = _agency_place(frame)
        columns = frame.columns["cost_count"], frame.columns["bill_count"]
        for key, costs, bills in zip(frame.keys, *columns, strict=True):
            sources = found.setdefault(key[place], set())
            sources |= {True} if bills else set()
            sources |= {False} if costs > bills else set()
    was, now_is = taken
    return {agency for agency in was.keys() & now_is.keys() if was[agency] != now_is[agency]}


@dataclass(frozen=True, slots=True)
class _Sides:
    """A service in one period: its cost as taken, if any; and as the agency's own records say."""

    taken: Side | None
    own: Side | None


def _costing(sides: _Sides | None) -> Side | None:
    return None if sides is None else sides.taken


def _of_own_records(before: _Sides | None, now: _Sides | None, change: int) -> dict[str, int]:
    """Split the change that the agency's own records show; the rest of it stays in one."""
    was, now_is = (None if side is None else side.own for side in (before, now))
    terms = split_change(was, now_is)
    rest = change - sum(terms.values())
    return {**terms, "unsplit": terms.get("unsplit", 0) + rest}


def _sides(frame: Frame, groups: dict[Key, Terms]) -> dict[Key, _Sides]:
    costs = frame.columns[stored_name(frame, "cost_usd")]
    own = frame.columns[stored_name(frame, "usage_cost_usd")]
    dollars, own_dollars = frame.columns["cost_usd"], frame.columns["usage_cost_usd"]
    units = frame.columns["workload_units"]
    in_own = "currency_low" in frame.need.components
    size = len(frame.need.keys)
    reasons = currency_reasons(frame)
    sides = {}
    for row, key in enumerate(frame.keys):
        terms = groups.setdefault(key[:size], Terms())
        if in_own:
            terms.currencies.add(frame.columns["currency_low"][row])
        terms.reason = terms.reason or reasons[row]
        sides[key] = _Sides(
            _side(costs[row], dollars[row], units[row]),
            _side(own[row], own_dollars[row], units[row]),
        )
    return sides


def _side(cost: int | None, dollars: int | None, units: int | None) -> Side | None:
    """Give the side of a service that costs anything; usage that bills don't know has none."""
    return None if dollars is None else Side(cost or 0, dollars, units or 0)


def _totals(before: _Sides | None, now: _Sides | None) -> dict[str, int]:
    was, now_is = (_costing(side) for side in (before, now))
    before_cost, cost = (0 if side is None else side.cost for side in (was, now_is))
    return {"before": before_cost, "now": cost, "change": cost - before_cost}


def _notes(later: Span, earlier: Span, left_out: int) -> tuple[str, ...]:
    """Name the periods, and how much is left out: agencies, or months of agencies."""
    if later == NO_MONTH:
        return ()
    notes = [f"{_written(later)} against {_written(earlier)}."]
    if _length(later) != _length(earlier):
        notes.append("The two periods differ in length.")
    if left_out and _is_by_month((later, earlier)):
        months = f"{left_out:,} agency-{'month' if left_out == 1 else 'months'}"
        notes.append(f"Left out, as the month each is compared with wasn't reported: {months}.")
    elif left_out:
        agencies = f"{left_out:,} {'agency' if left_out == 1 else 'agencies'}"
        notes.append(f"Left out, with records in one of the two periods only: {agencies}.")
    return tuple(notes)


def _written(span: Span) -> str:
    return str(span.start) if span.start == span.end else f"{span.start} to {span.end}"


def _length(span: Span) -> int:
    """Count the months after the first."""
    return months_between(str(span.start), str(span.end))
