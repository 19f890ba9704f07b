"""The cards at the head of the executive summary and of an MDA's home."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.kpi import Change, Trace, kpi_card, kpi_row
from portal.formats import (
    decimal,
    money_exact,
    money_parts,
    month_name,
    percent_figure,
    signed_money,
    signed_percent,
)
from portal.pages.changes import ask_changes, change_of, growth_of
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.limits import budget_band, limits_in_view
from portal.pages.money.budget_charts import ask_spend, spend_note
from portal.pages.money.provider_asks import share_before
from portal.pages.page import PageRequest, not_narrowed
from portal.pages.series import column, months_of, number
from portal.received_texts import MIXED_YEARS, is_said
from portal.texts import say, say_number
from warehouse.question import Answer, Period


def summary_cards(
    request: PageRequest, period: Period, money_now: Answer, service: Answer
) -> Component:
    """Draw spend, budget, waste, provider, stability and broken limits."""
    monthly = request.ask("actual_spend", "mom_growth", "waste_pct", by=("month",), period=period)
    variances = request.ask(
        "actual_spend", "budget", "budget_variance_pct", by=("month",), period=period
    )
    reliability = request.ask("stability_score", "sla_breach_rate", by=("month",), period=period)
    changes = ask_changes(request, "stability_score", "sla_breach_rate", period=period)
    return kpi_row(
        [
            _spend_card(request, money_now, monthly),
            _variance_card(request, money_now, variances),
            _waste_card(request, period, monthly),
            _provider_card(request),
            _stability_card(request, service, reliability, changes),
            _breach_card(request, service, reliability, changes),
        ]
    )


def _spend_card(request: PageRequest, money_now: Answer, monthly: Answer) -> Component:
    asked = ask_spend(request, money_now)
    spent = asked.value("ytd_spend")
    currency = currency_of(asked)
    figure, scale = ("", "") if spent is None else money_parts(spent, currency)
    months = months_of(monthly)
    return kpi_card(
        label=say("Spend, year to date"),
        value=None if spent is None else figure,
        unit=scale,
        exact=money_exact(spent, currency),
        change=growth_of(monthly),
        note=spend_note(money_now) if asked is money_now else [" ".join(asked.notes)],
        trace=Trace(column(monthly.rows, "actual_spend"), _course(say("Monthly spend"), months)),
        href=f"/finops/budget{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(asked, "ytd_spend"),
    )


def _variance_card(request: PageRequest, money_now: Answer, variances: Answer) -> Component:
    share = money_now.value("ytd_budget_variance_pct")
    amount = money_now.value("ytd_budget_variance")
    reason = money_now.reasons.get("ytd_budget_variance_pct", say("no budget is recorded"))
    # The page says once, above, which fiscal years are mixed.
    note = " ".join(note for note in money_now.notes if not is_said(note, MIXED_YEARS))
    change = None
    if share is not None and amount is not None:
        limits = limits_in_view(request)
        band, tone = budget_band(share, limits["budget_amber_ratio"])
        change = Change(signed_money(amount, currency_of(money_now)), band, tone,
                        evidence_of(money_now, "ytd_budget_variance"))  # fmt: skip
    return kpi_card(
        label=say("Against budget"),
        value=None if share is None else signed_percent(share).removesuffix(" %"),
        unit="%",
        change=change,
        note=note if share is not None else reason,
        trace=Trace(
            column(variances.rows, "budget_variance_pct"),
            _course(say("Monthly difference from budget"), months_of(variances)),
        ),
        href=f"/finops/budget{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(money_now, "ytd_budget_variance_pct"),
    )


def _waste_card(request: PageRequest, period: Period, monthly: Answer) -> Component:
    waste = request.ask("waste_pct", "idle_cost", period=period)
    share = waste.value("waste_pct")
    course = column(monthly.rows, "waste_pct")
    return kpi_card(
        label=say("Waste, at most"),
        value=None if share is None else percent_figure(share),
        unit="%",
        exact=money_exact(waste.value("idle_cost"), currency_of(waste)),
        change=change_of(ask_changes(request, "waste_pct", period=period), "waste_pct", monthly),
        note=waste.reasons.get("waste_pct", ""),
        trace=Trace(course, _course(say("Idle share of spend"), months_of(monthly))),
        href=f"/finops/governance{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(waste, "waste_pct"),
    )


def _provider_card(request: PageRequest) -> Component:
    answer = request.ask("provider_share", by=("year", "provider"), period=Period())
    years = sorted({str(row["year"]) for row in answer.rows})
    if not years:
        reason = answer.reasons.get("provider_share", say("no provider spend was handed in"))
        return kpi_card(label=say("Largest provider"), value=None, note=reason)
    latest = [row for row in answer.rows if str(row["year"]) == years[-1]]
    top = max(latest, key=lambda row: float(row["provider_share"] or 0))
    name = str(top["provider"])
    shares = [row for row in answer.rows if row["provider"] == top["provider"]]
    course = column(shares, "provider_share")
    share = number(top["provider_share"]) or 0.0
    before, aside = share_before(answer, shares, years), not_narrowed(answer)
    return kpi_card(
        label=say("Largest provider"),
        value=f"{name} {percent_figure(share)}",
        unit="%",
        note=[*before, ". " if before and aside else "", ". ".join(aside)],
        trace=Trace(
            course,
            say(
                "Share of {name} by year, {first} to {last}.",
                name=name,
                first=years[0],
                last=years[-1],
            ),
        ),
        href=f"/finops/providers{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(answer, "provider_share", top),
    )


def _stability_card(
    request: PageRequest, service: Answer, monthly: Answer, changes: Answer
) -> Component:
    score = service.value("stability_score")
    course = column(monthly.rows, "stability_score")
    modelled = "stability_score" in service.modelled
    return kpi_card(
        label=say("Stability"),
        value=None if score is None else decimal(score),
        unit=say("of 100"),
        change=change_of(changes, "stability_score", monthly),
        note=say("modelled") if modelled else service.reasons.get("stability_score", ""),
        trace=Trace(course, _course(say("Stability score"), months_of(monthly))),
        href=f"/reliability{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(service, "stability_score"),
    )


def _breach_card(
    request: PageRequest, service: Answer, monthly: Answer, changes: Answer
) -> Component:
    rate = service.value("sla_breach_rate")
    course = column(monthly.rows, "sla_breach_rate")
    modelled = "sla_breach_rate" in service.modelled
    said = _broken(service.value("sla_breaches"), modelled=modelled)
    return kpi_card(
        label=say("SLA breach rate"),
        value=None if rate is None else percent_figure(rate),
        unit="%",
        change=change_of(changes, "sla_breach_rate", monthly),
        note=said,
        trace=Trace(course, _course(say("SLA breach rate"), months_of(monthly))),
        href=f"/reliability/sla{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(service, "sla_breach_rate"),
    )


def _course(what: str, months: list[str]) -> str:
    if not months:
        return what
    first_month, last_month = month_name(months[0]), month_name(months[-1])
    return say("{what}, {first} to {last}.", what=what, first=first_month, last=last_month)


def _broken(number: float | None, *, modelled: bool) -> str:
    if number is None:
        return say("modelled") if modelled else ""
    if modelled:
        return say_number(int(number), "{number} broken; modelled", "{number} broken; modelled")
    return say_number(int(number), "{number} broken", "{number} broken")
