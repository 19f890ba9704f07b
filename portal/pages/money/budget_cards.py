"""The cards at the head of the budget page."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components.kpi import Change, Trace, kpi_card, kpi_row
from portal.components.parts import Text
from portal.formats import (
    decimal,
    money_exact,
    money_parts,
    percent,
    signed_money,
    signed_percent,
)
from portal.pages.changes import growth_of
from portal.pages.evidence import currency_of, evidence_of, figure
from portal.pages.frame import drill_to
from portal.pages.limits import budget_band, limits_in_view
from portal.pages.money.budget_charts import spend_note
from portal.pages.page import PageRequest
from portal.pages.series import column
from portal.texts import say, say_parts
from warehouse.question import Answer


def budget_cards(request: PageRequest, now: Answer) -> Component:
    """Draw spend, budget, the one against the other, what is left, and the pace."""
    monthly = request.ask(
        "actual_spend", "budget", "budget_variance", "budget_variance_pct", by=("month",),
        period=request.year_period(),
    )  # fmt: skip
    return kpi_row(
        [
            _spend_card(request, now, monthly),
            _budget_card(request, now, monthly),
            _variance_card(request, now, monthly),
            _left_card(request, now),
            _burn_card(request, now),
            _run_rate_card(request),
        ]
    )


def _spend_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    growth = request.ask("mom_growth", by=("month",), period=request.year_period())
    return _money_card(
        request, say("Spend, year to date"), now, "ytd_spend",
        change=growth_of(growth),
        note=[*(f"{note} " for note in now.notes), *spend_note(now)],
        trace=Trace(column(monthly.rows, "actual_spend"), say("Spend, month by month.")),
        href=drill_to("/finops/trends", request),
    )  # fmt: skip


def _budget_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    return _money_card(
        request, say("Budget, year to date"), now, "ytd_budget",
        note=say("of the reported months"),
        trace=Trace(column(monthly.rows, "budget"), say("Budget, month by month.")),
    )  # fmt: skip


def _variance_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    share = now.value("ytd_budget_variance_pct")
    amount, currency = now.value("ytd_budget_variance"), currency_of(now)
    change = None
    if share is not None and amount is not None:
        amber = limits_in_view(request)["budget_amber_ratio"]
        change = Change(
            signed_money(amount, currency),
            *budget_band(share, amber),
            evidence_of(now, "ytd_budget_variance"),
        )
    return kpi_card(
        label=say("Against budget"),
        value=None if share is None else signed_percent(share).removesuffix(" %"),
        unit="%",
        exact=money_exact(amount, currency),
        change=change,
        note=now.reasons.get("ytd_budget_variance_pct", ""),
        trace=Trace(
            column(monthly.rows, "budget_variance_pct"),
            say("Difference from the budget, month by month."),
        ),
        theme=request.theme,
        evidence=evidence_of(now, "ytd_budget_variance_pct"),
    )


def _left_card(request: PageRequest, now: Answer) -> Component:
    """Show what is left of the year's budget; what is spent beyond it is named so, unsigned."""
    used, left = now.value("budget_used_pct"), now.value("budget_left")
    note: Sequence[Text] = ()
    if used is not None:
        share = figure(now, "budget_used_pct", percent(used))
        note = say_parts("{share} of the year's budget is spent", share=share)
    beyond = left is not None and left < 0
    label = say("Over the year's budget") if beyond else say("Budget left this year")
    return _money_card(request, label, now, "budget_left", note=note, signed=False)


def _burn_card(request: PageRequest, now: Answer) -> Component:
    index = now.value("burn_index")
    note = now.reasons.get("burn_index", "")
    if index is not None:
        note = say("faster than the year") if is_fast(index) else say("within the year's pace")
    return kpi_card(
        label=say("Burn index"),
        value=None if index is None else decimal(index, 2),
        note=note,
        theme=request.theme,
        evidence=evidence_of(now, "burn_index"),
    )


def is_fast(index: float | None) -> bool:
    """Tell whether a burn index, as it is written, is above 1: the budget ends before the year."""
    return index is not None and round(index, 2) > 1


def _run_rate_card(request: PageRequest) -> Component:
    now = request.ask("run_rate", period=request.year_period())
    return _money_card(
        request, say("The year at this pace"), now, "run_rate",
        note=say("not a forecast"),
        href=drill_to("/finops/trends", request),
    )  # fmt: skip


def _money_card(
    request: PageRequest,
    label: str,
    answer: Answer,
    measure: str,
    *,
    change: Change | None = None,
    note: str | Sequence[Text] = "",
    trace: Trace | None = None,
    href: str = "",
    signed: bool = True,
) -> Component:
    """Draw an amount's card; without the amount, its note is the measure's reason."""
    amount, currency = answer.value(measure), currency_of(answer)
    shown = amount if signed or amount is None else abs(amount)
    figure, scale = ("", "") if shown is None else money_parts(shown, currency)
    return kpi_card(
        label=label,
        value=None if amount is None else figure,
        unit=scale,
        exact=money_exact(amount, currency),
        change=change,
        note=note if amount is not None else answer.reasons.get(measure, ""),
        trace=trace,
        href=href,
        theme=request.theme,
        evidence=evidence_of(answer, measure),
    )
