"""What makes spend grow: MDAs or services ranked, jumps, and what is out of the ordinary."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.tables import ROW, Column, data_table
from portal.formats import (
    count,
    money_exact,
    month_name,
    percent,
    signed_money,
    signed_percent,
)
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    in_several_currencies,
    not_ranked,
    row_key,
)
from portal.pages.frame import drill_to, whose
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, largest, number
from portal.texts import say, say_number
from warehouse.months import shifted
from warehouse.question import Answer, Value

_PATH = "/finops/trends"
_MOST_DRIVERS = 8
_MOST_JUMPS = 10
_MOST_ROWS = 15


def ranks_by(request: PageRequest) -> str | None:
    """Give what is ranked: MDAs, or the services of one; None where one service is left."""
    if request.sees_many:
        return "agency"
    return None if len(request.filters.service) == 1 else "service_type"


def ask_drivers(request: PageRequest) -> Answer | None:
    """Ask by how much each MDA or service moved the mean of three months."""
    dimension = ranks_by(request)
    if dimension is None:
        return None
    return request.ask(
        "three_month_change", "three_month_growth", "yoy_growth", "rolling_3m_spend",
        by=(dimension,), period=request.year_period(),
    )  # fmt: skip


def left_out(request: PageRequest) -> int:
    """Count the MDAs that the growth of three months leaves out; none where one is in view."""
    found = ask_drivers(request) if request.sees_many else None
    return 0 if found is None else len(found.rows) - len(_known(found))


def draw_drivers(request: PageRequest) -> Component:
    """Rank MDAs or services by what they add to a month, or save."""
    answer = ask_drivers(request)
    headline = say("What moves spend")
    known = [] if answer is None else _known(answer)
    if answer is None or not known:
        why = say("It takes six months of records in a row to compare three with three.")
        return nothing_card(headline, why, 4)
    if in_several_currencies(answer):
        return nothing_card(headline, not_ranked(), 4)
    dimension = answer.question.by[0]
    moved = sorted(known, key=lambda row: -abs(number(row["three_month_change"]) or 0))
    shown = largest(at_most(moved, _MOST_DRIVERS), "three_month_change")
    currency = currency_of(answer)
    items = []
    for row in shown:
        change = number(row["three_month_change"]) or 0.0
        items.append(
            Difference(
                name=dimension_text(row, dimension),
                value=change,
                figure=signed_money(change, currency),
                href=_down(request, dimension, row),
                evidence=evidence_of(answer, "three_month_change", row),
            )
        )
    return card(
        headline=_driver_headline(shown, dimension),
        subtitle=say(
            "Change of a month's spend, mean of the last three against the three before; {shown} "
            "of {all} that moved most",
            shown=len(shown), all=len(known),
        ),
        children=[differences_list(items)],
        footer=[
            *downloads_of(request, answer, say("growth of three months")),
            *footer_notes([*_left_out(dimension, len(answer.rows) - len(known)), *answer.notes]),
        ],
        span=4,
    )  # fmt: skip


def draw_growth_table(request: PageRequest) -> Component:
    """List MDAs or services, the fastest growing first, with the amounts behind."""
    answer = ask_drivers(request)
    span = 12 if request.sees_many else 7
    headline = say("Who grows fastest") if request.sees_many else say("Which service grows fastest")
    if answer is None or not answer.rows:
        return nothing_card(headline, say("Nothing was reported in this period."), span)
    dimension = answer.question.by[0]
    ranked = largest(answer.rows, "three_month_growth")
    without = [row for row in answer.rows if row["three_month_growth"] is None]
    not_compared = len(answer.rows) - len(_known(answer))
    shown = at_most([*ranked, *without], _MOST_ROWS)
    rows = [
        {
            ROW: row_key(answer, row),
            "name": html.A(dimension_text(row, dimension), href=_down(request, dimension, row)),
            "growth": signed_percent(number(row["three_month_growth"])),
            "change": money_exact(number(row["three_month_change"]), currency_of(answer, row)),
            "year": signed_percent(number(row["yoy_growth"])),
            "mean": money_exact(number(row["rolling_3m_spend"]), currency_of(answer, row)),
        }
        for row in shown
    ]
    columns = (
        Column("name", say("MDA") if dimension == "agency" else say("Service")),
        Column("growth", say("Three months"), numeric=True, figure="three_month_growth"),
        Column("change", say("Change a month"), numeric=True, is_key=False,
               figure="three_month_change"),
        Column("year", say("On last year"), numeric=True, is_key=False, figure="yoy_growth"),
        Column("mean", say("Mean month"), numeric=True, is_key=False, figure="rolling_3m_spend"),
    )  # fmt: skip
    return card(
        headline=headline,
        subtitle=say("Growth of the last three months on the three before; {shown} of {all} shown",
                     shown=len(shown), all=len(answer.rows)),
        children=[
            data_table(
                caption=headline, columns=columns, rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("growth of three months")),
            *footer_notes([*_left_out(dimension, not_compared),
                           *_from_nothing(dimension, len(without) - not_compared),
                           *answer.notes]),
        ],
        span=span,
    )  # fmt: skip


def draw_jumps(request: PageRequest) -> Component:
    """List the months of MDAs that rose by more than the limit, the largest amounts first."""
    span = 12 if request.sees_many or not ranks_by(request) else 5
    answer = request.ask("mom_change", "mom_growth", "spend_spikes", by=("agency", "month"),
                         period=request.year_period())  # fmt: skip
    limit = percent(limits_in_view(request)["spend_spike_ratio"])
    headline = say("Jumps in spend")
    jumps = answer.once("jumps", lambda: _jumps(answer.rows))
    if not jumps:
        why = say("No month rose by more than {limit} on the month before.", limit=limit)
        return nothing_card(headline, why, span)
    shown = at_most(jumps, _MOST_JUMPS)
    rows = [
        {
            ROW: row_key(answer, row),
            "name": _jump_link(request, row),
            "growth": signed_percent(number(row["mom_growth"])),
            "change": money_exact(number(row["mom_change"]), currency_of(answer, row)),
        }
        for row in shown
    ]
    columns = (
        Column("name", say("MDA and month") if request.sees_many else say("Month")),
        Column("growth", say("Growth"), numeric=True, figure="mom_growth"),
        Column("change", say("Rise"), numeric=True, figure="mom_change"),
    )
    return card(
        headline=say_number(len(jumps), "{number} month jumped", "{number} months jumped"),
        subtitle=say("Rises of more than {limit} on the month before, usual or not; what is beyond "
                     "the usual is an anomaly. Largest amount first; {shown} of {all} shown",
                     limit=limit, shown=len(shown), all=len(jumps)),
        children=[
            data_table(
                caption=headline, columns=columns, rows=rows,
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=[
            *downloads_of(request, answer, say("growth by MDA and month")),
            *footer_notes(answer.notes),
        ],
        span=span,
        anchor="jumps",
    )  # fmt: skip


def draw_signals(request: PageRequest) -> Component:
    """Count what is out of the ordinary, each with its limit."""
    answer = request.ask(
        "spend_growth_count", "fast_growth", "seasonality_high_count",
        period=request.year_period(),
    )  # fmt: skip
    limits = limits_in_view(request)
    lines = (
        (
            say("Months of services that grew fast"),
            say("up more than {limit} on the month before",
                limit=percent(limits["fast_growth_ratio"])),
            "fast_growth",
        ),
        (
            say("Months of single MDAs under high pressure") if request.sees_many
            else say("Months under high pressure"),
            say("more than {limit} times the half-year's mean",
                limit=f"{limits['high_season_index']:g}"),
            "seasonality_high_count",
        ),
        (
            say("Months compared"),
            say("with a month before"),
            "spend_growth_count",
        ),
    )  # fmt: skip
    rows = [
        {
            "name": [html.Span(name), html.Span(detail, className="cell-detail")],
            "count": figure(answer, measure, count(answer.value(measure))),
        }
        for name, detail, measure in lines
    ]
    columns = (Column("name", say("What")), Column("count", say("How often"), numeric=True))
    return card(
        headline=say("Out of the ordinary"),
        subtitle=say(
            "{whose}, the period in view; each MDA's month counts for itself",
            whose=_capital(whose(request)),
        )
        if request.sees_many
        else say("{whose}, the period in view", whose=_capital(whose(request))),
        children=[data_table(caption=say("Out of the ordinary"), columns=columns, rows=rows)],
        footer=[
            *downloads_of(request, answer, say("what is out of the ordinary")),
            *footer_notes(answer.notes),
        ],
        span=4,
    )


def _jumps(rows: Rows) -> Rows:
    return largest([row for row in rows if row["spend_spikes"]], "mom_change")


def _jump_link(request: PageRequest, row: Mapping[str, Value]) -> Component:
    """Lead down to the MDA, its half-year that ends with the jump."""
    month = str(row["month"])
    name = dimension_text(row, "agency")
    text = f"{name}, {month_name(month)}" if request.sees_many else month_name(month)
    half_year = {"start": shifted(month, -5), "end": month}
    return html.A(text, href=drill_to(_PATH, request, agency=(str(row["agency"]),), **half_year))


def _known(answer: Answer) -> Rows:
    """Give the rows that could be compared, what rose most first."""
    return largest(answer.rows, "three_month_change")


def _driver_headline(shown: Rows, dimension: str) -> str:
    top, bottom = shown[0], shown[-1]
    rise = number(top["three_month_change"]) or 0.0
    fall = number(bottom["three_month_change"]) or 0.0
    if rise <= 0 and fall >= 0:
        return say("Nothing moved")
    if rise > 0 and rise >= -fall:
        return say("{name} adds most", name=dimension_text(top, dimension))
    return say("{name} saves most", name=dimension_text(bottom, dimension))


def _down(request: PageRequest, dimension: str, row: Mapping[str, Value]) -> str:
    value = (str(row[dimension]),)
    if dimension == "agency":
        return drill_to(_PATH, request, agency=value)
    return drill_to(_PATH, request, service=value)


def _left_out(dimension: str, number_left: int) -> list[str]:
    if number_left <= 0:
        return []
    return [
        say_number(
            number_left,
            "{number} MDA is not compared: fewer than six months in a row reported.",
            "{number} MDAs are not compared: fewer than six months in a row reported.",
        )
        if dimension == "agency"
        else say_number(
            number_left,
            "{number} service is not compared: it had spend in fewer than six months in a row.",
            "{number} services are not compared: they had spend in fewer than six months in a row.",
        )
    ]


def _from_nothing(dimension: str, number_new: int) -> list[str]:
    if number_new <= 0:
        return []
    return [
        say_number(
            number_new,
            "{number} MDA has no growth: nothing was spent in the three months before.",
            "{number} MDAs have no growth: nothing was spent in the three months before.",
        )
        if dimension == "agency"
        else say_number(
            number_new,
            "{number} service has no growth: nothing was spent in the three months before.",
            "{number} services have no growth: nothing was spent in the three months before.",
        )
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
