"""The sections of the view of bills: days, services, clouds, categories, accounts, weekdays."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.components.tables import view_as_table
from portal.figures.bars import draw_stacked_bars
from portal.figures.lines import Line, draw_days
from portal.formats import day_name, money, money_scale, money_short
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import (
    answer_table,
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.explore.line_question import lines_address
from portal.pages.frame import drill_to, whose
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, months_of, number, present, span_of
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer, Value

_PATH = "/explore"
_MOST_LINES = 4
_TOP = 10
_NAMES = {
    "service": later("services"),
    "account": later("accounts"),
    "service_category": later("categories"),
}


def draw_days_section(request: PageRequest) -> Component:
    """Draw what is consumed day by day, a line a cloud: the hero of the view."""
    answer = request.ask("effective_cost", by=("day", "provider"), period=request.year_period())
    days = list(dict.fromkeys(str(row["day"]) for row in answer.rows))
    values = column(answer.rows, "effective_cost")
    if len(days) < 2 or not present(values):
        why = say("It takes bills of two days to draw a course; there are not two here.")
        return nothing_card(say("Consumed day by day"), why, 12)
    divisor, _ = money_scale(values)
    clouds = _clouds(answer)[:_MOST_LINES]
    lines = [
        Line(name, name, scaled(_on_days(answer, days, name), divisor)) for name in clouds
    ]  # fmt: skip
    top = largest(answer.rows, "effective_cost", 1)[0]
    day, cloud = day_name(str(top["day"])), str(top["provider"])
    amount = money(number(top["effective_cost"]), currency_of(answer))
    return chart_card(
        headline=say_parts(
            "The dearest day was {day}: {amount} with {cloud}",
            day=day,
            amount=figure(answer, "effective_cost", amount, top),
            cloud=cloud,
        ),
        subtitle=say(
            "Consumed a day, a line a cloud, {whose}, {span}, {unit}",
            whose=whose(request),
            span=span_of(request),
            unit=unit_of(answer, values),
        ),
        figure=draw_days(days=days, lines=lines, theme=request.theme, unit=unit_of(answer, values)),
        sentence=say(
            "The dearest of {number} days was {day}: {amount} with {cloud}.",
            number=len(days),
            day=day,
            amount=amount,
            cloud=cloud,
        ),
        table=table_of(answer, say("Consumed by day and cloud")),
        downloads=downloads_of(request, answer, say("cost by day and cloud")),
        notes=answer.notes,
        span=12,
    )


def draw_services(request: PageRequest) -> Component:
    """Rank the ten services that are consumed most."""
    return _ranking(request, "service", say("Services that cost most"), 6)


def draw_categories(request: PageRequest) -> Component:
    """Rank what the services are for."""
    return _ranking(request, "service_category", say("What it is spent on"), 5)


def draw_accounts(request: PageRequest) -> Component:
    """Rank the accounts that consume most."""
    return _ranking(request, "account", say("Accounts that cost most"), 6)


def draw_providers(request: PageRequest) -> Component:
    """Compare the clouds: what each is invoiced and consumed, month by month."""
    answer = request.ask("effective_cost", by=("month", "provider"), period=request.year_period())
    months, clouds = months_of(answer), _clouds(answer)
    values = column(answer.rows, "effective_cost")
    if not clouds:
        return nothing_card(say("Clouds side by side"), say("No bills in this period."), 7)
    sums = request.ask(
        "billed_cost", "effective_cost", "list_cost", "effective_savings_rate",
        "commitment_coverage", "charge_line_count", by=("provider",), period=request.year_period(),
    )  # fmt: skip
    ranked = largest(sums.rows, "effective_cost", 1)
    if not ranked:
        why = next(iter(sums.reasons.values()), say("No bills in this period."))
        return nothing_card(say("Clouds side by side"), why, 7)
    first = ranked[0]
    amount = money(number(first["effective_cost"]), currency_of(sums))
    said = (
        say("All of it is with {cloud}", cloud=clouds[0])
        if len(clouds) == 1
        else say("{cloud} costs most: {amount}", cloud=clouds[0], amount=amount)
    )
    headline: list[Text] = (
        [said]
        if len(clouds) == 1
        else say_parts(
            "{cloud} costs most: {amount}",
            cloud=clouds[0],
            amount=figure(sums, "effective_cost", amount, first),
        )
    )
    table = answer_table(sums, say("Clouds side by side"))
    footer = [
        *downloads_of(request, sums, say("clouds side by side")),
        *footer_notes(sums.notes),
    ]
    if len(months) < 2:
        return card(headline=headline, children=[table], footer=footer, span=7)
    divisor, _ = money_scale(values)
    unit = unit_of(answer, values)
    return chart_card(
        headline=headline,
        subtitle=say("Consumed a month by cloud, {whose}, {unit}", whose=whose(request), unit=unit),
        figure=draw_stacked_bars(
            columns=months,
            parts=[
                (name, name, scaled(_in_months(answer, months, name), divisor))
                for name in clouds[:_MOST_LINES]
            ],
            theme=request.theme,
            unit=unit,
            monthly=True,
        ),
        sentence=say("{headline}.", headline=said),
        table=view_as_table(table=table, row_count=len(sums.rows)),
        downloads=footer,
        span=7,
    )


def draw_weekdays(request: PageRequest) -> Component:
    """Rank nothing: show the days of the week in their order, weekends marked."""
    answer = request.ask("average_daily_cost", by=("weekday",), period=request.year_period())
    known = [row for row in answer.rows if row["average_daily_cost"] is not None]
    if len(known) < 2:
        why = answer.reasons.get("average_daily_cost", say("No bills in this period."))
        return nothing_card(say("Days of the week"), why, 5)
    most = max(abs(float(row["average_daily_cost"] or 0)) for row in known)
    items = [
        Ranked(
            name=dimension_text(row, "weekday"),
            figure=money_short(number(row["average_daily_cost"]), currency_of(answer)),
            share=abs(float(row["average_daily_cost"] or 0)) / most if most else 0.0,
            accent=int(row["weekday"] or 0) >= 6,
            detail=say("weekend") if int(row["weekday"] or 0) >= 6 else "",
            evidence=evidence_of(answer, "average_daily_cost", row),
        )
        for row in known
    ]
    dearest = largest(answer.rows, "average_daily_cost", 1)[0]
    return card(
        headline=say("{day} is the dearest day of the week",
                     day=dimension_text(dearest, "weekday")),
        subtitle=say("Mean of a day, {whose}, {span}", whose=whose(request),
                     span=span_of(request)),
        children=[ranked_list(items, numbered=False)],
        footer=[
            *downloads_of(request, answer, say("cost by day of the week")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )  # fmt: skip


def draw_charge_categories(request: PageRequest) -> Component:
    """Write out usage, purchases, credits and taxes apart: none is dropped, none is hidden."""
    answer = request.ask(
        "billed_cost", "effective_cost", "charge_line_count", by=("category",),
        period=request.year_period(),
    )  # fmt: skip
    if not answer.rows:
        return nothing_card(say("Kinds of charge"), say("No bills in this period."), 7)
    return card(
        headline=say("Kinds of charge"),
        subtitle=say("Credits, refunds and taxes are part of what is invoiced; {whose}",
                     whose=whose(request)),
        children=[answer_table(answer, say("Kinds of charge"))],
        footer=[
            *downloads_of(request, answer, say("cost by kind of charge")),
            *footer_notes(answer.notes),
        ],
        span=7,
    )  # fmt: skip


def _ranking(request: PageRequest, dimension: str, title: str, span: int) -> Component:
    """Rank the values of one dimension by what is consumed; each narrows the view to itself."""
    answer = request.ask(
        "effective_cost", "billed_cost", by=(dimension,), period=request.year_period()
    )
    ranked = largest(answer.rows, "effective_cost")
    if not ranked:
        return nothing_card(title, say("No bills in this period."), span)
    if len(ranked) == 1:
        only = say("All of it is {name}.", name=dimension_text(ranked[0], dimension))
        return nothing_card(title, only, span)
    shown = ranked[:_TOP]
    most = float(shown[0]["effective_cost"] or 0)
    items = [
        Ranked(
            name=dimension_text(row, dimension),
            figure=money_short(number(row["effective_cost"]), currency_of(answer)),
            share=max(0.0, float(row["effective_cost"] or 0)) / most if most > 0 else 0.0,
            detail=_detail(answer, dimension, row),
            href=_narrowed(request, dimension, row[dimension]),
            evidence=evidence_of(answer, "effective_cost", row),
        )
        for row in shown
    ]
    return card(
        headline=title,
        subtitle=say(
            "Consumed, {whose}, {span}; {shown} of {all} {what}",
            whose=whose(request), span=span_of(request), shown=len(shown),
            all=len(ranked), what=say_known(_NAMES[dimension]),
        ),
        children=[ranked_list(items)],
        footer=[
            html.A(
                say("Lines"),
                href=lines_address(request),
                **{"aria-label": say("Lines behind: {what}", what=title)},
            ),
            *downloads_of(request, answer, title),
            *footer_notes(answer.notes),
        ],
        span=span,
    )  # fmt: skip


def _detail(answer: Answer, dimension: str, row: Mapping[str, Value]) -> list[Text]:
    """Say what is invoiced for it; of an account also its number, as names repeat."""
    amount = figure(
        answer,
        "billed_cost",
        money_short(number(row["billed_cost"]), currency_of(answer)),
        row,
    )
    if dimension == "account":
        return say_parts("{account}, {amount} invoiced", account=str(row[dimension]), amount=amount)
    return say_parts("{amount} invoiced", amount=amount)


def _narrowed(request: PageRequest, dimension: str, value: Value) -> str:
    others = tuple(pair for pair in request.filters.where if pair[0] != dimension)
    where = (*others, (dimension, (str(value),)))
    return drill_to(_PATH, request, where=where, view="bills")


def _clouds(answer: Answer) -> list[str]:
    """Name the clouds of an answer, the dearest first."""
    sums: dict[str, float] = {}
    for row in answer.rows:
        name = str(row["provider"])
        sums[name] = sums.get(name, 0.0) + float(row["effective_cost"] or 0)
    return sorted(sums, key=lambda name: -sums[name])


def _on_days(answer: Answer, days: list[str], cloud: str) -> list[float | None]:
    return _lined_up(answer, "day", days, cloud)


def _in_months(answer: Answer, months: list[str], cloud: str) -> list[float | None]:
    return _lined_up(answer, "month", months, cloud)


def _lined_up(answer: Answer, key: str, places: list[str], cloud: str) -> list[float | None]:
    found = {
        str(row[key]): number(row["effective_cost"])
        for row in answer.rows
        if row["provider"] == cloud
    }
    return [found.get(place) for place in places]
