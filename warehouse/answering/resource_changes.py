"""What one resource cost after something was done, against as many months before.

A part of a month is never compared with a whole one, and what no bill names is unknown unless the
bill is there whole. Whose bill that is matters: of an account that several agencies share, each is
judged by its own charges, so that nobody learns of another's. There a resource that they name no
more may have changed its tags and be billed to somebody else: so only of an account that is an
agency's own, whose charges are all its, does a missing resource say that it cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

from warehouse.answering.bridges import compared_spans
from warehouse.answering.days import covered_days, whole_months
from warehouse.answering.evaluation import Context, Figures
from warehouse.answering.frames import Frame, Key, to_floats
from warehouse.answering.planner import Need, Span
from warehouse.measures import Measure
from warehouse.measures.dimensions import AGENCY
from warehouse.measures.tag_sources import MISSING_TAG_RATE
from warehouse.months import months_from, shifted

_RESOURCE: Final = "resource"
_PLACE: Final = ("agency", "provider", "account")
_COVERED_BY: Final = frozenset({*AGENCY, "provider", "account"})
_OWN: Final = ("account", "tag", "unallocated")
"""How charges come to who has a bill of its own; shares of others' bills say nothing of it."""
_OWNED: Final = _OWN[:1]
"""How they come to who has the whole account."""
_ALONE: Final = "months are compared of one resource at a time: split by resource, or name one"
_NOT_BEFORE: Final = "no whole bill of the month before names the resource"
_NOT_AFTER: Final = "no whole bill yet of the month after"
_NOT_OWNED: Final = (
    "no bill here names the resource in the month after, and in an account without an owner it may "
    "be billed to somebody else"
)
_NO_RATE: Final = "no exchange rate to US dollars for the resource in {month}"

_NAMES: Final = ("change", "compared", "gone")


@dataclass(slots=True)
class _Months:
    """What one resource cost, in millionths of a dollar, by month that a bill names it in."""

    costs: dict[str, int | None] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    owned: frozenset[str] = frozenset()
    """Of the whole ones, those in which the account is the agency's own."""


@dataclass(frozen=True, slots=True)
class _Change:
    """One resource's figures, or why there are none."""

    sums: Mapping[str, int]
    reason: str = ""


def resource_change_needs(measure: Measure, context: Context) -> tuple[Need, ...]:
    """Read each resource's months, and which days its account's bills cover; else nothing."""
    is_named = _RESOURCE in context.by or any(name == _RESOURCE for name, _ in context.filters)
    if not is_named:
        return ()
    spans = compared_spans(context)
    later, earlier = spans
    cost = Need(
        family=measure.family,
        components=frozenset({*measure.components, MISSING_TAG_RATE, "line_count"}),
        keys=context.by,
        filters=context.filters,
        spans=spans,
        hidden=tuple(n for n in (*_PLACE, _RESOURCE, "month") if n not in context.by),
        year=context.question.year,
    )
    covered, owned = (
        Need(
            family="charge",
            components=frozenset({"first_day", "last_day"}),
            keys=(*_PLACE, "month"),
            filters=(
                *(pair for pair in context.filters if pair[0] in _COVERED_BY),
                ("attribution", how),
            ),
            spans=(_around(later, earlier),),
            year=context.question.year,
        )
        for how in (_OWN, _OWNED)
    )
    return cost, covered, owned


def resource_change_figures(measure: Measure, context: Context, frames: Sequence[Frame]) -> Figures:
    """Compare each resource's months; of a group of several nothing is said."""
    if not frames:
        return Figures(reasons={_ALONE: None})
    changes = context.once("resource changes", lambda: _changes(context, frames))
    sums = {
        name: to_floats([one.sums.get(name) for one in changes.values()], is_exact=name == "change")
        for name in _NAMES
    }
    figures = Figures()
    for (key, one), value in zip(changes.items(), measure.compute(sums).tolist(), strict=True):
        figures.put(key, value, measure, one.reason)
    return figures


def _changes(context: Context, frames: Sequence[Frame]) -> dict[Key, _Change]:
    cost, covered, owned = frames
    later, earlier = compared_spans(context)
    whole = {key: frozenset(whole_months(days)) for key, days in covered_days(covered).items()}
    own = {key: frozenset(days) for key, days in covered_days(owned).items()}
    groups: dict[Key, dict[Key, _Months]] = {}
    for group, subject, month, amount in _billed(cost):
        place = subject[:-1]
        months = whole.get(place, frozenset())
        found = groups.setdefault(group, {}).setdefault(
            subject, _Months(whole=months, owned=months & own.get(place, frozenset()))
        )
        found.costs[month] = amount
    return {
        group: _compared(next(iter(found.values())), later, earlier)
        if len(found) == 1
        else _Change({}, _ALONE)
        for group, found in groups.items()
    }


def _billed(cost: Frame) -> Iterable[tuple[Key, Key, str, int | None]]:
    """Give group, resource, month and cost of what bills name; inventories alone say no cost."""
    names = (*cost.need.keys, *cost.need.hidden)
    places = [names.index(name) for name in (*_PLACE, _RESOURCE)]
    month = names.index("month")
    size = len(cost.need.keys)
    columns = cost.columns
    for row, key in enumerate(cost.keys):
        if columns["line_count"][row]:
            amount: Any = columns["effective_cost_usd"][row]
            is_rated = columns[MISSING_TAG_RATE][row] is None
            subject = tuple(key[place] for place in places)
            yield key[:size], subject, key[month], amount if is_rated else None


def _compared(found: _Months, later: Span, earlier: Span) -> _Change:
    after = _run(
        _months(later),
        lambda month: month in (found.whole if month in found.costs else found.owned),
    )
    before = _run(
        reversed(_months(earlier)), lambda month: month in found.whole and month in found.costs
    )
    if not before or not after:
        is_shared = str(later.start) in found.whole - found.owned
        missing = _NOT_OWNED if is_shared else _NOT_AFTER
        return _Change({}, missing if before else _NOT_BEFORE)
    size = min(len(after), len(before))
    after, before = after[:size], before[:size]
    billed = [month for month in (*before, *after) if month in found.costs]
    unrated = sorted(month for month in billed if found.costs[month] is None)
    if unrated:
        return _Change({}, _NO_RATE.format(month=unrated[0]))
    then, now = (sum(found.costs.get(month) or 0 for month in side) for side in (before, after))
    gone = sum(month not in found.costs for month in after)
    return _Change({"change": now - then, "compared": size, "gone": gone})


def _run(months: Iterable[str], counts: Callable[[str], bool]) -> list[str]:
    """Give the first months of these, as far as they count."""
    return list(takewhile(counts, months))


def _months(span: Span) -> list[str]:
    return months_from(str(span.start), str(span.end))


def _around(later: Span, earlier: Span) -> Span:
    """Give a span of both and a month on either side, where it shows that the last is whole."""
    ends = [str(end) for span in (later, earlier) for end in (span.start, span.end)]
    return Span(shifted(min(ends), -1), shifted(max(ends), 1))
