"""How spend went month by month: its course, its growth, its services and its season."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.cards import chart_card, nothing_card
from portal.figures.bars import draw_stacked_bars
from portal.figures.changes import draw_change_bars
from portal.figures.lines import Line, draw_lines
from portal.formats import (
    decimal,
    figure_short,
    money,
    money_scale,
    month_name,
    months_range,
    percent,
    percent_figure,
    signed_percent,
)
from portal.pages.axes import peaks_of, scaled, unit_of
from portal.pages.evidence import currency_of, downloads_of, figure, table_of
from portal.pages.frame import whose_services
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.series import (
    by_month,
    column,
    largest,
    last,
    months_of,
    number,
    present,
    rows_where,
)
from portal.service_types import type_name, type_word
from portal.texts import say, say_number, say_parts
from warehouse.months import shifted
from warehouse.question import Answer, Period

_MONTHS_BACK = 24
_MONTHS_OF_SERVICES = 12
_STEP = 0.2
"""What the axis of the seasonality index is rounded to."""


def history(request: PageRequest, months: int = _MONTHS_BACK) -> Period:
    """Give the months a course is drawn over: those of the address, else the latest two years."""
    if request.filters.start or request.filters.end:
        return request.filters.period
    build = request.build
    return Period(max(build.data_from, shifted(build.data_to, 1 - months)), build.data_to)


def draw_course(request: PageRequest) -> Component:
    """Draw monthly spend and its rolling mean, the hero of the page."""
    span = 8 if request.sees_many else 12
    answer = request.ask("actual_spend", "rolling_3m_spend", by=("month",), period=history(request))
    months = months_of(answer)
    spends, means = column(answer.rows, "actual_spend"), column(answer.rows, "rolling_3m_spend")
    if not present(spends):
        return _nothing(answer, "actual_spend", say("Spend by month"), span)
    divisor, _ = money_scale(spends)
    lines = [_line(say("Spend"), scaled(spends, divisor))]
    if present(means):
        lines.append(_line(say("Mean of three months"), scaled(means, divisor), say("Mean")))
    headline = _course_headline(answer, months)
    unit = unit_of(answer, spends)
    return chart_card(
        headline=headline,
        subtitle=say(
            "Monthly spend and the mean of three months, {whose}, {span}, {unit}. Measured months "
            "only",
            whose=whose_services(request), span=months_range(months[0], months[-1]), unit=unit,
        ),
        figure=draw_lines(
            months=months, lines=lines, peaks=peaks_of(request, months), theme=request.theme
        ),
        sentence=say(
            "{headline}. Spend was {first} in {from_month} and {last} in {to_month}.",
            headline=headline,
            first=money(spends[0], currency_of(answer)), from_month=month_name(months[0]),
            last=money(spends[-1], currency_of(answer)), to_month=month_name(months[-1]),
        ),
        table=table_of(answer, say("Spend by month, and its mean of three months")),
        downloads=downloads_of(request, answer, say("spend by month")),
        notes=answer.notes,
        span=span,
        tall=True,
    )  # fmt: skip


def draw_growth(request: PageRequest) -> Component:
    """Draw growth on the month before as signed bars around zero."""
    answer = request.ask("mom_growth", "mom_change", by=("month",), period=history(request))
    months, changes = months_of(answer), column(answer.rows, "mom_growth")
    known = present(changes)
    if len(known) < 2:
        why = say("It takes three months of records to compare growth; there are not three yet.")
        return nothing_card(say("Growth on the month before"), why, 6)
    rises = sum(change > 0 for change in known)
    headline = say_number(
        rises,
        "Spend rose in {number} of {of} months",
        "Spend rose in {number} of {of} months",
        of=len(known),
    )
    top = largest(answer.rows, "mom_growth", 1)[0]
    said = say(
        "{headline}; the steepest was {month}, {growth}.",
        headline=headline,
        month=month_name(str(top["month"])),
        growth=signed_percent(number(top["mom_growth"])),
    )
    return chart_card(
        headline=headline,
        subtitle=say("Growth of spend on the month before, {whose}, %; not an amount",
                     whose=whose_services(request)),
        figure=draw_change_bars(
            months=months, changes=changes, name=say("Growth"), theme=request.theme,
            peaks=peaks_of(request, months),
        ),
        sentence=said,
        table=table_of(answer, say("Growth on the month before")),
        downloads=downloads_of(request, answer, say("growth by month")),
        notes=answer.notes,
        span=6,
    )  # fmt: skip


def draw_services(request: PageRequest) -> Component:
    """Draw what the months are made of, by service, with the shares of the last."""
    answer = request.ask("actual_spend", "service_share", by=("month", "service_type"),
                         period=history(request, _MONTHS_OF_SERVICES))  # fmt: skip
    months = months_of(answer)[-_MONTHS_OF_SERVICES:]
    spends = column(answer.rows, "actual_spend")
    if not present(spends):
        return _nothing(answer, "actual_spend", say("Services over time"), 6)
    ranked = largest(rows_where(answer.rows, "month", months[-1]), "service_share")
    names = [str(row["service_type"]) for row in ranked]
    names += sorted({str(row["service_type"]) for row in answer.rows} - set(names))
    totals = [
        sum(present(column(rows_where(answer.rows, "month", month), "actual_spend")))
        for month in months
    ]
    divisor, word = money_scale(totals)
    shares = {str(row["service_type"]): number(row["service_share"]) for row in ranked}
    parts = []
    for name in names[:4]:
        own = by_month(rows_where(answer.rows, "service_type", name), months, "actual_spend")
        share = shares.get(name)
        said = type_word(name)
        label = said if share is None else f"{said} {percent_figure(share, 0)} %"
        parts.append((type_name(name), label, scaled(own, divisor)))
    if not ranked:
        return _nothing(answer, "service_share", say("Services over time"), 6)
    top = ranked[0]
    share = figure(answer, "service_share", percent(number(top["service_share"])), top)
    headline = say_parts("{service} is {share} of spend in {month}",
                         service=type_name(names[0]), share=share,
                   month=month_name(months[-1]))  # fmt: skip
    unit = f"{unit_of(answer, []).strip()} {word}".strip()
    described = ", ".join(f"{type_name(name)} {percent(share)}" for name, share in shares.items())
    return chart_card(
        headline=headline,
        subtitle=say("Spend by service and month, {whose}, {unit}; shares of the last month",
                     whose=whose_services(request), unit=unit),
        figure=draw_stacked_bars(
            columns=months, parts=parts, theme=request.theme, unit=unit, monthly=True
        ),
        sentence=say("Stacked bars of spend by service, {span}. Shares in {month}: {described}.",
                     span=months_range(months[0], months[-1]), month=month_name(months[-1]),
                     described=described),
        table=table_of(answer, say("Spend by month and service")),
        downloads=downloads_of(request, answer, say("spend by month and service")),
        notes=answer.notes,
        span=6,
    )  # fmt: skip


def draw_season(request: PageRequest) -> Component:
    """Draw each month against the half-year that ends with it, with the limit across."""
    answer = request.ask("seasonality_index", by=("month",), period=history(request))
    months, values = months_of(answer), column(answer.rows, "seasonality_index")
    known = present(values)
    if len(known) < 3:
        why = say("It takes three months of records to see a season; there are not three yet.")
        return nothing_card(say("Season"), why, 8)
    limit = limits_in_force(request, months[-1])["high_season_index"]
    high = [month_name(str(row["month"])) for row in answer.rows
            if (number(row["seasonality_index"]) or 0) > limit]  # fmt: skip
    headline = _season_headline(request, answer, high)
    return chart_card(
        headline=headline,
        subtitle=say("Month against the mean of the six months that end with it, {whose}, {span}; "
                     "1 is an ordinary month. The axis does not start at zero",
                     whose=whose_services(request), span=months_range(months[0], months[-1])),
        figure=draw_lines(
            months=months,
            lines=[_line(say("Index"), values)],
            peaks=peaks_of(request, months),
            theme=request.theme,
            bounds=_bounds([*known, limit]),
            reference=(limit, say("Limit {limit}", limit=f"{limit:g}")),
        ),
        sentence=say("{headline}. The limit for high pressure is {limit}.", headline=headline,
                     limit=f"{limit:g}"),
        table=table_of(answer, say("Seasonality index by month")),
        downloads=downloads_of(request, answer, say("seasonality by month")),
        notes=answer.notes,
        span=8,
    )  # fmt: skip


def _line(name: str, values: list[float | None], short: str = "") -> Line:
    return Line(name, f"{short or name} {figure_short(last(values))}", values)


def _nothing(answer: Answer, measure: str, headline: str, span: int) -> Component:
    why = answer.reasons.get(measure, say("nothing was reported in this period"))
    return nothing_card(headline, say("Not available: {why}.", why=why), span)


def _course_headline(answer: Answer, months: list[str]) -> str:
    """Say where the rolling mean ended, against its own highest and lowest."""
    known = [row for row in answer.rows if row["rolling_3m_spend"] is not None]
    if len(known) < 2:
        return say_number(len(months), "{number} month of spend is recorded",
                          "{number} months of spend are recorded")  # fmt: skip
    ordered = largest(known, "rolling_3m_spend")
    if ordered[0] is known[-1]:
        return say("The mean of three months has never been higher in this period")
    if ordered[-1] is known[-1]:
        return say("The mean of three months has never been lower in this period")
    return say("The mean of three months was highest in {month}",
               month=month_name(str(ordered[0]["month"])))  # fmt: skip


def _season_headline(request: PageRequest, answer: Answer, high: list[str]) -> str:
    """Name the months under pressure; of several MDAs only their sum is judged here."""
    if not high:
        top = largest(answer.rows, "seasonality_index", 1)[0]
        nearest = {
            "month": month_name(str(top["month"])),
            "index": decimal(number(top["seasonality_index"]), 2),
        }
        if request.sees_many:
            return say("Taken together, no month is under high pressure; {month} comes nearest, "
                       "at {index}", **nearest)  # fmt: skip
        return say("No month is under high pressure; {month} comes nearest, at {index}",
                   **nearest)  # fmt: skip
    if len(high) > 3:
        return say_number(len(high), "{number} month is under high pressure",
                          "{number} months are under high pressure")  # fmt: skip
    return say("High pressure in {months}", months=", ".join(high))


def _bounds(values: list[float]) -> tuple[float, float]:
    """Choose where the axis of an index starts and ends, rounded outwards."""
    low = (min(values) - 0.05) // _STEP * _STEP
    high = ((max(values) + 0.05) // _STEP + 1) * _STEP
    return max(0.0, round(low, 2)), round(high, 2)
