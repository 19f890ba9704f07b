"""Which anomaly of a build is which that people know already, though its name may have changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Series = tuple[str, str, str, str]
"""Subject, period, level and part: in what it is seen."""


@dataclass(frozen=True, slots=True)
class Alerted:
    """An anomaly as a build alerts to it."""

    name: str
    agency_id: int
    first: dt.date
    last: dt.date
    """The last day in it."""
    seen_in: frozenset[Series]
    """Its own series, and those in which the same is seen."""


@dataclass(frozen=True, slots=True)
class Known:
    """An anomaly that an earlier build alerted to."""

    number: int
    agency_id: int
    series: Series
    first: dt.date
    last: dt.date
    is_worked: bool
    """Whether somebody has said anything of it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Which is which: by name the number it is known by, and the numbers that are now another."""

    numbers: dict[str, int]
    merged: dict[int, int]


def match(alerted: Iterable[Alerted], known: Iterable[Known]) -> Matched:
    """Find what is known already: of the same agency and time, and seen in the same series.

    Where neighbours have become one, the one that somebody worked on goes on, else the earliest.
    """
    left: dict[int, list[Known]] = {}
    for one in known:
        left.setdefault(one.agency_id, []).append(one)
    numbers: dict[str, int] = {}
    merged: dict[int, int] = {}
    for event in sorted(alerted, key=lambda one: (one.agency_id, one.first, one.name)):
        same = [one for one in left.get(event.agency_id, ()) if _is_same(event, one)]
        if not same:
            continue
        kept, *others = sorted(same, key=lambda one: (not one.is_worked, one.first, one.number))
        numbers[event.name] = kept.number
        merged.update((one.number, kept.number) for one in others)
        left[event.agency_id] = _without(left[event.agency_id], same)
    return Matched(numbers, merged)


def _is_same(event: Alerted, known: Known) -> bool:
    return known.series in event.seen_in and (
        known.first <= event.last and event.first <= known.last
    )


def _without(known: Sequence[Known], gone: Sequence[Known]) -> list[Known]:
    numbers = {one.number for one in gone}
    return [one for one in known if one.number not in numbers]
