"""The months of spend against budget: over time, by distance, and one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.states import status_word
from portal.components.tables import ROW, Column, data_table
from portal.formats import money_exact, month_name, signed_percent
from portal.pages.axes import unit_of
from portal.pages.evidence import currency_of, downloads_of, evidence_of, row_key, table_of
from portal.pages.frame import drill_to, whose
from portal.pages.limits import budget_band, limits_in_force, limits_in_view
from portal.pages.money.budget_charts import budgeted_or_all, draw_spend_and_budget, untold
from portal.pages.page import PageRequest
from portal.pages.rows_behind import rows_address
from portal.pages.series import column, largest, number, present
from portal.texts import say, say_number
from warehouse.question import Answer, Value


def draw_months(request: PageRequest) -> Component:
    """Draw each month's spend as a line and its budget as steps."""
    answer = _ask(request)
    span = 8 if request.sees_many else 7
    spends, budgets = budgeted_or_all(answer), column(answer.rows, "budget")
    if not present(spends):
        return nothing_card(say("Months against budget"), untold(request, answer), span)
    headline = _headline(answer)
    return chart_card(
        headline=headline,
        subtitle=say(
            "Spend that has a budget and the budget, a month, {whose}, {unit}",
            whose=whose(request), unit=unit_of(answer, spends, budgets),
        ),
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=_sentence(answer, headline),
        table=table_of(answer, say("Spend and budget by month")),
        downloads=downloads_of(request, answer, say("spend and budget by month")),
        notes=answer.notes,
        span=span,
    )  # fmt: skip


def draw_month_variances(request: PageRequest) -> Component:
    """Draw how far the months of one MDA ended from its budget, in their order."""
    answer = _ask(request)
    title = say("Months against the budget")
    known = [row for row in answer.rows if row["budget_variance_pct"] is not None]
    if not known:
        why = say("No month in view has both spend and a budget.")
        return nothing_card(title, why, 5)
    if len(known) == 1:
        why = say("It takes two months with both spend and a budget; there is one in view.")
        return nothing_card(title, why, 5)
    amber = limits_in_view(request)["budget_amber_ratio"]
    items = [
        Difference(
            name=month_name(str(row["month"])),
            value=number(row["budget_variance_pct"]) or 0.0,
            figure=signed_percent(number(row["budget_variance_pct"])),
            href=_down(request, str(row["month"])),
            evidence=evidence_of(answer, "budget_variance_pct", row),
        )
        for row in largest(known, "budget_variance_pct")[:12]
    ]
    return card(
        headline=_counted(answer),
        subtitle=say(
            "Spend above (+) or below the month's budget, {whose}, %; the furthest above first",
            whose=whose(request),
        ),
        children=[differences_list(items, limit=amber)],
        footer=[
            *downloads_of(request, answer, say("spend and budget by month")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )


def draw_month_table(request: PageRequest) -> Component:
    """List the months of one MDA, latest first, each leading to what is behind it."""
    answer = _ask(request)
    known = [row for row in answer.rows if row["actual_spend"] is not None]
    if not known:
        return nothing_card(say("Month by month"), untold(request, answer), 12)
    columns = (
        Column("month", say("Month")),
        Column("actual_spend", say("Spend"), numeric=True, is_key=False, figure="actual_spend"),
        Column("budget", say("Budget"), numeric=True, is_key=False, figure="budget"),
        Column("budget_variance", say("Above budget"), numeric=True, is_key=False,
               figure="budget_variance"),
        Column("budget_variance_pct", say("Against budget"), numeric=True,
               figure="budget_variance_pct"),
        Column("band", say("Band")),
    )  # fmt: skip
    return card(
        headline=say("Month by month"),
        subtitle=say("Spend and budget of {whose}, latest first", whose=whose(request)),
        children=[
            data_table(
                caption=say("Spend and budget, month by month"),
                columns=columns,
                rows=[_month_row(request, answer, row) for row in reversed(known)],
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=downloads_of(request, answer, say("spend and budget by month")),
        anchor="months",
    )


def _ask(request: PageRequest) -> Answer:
    return request.ask(
        "actual_spend", "budgeted_spend", "budget", "budget_variance", "budget_variance_pct",
        by=("month",),
        period=request.year_period(),
    )  # fmt: skip


def _month_row(request: PageRequest, answer: Answer, row: Mapping[str, Value]) -> dict[str, object]:
    month = str(row["month"])
    amber = limits_in_force(request, month)["budget_amber_ratio"]
    share, currency = number(row["budget_variance_pct"]), currency_of(answer, row)
    amounts = ("actual_spend", "budget", "budget_variance")
    return {
        ROW: row_key(answer, row),
        "month": html.A(month_name(month), href=_down(request, month)),
        **{name: money_exact(number(row[name]), currency) for name in amounts},
        "budget_variance_pct": signed_percent(share),
        "band": status_word(*budget_band(share, amber)),
    }


def _down(request: PageRequest, month: str) -> str:
    """Lead to the month's rows; who may not see rows is led to its trends."""
    narrower = replace(request, filters=replace(request.filters, start=month, end=month))
    return rows_address(narrower, "/finops/budget") or drill_to("/finops/trends", narrower)


def _over(answer: Answer) -> list[Mapping[str, Value]]:
    return [row for row in answer.rows if (number(row["budget_variance"]) or 0) > 0]


def _headline(answer: Answer) -> str:
    worst = largest(_over(answer), "budget_variance", 1)
    if worst:
        return say("{month} was furthest above budget", month=month_name(str(worst[0]["month"])))
    if present(column(answer.rows, "budget_variance")):
        return say("No month ended above budget")
    return say("Spend of these months can't be set against a budget")


def _counted(answer: Answer) -> str:
    return say_number(
        len(_over(answer)),
        "{number} of {all} months ended above budget",
        "{number} of {all} months ended above budget",
        all=len(present(column(answer.rows, "budget_variance"))),
    )


def _sentence(answer: Answer, headline: str) -> str:
    if not present(column(answer.rows, "budget_variance")):
        return f"{headline}."
    return f"{headline}. {_counted(answer)}."
