"""The sections on waste: idle cost by service, and by MDA or month; an upper bound throughout."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.parts import words_of
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import ROW, Column, data_table
from portal.figures.bars import draw_rate_bars
from portal.formats import money_exact, money_short, month_name, percent
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    row_key,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import at_most, column, largest, months_of, number, present, ranked_once
from portal.texts import say, say_parts

_PATH = "/finops/governance"
_MOST_ROWS = 15
_LEAST_WRITTEN = 0.005
"""Less than half a cent would be listed as nothing."""


def idle_limit(request: PageRequest) -> str:
    """Write the utilisation below which cost counts as idle."""
    return f"{limits_in_view(request)['idle_utilisation_pct']:g} %"


def has_idle(request: PageRequest) -> bool:
    """Tell whether any cost in view is idle."""
    return bool(request.ask("waste_pct", "idle_cost", period=request.year_period())
                .value("idle_cost"))  # fmt: skip


def draw_no_waste(request: PageRequest) -> Component:
    """Say that nothing is idle, or why that isn't known."""
    answer = request.ask("waste_pct", "idle_cost", period=request.year_period())
    known = answer.value("idle_cost") is not None
    why = (
        say(
            "No record of {whose} was used less than {limit} in this period.",
            whose=whose(request),
            limit=idle_limit(request),
        )
        if known
        else say("Not available: {why}.", why=answer.reasons.get("idle_cost", ""))
    )
    return nothing_card(say("Idle cost"), why, 12)  # fmt: skip


def draw_waste_services(request: PageRequest) -> Component:
    """Rank services by idle cost, with what is untagged or idle in all."""
    answer = request.ask("idle_cost", "waste_pct", "actual_spend", by=("service_type",),
                         period=request.year_period())  # fmt: skip
    ranked = largest(answer.rows, "idle_cost")
    headline = say("Idle cost by service")
    if not ranked:
        why = answer.reasons.get("idle_cost", say("no records in the period"))
        return nothing_card(headline, say("Not available: {why}.", why=why), 5)
    currency = currency_of(answer)
    top = number(ranked[0]["idle_cost"]) or 0.0
    items = [
        Ranked(
            name=dimension_text(row, "service_type"),
            figure=money_short(number(row["idle_cost"]), currency),
            share=(number(row["idle_cost"]) or 0.0) / (top or 1.0),
            detail=say_parts(
                "{share} of its spend",
                share=figure(answer, "waste_pct", percent(number(row["waste_pct"])), row),
            ),
            href=drill_to(_PATH, request, service=(str(row["service_type"]),)),
            evidence=evidence_of(answer, "idle_cost", row),
        )
        for row in ranked
    ]
    return card(
        headline=say("{service} has most idle cost", service=items[0].name)
        if top and len(ranked) > 1
        else headline,
        subtitle=say("Cost of records used less than {limit}: an upper bound, with a cliff there",
                     limit=idle_limit(request)),
        children=[ranked_list(items), *_high_risk(request)],
        footer=[
            table_of(answer, headline),
            *downloads_of(request, answer, say("idle cost by service")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )  # fmt: skip


def draw_waste_agencies(request: PageRequest) -> Component:
    """List MDAs by idle cost, with what is untagged or idle beside it."""
    answer = request.ask("idle_cost", "waste_pct", "high_risk_spend", by=("agency",),
                         period=request.year_period())  # fmt: skip
    idle = ranked_once(answer, "idle_cost")
    ranked = [row for row in idle if (number(row["idle_cost"]) or 0.0) >= _LEAST_WRITTEN]
    headline = say("Idle cost by MDA")
    if not ranked:
        return nothing_card(headline, say("No MDA has idle cost in this period."), 7)
    currency = currency_of(answer)
    shown = at_most(ranked, _MOST_ROWS)
    rows = [
        {
            ROW: row_key(answer, row),
            "name": html.A(
                dimension_text(row, "agency"),
                href=drill_to(_PATH, request, agency=(str(row["agency"]),)),
            ),
            "idle": money_exact(number(row["idle_cost"]), currency),
            "share": percent(number(row["waste_pct"])),
            "risk": money_exact(number(row["high_risk_spend"]), currency),
        }
        for row in shown
    ]
    columns = (
        Column("name", say("MDA")),
        Column("idle", say("Idle, at most"), numeric=True, figure="idle_cost"),
        Column("share", say("Of its spend"), numeric=True, figure="waste_pct"),
        Column("risk", say("Untagged or idle"), numeric=True, is_key=False,
               figure="high_risk_spend"),
    )  # fmt: skip
    return card(
        headline=say("{name} has most idle cost", name=dimension_text(shown[0], "agency")),
        subtitle=say("Largest first; {shown} of {all} with idle cost shown, {none} have none",
                     shown=len(shown), all=len(ranked), none=len(idle) - len(ranked)),
        children=[
            data_table(caption=headline, columns=columns, rows=rows,
                       evidence={"data-question": question_query(answer.question)})
        ],
        footer=[
            *downloads_of(request, answer, say("idle cost by MDA")),
            *footer_notes(answer.notes),
        ],
        span=7,
    )  # fmt: skip


def draw_waste_months(request: PageRequest) -> Component:
    """Draw the idle share of one MDA's spend by month."""
    answer = request.ask("waste_pct", "idle_cost", by=("month",), period=request.year_period())
    months, shares = months_of(answer), column(answer.rows, "waste_pct")
    headline = say("Idle share by month")
    known = present(shares)
    if len(known) < 2 or not any(known):
        why = (
            say("No month has idle cost.")
            if known
            else say("Not available: {why}.", why=answer.reasons.get("waste_pct", ""))
        )
        return nothing_card(headline, why, 7)
    top = largest(answer.rows, "waste_pct", 1)[0]
    share = figure(answer, "waste_pct", percent(number(top["waste_pct"])), top)
    said = say_parts("{share} of spend was idle in {month}, the most of any month", share=share,
               month=month_name(str(top["month"])))  # fmt: skip
    return chart_card(
        headline=said,
        subtitle=say("Idle cost in relation to spend, {whose}, %; an upper bound",
                     whose=whose(request)),
        figure=draw_rate_bars(
            months=months, rates=shares, name=say("Idle share"), theme=request.theme
        ),
        sentence=say("{headline}.", headline=words_of(said)),
        table=table_of(answer, headline),
        downloads=downloads_of(request, answer, say("idle share by month")),
        notes=answer.notes,
        span=7,
    )  # fmt: skip


def _high_risk(request: PageRequest) -> list[Component]:
    """Say what is untagged or idle in all, as the sum that it is."""
    answer = request.ask("high_risk_spend", period=request.year_period())
    amount = answer.value("high_risk_spend")
    if amount is None:
        return []
    written = figure(answer, "high_risk_spend", money_short(amount, currency_of(answer)))
    return [
        html.P(
            say_parts("Untagged and idle together: {amount}, a sum in which they may overlap.",
                      amount=written),
            className="card-subtitle",
        )
    ]  # fmt: skip
