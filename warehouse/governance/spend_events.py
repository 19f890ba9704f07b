"""Events that an agency's people know of: told, changed with a lock, never deleted."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.governance.forecast_models import SpendEvent
from warehouse.governance.newest import Row, in_order

KINDS: Final = ("migration", "contract", "campaign", "other")
TOLD: Final = "told"
WITHDRAWN: Final = "withdrawn"
EVENT_COLUMNS: Final = ("agency_id", "month_from", "month_to", "change_usd", "change_ratio")

LEAST_SHARE: Final = Decimal("-0.95")
MOST_SHARE: Final = Decimal(10)
_MOST_USD: Final = Decimal(10_000_000_000)
MOST_TOLD: Final = 40
"""Of one agency at a time, so that each can be listed and taken back."""
_LONGEST_NOTE: Final = 2_000
_MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


class EventError(WarehouseError):
    """What was told can't be so; the message is fit to be shown."""


class UnknownEventError(EventError):
    """There is no such event or agency, or not for this reader: never said which."""

    def __init__(self) -> None:
        super().__init__("Nothing is known under this name or number.")


class StaleEventError(EventError):
    """Somebody else changed or withdrew it since it was read."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"This event was changed by {by} since you opened it. Nothing of yours was saved; "
            "look at it again and repeat what is still needed."
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of an event; exactly one of the changes is given."""

    kind: str
    month_from: str
    month_to: str | None
    change_usd: Decimal | None
    change_ratio: Decimal | None
    note: str

    def check(self) -> None:
        """Raise EventError for what can't be."""
        if self.kind not in KINDS:
            raise EventError("Choose what kind of event it is.")
        for month in (self.month_from, self.month_to):
            if month is not None and not _MONTH.fullmatch(month):
                raise EventError("Write months as YYYY-MM, such as 2026-04.")
        if self.month_to is not None and self.month_to < self.month_from:
            raise EventError("The last month can't be before the first.")
        if (self.change_usd is None) == (self.change_ratio is None):
            raise EventError("Say the change as an amount a month or in per cent.")
        if self.change_usd is not None and not abs(self.change_usd) <= _MOST_USD:
            raise EventError("The change is larger than any spend can be.")
        if self.change_ratio is not None and not LEAST_SHARE <= self.change_ratio <= MOST_SHARE:
            raise EventError("The change has to be between -95 and 1,000 per cent.")
        if not self.note.strip():
            raise EventError("Say in a few words what happens.")


def tell_event(
    session: Session, agency_id: int, told: Told, *, agencies: Collection[int], by: str,
    now: datetime,
) -> SpendEvent:  # fmt: skip
    """Record an event of one of ``agencies``, those for which its writer may."""
    if agency_id not in agencies:
        raise UnknownEventError
    told.check()
    standing = select(func.count()).where(
        SpendEvent.agency_id == agency_id, SpendEvent.state == TOLD
    )
    if (session.scalar(standing) or 0) >= MOST_TOLD:
        raise EventError("Too many events are told already. Withdraw one that no longer matters.")
    row = SpendEvent(agency_id=agency_id, lock=0, state=TOLD)
    _write(row, told, by, now)
    session.add(row)
    session.flush()
    return row


def change_event(
    session: Session, event_id: int, told: Told, *, lock: int, agencies: Collection[int], by: str,
    now: datetime,
) -> SpendEvent:  # fmt: skip
    """Say an event anew. Raises StaleEventError unless ``lock`` is still its own."""
    row = _find(session, event_id, lock, agencies)
    told.check()
    _write(row, told, by, now)
    session.flush()
    return row


def withdraw_event(
    session: Session, event_id: int, *, lock: int, agencies: Collection[int], by: str, now: datetime
) -> SpendEvent:
    """Take an event back; it stays in the records and changes no forecast any more."""
    row = _find(session, event_id, lock, agencies)
    row.state, row.lock = WITHDRAWN, row.lock + 1
    row.written_by, row.written_at = by, now
    session.flush()
    return row


def events_of(session: Session, agencies: Collection[int] | None) -> tuple[SpendEvent, ...]:
    """Give what stands told of these agencies, of all for None, by first month."""
    query = select(SpendEvent).where(SpendEvent.state == TOLD)
    if agencies is not None:
        query = query.where(SpendEvent.agency_id.in_(sorted(agencies)))
    order = (SpendEvent.month_from, SpendEvent.agency_id, SpendEvent.event_id)
    return tuple(session.scalars(query.order_by(*order)))


def events_in_force(session: Session) -> list[Row]:
    """Give what forecasts are told, in EVENT_COLUMNS."""
    return in_order(
        tuple(getattr(row, name) for name in EVENT_COLUMNS) for row in events_of(session, None)
    )


def _find(session: Session, event_id: int, lock: int, agencies: Collection[int]) -> SpendEvent:
    row = session.get(SpendEvent, event_id, with_for_update=True)
    if row is None or row.agency_id not in agencies:
        raise UnknownEventError
    if row.lock != lock or row.state != TOLD:
        raise StaleEventError(row.written_by)
    return row


def _write(row: SpendEvent, told: Told, by: str, now: datetime) -> None:
    row.kind = told.kind
    row.month_from, row.month_to = told.month_from, told.month_to
    row.change_usd, row.change_ratio = told.change_usd, told.change_ratio
    row.note = told.note.strip()[:_LONGEST_NOTE]
    row.lock += 1
    row.written_by, row.written_at = by, now
