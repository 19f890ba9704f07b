"""Under which name an event is told.

What is seen in an agency, a service, an account, in a month and in a day is often one and the
same, and nobody is to be alerted to it twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EXPLAINS: Final = 0.75
"""The share of a wider event's excess from which a narrower one explains it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of one agency as one series shows it."""

    name: str
    level: str
    """The kind of series it is seen in: of one kind, no two have anything in common."""
    part: str
    """Which series of its kind."""
    is_whole: bool
    """Of the whole agency, not of a service or an account."""
    is_day: bool
    first: dt.date
    last: dt.date
    """The last day in it."""
    excess: float
    """Below nothing for a drop."""
    is_alert: bool

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """Sort the widest first: whole agencies before parts, months before days."""
        return not self.is_whole, self.is_day


def told_under(events: Sequence[Seen]) -> dict[str, str]:
    """Map each event of one agency to the name of the one under which it is told.

    A wider event is told under the narrowest that explains it: most of its excess, and alone of
    its kind. What explains only some of it is told under the wider one, which names what is behind
    it. An alert is never told under what is none.
    """
    order = sorted(events, key=lambda one: (*one.narrowness, -abs(one.excess), one.first, one.name))
    under: dict[str, str] = {}
    for at, wide in enumerate(order):
        if wide.name in under:
            continue
        behind = [
            one for one in order[at + 1 :] if one.name not in under and _may_be_part(one, wide)
        ]
        explaining = [
            one
            for one in behind
            if abs(one.excess) >= EXPLAINS * abs(wide.excess)
            and one.is_alert >= wide.is_alert
            and not any(other.level == one.level and other.part != one.part for other in behind)
        ]
        if explaining:
            named = max(explaining, key=lambda one: (*one.narrowness, abs(one.excess)))
            same = [one for one in behind if _may_be_part(one, named) or _may_be_part(named, one)]
            under[wide.name] = named.name
            under.update((one.name, named.name) for one in same if one.is_alert <= named.is_alert)
        else:
            under.update((one.name, wide.name) for one in behind if one.is_alert <= wide.is_alert)
    return {one.name: _end(under, one.name) for one in events}


def _may_be_part(one: Seen, wide: Seen) -> bool:
    """Tell whether an event may be seen within another: on its side, in its time, no wider."""
    if (one.excess > 0) != (wide.excess > 0) or one.first > wide.last or one.last < wide.first:
        return False
    if one.level == wide.level:
        return one.part == wide.part and one.is_day and not wide.is_day
    return one.narrowness >= wide.narrowness


def _end(under: dict[str, str], name: str) -> str:
    while name in under:
        name = under[name]
    return name
