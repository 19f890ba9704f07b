"""Governance and waste: who owns the cost, and what of it is wasted."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.kpi import Trace, kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import money, money_exact, money_parts, month_short, percent, percent_figure
from portal.pages.changes import ask_changes, change_of
from portal.pages.evidence import currency_of, dimension_text, evidence_of, figure
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.money.governance_tags import (
    ask_untagged,
    draw_heat,
    draw_month_table,
    draw_tagging,
    draw_untagged,
    may_ask,
    target_text,
)
from portal.pages.money.governance_waste import (
    draw_no_waste,
    draw_waste_agencies,
    draw_waste_months,
    draw_waste_services,
    has_idle,
    idle_limit,
)
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, number
from portal.pages.tagging.sections import draw_course, draw_ranking
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer, Period

_ALIKE = 0.005
"""How far two shares may lie from making up the whole and still be rounded to it."""

QUESTION = later("Who owns this cost, and what is wasted?")
_WASTE = ("idle_cost", "waste_pct", "high_risk_spend")


@report_page(QUESTION)
def draw_governance(request: PageRequest) -> Component:
    """Draw the page; who may ask about tagging alone sees the tagging part, as a whole page."""
    sees_waste = may_ask(request, *_WASTE)
    now = request.ask(
        "tagged_pct", "tagged_pct_unweighted", "untagged_cost", "untagged_share",
        "governance_risk_count", "tagging_report_count", "policy_compliance",
        period=request.year_period(),
    )  # fmt: skip
    is_judged = now.value("policy_compliance") is not None
    return report(
        request,
        path="/finops/governance",
        here=say("Governance and waste"),
        question=say_known(QUESTION)
        if sees_waste
        else say("Who owns this cost?"),
        answer=_answer(request, now, sees_waste),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency", "service") if sees_waste else ("agency",),
        more=("year", "peak"),
        kpis=_cards(request, now, sees_waste),
        body=[sections(request, each) for each in _body(request, sees_waste, is_judged)],
        definitions=_definitions(request, sees_waste),
        source=say("tagging as policies ask: resources on bills and in inventories, judged one by "
                   "one; tagged and untagged: tagging reports of the MDAs; usage records for cost "
                   "and utilisation")
        if is_judged
        else say("tagging reports of the MDAs, as no resource of these MDAs and months is known "
                 "that a tagging policy could judge; usage records for cost and utilisation"),
    )  # fmt: skip


def _body(
    request: PageRequest, sees_waste: bool, is_judged: bool
) -> Sequence[Sequence[tuple[Section, int]]]:
    table = draw_heat if request.sees_many else draw_month_table
    rows: list[Sequence[tuple[Section, int]]] = [
        *([((draw_course, 7), (draw_ranking, 5))] if is_judged else []),
        ((draw_tagging, 7), (draw_untagged, 5)),
        ((table, 12),),
    ]
    if sees_waste:
        beside = draw_waste_agencies if request.sees_many else draw_waste_months
        idle = has_idle(request)
        rows.append(((draw_waste_services, 5), (beside, 7)) if idle else ((draw_no_waste, 12),))
    return rows


def _answer(request: PageRequest, now: Answer, sees_waste: bool) -> list[Text]:
    share, amount = now.value("untagged_share"), now.value("untagged_cost")
    who = whose(request)
    judged = _judged(now)
    if amount is None or share is None:
        why = now.reasons.get("untagged_cost", now.reasons.get("untagged_share", ""))
        said: list[Text] = [say("Who owns the cost of {whose} can't be said: {why}.",
                                whose=who, why=why)]  # fmt: skip
    else:
        said = say_parts(
            "Nobody put a name to {share} of the spend of {whose}, {amount}.",
            share=strong(percent(share), evidence_of(now, "untagged_share")),
            whose=who,
            amount=strong(money(amount, currency_of(now)), evidence_of(now, "untagged_cost")),
        )
        said += [*_driver(request), *_bases(now, share)]
    return [*said, *judged, *(_waste(request) if sees_waste else [])]


def _judged(now: Answer) -> list[Text]:
    """Say how resources are tagged that are known one by one, beside what MDAs report."""
    share = now.value("policy_compliance")
    if share is None:
        return []
    return say_parts(
        " That is as the MDAs report it; of what bills and inventories show resource by resource, "
        "{share} is tagged as the policies ask.",
        share=strong(percent(share), evidence_of(now, "policy_compliance")),
    )


def _bases(now: Answer, untagged: float) -> list[Text]:
    """Say why the tagged and the untagged share don't make up the whole, where they don't."""
    tagged = now.value("tagged_pct")
    if tagged is None or abs(1 - tagged - untagged) < _ALIKE:
        return []
    return say_parts(
        " The {tagged} tagged are reported as a share, the untagged as an amount: two reports, "
        "which need not make up the whole.",
        tagged=figure(now, "tagged_pct", percent(tagged)),
    )


def _driver(request: PageRequest) -> list[Text]:
    """Name the MDA, or the month, with the largest part of the untagged cost."""
    answer = ask_untagged(request)
    ranked = largest(answer.rows, "untagged_cost")
    if len(ranked) < 2 or not number(ranked[0]["untagged_cost"]):
        return []
    top = ranked[0]
    amount = figure(
        answer, "untagged_cost", money(number(top["untagged_cost"]), currency_of(answer)), top
    )
    if request.sees_many:
        return say_parts(" The largest part is with {name}, {amount}.",
                         name=dimension_text(top, "agency"), amount=amount)  # fmt: skip
    return say_parts(" The most in a month was {amount}, in {month}.",
                     amount=amount, month=dimension_text(top, "month"))  # fmt: skip


def _waste(request: PageRequest) -> list[Text]:
    idle = request.ask("waste_pct", "idle_cost", period=request.year_period())
    share = idle.value("waste_pct")
    if share is None:
        return []
    if not share:
        return [say(" No record was used so little that its cost counts as idle.")]
    part = strong(percent(share), evidence_of(idle, "waste_pct"))
    if idle.value("idle_cost") is None:
        return say_parts(" At most {share} is spent on resources that are hardly used.", share=part)
    return say_parts(
        " At most {share} is spent on resources that are hardly used, {amount}.",
        share=part,
        amount=strong(money(idle.value("idle_cost"), currency_of(idle)),
                      evidence_of(idle, "idle_cost")),
    )  # fmt: skip


def _cards(request: PageRequest, now: Answer, sees_waste: bool) -> Component:
    monthly = request.ask(
        "tagged_pct", "tagged_pct_unweighted", "untagged_cost", "untagged_share",
        "governance_risk_count", "policy_compliance", by=("month",), period=request.year_period(),
    )  # fmt: skip
    changes = ask_changes(request, "tagged_pct", "tagged_pct_unweighted", "untagged_share",
                          period=request.year_period())  # fmt: skip
    cards = [
        _share_card(request, now, monthly, changes, "tagged_pct", say("Tagged, by cost")),
        _policy_card(request, now, monthly)
        if now.value("policy_compliance") is not None
        else _share_card(request, now, monthly, changes, "tagged_pct_unweighted",
                         say("Tagged, plain mean")),
        _untagged_card(request, now, monthly),
        _risk_card(request, now, monthly),
        _below_card(request) if request.sees_many
        else _share_card(request, now, monthly, changes, "untagged_share", say("Untagged share")),
    ]  # fmt: skip
    if sees_waste:
        idle = request.ask("waste_pct", "idle_cost", period=request.year_period())
        by_month = request.ask("waste_pct", by=("month",), period=request.year_period())
        idle_changes = ask_changes(request, "waste_pct", period=request.year_period())
        cards.append(
            _share_card(request, idle, by_month, idle_changes, "waste_pct", say("Idle, at most"))
        )  # fmt: skip
    return kpi_row(cards)


def _share_card(
    request: PageRequest, now: Answer, monthly: Answer, changes: Answer, measure: str, label: str
) -> Component:
    share = now.value(measure)
    course = column(monthly.rows, measure)
    return kpi_card(
        label=label,
        value=None if share is None else percent_figure(share),
        unit="%",
        change=change_of(changes, measure, monthly),
        note=now.reasons.get(measure, "") if share is None else "",
        trace=Trace(course, say("{label}, month by month.", label=label)),
        theme=request.theme,
        evidence=evidence_of(now, measure),
    )  # fmt: skip


def _policy_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    label = say("As policies ask")
    return kpi_card(
        label=label,
        value=percent_figure(now.value("policy_compliance") or 0.0),
        unit="%",
        note=say("by bills and inventories; the others as MDAs report"),
        trace=Trace(column(monthly.rows, "policy_compliance"),
                    say("{label}, month by month.", label=label)),
        theme=request.theme,
        evidence=evidence_of(now, "policy_compliance"),
    )  # fmt: skip


def _untagged_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    amount, currency = now.value("untagged_cost"), currency_of(now)
    value, scale = ("", "") if amount is None else money_parts(amount, currency)
    return kpi_card(
        label=say("Untagged cost"),
        value=None if amount is None else value,
        unit=scale,
        exact=money_exact(amount, currency),
        note=now.reasons.get("untagged_cost", "")
        if amount is None
        else say("nobody answers for it; an amount as reported"),
        trace=Trace(column(monthly.rows, "untagged_cost"), say("Untagged cost, month by month.")),
        theme=request.theme,
        evidence=evidence_of(now, "untagged_cost"),
    )


def _risk_card(request: PageRequest, now: Answer, monthly: Answer) -> Component:
    risks, reports = now.value("governance_risk_count"), now.value("tagging_report_count")
    return kpi_card(
        label=say("Governance risks"),
        value=None if risks is None else f"{risks:,.0f}",
        note=now.reasons.get("governance_risk_count", "")
        if risks is None
        else say_number(int(reports or 0), "of {number} month reported, below target",
                        "of {number} months reported, below target"),
        trace=Trace(column(monthly.rows, "governance_risk_count"),
                    say("Governance risks, month by month.")),
        theme=request.theme,
        evidence=evidence_of(now, "governance_risk_count"),
    )  # fmt: skip


def _below_card(request: PageRequest) -> Component:
    month = request.last_month
    now = request.ask("agencies_below_tag_target", "tagging_report_count",
                      period=Period(month, month))  # fmt: skip
    below, of = now.value("agencies_below_tag_target"), now.value("tagging_report_count")
    return kpi_card(
        label=say("MDAs below target"),
        value=None if below is None else f"{below:,.0f}",
        note=now.reasons.get("agencies_below_tag_target", "")
        if below is None
        else say_number(
            int(of or 0),
            "of {number} that reported in {month}",
            "of {number} that reported in {month}",
            month=month_short(month),
        ),
        theme=request.theme,
        evidence=evidence_of(now, "agencies_below_tag_target"),
    )


def _definitions(request: PageRequest, sees_waste: bool) -> tuple[tuple[str, str], ...]:
    limit = idle_limit(request)
    waste = (
        (
            say("Idle"),
            say("cost of records used less than {limit} (waste), with a cliff there: what is used "
                "a little less counts whole, a little more not at all. An upper bound: look before "
                "switching off", limit=limit),
        ),
        (
            say("Untagged or idle"),
            say("the sum of both (high-risk spend): the records can't tell what is both, so this "
                "too is an upper bound"),
        ),
    )  # fmt: skip
    return (
        (
            say("Tagged"),
            say("share tagged as reported, each MDA's month weighted by its cost; the plain mean "
                "counts every report alike"),
        ),
        (
            say("Untagged share"),
            say("untagged cost in relation to the spend of the same MDAs and months, as the MDAs "
                "report it. What bills show of each resource, judged by the tagging policies, is "
                "under Tags to mend"),
        ),
        (say("Target"), target_text(request)),
        *(waste if sees_waste else ()),
    )  # fmt: skip
