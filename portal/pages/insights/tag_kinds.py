"""Insights about ownership and use: untagged, against the policies, borne by nobody, idle."""

from __future__ import annotations

from typing import Final

from portal.formats import money_short, months_range, percent
from portal.pages.evidence import currency_of, why_missing
from portal.pages.frame import drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Stake, Unjudged
from portal.pages.insights.wording import (
    agencies_of,
    amount_of,
    in_percent,
    named,
    of_agencies,
    share_of,
    spend_of,
    spend_on_services_of,
)
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import largest, number, span_of
from portal.texts import later, say, say_number, say_parts
from warehouse.months import shifted
from warehouse.question import Period

_GOVERNANCE: Final = "/finops/governance"


def judge_untagged(request: PageRequest) -> Judged:
    """Tell whose spend carries no tag beyond what the target leaves."""
    period = request.year_period()
    answer = request.ask("untagged_share", "untagged_cost", by=("agency",), period=period)
    known = [row for row in answer.rows if row["untagged_share"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "untagged_share"))
    limit = (100 - limits_in_view(request)["tag_target_pct"]) / 100
    above = [row for row in largest(known, "untagged_share")
             if (number(row["untagged_share"]) or 0) > limit]  # fmt: skip
    if not above:
        return None
    total = request.ask("untagged_share", "untagged_cost", where=of_agencies(above), period=period)
    amount = amount_of(total, "untagged_cost")
    if request.sees_many:
        sentence = say_parts(
            "At {some} more than {limit} of spend carries no tag, together {amount}, so nobody "
            "answers for it: {names}.",
            some=say_number(len(known), "{some} of {number} MDA", "{some} of {number} MDAs",
                            some=len(above)),
            limit=percent(limit), amount=amount,
            names=named(answer, above, "untagged_share", in_percent),
        )  # fmt: skip
    else:
        sentence = say_parts(
            "{share} of {spend} carries no tag, {amount} in {months}, so nobody answers for it.",
            share=share_of(total, "untagged_share"), spend=spend_of(request), amount=amount,
            months=span_of(request),
        )  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of MDAs with more than {limit} of their spend untagged, which the target "
                 "for tags leaves.", limit=percent(limit)),
        confidence=[say("As the MDAs reported it.")],
        href=drill_to(_GOVERNANCE, request),
        answers=(total, answer),
        stake=Stake(total, "untagged_cost"),
        agencies=agencies_of(above),
    )  # fmt: skip


def judge_policies(request: PageRequest) -> Judged:
    """Tell what spend breaks the tagging policies in force."""
    answer = request.ask("policy_compliance", "non_compliant_cost", period=request.year_period())
    share = answer.value("policy_compliance")
    if share is None:
        return Unjudged(why_missing(answer, "policy_compliance"))
    target = limits_in_view(request)["tag_target_pct"] / 100
    if share >= target:
        return None
    return Insight(
        sentence=say_parts(
            "{share} of {spend} that can be judged is tagged as the policies ask; {amount} is on "
            "resources with a tag missing or wrong.",
            share=share_of(answer, "policy_compliance"), spend=spend_of(request),
            amount=amount_of(answer, "non_compliant_cost"),
        ),
        rule=say("Said where less than {limit} of the spend that can be judged is tagged as "
                 "asked.", limit=percent(target)),
        confidence=[say("Seen in the lines of bills and in inventories.")],
        href=drill_to("/finops/tags", request),
        answers=(answer,),
        stake=Stake(answer, "non_compliant_cost"),
    )  # fmt: skip


def judge_chargeback(request: PageRequest) -> Judged:
    """Tell what can be charged to nobody, or was given to an MDA without its own account or tag."""
    if request.scope.is_government and not request.filters.agency:
        return _borne_by_nobody(request)
    answer = request.ask("allocated_cost", "effective_cost", period=request.year_period())
    if answer.value("allocated_cost") is None:
        return Unjudged(why_missing(answer, "allocated_cost"))
    if not (answer.value("allocated_cost") or 0) > 0:
        return None
    return Insight(
        sentence=say_parts(
            "{amount} of {spend} is shared cost that rules gave out, since no account or tag says "
            "whose it is.",
            amount=amount_of(answer, "allocated_cost"), spend=spend_of(request),
        ),
        rule=say("Said where rules for shared cost give an MDA any."),
        confidence=[say("Billed, and given out by the rules of attribution.")],
        href=drill_to("/explore", request, view="bills"),
        answers=(answer,),
        stake=Stake(answer, "allocated_cost"),
    )  # fmt: skip


def _borne_by_nobody(request: PageRequest) -> Judged:
    answer = request.ask("unallocated_cost", "allocation_rate", period=request.year_period())
    rate = answer.value("allocation_rate")
    if rate is None:
        return Unjudged(why_missing(answer, "allocation_rate"))
    target = limits_in_view(request)["allocation_target_pct"] / 100
    if rate >= target or not (answer.value("unallocated_cost") or 0) > 0:
        return None
    return Insight(
        sentence=say_parts(
            "{amount} on bills can be charged to nobody, since neither account nor tag nor rule "
            "says whose it is; {share} of what was consumed has an owner.",
            amount=amount_of(answer, "unallocated_cost"),
            share=share_of(answer, "allocation_rate"),
        ),
        rule=say("Said where less than {limit} of what bills show has an owner.",
                 limit=percent(target)),
        confidence=[say("Billed, and attributed by the rules in force.")],
        href=drill_to("/explore", request, view="bills"),
        answers=(answer,),
        stake=Stake(answer, "unallocated_cost"),
    )  # fmt: skip


