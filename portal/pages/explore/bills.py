"""Explore the bills: what is charged day by day, for what, on which account, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import count, money, money_exact, money_parts, percent_figure, signed_percent
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.explore.bill_commitments import draw_commitments
from portal.pages.explore.bill_currencies import draw_currencies
from portal.pages.explore.bill_reach import reach_said
from portal.pages.explore.bill_reconciliation import draw_reconciliation
from portal.pages.explore.bill_sections import (
    draw_accounts,
    draw_categories,
    draw_charge_categories,
    draw_days_section,
    draw_providers,
    draw_services,
    draw_weekdays,
)
from portal.pages.explore.controls import PATH
from portal.pages.explore.line_question import lines_address
from portal.pages.frame import report, sections, whose
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, span_of
from portal.texts import say, say_parts
from warehouse.question import Answer, Value

VIEW = "bills"
NARROWED_BY = ("account", "service", "service_category", "category")
"""Dimensions of bills that this page has controls for, besides those of every page."""


def draw_bills(request: PageRequest) -> Component:
    """Draw the view; every card, chart and table follows every filter."""
    whole = _ask_whole(request)
    return report(
        request,
        path=PATH,
        here=say("Bills"),
        question=say("What are we charged, day by day?"),
        answer=_answer(request, whole),
        trail=((say("Explore"), PATH),),
        controls=("agency", "provider", "region"),
        more=("year",),
        further=NARROWED_BY,
        kpis=_cards(request, whole),
        body=[
            sections(request, [(draw_days_section, 12)]),
            sections(request, [(draw_services, 6), (draw_accounts, 6)]),
            sections(request, [(draw_providers, 7), (draw_categories, 5)]),
            sections(request, [(draw_weekdays, 5), (draw_charge_categories, 7)]),
            sections(request, [(draw_currencies, 12)]),
            sections(request, [(draw_commitments, 12)]),
            sections(request, [(draw_reconciliation, 12)]),
        ],
        definitions=_definitions(),
        source=say("the providers' bills, line by line, as handed in"),
        notices=reach_said(request),
    )


def _ask_whole(request: PageRequest) -> Answer:
    return request.ask(
        "billed_cost", "effective_cost", "average_daily_cost", "daily_trend_pct", "weekend_share",
        "effective_savings_rate", "charge_line_count", period=request.year_period(),
    )  # fmt: skip


def _answer(request: PageRequest, whole: Answer) -> list[Text]:
    billed = whole.value("billed_cost")
    if billed is None:
        return [
            say(
                "There are no bills of {whose} in {span}: what the cloud costs is known from "
                "monthly summaries alone.",
                whose=whose(request),
                span=span_of(request),
            )
        ]
    said = say_parts(
        "The bills of {whose} for {span} ask for {billed} on {lines} lines; {effective} was "
        "consumed.",
        whose=whose(request),
        billed=_money(whole, "billed_cost"),
        effective=_money(whole, "effective_cost"),
        span=span_of(request),
        lines=strong(
            count(whole.value("charge_line_count")), evidence_of(whole, "charge_line_count")
        ),
    )
    lines = html.A(say("See the lines"), href=lines_address(request))
    return [*said, *_dearest(request), " ", lines]


def _dearest(request: PageRequest) -> list[Text]:
    """Name the service that is consumed most."""
    answer = request.ask("effective_cost", by=("service",), period=request.year_period())
    ranked = largest(answer.rows, "effective_cost", 2)
    if len(ranked) < 2:
        return []
    amount = money(float(ranked[0]["effective_cost"] or 0), currency_of(answer))
    return say_parts(
        " {service} costs most, {amount}.",
        service=str(ranked[0]["service_name"]),
        amount=strong(amount, evidence_of(answer, "effective_cost", ranked[0])),
    )


def _money(answer: Answer, measure: str) -> Text:
    amount = money(answer.value(measure), currency_of(answer))
    return strong(amount, evidence_of(answer, measure))


def _cards(request: PageRequest, whole: Answer) -> Component:
    by_month = request.ask(
        "billed_cost", "effective_cost", "weekend_share", "effective_savings_rate", by=("month",),
        period=request.year_period(),
    )  # fmt: skip
    cards = [
        _amount_card(request, whole, by_month, "billed_cost", say("Invoiced")),
        _amount_card(request, whole, by_month, "effective_cost", say("Consumed")),
        _amount_card(request, whole, None, "average_daily_cost", say("A day")),
        _trend_card(request, whole),
        _share_card(request, whole, by_month, "weekend_share", say("On weekends")),
        _share_card(
            request, whole, by_month, "effective_savings_rate", say("Saved on public prices")
        ),
    ]
    return kpi_row(cards)


def _whole_months(request: PageRequest, answer: Answer) -> list[Mapping[str, Value]]:
    """Leave out months beyond those of cost: bills may have only their first days."""
    return [row for row in answer.rows if str(row["month"]) <= request.build.data_to]


def _amount_card(
    request: PageRequest, whole: Answer, by_month: Answer | None, measure: str, label: str
) -> Component:
    amount, currency = whole.value(measure), currency_of(whole)
    figure, scale = ("", "") if amount is None else money_parts(amount, currency)
    course = [] if by_month is None else column(_whole_months(request, by_month), measure)
    return kpi_card(
        label=label,
        value=None if amount is None else figure,
        unit=scale,
        exact=money_exact(amount, currency),
        note=whole.reasons.get(measure, ""),
        trace=Trace(course, say("{label}, month by month.", label=label)) if course else None,
        theme=request.theme,
        evidence=evidence_of(whole, measure),
    )


def _trend_card(request: PageRequest, whole: Answer) -> Component:
    change = whole.value("daily_trend_pct")
    return kpi_card(
        label=say("Trend"),
        value=None if change is None else signed_percent(change).removesuffix(" %"),
        unit="%",
        note=whole.reasons.get("daily_trend_pct", "")
        if change is None
        else say("last whole month on the first"),
        theme=request.theme,
        evidence=evidence_of(whole, "daily_trend_pct"),
    )


def _share_card(
    request: PageRequest, whole: Answer, by_month: Answer, measure: str, label: str
) -> Component:
    share = whole.value(measure)
    return kpi_card(
        label=label,
        value=None if share is None else percent_figure(share),
        unit="%",
        note=whole.reasons.get(measure, ""),
        trace=Trace(
            column(_whole_months(request, by_month), measure),
            say("{label}, month by month.", label=label),
        ),
        theme=request.theme,
        evidence=evidence_of(whole, measure),
    )


def may_see_bills(request: PageRequest) -> bool:
    """Tell whether this reader may ask for the cost of bills at all."""
    allowed = request.scope.measures
    return request.reader.may(Permission.VIEW_COST) and (
        allowed is None or "billed_cost" in allowed
    )


def _definitions() -> Sequence[tuple[str, str]]:
    return (
        (
            say("Invoiced"),
            say("what the bills ask for, with credits, refunds and taxes (billed cost)"),
        ),
        (
            say("Consumed"),
            say("what was used, with what was paid ahead spread over its use (effective cost)"),
        ),
        (
            say("A day"),
            say("cost divided by the days from the first to the last that the bills cover"),
        ),
        (
            say("Trend"),
            say("the last month that bills cover whole against the first; months covered in part "
                "are never compared"),
        ),
        (
            say("Saved on public prices"),
            say("how much less usage costs than at the providers' public prices (effective savings "
                "rate)"),
        ),
    )  # fmt: skip
