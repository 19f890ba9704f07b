"""How far bills reach: where further than cost is known, the views of bills go on to there."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from portal.components.states import banner
from portal.filters import Filters
from portal.formats import month_name
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.question import Period

_MEASURE = "charge_line_count"


def reaching_as_far_as_bills(request: PageRequest) -> PageRequest:
    """Give a request whose usual period ends with the last month that bills have charges in."""
    known = request.build.data_to
    # Of all that the reader sees: what else narrows the view doesn't move its end.
    unfiltered = replace(request, filters=Filters(year=request.filters.year))
    answer = unfiltered.ask(_MEASURE, by=("month",), period=Period(known, None))
    billed = [str(row["month"]) for row in answer.rows if row[_MEASURE]]
    return replace(request, reach=max([known, *billed]))


def reach_said(request: PageRequest) -> list[Component]:
    """Say that these figures reach further than those of cost, if they do."""
    known = request.build.data_to
    if request.reach <= known or request.last_month <= known:
        return []
    return [
        banner(
            say(
                "Bills reach to {reach}; figures of cost on other pages end with {month}. A month "
                "is counted there once its bills are whole and most MDAs have theirs, and a part "
                "of a month is never compared with a whole one.",
                reach=month_name(request.reach),
                month=month_name(known),
            )
        )
    ]
