"""The days or months around one anomaly, drawn where the address opens it, of cost and services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import chart_card, nothing_card
from portal.components.parts import Text, words_of
from portal.figures.around import Marked, draw_around
from portal.figures.lines import Line
from portal.figures.outlook import Band
from portal.figures.theme import Figure
from portal.formats import day_name, money_scale, month_name
from portal.pages.anomalies.seen import Told, in_its_unit, path_of, when_of
from portal.pages.axes import unit_of
from portal.pages.evidence import downloads_of, table_of
from portal.pages.frame import Section, drill_to, sections
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.reliability.causes import Limits
from portal.pages.series import Rows, column, number, present
from portal.texts import later, say, say_known
from warehouse.forecasting.event_kinds import DROP
from warehouse.question import Answer, Period
from warehouse.schema.anomalies import BURN, COST, ERRORS, LATENCY

_SIDES: Final = ("actual", "expected", "lower", "upper")
_PREFIXES: Final[Mapping[str, str]] = {
    COST: "cost", LATENCY: "latency", ERRORS: "error_rate", BURN: "burn_rate",
}  # fmt: skip
_MEASURED: Final[Mapping[str, str]] = {
    COST: later("Cost"),
    LATENCY: later("Mean latency"),
    ERRORS: later("Share of requests that failed"),
    BURN: later("Error budget used over 7 days"),
}
_TARGET_ALLOWS: Final = 1.0
"""A burn rate of one uses up the error budget just as fast as the target allows."""
_HUNDREDTHS: Final = 0.01
_IN_SIGHT: Final = 1.25
"""Up to how far above all else a limit is drawn: further up it would press the rest flat."""

Headline = Callable[[Told], Sequence[Text]]


def address_around(request: PageRequest, told: Told, **narrower: Any) -> str:
    """Give the address that opens an anomaly, on the page that lists it."""
    path = path_of(str(told.row["subject"]))
    return drill_to(path, request, anomaly=told.anomaly_id, **narrower) + "#around"


def link_around(request: PageRequest, told: Told, name: str) -> Component:
    """Lead to the days around an anomaly, from the page of the list that it stands on."""
    text = say("Days around it") if told.is_daily else say("Months around it")
    address = address_around(request, told, page=request.filters.page)
    label = say("{link}: {name}, {when}", link=text, name=name, when=when_of(told.row))
    link = html.A(text, href=address, **{"aria-label": label})
    return html.Span(link, className="cell-detail")


def opened(request: PageRequest, draw: Section) -> list[Component]:
    """Give the section of the anomaly that the address opens, if it opens one."""
    return [sections(request, [(draw, 12)])] if request.filters.anomaly else []


def draw_opened(request: PageRequest, told: Sequence[Told], headline: Headline) -> Component:
    """Draw what led up to the anomaly that the address opens, and what came after it."""
    found = next((one for one in told if one.anomaly_id == request.filters.anomaly), None)
    title = say("Around the anomaly")
    if found is None:
        why = say("The anomaly of this address isn't among those of this period, or no longer "
                  "stands out.")  # fmt: skip
        return nothing_card(title, why, 12)
    course = _ask(request, found)
    if not present(course.actual):
        return nothing_card(title, say("Its days aren't kept by this build."), 12)
    said, reach = headline(found), course.limit_in_sight
    closed = path_of(course.subject) + request.filters.to_query(anomaly=None)
    what = say("the days around it") if found.is_daily else say("the months around it")
    return chart_card(
        headline=said,
        subtitle=say("{measure}, {unit}; the band is what would have been usual",
                     measure=say_known(_MEASURED[course.subject]), unit=course.unit),
        figure=_figure(request, course, found),
        sentence=f"{words_of(said)} {_furthest(course, found)}",
        table=table_of(course.answer, what),
        downloads=[
            *downloads_of(request, course.answer, what),
            html.A(say("Close"), href=closed, **{"aria-label": say("Close {what}", what=what)}),
        ],
        notes=[
            _furthest(course, found),
            *([_limit_above(course)] if course.limit is not None and reach is None else []),
            *course.answer.notes,
        ],
        anchor="around",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Course:
    """What is known around one anomaly, a row a day or month."""

    subject: str
    answer: Answer
    by: str
    limit: float | None
    """In the unit of the figures: of latency and failures a limit, of burn what is allowed."""

    @property
    def rows(self) -> Rows:
        return self.answer.rows

    @property
    def actual(self) -> list[float | None]:
        return self.side("actual")

    @property
    def divisor(self) -> float:
        """What amounts are divided by for the chart's axis."""
        if self.subject == COST:
            return money_scale(self.actual)[0]
        return _HUNDREDTHS if self.subject == ERRORS else 1

    @property
    def unit(self) -> str:
        if self.subject == COST:
            return unit_of(self.answer, self.actual)
        return {LATENCY: "ms", ERRORS: "%"}.get(self.subject) or say("times what the target allows")

    @property
    def limit_in_sight(self) -> float | None:
        """Give the limit where it is near enough to what came to be drawn with it."""
        top = max(present([*self.actual, *self.side("upper")]))
        return None if self.limit is None or self.limit > _IN_SIGHT * top else self.limit

    def side(self, name: str) -> list[float | None]:
        """Give what came, what was expected or a bound, row by row."""
        return column(self.rows, self.measure(name))

    def measure(self, side: str) -> str:
        """Name the measure of a side."""
        return f"{_PREFIXES[self.subject]}_around_{side}"


