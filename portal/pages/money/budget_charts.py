"""Spend against budget over time, as the summary and the budget page both show it."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.cards import card, chart_card
from portal.components.states import empty_state
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
from portal.pages.evidence import currency_of, downloads_of, table_of
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pages.series import column, last, months_of, present
from warehouse.question import Answer, Period


def draw_year_chart(request: PageRequest, *, span: int) -> Component:
    """Draw spend added up over the year against the budget added up to the year's end."""
    answer = request.ask("cumulative_spend", "cumulative_budget", by=("month",),
                         period=whole_year(request))  # fmt: skip
    months = months_of(answer)
    spends = column(answer.rows, "cumulative_spend")
    budgets = column(answer.rows, "cumulative_budget")
    spent, granted = last(spends), last(budgets)
    if spent is None:
        why = answer.reasons.get("cumulative_spend", "No spend was reported in this period.")
        return card(
            headline="Spend and budget over the year",
            children=[empty_state(title="Nothing to show", why=why)],
            span=span,
        )
    currency = currency_of(answer)
    headline = _headline(request, granted, months[-1])
    ends = (
        ""
        if granted is None
        else (f", the budget adds up to {money(granted, currency)} by {month_name(months[-1])}")
    )
    return chart_card(
        headline=headline,
        subtitle=f"Spend and budget added up over the year, {whose(request)}, "
        f"{unit_of(answer, spends, budgets)}",
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=f"{headline}: spend rose to {money(spent, currency)}{ends}.",
        table=table_of(answer, "Spend and budget added up, by month"),
        downloads=downloads_of(request, answer, "spend and budget added up"),
        notes=answer.notes,
        span=span,
        tall=True,
    )


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
    return draw_actual_and_budget(
        months=months,
        actual=Line("Spend", f"Spend {figure_short(last(spent))}", spent),
        budget=(
            Line("Budget", f"Budget {figure_short(last(granted))}", granted)
            if present(granted)
            else None
        ),
        peaks=peaks_of(request, months),
        theme=request.theme,
        unit=unit_of(answer, spends, budgets),
    )


def whole_year(request: PageRequest) -> Period:
    """Stretch the period in view to the end of its calendar year, where the budget ends."""
    period = request.year_period()
    if request.filters.end or request.filters.year == "fiscal" or not period.end:
        return period
    return Period(period.start, f"{period.end[:4]}-12")


def ask_year(request: PageRequest) -> Answer:
    """Ask for the year so far: spend, budget, and the one against the other."""
    return request.ask(
        "ytd_spend", "ytd_budget", "ytd_budget_variance", "ytd_budget_variance_pct",
        "ytd_budgeted_spend", "ytd_unbudgeted_spend", period=request.year_period(),
    )  # fmt: skip


def spend_note(now: Answer) -> str:
    """Say how much of the year's spend has no budget, or why there is no spend."""
    if now.value("ytd_spend") is None:
        return now.reasons.get("ytd_spend", "")
    without = now.value("ytd_unbudgeted_spend") or 0.0
    if now.value("ytd_budgeted_spend") is None:
        return ""
    return (
        f"{money_short(without, currency_of(now))} of it without a budget" if without >= 1 else ""
    )


def _headline(request: PageRequest, granted: float | None, until: str) -> str:
    """Compare like with like: only spend that has a budget uses a budget up."""
    spent = ask_year(request).value("ytd_budgeted_spend")
    if not granted or spent is None:
        return "No budget is recorded to set spend against"
    whole = request.filters.year == "calendar" and until.endswith("-12")
    budgeted = "the year's budget" if whole else f"the budget to {month_name(until)}"
    if whole and spent > granted:
        return "The year's budget is used up"
    return f"{percent(spent / granted)} of {budgeted} is spent"
