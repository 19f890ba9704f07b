"""The sections of the budget page."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import money, money_exact, month_name, plural, signed_percent
from portal.pages.axes import unit_of
from portal.pages.evidence import currency_of, dimension_text, downloads_of, table_of
from portal.pages.frame import agency_names, whose
from portal.pages.limits import budget_band, limits_in_force
from portal.pages.money.budget_charts import draw_spend_and_budget, draw_year_chart
from portal.pages.page import PageRequest
from portal.pages.series import Rows, column, largest, months_of, number, present, ranked_once
from warehouse.question import Answer

_MOST_BARS = 10
_MOST_ROWS = 25
_MOST_UNBUDGETED = 8


def draw_cumulative(request: PageRequest) -> Component:
    """Draw spend added up against the budget added up."""
    return draw_year_chart(request, span=6)


def draw_variances(request: PageRequest) -> Component:
    """Draw how far MDAs are from their budgets, the furthest above first."""
    answer = _by_agency(request)
    ranked = ranked_once(answer, "ytd_budget_variance_pct")
    if not ranked:
        return nothing_card("MDAs against budget", "No MDA in this view has a budget recorded.", 6)
    shares = answer.once("shares", lambda: present(column(ranked, "ytd_budget_variance_pct")))
    over = answer.once("over", lambda: sum(share > 0 for share in shares))
    amber = limits_in_force(request, answer.build.data_to)["budget_amber_ratio"]
    shown = ranked[:_MOST_BARS]
    which = "all of them" if len(shown) == len(ranked) else f"the {len(shown)} furthest above"
    return card(
        headline=f"{over} of {plural(len(ranked), 'MDA')} {'is' if over == 1 else 'are'} "
        "over budget",
        subtitle=f"Spend above (+) or below budget, year to date, %; {which}",
        children=[
            differences_list(
                [
                    Difference(dimension_text(row, "agency"), share, signed_percent(share))
                    for row, share in zip(shown, shares, strict=False)
                ],
                limit=amber,
            )
        ],
        footer=[
            *downloads_of(request, answer, "spend and budget by MDA"),
            *footer_notes(answer.notes),
        ],
        span=6,
    )


def draw_months(request: PageRequest) -> Component:
    """Draw each month's spend as a line and its budget as steps."""
    answer = request.ask("actual_spend", "budget", "budget_variance", "budget_variance_pct",
                         by=("month",), period=request.year_period())  # fmt: skip
    months = months_of(answer)
    span = 8 if request.sees_many else 6
    if not months:
        return nothing_card("Months against budget", "Nothing was reported in this period.", span)
    budgets = column(answer.rows, "budget")
    spends = column(answer.rows, "actual_spend")
    over = [row for row in answer.rows if (number(row["budget_variance"]) or 0) > 0]
    worst = largest(over, "budget_variance", 1)
    compared = present(column(answer.rows, "budget_variance"))
    headline = (
        f"{month_name(str(worst[0]['month']))} was furthest above budget"
        if worst
        else "No month ended above budget"
        if compared
        else "Spend of these months can't be set against a budget"
    )
    counted = f". {plural(len(over), 'month')} of {len(compared)} ended above budget."
    return chart_card(
        headline=headline,
        subtitle=f"Spend and budget a month, {whose(request)}, {unit_of(answer, spends, budgets)}",
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=headline + (counted if compared else "."),
        table=table_of(answer, "Spend and budget by month"),
        downloads=downloads_of(request, answer, "spend and budget by month"),
        notes=answer.notes,
        span=span,
    )


def draw_agencies(request: PageRequest) -> Component:
    """List MDAs with budget, spend and band, the furthest above budget first."""
    answer = _by_agency(request)
    amber = limits_in_force(request, answer.build.data_to)["budget_amber_ratio"]
    currency = currency_of(answer)
    ranked = ranked_once(answer, "ytd_budget_variance_pct")[:_MOST_ROWS]
    if not ranked:
        return nothing_card("Every MDA against its budget", "None has a budget recorded.", 12)
    rows = []
    for row in ranked:
        share = number(row["ytd_budget_variance_pct"])
        rows.append(
            {
                "agency": html.A(
                    dimension_text(row, "agency"),
                    href=f"/finops/budget{request.filters.to_query(agency=(str(row['agency']),))}",
                ),
                "spend": money_exact(number(row["ytd_spend"]), currency),
                "budget": money_exact(number(row["ytd_budget"]), currency),
                "variance": money_exact(number(row["ytd_budget_variance"]), currency),
                "share": signed_percent(share),
                "band": status_word(*budget_band(share, amber)),
            }
        )
    columns = (
        Column("agency", "MDA"),
        Column("spend", "Spend", numeric=True, is_key=False),
        Column("budget", "Budget", numeric=True, is_key=False),
        Column("variance", "Above budget", numeric=True, is_key=False),
        Column("share", "Against budget", numeric=True),
        Column("band", "Band"),
    )
    return card(
        headline="Every MDA against its budget",
        subtitle=f"Year to date over the same months; {len(rows)} of {len(answer.rows)} shown",
        children=[data_table(caption="MDAs against their budgets", columns=columns, rows=rows)],
        footer=downloads_of(request, answer, "spend and budget by MDA"),
    )


def draw_unbudgeted(request: PageRequest) -> Component:
    """List the MDAs for which no budget is recorded: they are not counted as within budget."""
    answer = _by_agency(request)
    without = answer.once("without", lambda: _without_budget(answer))
    if not without:
        return card(
            headline="Every MDA has a budget",
            children=[
                empty_state(
                    title=f"{plural(len(agency_names(request)), 'MDA')} in view",
                    why="Each has a budget for at least one month of this period.",
                )
            ],
            span=4,
        )
    currency = currency_of(answer)
    rows = [
        {
            "agency": dimension_text(row, "agency"),
            "spend": money(number(row["ytd_spend"]), currency),
        }
        for row in without[:_MOST_UNBUDGETED]
    ]
    shown = f"; the {len(rows)} that spend most" if len(rows) < len(without) else ""
    columns = (Column("agency", "MDA"), Column("spend", "Spend so far", numeric=True))
    return card(
        headline=f"{plural(len(without), 'MDA')} without a budget",
        subtitle=f"In the totals of spend, but in no difference from a budget{shown}",
        children=[data_table(caption="MDAs without a budget", columns=columns, rows=rows)],
        footer=downloads_of(request, answer, "MDAs without a budget"),
        span=4,
    )


def _without_budget(answer: Answer) -> Rows:
    return largest([row for row in answer.rows if row["agencies_without_budget"]], "ytd_spend")


def _by_agency(request: PageRequest) -> Answer:
    return request.ask(
        "ytd_spend", "ytd_budget", "ytd_budget_variance", "ytd_budget_variance_pct",
        "agencies_without_budget", by=("agency",), period=request.year_period(),
    )  # fmt: skip