def _ask(request: PageRequest, told: Told) -> _Course:
    subject, by = str(told.row["subject"]), "day" if told.is_daily else "month"
    answer = request.ask(
        *(f"{_PREFIXES[subject]}_around_{side}" for side in _SIDES),
        by=(by,), where=(("anomaly", (told.anomaly_id,)),), period=Period(),
    )  # fmt: skip
    return _Course(subject, answer, by, _limit(request, subject, str(told.row["month"])))


def _limit(request: PageRequest, subject: str, month: str) -> float | None:
    """Give the limit in force when it began; cost has none by the day."""
    if subject == COST:
        return None
    if subject == BURN:
        return _TARGET_ALLOWS
    limits = Limits.of(limits_in_force(request, month))
    return limits.latency_ms if subject == LATENCY else limits.error_pct * _HUNDREDTHS


def _limit_name(course: _Course) -> str:
    if course.subject == BURN:
        return say("What the target allows")
    return say("Limit {limit}", limit=in_its_unit(course.subject, course.limit))


def _limit_above(course: _Course) -> str:
    return say("The limit of {limit} lies above what is drawn.",
               limit=in_its_unit(course.subject, course.limit))  # fmt: skip


def _furthest(course: _Course, told: Told) -> str:
    """Say when, of what stands out, it was furthest off, beside what would have been usual."""
    actual, by = course.measure("actual"), "day" if told.is_daily else "month"
    ends = str(told.row["first_day"]), str(told.row["last_day"])
    first, last = ends if told.is_daily else (end[:7] for end in ends)
    inside = [row for row in course.rows if first <= str(row[by]) <= last]
    if not inside:
        return ""
    pick = min if told.row["kind"] == DROP else max
    row = pick(inside, key=lambda one: number(one[actual]) or 0.0)
    return say(
        "Furthest off: {actual}, {when}, where {lower} to {upper} would have been usual.",
        when=day_name(str(row[by])) if told.is_daily else month_name(str(row[by])),
        **{
            side: in_its_unit(course.subject, number(row[course.measure(side)]))
            for side in ("actual", "lower", "upper")
        },
    )


def _figure(request: PageRequest, course: _Course, told: Told) -> Figure:
    days = _days(course)
    drawn = {side: _laid(course, days, side) for side in _SIDES}
    limit = course.limit_in_sight
    return draw_around(
        days=days,
        actual=Line(say("Actual"), "", drawn["actual"]),
        expected=Line(say("Expected"), "", drawn["expected"]),
        band=Band(say("Usual"), drawn["lower"], drawn["upper"]),
        marked=Marked(
            str(told.row["first_day"]), str(told.row["last_day"]), say("Stands out"), course.by
        ),
        level=None if limit is None else (limit / course.divisor, _limit_name(course)),
        theme=request.theme,
        unit=course.unit,
    )


def _days(course: _Course) -> list[str]:
    """Give every day from the first to the last, so that one without figures is a gap."""
    if course.by == "month":
        return [f"{row['month']}-01" for row in course.rows]
    first, last = (date.fromisoformat(str(course.rows[at]["day"])) for at in (0, -1))
    return [str(first + timedelta(at)) for at in range((last - first).days + 1)]


def _laid(course: _Course, days: Sequence[str], side: str) -> list[float | None]:
    suffix = "-01" if course.by == "month" else ""
    found = {
        f"{row[course.by]}{suffix}": value / course.divisor
        for row, value in zip(course.rows, course.side(side), strict=True)
        if value is not None
    }
    return [found.get(day) for day in days]
