"""Limits broken by month, and the breaches that MDAs recorded with their migration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import Column, data_table
from portal.figures.bars import draw_rate_bars
from portal.formats import count, month_name
from portal.pages.axes import peaks_of
from portal.pages.evidence import (
    answer_table,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import MIGRATED
from portal.pages.reliability.overview_cards import ask_now
from portal.pages.reliability.sla_services import BREACHES
from portal.pages.series import at_most, column, largest, months_of, number, present, ranked_once
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer, Value

_MOST_LINES: Final = 5
_MOVED: Final = MIGRATED[0][1][0]
"""What the answers call an MDA that migrated."""
_RECORDED: Final = ("sla_breaches_pre", "sla_breaches_post")


def draw_breach_months(request: PageRequest) -> Component:
    """Draw the SLA breach rate of each month, and say which limits were hit."""
    answer = request.ask("sla_breach_rate", *BREACHES, by=("month",), period=request.year_period())
    whole = ask_now(request)
    months = months_of(answer)
    title = say("SLA breaches by month and limit")
    if not months:
        return nothing_card(title, say("No reliability records in this period."), 6)
    downloads = downloads_of(request, answer, say("SLA breaches by month"))
    if len(months) == 1:
        return card(
            headline=_breach_headline(whole, answer),
            subtitle=say("One month is in view: {month}", month=month_name(months[0])),
            children=[answer_table(answer, title)],
            footer=downloads,
            span=6,
        )
    hit = _limits_hit(whole)
    headline = _breach_headline(whole, answer)
    return chart_card(
        headline=headline,
        subtitle=say(
            "Share of service-months beyond a limit, {whose}, %. By limit: {hit}",
            whose=whose(request),
            hit=hit,
        ),
        figure=draw_rate_bars(
            months=months,
            rates=column(answer.rows, "sla_breach_rate"),
            name=say("SLA breach rate"),
            peaks=peaks_of(request, months),
            theme=request.theme,
        ),
        sentence=say(
            "Bars of the SLA breach rate by month. {headline}. By limit hit: {hit}.",
            headline=headline,
            hit=hit,
        ),
        table=table_of(answer, title),
        downloads=downloads,
        notes=answer.notes,
        modelled=bool(answer.modelled),
        span=6,
    )


def draw_recorded_breaches(request: PageRequest) -> Component:
    """Show the breaches that MDAs recorded before and after migration, beside the modelled."""
    title = say("Breaches recorded by MDAs")
    if request.sees_many:
        parts = request.ask(*_RECORDED, by=("migrated",))
        by_move = {row["migrated"] == _MOVED: row for row in parts.rows if _is_recorded(row)}
        if True not in by_move:
            why = say("No MDA in view handed in a migration summary and has migrated.")
            return nothing_card(title, why, 6)
        return _recorded_by_agency(request, parts, by_move)
    total = request.ask(*_RECORDED, "migrated_agency_count")
    if not total.rows or not _is_recorded(total.rows[0]):
        return nothing_card(title, say("No migration summary was handed in."), 6)
    if not total.value("migrated_agency_count"):
        return _recorded_without_migration(request, total)
    return _recorded_by_one(request, total, _recorded_headline(total, total.rows[0]))


def _is_recorded(row: Mapping[str, Value]) -> bool:
    return all(row[name] is not None for name in _RECORDED)


def _recorded_figures(answer: Answer, row: Mapping[str, Value]) -> list[Component]:
    return [figure(answer, name, count(number(row[name])), row) for name in _RECORDED]


def _recorded_headline(answer: Answer, row: Mapping[str, Value]) -> list[Text]:
    before, after = _recorded_figures(answer, row)
    return say_parts(
        "{before} breaches recorded before migration, {after} after", before=before, after=after
    )


def _breach_headline(whole: Answer, monthly: Answer) -> str:
    broken = int(whole.value("sla_breaches") or 0)
    if not broken:
        return (
            say("By the model no limit would be broken")
            if whole.modelled
            else say("No limit was broken")
        )
    if whole.modelled:
        return say_number(
            broken,
            "{number} service-month would break a limit by the model",
            "{number} service-months would break a limit by the model",
        )
    worst = largest(monthly.rows, "sla_breach_rate", 2)
    rates = present([number(row["sla_breach_rate"]) for row in worst])
    if broken > 1 and len(rates) > 1 and rates[0] > rates[1]:
        return say(
            "{number} service-months broke a limit, most in {month}",
            number=count(broken),
            month=month_name(str(worst[0]["month"])),
        )
    return say_number(
        broken, "{number} service-month broke a limit", "{number} service-months broke a limit"
    )


def _limits_hit(whole: Answer) -> str:
    return say(
        "latency {latency}, errors {errors}, capacity {capacity}",
        latency=count(whole.value("latency_breach_count")),
        errors=count(whole.value("error_breach_count")),
        capacity=count(whole.value("capacity_breach_count")),
    )


def _recorded_by_agency(
    request: PageRequest, parts: Answer, by_move: Mapping[bool, Mapping[str, Value]]
) -> Component:
    answer = request.ask(*_RECORDED, by=("agency",), where=MIGRATED)
    known = ranked_once(answer, _RECORDED[1])
    ranked = at_most(known, _MOST_LINES)
    most = number(ranked[0][_RECORDED[1]]) or 1.0 if ranked else 1.0
    items = [
        Ranked(
            name=dimension_text(row, "agency"),
            figure=count(number(row[_RECORDED[1]])),
            share=(number(row[_RECORDED[1]]) or 0) / most,
            detail=say("{number} before migration", number=count(number(row[_RECORDED[0]]))),
            href=drill_to("/reliability/migration", request, agency=(str(row["agency"]),)),
            evidence=evidence_of(answer, _RECORDED[1], row),
        )
        for row in ranked
    ]
    return card(
        headline=_recorded_headline(parts, by_move[True]),
        subtitle=say(
            "As the MDAs that migrated reported them, {whose}; most after it first, {shown} of "
            "{all} shown",
            whose=whose(request),
            shown=len(items),
            all=len(known),
        ),
        children=[ranked_list(items)],
        footer=[
            *downloads_of(request, answer, say("recorded breaches by MDA")),
            table_of(answer, say("Recorded breaches by MDA")),
            *_of_those_that_stayed(parts, by_move.get(False)),
            *footer_notes(answer.notes),
        ],
        span=6,
    )


def _of_those_that_stayed(parts: Answer, row: Mapping[str, Value] | None) -> list[Component]:
    if row is None:
        return []
    before, after = _recorded_figures(parts, row)
    said = say_parts(
        "Left out: MDAs that have not migrated, whose summaries name {before} breaches as before "
        "and {after} as after.",
        before=before,
        after=after,
    )
    return [html.Span(said, className="footer-note")]


def _recorded_without_migration(request: PageRequest, total: Answer) -> Component:
    """Say what an MDA recorded that has not migrated: there is no before and after."""
    before, after = (figure(total, name, count(total.value(name))) for name in _RECORDED)
    return card(
        headline=say("No migration, so no breaches before and after"),
        subtitle=say("Breaches recorded by MDAs, {whose}", whose=whose(request)),
        children=[
            html.P(
                say_parts(
                    "The migration summary names {before} breaches as before and {after} as "
                    "after, but no migration has taken place: the two are of the same time.",
                    before=before,
                    after=after,
                ),
                className="card-body",
            )
        ],
        footer=[*downloads_of(request, total, say("recorded breaches"))],
        span=6,
    )


def _recorded_by_one(request: PageRequest, total: Answer, headline: list[Text]) -> Component:
    """Set one MDA's own two figures side by side, since a list of MDAs would have one line."""
    rows = [
        {"side": say("Before migration"),
         "number": figure(total, _RECORDED[0], count(total.value(_RECORDED[0])))},
        {"side": say("After migration"),
         "number": figure(total, _RECORDED[1], count(total.value(_RECORDED[1])))},
    ]  # fmt: skip
    title = say("Breaches recorded by MDAs")
    return card(
        headline=headline,
        subtitle=say("As reported with the migration records, {whose}", whose=whose(request)),
        children=[
            data_table(
                caption=title,
                columns=(
                    Column("side", say("Months")),
                    Column("number", say("Breaches recorded"), numeric=True),
                ),
                rows=rows,
            )
        ],
        footer=[
            *downloads_of(request, total, say("recorded breaches")),
            *footer_notes(total.notes),
        ],
        span=6,
    )
