"""The calendar of peaks in use: which months, in which country, and who says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dash.development.base_component import Component
from sqlalchemy import select

from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import Column, data_table
from portal.formats import month_name
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.governance.models import PeakCalendar

_ANY: Final = "*"
_MOST_ROWS: Final = 5_000
_COUNTRIES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class _Calendar:
    """A set of peak months, 1 to 12, and where it comes from."""

    months: frozenset[int]
    source: str


def draw_calendar(request: PageRequest) -> Component:
    """List each country's peak months over the last year, and where they come from."""
    alike = _alike(_countries(request), _calendars(request))
    title = say("The calendar of peaks in use")
    if not any(peaks for peaks, _ in alike):
        return nothing_card(title, say("No peak month is recorded for the MDAs in view."), 6)
    rows = [
        {"countries": ", ".join(names), "months": month_ranges(peaks), "source": source}
        for (peaks, source), names in alike.items()
    ]
    shown = rows[:_COUNTRIES_SHOWN]
    columns = (
        Column("countries", say("Country")),
        Column("months", say("Peak months")),
        Column("source", say("Set by")),
    )
    return card(
        headline=title,
        subtitle=say(
            "Peak months in force in {month}. One calendar a country, for all its services",
            month=month_name(request.build.data_to),
        ),
        children=[data_table(caption=title, columns=columns, rows=shown)],
        footer=footer_notes(
            [
                say(
                    "Calendars are dated records: a change holds from its month on and leaves "
                    "earlier months as they were"
                )
            ]
        ),
        span=6,
        anchor="calendar",
    )


def calendar_numbers(request: PageRequest) -> Mapping[int, frozenset[int]]:
    """Give the numbers of the peak months that hold for each MDA in view."""
    calendars = _calendars(request)
    agencies = request.gateway.rows("dim_agency", request.scope, limit=_MOST_ROWS)
    return {
        int(str(row["agency_id"])): _of_country(calendars, str(row["country_code"])).months
        for row in agencies.rows
    }


def month_ranges(numbers: frozenset[int] | Sequence[int]) -> str:
    """Write months of the year as ranges: ``January to March, July``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        _name(run[0])
        if len(run) == 1
        else say("{first} to {last}", first=_name(run[0]), last=_name(run[-1]))
        for run in runs
    )


def _name(number: int) -> str:
    return month_name(f"2000-{number:02d}").split()[0]


def _countries(request: PageRequest) -> Mapping[str, str]:
    """Name the countries of the MDAs in view, by code."""
    chosen = request.agency_ids
    page = request.gateway.rows("dim_agency", request.scope, limit=_MOST_ROWS)
    found = {
        str(row["country_code"]): str(row["country"])
        for row in page.rows
        if chosen is None or row["agency_id"] in chosen
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _calendars(request: PageRequest) -> Mapping[str, _Calendar]:
    """Give the calendar in force in the last month, by country's code; ``*`` is all others'."""
    end = request.build.data_to
    rows = select(
        PeakCalendar.country_code, PeakCalendar.month_number, PeakCalendar.source,
        PeakCalendar.effective_from, PeakCalendar.version,
    ).where(PeakCalendar.effective_from <= end)  # fmt: skip
    newest: dict[str, tuple[str, int]] = {}
    found: dict[str, tuple[set[int], str]] = {}
    with request.database.reading_records(request.scope) as session:
        for code, month, source, start, version in session.execute(rows):
            if (start, version) > newest.get(code, ("", 0)):
                newest[code] = (start, version)
                found[code] = (set(), source)
            if (start, version) == newest[code]:
                found[code][0].add(month)
    return {code: _Calendar(frozenset(months), source) for code, (months, source) in found.items()}


def _of_country(calendars: Mapping[str, _Calendar], code: str) -> _Calendar:
    """Take a country's own calendar, else the one for all others; its months are never added."""
    return calendars.get(code) or calendars.get(_ANY) or _Calendar(frozenset(), "default")


def _alike(
    countries: Mapping[str, str], calendars: Mapping[str, _Calendar]
) -> Mapping[tuple[frozenset[int], str], list[str]]:
    """Put countries of the same calendar together."""
    found: dict[tuple[frozenset[int], str], list[str]] = {}
    for code, name in countries.items():
        calendar = _of_country(calendars, code)
        said = _said(calendar.source, is_own=code in calendars)
        found.setdefault((calendar.months, said), []).append(name)
    return found


def _said(source: str, *, is_own: bool) -> str:
    if not is_own:
        return (
            say("the product's default, for lack of a calendar of its own")
            if source == "default"
            else say("the government's calendar, for lack of one of its own")
        )
    if source == "file":
        return say("its own calendar, from a file")
    return say("its own calendar, recorded by the treasury")
