"""The sections of the executive summary that speak of money."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.figures.bars import draw_stacked_bars
from portal.formats import (
    money,
    money_scale,
    money_short,
    month_name,
    percent,
    percent_figure,
)
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import (
    currency_of,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import whose
from portal.pages.money.budget_charts import budgeted_or_all, draw_spend_and_budget, draw_year_chart
from portal.pages.money.provider_asks import part_years
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, months_of, number, present, rows_where, span_of
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer, Period


def draw_year(request: PageRequest) -> Component:
    """Draw spend added up against the budget added up, over the whole year."""
    return draw_year_chart(request, span=7)


def draw_providers(request: PageRequest, span: int = 4) -> Component:
    """Draw spend by provider and year."""
    answer = request.ask("provider_spend", "provider_share", by=("year", "provider"),
                         period=Period())  # fmt: skip
    if not answer.rows:
        return nothing_card(say("Spend by provider"), say("No provider spend was handed in."), span)
    years = sorted({str(row["year"]) for row in answer.rows})
    latest = [row for row in answer.rows if str(row["year"]) == years[-1]]
    ranked = largest(latest, "provider_spend")
    if not ranked:
        reason = answer.reasons.get("provider_spend", say("no provider spend was handed in"))
        why = say("Not available: {reason}.", reason=reason)
        return nothing_card(say("Spend by provider"), why, span)
    names = [str(row["provider"]) for row in ranked]
    top = ranked[0]
    spends = column(answer.rows, "provider_spend")
    divisor, _ = money_scale(spends)
    unit = unit_of(answer, spends)
    parts = []
    for row in ranked:
        found = {
            str(one["year"]): number(one["provider_spend"])
            for one in rows_where(answer.rows, "provider", row["provider"])
        }
        label = f"{row['provider']} {percent_figure(number(row['provider_share']) or 0, 0)} %"
        amounts = [found.get(year) for year in years]
        parts.append((str(row["provider"]), label, scaled(amounts, divisor)))
    share = figure(answer, "provider_share", percent(number(top["provider_share"])), top)
    described = ", ".join(f"{name} {percent(number(row['provider_share']))}"
                          for name, row in zip(names, ranked, strict=True))  # fmt: skip
    return chart_card(
        headline=say_parts(
            "{provider} has {share} of provider spend", provider=str(top["provider"]), share=share
        ),
        subtitle=say(
            "Spend by provider and year, {whose}, {unit}; shares of {year}",
            whose=whose(request),
            unit=unit,
            year=years[-1],
        ),
        figure=draw_stacked_bars(columns=years, parts=parts, theme=request.theme, unit=unit),
        sentence=say(
            "Stacked bars of spend by provider, {first} to {last}. Shares in {last}: {shares}.",
            first=years[0],
            last=years[-1],
            shares=described,
        ),
        table=table_of(answer, say("Spend by provider and year")),
        downloads=downloads_of(request, answer, say("spend by provider")),
        notes=(
            say("Yearly records, handed in apart from usage: the two need not add up alike"),
            *part_years(request, years),
            *answer.notes,
        ),
        span=span,
        anchor="providers",
    )


def draw_opportunities(request: PageRequest, span: int = 4) -> Component:
    """Show untagged, idle and high-risk spend, each its own amount."""
    period = request.year_period()
    answer = request.ask(
        "untagged_cost", "untagged_share", "idle_cost", "waste_pct", "high_risk_spend",
        "actual_spend", period=period,
    )  # fmt: skip
    currency = currency_of(answer)
    items = (
        (say("Untagged spend"), "untagged_cost", _of_spend(answer)),
        (say("Idle resources"), "idle_cost", _at_most(answer)),
        (say("Untagged or idle"), "high_risk_spend", [say("a sum: the two may overlap")]),
    )
    top = max(present(answer.value(name) for _, name, _ in items), default=0.0) or 1.0
    lines = [
        Ranked(
            name=label,
            figure=money_short(answer.value(name), currency),
            share=(answer.value(name) or 0) / top,
            detail=detail,
            accent=name == "untagged_cost",
            evidence=evidence_of(answer, name),
        )
        for label, name, detail in items
    ]
    untagged = answer.value("untagged_cost")
    headline = (
        say_parts(
            "{amount} carries no tag",
            amount=figure(answer, "untagged_cost", money(untagged, currency)),
        )
        if untagged
        else say("Where spend can be found")
    )
    return card(
        headline=headline,
        subtitle=say(
            "Optimisation opportunities, {months}",
            months=span_of(request),
        ),
        children=[ranked_list(lines, numbered=False)],
        footer=[
            html.A(
                say("Governance and waste"), href=f"/finops/governance{request.filters.to_query()}"
            ),
            *downloads_of(request, answer, say("optimisation opportunities")),
            *footer_notes(answer.notes),
        ],
        span=span,
        anchor="opportunities",
    )


def draw_budget_months(request: PageRequest) -> Component:
    """Draw each month's spend against its budget, small."""
    period = request.year_period()
    answer = request.ask("actual_spend", "budgeted_spend", "budget", "budget_variance_pct",
                         by=("month",), period=period)  # fmt: skip
    months = months_of(answer)
    budgets = column(answer.rows, "budget")
    spends = budgeted_or_all(answer)
    if not present([*spends, *budgets]):
        why = say(
            "Not available: {reason}.",
            reason=answer.reasons.get("actual_spend", say("nothing was reported")),
        )
        return nothing_card(say("Months against budget"), why, 4)  # fmt: skip
    over = [row for row in answer.rows if (number(row["budget_variance_pct"]) or 0) > 0]
    compared = present(column(answer.rows, "budget_variance_pct"))
    headline = (
        say_number(
            len(compared),
            "{over} of {number} month ended above budget",
            "{over} of {number} months ended above budget",
            over=len(over),
        )
        if compared
        else say("No budget to set spend against")
    )
    currency = currency_of(answer)
    return chart_card(
        headline=headline,
        subtitle=say(
            "Spend that has a budget and the budget, a month, {whose}, {unit}",
            whose=whose(request),
            unit=unit_of(answer, spends, budgets),
        ),
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=say(
            "{headline}. Spend in {month} was {amount}.",
            headline=headline,
            month=month_name(months[-1]),
            amount=money(spends[-1], currency),
        )
        if months and spends[-1] is not None
        else headline,
        table=table_of(answer, say("Spend and budget by month")),
        downloads=downloads_of(request, answer, say("spend and budget by month")),
        notes=answer.notes,
        span=4,
    )


def _of_spend(answer: Answer) -> list[Text]:
    share = answer.value("untagged_share")
    if share is None:
        return []
    return say_parts("{share} of spend", share=figure(answer, "untagged_share", percent(share)))


def _at_most(answer: Answer) -> list[Text]:
    share = answer.value("waste_pct")
    if share is None:
        return []
    return say_parts("{share} of spend, at most", share=figure(answer, "waste_pct", percent(share)))
