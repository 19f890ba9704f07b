"""The limits that figures are judged by: dated records, shown beside what they judge."""

from __future__ import annotations

from collections.abc import Mapping

from portal.components.kpi import Tone
from portal.pages.page import PageRequest
from portal.texts import say


def limits_in_force(request: PageRequest, month: str) -> Mapping[str, float]:
    """Give each limit's value in this month, by name; an absent one was never recorded."""
    return {
        name: value for name, value, effective_from in request.limits if effective_from <= month
    }


def limits_in_view(request: PageRequest) -> Mapping[str, float]:
    """Give the limits in force in the last month in view, by name."""
    return limits_in_force(request, request.last_month)


def budget_band(share: float | None, amber: float) -> tuple[str, Tone]:
    """Name the band of a difference from budget: within it, up to the amber limit, or beyond."""
    if share is None:
        return say("no budget"), "plain"
    if share <= 0:
        return say("within budget"), "ok"
    if share <= amber:
        return say("slightly over"), "warn"
    return say("over budget"), "bad"
