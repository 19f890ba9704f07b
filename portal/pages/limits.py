"""The limits that figures are judged by: dated records, shown beside what they judge."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from portal.components.kpi import Tone
from portal.pages.page import PageRequest
from warehouse.governance.models import Threshold


def limits_in_force(request: PageRequest, month: str) -> Mapping[str, float]:
    """Give each limit's value in this month, by name; an absent one was never recorded."""
    oldest_first = (
        select(Threshold.name, Threshold.value)
        .where(Threshold.effective_from <= month)
        .order_by(Threshold.effective_from, Threshold.version)
    )
    with request.database.reading_records(request.scope) as session:
        return {name: float(value) for name, value in session.execute(oldest_first)}


def budget_band(share: float | None, amber: float) -> tuple[str, Tone]:
    """Name the band of a difference from budget: within it, up to the amber limit, or beyond."""
    if share is None:
        return "no budget", "plain"
    if share <= 0:
        return "within budget", "ok"
    if share <= amber:
        return "slightly over", "warn"
    return "over budget", "bad"
