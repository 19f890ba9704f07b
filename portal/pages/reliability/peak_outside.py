"""Services that peak outside the calendar, by their own word."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components.cards import card, nothing_card
from portal.components.tables import Column, data_table
from portal.pages.evidence import (
    dimension_text,
)
from portal.pages.page import PageRequest
from portal.pages.reliability.peak_asks import (
    Described,
    ask_services,
    described,
    key_of,
)
from portal.pages.reliability.peak_calendar import calendar_numbers, month_ranges
from portal.pages.reliability.sla_services import service_name
from portal.pages.series import at_most
from portal.texts import say, say_number

_MOST_LINES: Final = 6


def draw_own_peaks(request: PageRequest) -> Component:
    """List the digital services that state peak months which the calendar doesn't have."""
    calendar, about = calendar_numbers(request), described(request)
    title = say("Peaks that the calendar doesn't have")
    answer = ask_services(request)
    found = []
    for row in answer.rows:
        stated = about.get(key_of(row), Described("", ())).peak_months
        outside = [m for m in stated if m not in calendar.get(int(str(row["agency"])), frozenset())]
        if outside:
            found.append((row, outside))
    if not found:
        return nothing_card(
            title, say("No digital service in view states a peak outside the calendar."), 6
        )
    rows = [
        {
            "service": service_name(row),
            "agency": dimension_text(row, "agency"),
            "months": month_ranges(outside),
        }
        for row, outside in at_most(found, _MOST_LINES)
    ]
    return card(
        headline=say_number(
            len(found),
            "{number} service peaks outside the calendar",
            "{number} services peak outside the calendar",
        ),
        subtitle=say(
            "Peak months that services.csv states and the calendar doesn't have: this page counts "
            "them as other months; {shown} of {all} shown",
            shown=len(rows),
            all=len(found),
        ),
        children=[
            data_table(
                caption=title,
                columns=(
                    Column("service", say("Digital service")),
                    *((Column("agency", say("MDA")),) if request.sees_many else ()),
                    Column("months", say("Its own peak")),
                ),
                rows=rows,
            )
        ],
        span=6,
    )
