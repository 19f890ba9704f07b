"""Budget oversight: who is over budget, and what a year at this pace would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.kpi import Change, Trace, kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import (
    decimal,
    money,
    money_exact,
    money_parts,
    money_short,
    month_name,
    percent,
    signed_percent,
)
from portal.pages.bridge.sections import draw_budget_bridge
from portal.pages.evidence import currency_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.limits import budget_band, limits_in_force
from portal.pages.money.budget_charts import ask_year, spend_note
from portal.pages.money.budget_sections import (
    draw_agencies,
    draw_cumulative,
    draw_months,
    draw_unbudgeted,
    draw_variances,
)
from portal.pages.page import PageRequest
from portal.pages.series import column, last_growth, months_of
from warehouse.question import Answer

QUESTION = "Who is over budget, and who will be?"

_DEFINITIONS = (
    ("Against budget", "spend minus budget over the months with both, in relation to the budget"),
    ("Burn index", "share of the budget spent in relation to the share of the year gone; above 1 "
     "is faster than the year"),
    ("At this pace", "spend so far, by the months gone, times twelve: no forecast"),
)  # fmt: skip

_FOR_MANY = (
    ((draw_cumulative, 6), (draw_variances, 6)),
    ((draw_budget_bridge, 12),),
    ((draw_agencies, 12), (draw_months, 8), (draw_unbudgeted, 4)),
)
_FOR_ONE = (
    ((draw_cumulative, 6), (draw_months, 6)),
    ((draw_budget_bridge, 12),),
)
_WITHOUT_BUDGETS = (((draw_months, 8), (draw_unbudgeted, 4)),)


@report_page(QUESTION)
def draw_budget(request: PageRequest) -> Component:
    """Draw the page; an MDA sees its months where the treasury sees MDAs."""
    period = request.year_period()
    now = ask_year(request)
    pace = request.ask("burn_index", "run_rate", period=period)
    return report(
        request,
        path="/finops/budget",
        here="Budget",
        question=QUESTION if request.sees_many else "Are we over budget, and will we be?",
        answer=_answer(request, now, pace),
        trail=(("Summary", "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=("year", "currency"),
        kpis=_cards(request, now, pace),
        body=[
            *(sections(request, each) for each in _body(request, now)),
        ],
        definitions=_definitions(request),
        source="usage records for spend; budgets as recorded by the treasury or handed in",
    )


def _body(request: PageRequest, now: Answer) -> Sequence[Sequence[tuple[Section, int]]]:
    if not request.sees_many:
        return _FOR_ONE
    return _WITHOUT_BUDGETS if now.value("ytd_budget") is None else _FOR_MANY


def _answer(request: PageRequest, now: Answer, pace: Answer) -> list[Text]:
    share, amount = now.value("ytd_budget_variance_pct"), now.value("ytd_budget_variance")
    until = month_name(request.filters.end or request.build.data_to)
    if share is None or amount is None:
        why = now.reasons.get("ytd_budget_variance_pct", "no budget is recorded")
        return [f"It can't be said for {whose(request)}: {why}."]
    currency = currency_of(now)
    side = "over" if share > 0 else "under"
    said: list[Text] = [
        f"To {until}, {whose(request)} spent ",
        strong(money(abs(amount), currency)),
    ]
    said += [f" ({percent(abs(share))}) ", strong(f"{side} the budget"), " of the same months."]
    year = pace.value("run_rate")
    if year is not None:
        said.append(f" At this pace the year costs {money(year, currency)}.")
    return said


def _cards(request: PageRequest, now: Answer, pace: Answer) -> Component:
    currency = currency_of(now)
    share = now.value("ytd_budget_variance_pct")
    limits = limits_in_force(request, request.build.data_to)
    band, tone = budget_band(share, limits["budget_amber_ratio"])
    monthly = request.ask("actual_spend", "budget", "budget_variance_pct", by=("month",),
                          period=request.year_period())  # fmt: skip
    growth = last_growth(request.ask("mom_growth", by=("month",), period=request.year_period()))
    span = f"{len(months_of(monthly))} months"
    return kpi_row(
        [
            _money_card(
                request, "Spend, year to date", now.value("ytd_spend"), currency,
                change=None if growth is None
                else Change(signed_percent(growth[0]), f"in {growth[1]}"),
                note=spend_note(now),
                trace=Trace(column(monthly.rows, "actual_spend"), f"Monthly spend, {span}."),
            ),
            _money_card(
                request, "Budget, year to date", now.value("ytd_budget"), currency,
                note=now.reasons.get("ytd_budget", "of the reported months"),
                trace=Trace(column(monthly.rows, "budget"), f"Monthly budget, {span}."),
            ),
            kpi_card(
                label="Against budget",
                value=None if share is None else signed_percent(share).removesuffix(" %"),
                unit="%",
                exact=money_exact(now.value("ytd_budget_variance"), currency),
                change=_variance_change(now, currency, band, tone),
                note="" if share is not None
                else now.reasons.get("ytd_budget_variance_pct", "no budget is recorded"),
                trace=Trace(column(monthly.rows, "budget_variance_pct"),
                            f"Monthly difference from budget, {span}."),
                theme=request.theme,
            ),
            _burn_card(request, pace),
            _money_card(
                request, "The year at this pace", pace.value("run_rate"), currency,
                note=pace.reasons.get("run_rate", "not a forecast"),
            ),
        ]
    )  # fmt: skip


def _money_card(
    request: PageRequest,
    label: str,
    amount: float | None,
    currency: str,
    *,
    change: Change | None = None,
    note: str = "",
    trace: Trace | None = None,
) -> Component:
    figure, scale = ("", "") if amount is None else money_parts(amount, currency)
    return kpi_card(
        label=label,
        value=None if amount is None else figure,
        unit=scale,
        exact=money_exact(amount, currency),
        change=change,
        note=note,
        trace=trace,
        theme=request.theme,
    )


def _variance_change(
    now: Answer, currency: str, band: str, tone: Literal["good", "bad", "warn", "ok", "plain"]
) -> Change | None:
    amount = now.value("ytd_budget_variance")
    if amount is None:
        return None
    sign = "+" if amount > 0 else ""
    return Change(f"{sign}{money_short(amount, currency)}", band, tone)


def _burn_card(request: PageRequest, pace: Answer) -> Component:
    index = pace.value("burn_index")
    word = (
        "" if index is None else "faster than the year" if index > 1 else "within the year's pace"
    )
    return kpi_card(
        label="Burn index",
        value=None if index is None else decimal(index, 2),
        note=word or pace.reasons.get("burn_index", "no budget is recorded"),
        theme=request.theme,
    )


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_force(request, request.build.data_to)
    amber = percent(limits["budget_amber_ratio"])
    bands = f"within budget up to 0 %, slightly over up to {amber}, over budget beyond"
    return (*_DEFINITIONS, ("Bands", bands))
