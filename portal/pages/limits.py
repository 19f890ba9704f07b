"""The limits that figures are judged by: dated records, shown beside what they judge."""

from __future__ import annotations

from collections.abc import Mapping

from portal.components.kpi import Tone
from portal.pages.page import PageRequest


def limits_in_force(request: PageRequest, month: str) -> Mapping[str, float]:
    """Give each limit's value in this month, by name; an absent one was never recorded."""
    return {
        name: value for name, value, effective_from in request.limits if effective_from <= month
    }


def budget_band(share: float | None, amber: float) -> tuple[str, Tone]:
    """Name the band of a difference from budget: within it, up to the amber limit, or beyond."""
    if share is None:
        return "no budget", "plain"
    if share <= 0:
        return "within budget", "ok"
    if share <= amber:
        return "slightly over", "warn"
    return "over budget", "bad"
