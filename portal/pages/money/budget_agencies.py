"""MDAs against their budgets: who is over, how far, and who has none."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.addresses import question_query
from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.states import empty_state, status_word
from portal.components.tables import ROW, Column, data_table
from portal.formats import decimal, money, money_exact, signed_percent
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    row_key,
)
from portal.pages.frame import agency_names, drill_to
from portal.pages.limits import budget_band, limits_in_view
from portal.pages.money.budget_in_force import spread_of
from portal.pages.page import PageRequest
from portal.pages.series import Rows, at_most, largest, number, ranked_once
from portal.texts import say, say_number
from warehouse.question import Answer, Value

_MOST_BARS = 10
_MOST_ROWS = 25
_MOST_UNBUDGETED = 8


def ask_agencies(request: PageRequest) -> Answer:
    """Ask for every MDA's year so far against its budget."""
    return request.ask(
        "ytd_spend", "ytd_budgeted_spend", "ytd_budget", "ytd_budget_variance",
        "ytd_budget_variance_pct", "burn_index", "agencies_without_budget", by=("agency",),
        period=request.year_period(),
    )  # fmt: skip


def ranked_agencies(answer: Answer) -> Rows:
    """Order the MDAs that have a budget, the furthest above it first."""
    return ranked_once(answer, "ytd_budget_variance_pct")


def over_budget(answer: Answer) -> int:
    """Count the MDAs that are over budget."""
    return answer.once(
        "over budget",
        lambda: sum((number(row["ytd_budget_variance_pct"]) or 0) > 0 for row in answer.rows),
    )


def draw_variances(request: PageRequest) -> Component:
    """Draw how far MDAs are from their budgets, the furthest above first."""
    answer = ask_agencies(request)
    ranked = ranked_agencies(answer)
    if not ranked:
        why = say("No MDA in this view has a budget recorded.")
        return nothing_card(say("MDAs against their budgets"), why, 5)
    shown = at_most(ranked, _MOST_BARS)
    amber = limits_in_view(request)["budget_amber_ratio"]
    which = say("Spend above (+) or below the budget of the same months, year to date, %")
    if len(shown) < len(ranked):
        which = say(
            "Spend above (+) or below the budget of the same months, year to date, %; {shown} "
            "of {all} MDAs shown, the furthest above first",
            shown=len(shown), all=len(ranked),
        )  # fmt: skip
    return card(
        headline=say_over(over_budget(answer), len(ranked)),
        subtitle=which,
        children=[
            differences_list([_difference(request, answer, row) for row in shown], limit=amber)
        ],
        footer=[
            *downloads_of(request, answer, say("spend and budget by MDA")),
            *footer_notes(answer.notes),
        ],
        span=5,
    )


def say_over(over: int, known: int) -> str:
    """Say how many of those with a budget are over it."""
    return say_number(
        over,
        "{number} of {all} MDAs is over budget",
        "{number} of {all} MDAs are over budget",
        all=known,
    )


def _difference(request: PageRequest, answer: Answer, row: Mapping[str, Value]) -> Difference:
    share = number(row["ytd_budget_variance_pct"]) or 0.0
    return Difference(
        name=dimension_text(row, "agency"),
        value=share,
        figure=signed_percent(share),
        href=drill_to("/finops/budget", request, agency=(str(row["agency"]),)),
        evidence=evidence_of(answer, "ytd_budget_variance_pct", row),
    )


