"""The fiscal calendar: in which month each country's year starts, dated and versioned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.errors import WarehouseError
from warehouse.governance.models import FiscalCalendar

ALWAYS = "1900-01"
"""The first month of a calendar that holds as far back as records go."""


class CalendarError(WarehouseError):
    """A calendar can't be as it was given."""


def set_fiscal_start(
    session: Session,
    *,
    country_code: str,
    start_month_number: int,
    decided_by: str,
    now: datetime,
    effective_from: str = ALWAYS,
    source: str = "portal",
) -> bool:
    """Record in which month a country's fiscal year starts; tell whether that changed anything.

    Who may decide is for the caller to check. Raises CalendarError for a month that is none.
    """
    if not 1 <= start_month_number <= 12:
        raise CalendarError(f"{start_month_number} is no month of the year: give 1 to 12.")
    at = (FiscalCalendar.country_code == country_code) & (
        FiscalCalendar.effective_from == effective_from
    )
    version = session.scalar(select(func.max(FiscalCalendar.version)).where(at)) or 0
    held = session.get(FiscalCalendar, (country_code, effective_from, version))
    if held is not None and held.start_month_number == start_month_number:
        return False
    session.add(
        FiscalCalendar(
            country_code=country_code,
            effective_from=effective_from,
            version=version + 1,
            start_month_number=start_month_number,
            source=source,
            recorded_by=decided_by,
            recorded_at=now,
        )
    )
    session.flush()
    return True
