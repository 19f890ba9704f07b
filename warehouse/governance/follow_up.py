"""What became of tags that broke a policy, and what owners were told; see publishing.follow_up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from warehouse.governance.policy_models import TagFault, TagNote


@dataclass(frozen=True, slots=True)
class TagTimes:
    """Of one tag: what is open and since when, and how long what was mended had been open."""

    tag: str
    open_count: int
    open_since: datetime | None
    mended_count: int
    median_days: int | None


def times_to_fix(
    session: Session, agencies: Iterable[int] | None, since: datetime
) -> tuple[TagTimes, ...]:
    """Give the times by tag, those with most open first; of what was mended ``since`` then.

    ``agencies`` of None are all of them.
    """
    still = select(TagFault.tag, func.count(), func.min(TagFault.found_at))
    still = still.where(TagFault.closed_at.is_(None), _within(TagFault.agency_id, agencies))
    opened = {
        tag: (number, first) for tag, number, first in session.execute(still.group_by(TagFault.tag))
    }
    closed = select(TagFault.tag, TagFault.days_open, func.count())
    closed = closed.where(
        TagFault.closed_as == "mended",
        TagFault.closed_at >= since,
        _within(TagFault.agency_id, agencies),
    )
    mended: dict[str, list[tuple[int, int]]] = {}
    for tag, days, number in session.execute(closed.group_by(TagFault.tag, TagFault.days_open)):
        mended.setdefault(tag, []).append((days or 0, number))
    found = [
        TagTimes(
            tag,
            opened.get(tag, (0, None))[0],
            opened.get(tag, (0, None))[1],
            sum(number for _, number in mended.get(tag, [])),
            _median(mended.get(tag, [])),
        )
        for tag in {*opened, *mended}
    ]
    return tuple(sorted(found, key=lambda one: (-one.open_count, -one.mended_count, one.tag)))


def notes_since(
    session: Session, agencies: Iterable[int] | None, since: datetime
) -> tuple[TagNote, ...]:
    """Give the last note of each kind that each of the agencies was told since then."""
    said = select(TagNote).where(TagNote.noted_at >= since, TagNote.number > 0)
    said = said.where(_within(TagNote.agency_id, agencies)).order_by(TagNote.note_id.desc())
    rows = session.scalars(said).all()
    last: dict[tuple[int, str], TagNote] = {}
    for row in rows:
        last.setdefault((row.agency_id, row.kind), row)
    return tuple(last.values())


def _within(
    column: InstrumentedAttribute[int], agencies: Iterable[int] | None
) -> ColumnElement[bool]:
    return true() if agencies is None else column.in_(sorted(agencies))


def _median(counted: list[tuple[int, int]]) -> int | None:
    """Give the lower middle of days that are given with how often they come."""
    left = (sum(number for _, number in counted) + 1) // 2
    for days, number in sorted(counted):
        left -= number
        if left <= 0:
            return days
    return None