def draw_agencies(request: PageRequest) -> Component:
    """List MDAs with budget, spend, band and pace, the furthest above budget first."""
    answer = ask_agencies(request)
    ranked = at_most(ranked_agencies(answer), _MOST_ROWS)
    if not ranked:
        why = say("No MDA in this view has a budget recorded.")
        return nothing_card(say("Every MDA against its budget"), why, 12)
    columns = (
        Column("agency", say("MDA")),
        Column("ytd_budgeted_spend", say("Spend"), numeric=True, is_key=False,
               figure="ytd_budgeted_spend"),
        Column("ytd_budget", say("Budget"), numeric=True, is_key=False, figure="ytd_budget"),
        Column("ytd_budget_variance", say("Above budget"), numeric=True, is_key=False,
               figure="ytd_budget_variance"),
        Column("ytd_budget_variance_pct", say("Against budget"), numeric=True,
               figure="ytd_budget_variance_pct"),
        Column("band", say("Band")),
        Column("burn_index", say("Burn index"), numeric=True, is_key=False, figure="burn_index"),
        Column("spread", say("Budget spread"), is_key=False),
    )  # fmt: skip
    return card(
        headline=say("Every MDA against its budget"),
        subtitle=say(
            "Year to date, over the months with both spend and budget; {shown} of {all} MDAs "
            "shown, the furthest above first",
            shown=len(ranked), all=len(answer.rows),
        ),
        children=[
            data_table(
                caption=say("MDAs against their budgets"),
                columns=columns,
                rows=_agency_rows(request, answer, ranked),
                evidence={"data-question": question_query(answer.question)},
            )
        ],
        footer=downloads_of(request, answer, say("spend and budget by MDA")),
        anchor="agencies",
    )  # fmt: skip


def _agency_rows(request: PageRequest, answer: Answer, ranked: Rows) -> list[dict[str, object]]:
    amber = limits_in_view(request)["budget_amber_ratio"]
    spread = spread_of(request, [int(str(row["agency"])) for row in ranked])
    rows: list[dict[str, object]] = []
    for row in ranked:
        share, currency = number(row["ytd_budget_variance_pct"]), currency_of(answer, row)
        amounts = ("ytd_budgeted_spend", "ytd_budget", "ytd_budget_variance")
        rows.append(
            {
                ROW: row_key(answer, row),
                "agency": html.A(
                    dimension_text(row, "agency"),
                    href=drill_to("/finops/budget", request, agency=(str(row["agency"]),)),
                ),
                **{name: money_exact(number(row[name]), currency) for name in amounts},
                "ytd_budget_variance_pct": signed_percent(share),
                "band": status_word(*budget_band(share, amber)),
                "burn_index": decimal(number(row["burn_index"]), 2),
                "spread": spread.get(int(str(row["agency"])), say("not for this month")),
            }
        )
    return rows


def draw_unbudgeted(request: PageRequest) -> Component:
    """List the MDAs for which no budget is recorded: they are not counted as within budget."""
    answer = ask_agencies(request)
    without = answer.once("without", lambda: _without_budget(answer))
    if not without:
        everybody = say_number(
            len(agency_names(request)), "{number} MDA in view", "{number} MDAs in view"
        )
        why = say("Each has a budget for at least one month of this period.")
        return card(
            headline=say("Every MDA has a budget"),
            children=[empty_state(title=everybody, why=why)],
            span=4,
        )
    shown = at_most(without, _MOST_UNBUDGETED)
    rows = [
        {
            "agency": html.A(
                dimension_text(row, "agency"),
                href=drill_to("/finops/budget", request, agency=(str(row["agency"]),)),
            ),
            "spend": figure(
                answer, "ytd_spend", money(number(row["ytd_spend"]), currency_of(answer, row)), row
            ),
        }
        for row in shown
    ]
    which = say("In the totals of spend, but in no difference from a budget")
    if len(shown) < len(without):
        which = say(
            "In the totals of spend, but in no difference from a budget; {shown} of {all} shown",
            shown=len(shown), all=len(without),
        )  # fmt: skip
    columns = (Column("agency", say("MDA")), Column("spend", say("Spend so far"), numeric=True))
    return card(
        headline=say_number(
            len(without), "{number} MDA without a budget", "{number} MDAs without a budget"
        ),
        subtitle=which,
        children=[data_table(caption=say("MDAs without a budget"), columns=columns, rows=rows)],
        footer=downloads_of(request, answer, say("MDAs without a budget")),
        span=4,
    )


def _without_budget(answer: Answer) -> Rows:
    """Order them by spend; by name where amounts in several currencies can't be compared."""
    found = [row for row in answer.rows if row["agencies_without_budget"]]
    if answer.currency:
        return largest(found, "ytd_spend")
    return sorted(found, key=lambda row: dimension_text(row, "agency"))
