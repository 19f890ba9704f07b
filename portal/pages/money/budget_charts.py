"""Spend against budget over time, as the summary and the budget page both show it."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.cards import chart_card, nothing_card
from portal.components.parts import Text
from portal.figures.lines import Line, draw_actual_and_budget
from portal.figures.theme import Figure
from portal.formats import (
    figure_short,
    money,
    money_scale,
    money_short,
    month_name,
    percent,
)
from portal.pages.axes import peaks_of, scaled, unit_of
from portal.pages.evidence import currency_of, downloads_of, figure, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import column, last, months_of, present
from portal.received_texts import MIXED_YEARS, is_said
from portal.texts import say, say_parts
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Period


def draw_year_chart(request: PageRequest, *, span: int) -> Component:
    """Draw spend added up over the year against the budget added up to the year's end.

    Only spend that has a budget stands against it; where there is none, all spend is drawn alone.
    """
    answer = request.ask("cumulative_spend", "ytd_budgeted_spend", "cumulative_budget",
                         by=("month",), period=whole_year(request))  # fmt: skip
    title = say("Spend and budget over the year")
    if is_mixture(answer):
        why = say(
            "The fiscal years in view start in different months, so there is no one year to add "
            "up over. Choose one MDA, or calendar years."
        )
        return nothing_card(title, why, span)
    months = months_of(answer)
    spends, budgets = _set_against(answer), column(answer.rows, "cumulative_budget")
    if last(spends) is None:
        return nothing_card(title, untold(request, answer), span)
    return chart_card(
        headline=_headline(ask_year(request)),
        subtitle=say(
            "Spend that has a budget and the budget, added up over the year, {whose}, {unit}",
            whose=whose(request), unit=unit_of(answer, spends, budgets),
        ),
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=_sentence(answer, months, last(spends), last(budgets)),
        table=table_of(answer, say("Spend and budget added up, by month")),
        downloads=downloads_of(request, answer, say("spend and budget added up")),
        notes=answer.notes,
        span=span,
        tall=True,
    )  # fmt: skip


def draw_spend_and_budget(
    request: PageRequest,
    answer: Answer,
    spends: list[float | None],
    budgets: list[float | None],
) -> Figure:
    """Draw an answer's months of spend and budget in the scale that suits them."""
    months = months_of(answer)
    divisor, _ = money_scale([*spends, *budgets])
    spent, granted = scaled(spends, divisor), scaled(budgets, divisor)
    spent_at_end = say("Spend {amount}", amount=figure_short(last(spent)))
    granted_at_end = say("Budget {amount}", amount=figure_short(last(granted)))
    return draw_actual_and_budget(
        months=months,
        actual=Line(say("Spend"), spent_at_end, spent),
        budget=Line(say("Budget"), granted_at_end, granted) if present(granted) else None,
        peaks=peaks_of(request, months),
        theme=request.theme,
        unit=unit_of(answer, spends, budgets),
    )


def _set_against(answer: Answer) -> list[float | None]:
    """Give the spend to draw: what has a budget, up to the last month with any spend."""
    name = "ytd_budgeted_spend"
    if not present(column(answer.rows, name)):
        name = "cumulative_spend"
    reported = column(answer.rows, "cumulative_spend")
    return [
        amount if known is not None else None
        for amount, known in zip(column(answer.rows, name), reported, strict=True)
    ]


def budgeted_or_all(answer: Answer) -> list[float | None]:
    """Give the months' spend that has a budget; all spend where no month has one."""
    budgeted = column(answer.rows, "budgeted_spend")
    return budgeted if present(budgeted) else column(answer.rows, "actual_spend")


def ask_spend(request: PageRequest, now: Answer) -> Answer:
    """Give the year's spend under every filter: it is split by service, budgets are not."""
    wanted = {dimension for dimension, _ in request.filters.to_where()}
    if wanted <= set(REGISTRY["ytd_budget"].dimensions):
        return now
    return request.ask("ytd_spend", period=request.year_period())


def is_mixture(answer: Answer) -> bool:
    """Tell whether fiscal years that start in different months stand in one answer."""
    return any(is_said(note, MIXED_YEARS) for note in answer.notes)


def whole_year(request: PageRequest) -> Period:
    """Stretch the period in view to the end of its calendar year, where the budget ends."""
    period = request.year_period()
    if request.filters.end or request.filters.year == "fiscal" or not period.end:
        return period
    return Period(period.start, f"{period.end[:4]}-12")


def ask_year(request: PageRequest) -> Answer:
    """Ask for the year so far: spend, budget, the one against the other, and what is left."""
    return request.ask(
        "ytd_spend", "ytd_budget", "ytd_budget_variance", "ytd_budget_variance_pct",
        "ytd_budgeted_spend", "ytd_unbudgeted_spend", "budget_used_pct", "budget_left",
        "burn_index", period=request.year_period(),
    )  # fmt: skip


def untold(request: PageRequest, answer: Answer) -> str:
    """Say why an answer's first measure is not available, in the measure's own words."""
    why = answer.reasons.get(answer.question.measures[0], say("nothing was reported"))
    if is_in_several(request, answer):
        return say(
            "Spend of {whose} can't be told: {why}. Choose one MDA, or US dollars.",
            whose=whose(request), why=why,
        )  # fmt: skip
    return say("Spend of {whose} can't be told: {why}.", whose=whose(request), why=why)


def is_in_several(request: PageRequest, answer: Answer) -> bool:
    """Tell whether money has no total here because MDAs keep it in currencies of their own."""
    return request.filters.currency == "own" and not currency_of(answer)


def spend_note(now: Answer) -> list[Text]:
    """Say how much of the year's spend has no budget, or why there is no spend."""
    if now.value("ytd_spend") is None:
        return [now.reasons.get("ytd_spend", "")]
    without = now.value("ytd_unbudgeted_spend") or 0.0
    if now.value("ytd_budgeted_spend") is None or without < 1:
        return []
    written = figure(now, "ytd_unbudgeted_spend", money_short(without, currency_of(now)))
    return say_parts("{amount} of it without a budget", amount=written)


def _headline(now: Answer) -> list[Text]:
    """Compare like with like: only spend that has a budget uses a budget up."""
    used = now.value("budget_used_pct")
    if used is None:
        return [say("No budget is recorded to set spend against")]
    share = figure(now, "budget_used_pct", percent(used))
    if used > 1:
        return say_parts("The year's budget is used up: {share} of it is spent", share=share)
    return say_parts("{share} of the year's budget is spent", share=share)


def _sentence(answer: Answer, months: list[str], spent: float | None, granted: float | None) -> str:
    currency = currency_of(answer)
    if granted is None:
        return say(
            "Spend added up to {spent} by {month}; no budget is recorded beside it.",
            spent=money(spent, currency), month=month_name(_last_month(answer)),
        )  # fmt: skip
    return say(
        "Spend added up to {spent} by {month}; the budget adds up to {granted} by {end}.",
        spent=money(spent, currency), month=month_name(_last_month(answer)),
        granted=money(granted, currency), end=month_name(months[-1]),
    )  # fmt: skip


def _last_month(answer: Answer) -> str:
    """Give the last month with spend: the budget goes on to the year's end."""
    return next(
        str(row["month"]) for row in reversed(answer.rows) if row["cumulative_spend"] is not None
    )