def judge_idle(request: PageRequest) -> Judged:
    """Tell what went to resources that are hardly used, in twelve months."""
    period = twelve_months(request)
    dimension = "agency" if request.sees_many else "service_type"
    answer = request.ask("idle_cost", "waste_pct", by=(dimension,), period=period)
    idle = [row for row in largest(answer.rows, "idle_cost") if (number(row["idle_cost"]) or 0) > 0]
    if not any(row["idle_cost"] is not None for row in answer.rows):
        return Unjudged(why_missing(answer, "idle_cost"))
    if not idle:
        return None
    total = request.ask("idle_cost", "waste_pct", period=period)
    currency = currency_of(total)
    limit = percent(limits_in_view(request)["idle_utilisation_pct"] / 100)
    return Insight(
        sentence=say_parts(
            "{amount} in {months} went to resources used below {limit}, {share} of {spend}: "
            "{names}.",
            amount=amount_of(total, "idle_cost"),
            months=months_range(period.start or "", period.end or ""), limit=limit,
            share=share_of(total, "waste_pct"), spend=spend_on_services_of(request),
            names=named(answer, idle, "idle_cost", lambda value: money_short(value, currency),
                        dimension),
        ),
        rule=say("Said of records with utilisation below {limit}, over the last twelve months at "
                 "most.", limit=limit),
        confidence=[say("Reported utilisation; an upper bound of what can be saved.")],
        href=drill_to(_GOVERNANCE, request),
        answers=(total, answer),
        stake=Stake(total, "idle_cost"),
        agencies=agencies_of(idle) if dimension == "agency" else frozenset(),
    )  # fmt: skip


def twelve_months(request: PageRequest) -> Period:
    """Give the months chosen, else the last twelve that there are."""
    if request.filters.start or request.filters.end:
        return request.filters.period
    last = request.build.data_to
    return Period(max(shifted(last, -11), request.build.data_from), last)


def judge_risky(request: PageRequest) -> Judged:
    """Tell which MDAs are both under-used and poorly tagged."""
    period = request.year_period()
    answer = request.ask("waste_pct", "tagged_pct", "high_risk_spend", by=("agency",),
                         period=period)  # fmt: skip
    known = [row for row in answer.rows
             if row["waste_pct"] is not None and row["tagged_pct"] is not None]  # fmt: skip
    if not known:
        return Unjudged(why_missing(answer, "tagged_pct"))
    limits = limits_in_view(request)
    most_idle, least_tagged = limits["insight_idle_pct"] / 100, limits["tag_target_pct"] / 100
    both = [row for row in largest(known, "high_risk_spend")
            if (number(row["waste_pct"]) or 0) >= most_idle
            and (number(row["tagged_pct"]) or 0) < least_tagged]  # fmt: skip
    if not both:
        return None
    total = request.ask("high_risk_spend", "waste_pct", "tagged_pct", where=of_agencies(both),
                        period=period)  # fmt: skip
    if request.sees_many:
        sentence = say_parts(
            "At {some} resources are both under-used and poorly tagged, with {amount} untagged or "
            "idle: {names} idle.",
            some=say_number(len(known), "{some} of {number} MDA", "{some} of {number} MDAs",
                            some=len(both)),
            amount=amount_of(total, "high_risk_spend"),
            names=named(answer, both, "waste_pct", in_percent),
        )  # fmt: skip
    else:
        sentence = say_parts(
            "{idle} of {spend} is on resources hardly used, and only {tagged} of resources are "
            "tagged: {amount} is untagged or idle.",
            idle=share_of(total, "waste_pct"), tagged=share_of(total, "tagged_pct"),
            spend=spend_of(request), amount=amount_of(total, "high_risk_spend"),
        )  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of MDAs with {idle} or more of their spend idle and less than {tagged} of "
                 "their resources tagged.", idle=percent(most_idle), tagged=percent(least_tagged)),
        confidence=[say("Reported; untagged and idle spend may overlap.")],
        href=drill_to(_GOVERNANCE, request),
        answers=(total, answer),
        stake=Stake(total, "high_risk_spend"),
        agencies=agencies_of(both),
    )  # fmt: skip


KINDS: Final = (
    Kind("idle", later("Hardly used"), "waste", Level.AT_STAKE, judge_idle),
    Kind("untagged", later("Untagged spend"), "tags", Level.CONCERNED, judge_untagged),
    Kind("policies", later("Against the tagging policies"), "policies", Level.CONCERNED,
         judge_policies),
    Kind("chargeback", later("Charged to nobody, or by rule"), "chargeback", Level.CONCERNED,
         judge_chargeback),
    Kind("risky", later("Under-used and poorly tagged"), "risk", Level.AT_STAKE, judge_risky),
)  # fmt: skip
