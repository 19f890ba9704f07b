"""The budget in force: its version, how it was spread over the months, and at which rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.tables import Column, data_table
from portal.formats import money_exact, months_range, signed_percent
from portal.pages.evidence import currency_of, figure
from portal.pages.frame import whose
from portal.pages.money.budget_charts import ask_year, whole_year
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.question import Answer

_MONTHS_READ = 240


@dataclass(frozen=True, slots=True)
class _Run:
    """Months in a row under one version of a budget, spread in one way."""

    start: str
    end: str
    version: str
    phasing: str
    currency: str


def draw_in_force(request: PageRequest) -> Component:
    """Name the version of one MDA's budget and its phasing; keep the rates it is set at apart."""
    runs = _runs(request)
    if not runs:
        why = say(
            "No budget is recorded for {whose} in this period. Until the treasury records one, or "
            "one is handed in, spend can't be set against anything.",
            whose=whose(request),
        )
        return nothing_card(say("The budget in force"), why, 5)
    columns = (
        Column("months", say("Months")),
        Column("version", say("Version")),
        Column("spread", say("Spread")),
        Column("currency", say("Set in")),
    )
    rows = [
        {
            "months": months_range(run.start, run.end),
            "version": run.version,
            "spread": _in_words(run.phasing),
            "currency": run.currency,
        }
        for run in runs
    ]
    rates = _at_two_rates(request)
    apart = say("What tells the two apart is the exchange rate, not what was used.")
    return card(
        headline=_headline(runs),
        subtitle=say("The budget in force of {whose}", whose=whose(request)),
        children=[
            data_table(caption=say("The budget in force"), columns=columns, rows=rows),
            *rates,
        ],
        footer=footer_notes([apart]) if rates else (),
        span=5,
    )


def spread_of(request: PageRequest, agencies: Sequence[int]) -> dict[int, str]:
    """Say for each of these MDAs how its budget of the last month in view was spread."""
    month = request.last_month
    page = request.gateway.rows(
        "fact_budget", request.scope, where={"agency_id": tuple(agencies), "month": month},
        limit=len(agencies),
    )  # fmt: skip
    return {int(str(row["agency_id"])): _in_words(str(row["phasing"])) for row in page.rows}


def _in_words(phasing: str) -> str:
    named = {
        "even": say("evenly"),
        "last_year": say("like last year"),
        "given": say("month by month"),
    }
    return named.get(phasing, phasing)


def _headline(runs: Sequence[_Run]) -> str:
    last = runs[-1]
    if last.phasing == "given":
        return say("The budget is set month by month")
    if last.phasing == "last_year":
        return say("The year's budget is spread as last year's spend was")
    return say("The year's budget is spread evenly")


def _runs(request: PageRequest) -> list[_Run]:
    (agency,) = request.agency_ids or (0,)
    page = request.gateway.rows(
        "fact_budget", request.scope, where={"agency_id": agency}, limit=_MONTHS_READ,
        order_by=("-month",),
    )  # fmt: skip
    period = whole_year(request)
    rows = [
        row
        for row in reversed(page.rows)
        if (period.start or "") <= str(row["month"]) <= (period.end or str(row["month"]))
    ]
    runs = []
    for (version, phasing, currency), found in groupby(
        rows, key=lambda row: (str(row["version"]), str(row["phasing"]), str(row["currency"]))
    ):
        months = [str(row["month"]) for row in found]
        runs.append(_Run(months[0], months[-1], version, phasing, currency))
    return runs


def _at_two_rates(request: PageRequest) -> list[Component]:
    """Set the difference at the budget's own rate beside that at the rates of the months spent.

    In US dollars the budget is at its own rate, and spend needs none; in the MDA's currency spend
    is at the rate of each month.
    """
    at_budget, at_months = _in_currency(request, "USD"), _in_currency(request, "own")
    if currency_of(at_months) in {"USD", ""}:
        return []
    shares = [each.value("ytd_budget_variance_pct") for each in (at_budget, at_months)]
    if None in shares:
        return []
    columns = (
        Column("rate", say("Exchange rate")),
        Column("amount", say("Above budget"), numeric=True, is_key=False),
        Column("share", say("Against budget"), numeric=True),
    )
    rows = [
        _rate_row(say("the budget's own"), at_budget),
        _rate_row(say("that of each month"), at_months),
    ]
    caption = say("Year to date against the budget, at two exchange rates")
    return [
        html.H3(caption, className="bridge-part"),
        data_table(caption=caption, columns=columns, rows=rows),
    ]


def _in_currency(request: PageRequest, currency: str) -> Answer:
    chosen = replace(request.filters, currency="own" if currency == "own" else "USD")
    return ask_year(replace(request, filters=chosen))


def _rate_row(name: str, answer: Answer) -> dict[str, object]:
    amount = money_exact(answer.value("ytd_budget_variance"), currency_of(answer))
    share = signed_percent(answer.value("ytd_budget_variance_pct"))
    return {
        "rate": name,
        "amount": figure(answer, "ytd_budget_variance", amount),
        "share": figure(answer, "ytd_budget_variance_pct", share),
    }
