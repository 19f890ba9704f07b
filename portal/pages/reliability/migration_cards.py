"""The cards at the head of the migration page."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.kpi import Change, Trace, kpi_card, kpi_row, signed_change
from portal.formats import (
    count,
    decimal,
    money_exact,
    money_parts,
    percent,
    percent_figure,
    signed_number,
    signed_percent,
)
from portal.pages.evidence import currency_of, evidence_of, figure, why_missing
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    MIGRATED,
    history,
)
from portal.pages.reliability.migration_cost import cost_a_month
from portal.pages.series import column
from portal.texts import say, say_parts
from warehouse.measures import REGISTRY
from warehouse.question import Answer


def migration_cards(
    request: PageRequest, moves: Answer, services: Answer, records: Answer
) -> Component:
    """Draw cost, claims, breaches and services; of an MDA that never moved, what is known."""
    if not request.sees_many and not moves.value("moved_agency_count"):
        return kpi_row(_unmoved_cards(request, records))
    return kpi_row(
        [
            _cost_card(request, moves),
            _claim_card(request, records),
            _gap_card(request, records),
            _breach_card(request, records),
            _stability_card(request, services),
            _latency_card(request, services),
        ]
    )


def _unmoved_cards(request: PageRequest, records: Answer) -> list[Component]:
    """Draw what is known of an MDA that has no before and after."""
    now = request.ask("average_monthly_spend", period=history(request))
    stability = request.ask("stability_score", period=history(request))
    score, spend = stability.value("stability_score"), now.value("average_monthly_spend")
    value, scale = ("", "") if spend is None else money_parts(spend, currency_of(now))
    basis = say("modelled, nothing follows from it") if stability.modelled else say("measured")
    return [
        kpi_card(
            label=say("Cost of a month"),
            value=None if spend is None else value,
            unit=scale,
            exact=money_exact(spend, currency_of(now)),
            note=why_missing(now, "average_monthly_spend")
            if spend is None
            else say("mean of all months; no migration in them"),
            theme=request.theme,
            evidence=evidence_of(now, "average_monthly_spend"),
        ),
        _claim_card(request, records),
        _breach_card(request, records),
        kpi_card(
            label=say("Stability"),
            value=None if score is None else decimal(score),
            unit=say("of 100"),
            note=why_missing(stability, "stability_score") if score is None else basis,
            href=f"/reliability{request.filters.to_query()}",
            theme=request.theme,
            evidence=evidence_of(stability, "stability_score"),
        ),
    ]


def _cost_card(request: PageRequest, moves: Answer) -> Component:
    change = moves.value("observed_cost_change")
    course = request.ask("actual_spend", by=("month",), period=history(request),
                         where=MIGRATED if request.sees_many else ())  # fmt: skip
    return kpi_card(
        label=say("Monthly cost since migration"),
        value=None if change is None else signed_percent(change).removesuffix(" %"),
        unit="%",
        note=moves.reasons.get("observed_cost_change", "")
        if change is None
        else cost_a_month(moves),
        trace=Trace(column(course.rows, "actual_spend"), say("Cost by month.")),
        theme=request.theme,
        evidence=evidence_of(moves, "observed_cost_change"),
    )


def _claim_card(request: PageRequest, records: Answer) -> Component:
    claimed = records.value("realised_savings_reported_mean")
    expected = percent(records.value("expected_savings_mean"))
    was_expected = figure(records, "expected_savings_mean", expected)
    return kpi_card(
        label=say("Savings claimed"),
        value=None if claimed is None else percent_figure(claimed),
        unit="%",
        note=why_missing(records, "realised_savings_reported_mean")
        if claimed is None
        else say_parts("{expected} was expected; a plain mean of MDAs", expected=was_expected)
        if request.sees_many
        else say_parts("{expected} was expected", expected=was_expected),
        theme=request.theme,
        evidence=evidence_of(records, "realised_savings_reported_mean"),
    )


def _gap_card(request: PageRequest, records: Answer) -> Component:
    gap = records.value("savings_gap")
    return kpi_card(
        label=say("Claimed minus observed"),
        value=None if gap is None else signed_number(gap),
        unit=say("points"),
        note=why_missing(records, "savings_gap")
        if gap is None
        else say("claimed savings minus those in the monthly cost"),
        theme=request.theme,
        evidence=evidence_of(records, "savings_gap"),
    )


def _breach_card(request: PageRequest, records: Answer) -> Component:
    before, after = records.value("sla_breaches_pre"), records.value("sla_breaches_post")
    change, note = None, why_missing(records, "sla_breaches_post")
    if before is not None and after is not None:
        since = say_parts(
            "than {before} before",
            before=figure(records, "sla_breaches_pre", count(before)),
        )
        change = (
            Change(say("fewer"), since, "good")
            if after < before
            else Change(say("more"), since, "bad")
            if after > before
            else Change(say("as many"), say("as before"))
        )
        note = say("as the MDAs recorded them") if request.sees_many else say("as recorded")
    return kpi_card(
        label=say("Recorded breaches after"),
        value=None if after is None else count(after),
        change=change,
        note=" ".join([note, *records.notes]),
        theme=request.theme,
        evidence=evidence_of(records, "sla_breaches_post"),
    )


def _stability_card(request: PageRequest, services: Answer) -> Component:
    after = services.value("stability_score_post")
    return kpi_card(
        label=say("Stability after"),
        value=None if after is None else decimal(after),
        unit=say("of 100"),
        change=_change(services, "stability_delta", "stability_score_pre"),
        note=_basis(services, "stability_score_post"),
        href=f"/reliability{request.filters.to_query()}",
        theme=request.theme,
        evidence=evidence_of(services, "stability_score_post"),
    )


def _latency_card(request: PageRequest, services: Answer) -> Component:
    after = services.value("latency_post_ms")
    return kpi_card(
        label=say("Average latency after"),
        value=None if after is None else decimal(after, 0),
        unit="ms",
        change=_change(services, "latency_delta_ms", "latency_pre_ms"),
        note=_basis(services, "latency_post_ms"),
        theme=request.theme,
        evidence=evidence_of(services, "latency_post_ms"),
    )


def _change(services: Answer, delta: str, before: str) -> Change | None:
    """Show what a figure changed by; a modelled one is neither good nor bad."""
    change, was = services.value(delta), services.value(before)
    if change is None or was is None:
        return None
    return signed_change(
        signed_number(change),
        say_parts("from {before} before", before=figure(services, before, decimal(was))),
        good=REGISTRY[delta].good,
        judged=delta not in services.modelled,
        evidence=evidence_of(services, delta),
    )


def _basis(services: Answer, measure: str) -> str:
    if services.value(measure) is None:
        return why_missing(services, measure)
    if measure in services.modelled:
        return say("modelled, nothing follows from it")
    return say("measured on both sides")
