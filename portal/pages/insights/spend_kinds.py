"""Insights about spend: who makes most of it, what stood out, and what was paid for in vain."""

from __future__ import annotations

from typing import Final

from portal.components.parts import strong
from portal.formats import count, money_short, percent
from portal.pages.anomalies.seen import PATH as ANOMALIES
from portal.pages.anomalies.unsettled import ask_unsettled
from portal.pages.evidence import currency_of, dimension_text, evidence_of, figure, why_missing
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
)
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import history
from portal.pages.series import largest, number, span_of
from portal.texts import later, say, say_number, say_parts
from warehouse.question import Period

_TOP: Final = 2
_MONTHS_TO_JUDGE: Final = 12
_LEAST_AGENCIES: Final = 5
"""Of fewer MDAs two always make up much of all spend."""


def judge_concentration(request: PageRequest) -> Judged:
    """Tell whether two MDAs, or one service of an MDA, make up most of spend."""
    if not request.sees_many:
        return _service_concentration(request)
    answer = request.ask("agency_share", "actual_spend", by=("agency",),
                         period=request.year_period())  # fmt: skip
    ranked = largest(answer.rows, "actual_spend")
    if not ranked:
        return Unjudged(why_missing(answer, "actual_spend"))
    if len(ranked) < _LEAST_AGENCIES:
        return None
    limit = limits_in_view(request)["insight_top_agencies_pct"] / 100
    top = ranked[:_TOP]
    total = request.ask("agency_share", "actual_spend", where=of_agencies(top),
                        period=request.year_period())  # fmt: skip
    if (total.value("agency_share") or 0) < limit:
        return None
    return Insight(
        sentence=say_parts(
            "Two of {all} MDAs make up {share} of all spend, {amount}: {names}.",
            all=count(len(ranked)),
            share=share_of(total, "agency_share"),
            amount=amount_of(total, "actual_spend"),
            names=named(answer, top, "agency_share", in_percent),
        ),
        rule=say("Said where the two largest of five or more MDAs make up {limit} or more.",
                 limit=percent(limit)),
        confidence=[say("Recorded: spend of {months}.", months=span_of(request))],
        href=drill_to("/finops/trends", request),
        answers=(total, answer),
        stake=Stake(total, "actual_spend"),
        agencies=agencies_of(top),
    )  # fmt: skip


def _service_concentration(request: PageRequest) -> Judged:
    answer = request.ask("service_share", "actual_spend", by=("service_type",),
                         period=request.year_period())  # fmt: skip
    ranked = largest(answer.rows, "service_share")
    if not ranked:
        return Unjudged(why_missing(answer, "service_share"))
    limit = limits_in_view(request)["insight_top_service_pct"] / 100
    top = ranked[0]
    if len(ranked) < _TOP or (number(top["service_share"]) or 0) < limit:
        return None
    return Insight(
        sentence=say_parts(
            "{share} of {spend} is {service}: {amount}.",
            share=share_of(answer, "service_share", top),
            spend=spend_of(request),
            service=dimension_text(top, "service_type"),
            amount=amount_of(answer, "actual_spend", top),
        ),
        rule=say("Said where one type of service makes up {limit} or more of an MDA's spend.",
                 limit=percent(limit)),
        confidence=[say("Recorded: spend of {months}.", months=span_of(request))],
        href=drill_to("/finops/trends", request),
        answers=(answer,),
        stake=Stake(answer, "actual_spend", top),
    )  # fmt: skip


def judge_anomalies(request: PageRequest) -> Judged:
    """Tell how often cost stood out, and by how much, where nobody has settled it yet."""
    period = request.year_period()
    unsettled = ask_unsettled(request, "anomaly_alerts", period)
    if unsettled is None:
        return _nothing_stands_out(request)
    answer = request.ask("anomaly_alerts", "anomaly_alert_excess", by=("agency",), where=unsettled,
                         period=period)  # fmt: skip
    ranked = [row for row in largest(answer.rows, "anomaly_alert_excess")
              if (number(row["anomaly_alerts"]) or 0) > 0]  # fmt: skip
    total = request.ask("anomaly_alerts", "anomaly_alert_excess",
                        where=unsettled or of_agencies(ranked), period=period)  # fmt: skip
    events, currency = int(total.value("anomaly_alerts") or 0), currency_of(total)
    times = strong(say_number(events, "{number} time", "{number} times"),
                   evidence_of(total, "anomaly_alerts"))  # fmt: skip
    amount = amount_of(total, "anomaly_alert_excess")
    if request.sees_many:
        sentence = say_parts(
            "Cost stood out {times}, by {amount} beyond what was expected, and is not settled yet: "
            "{names}.",
            times=times, amount=amount,
            names=named(answer, ranked, "anomaly_alert_excess",
                        lambda value: money_short(value, currency)),
        )  # fmt: skip
    else:
        sentence = say_parts(
            "In {months}, {spend} stood out {times}, by {amount} beyond what was expected, and is "
            "not settled yet.",
            months=span_of(request), spend=spend_of(request), times=times, amount=amount,
        )  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of anomalies above the limits, in dollars and in per cent, each counted "
                 "once, that are open or acknowledged. Those that somebody called planned, a false "
                 "alarm or resolved are left out, and what these mute."),
        confidence=[say("Measured against each MDA's own past months and days.")],
        href=drill_to(ANOMALIES, request),
        answers=(total, answer),
        stake=Stake(total, "anomaly_alert_excess"),
        agencies=agencies_of(ranked),
    )  # fmt: skip


def _nothing_stands_out(request: PageRequest) -> Judged:
    """Tell that nothing stood out from a past too short to say what is usual."""
    months = request.ask("agency_month_count", by=("agency",), period=history(request)).rows
    known = max((int(number(row["agency_month_count"]) or 0) for row in months), default=0)
    if known > _MONTHS_TO_JUDGE:
        return None
    return Unjudged(say("too few months are on record to say what is usual"))


def judge_commitments(request: PageRequest) -> Judged:
    """Tell what was paid for commitments that nobody used."""
    period = request.year_period()
    answer = request.ask("commitment_unused_cost", "commitment_utilisation", period=period)
    used = answer.value("commitment_utilisation")
    if used is None:
        return Unjudged(why_missing(answer, "commitment_utilisation"))
    target = limits_in_view(request)["commitment_target_pct"] / 100
    if used >= target or not (answer.value("commitment_unused_cost") or 0) > 0:
        return None
    return Insight(
        sentence=say_parts(
            "{amount} was paid for commitments that went unused: {share} of what was committed "
            "was used.",
            amount=amount_of(answer, "commitment_unused_cost"),
            share=share_of(answer, "commitment_utilisation"),
        ),
        rule=say("Said where less than {limit} of commitments is used.", limit=percent(target)),
        confidence=[say("Billed: as the lines of bills say, {months}.", months=span_of(request))],
        href=drill_to("/explore", request, view="bills"),
        answers=(answer,),
        stake=Stake(answer, "commitment_unused_cost"),
    )


def judge_invoices(request: PageRequest) -> Judged:
    """Tell which invoices ask for something else than the bills say."""
    period = request.year_period()
    answer = request.ask("invoice_difference", "invoice_differing_count", by=("invoice",),
                         period=period)  # fmt: skip
    if not answer.rows:
        return Unjudged(say("no invoices handed in"))
    differing = [row for row in answer.rows if (number(row["invoice_differing_count"]) or 0) > 0]
    if not differing:
        return None
    total = request.ask(
        "invoice_difference", "invoice_differing_count", period=period,
        where=(("invoice", tuple(str(row["invoice"]) for row in differing)),),
    )  # fmt: skip
    difference = total.value("invoice_difference") or 0.0
    number_of = int(total.value("invoice_differing_count") or 0)
    gaps = {
        "invoices": figure(total, "invoice_differing_count",
                           say_number(number_of, "{number} invoice", "{number} invoices")),
        "amount": amount_of(total, "invoice_difference"),
    }  # fmt: skip
    sentence = (
        say_parts("{invoices} asked for {amount} more than the bills say.", **gaps)
        if difference > 0
        else say_parts("{invoices} asked for {amount} less than the bills say.", **gaps)
    )
    return Insight(
        sentence=sentence,
        rule=say("Said of invoices that differ from the lines of bills that name them."),
        confidence=[say("Received: invoices beside the lines of bills.")],
        href=drill_to("/finops/providers", request) + "#invoices",
        answers=(total, answer),
        stake=Stake(total, "invoice_difference") if difference > 0 else None,
    )


def judge_contracts(request: PageRequest) -> Judged:
    """Tell which contracts reach their ceiling before they end."""
    answer = request.ask("contract_running_out_count", "contract_left", "contract_drawn_pct",
                         by=("contract",), period=Period())  # fmt: skip
    if not answer.rows:
        return Unjudged(say("no contract with a ceiling is on record"))
    early = [row for row in largest(answer.rows, "contract_drawn_pct")
             if (number(row["contract_running_out_count"]) or 0) > 0]  # fmt: skip
    if not early:
        return None
    total = request.ask(
        "contract_running_out_count", "contract_left", period=Period(),
        where=(("contract", tuple(str(row["contract"]) for row in early)),),
    )  # fmt: skip
    number_of = total.value("contract_running_out_count")
    return Insight(
        sentence=say_parts(
            "At the present pace {contracts} will reach the ceiling too early; {amount} is left. "
            "Drawn already: {names}.",
            contracts=figure(total, "contract_running_out_count",
                             say_number(int(number_of or 0), "{number} contract",
                                        "{number} contracts")),
            amount=amount_of(total, "contract_left"),
            names=named(answer, early, "contract_drawn_pct", in_percent, "contract"),
        ),
        rule=say("Said of contracts that at the pace of the last 90 days reach their ceiling "
                 "before they end."),
        confidence=[say("Reckoned from the bills of the last 90 days.")],
        href=drill_to("/finops/providers", request) + "#contracts",
        answers=(total, answer),
        stake=Stake(total, "contract_left"),
    )  # fmt: skip


KINDS: Final = (
    Kind("concentration", later("Spend in few hands"), "spend", Level.CONCERNED,
         judge_concentration),
    Kind("anomalies", later("Months that stood out"), "anomalies", Level.AT_STAKE,
         judge_anomalies),
    Kind("commitments", later("Commitments not used"), "commitments", Level.AT_STAKE,
         judge_commitments),
    Kind("invoices", later("Invoices that differ"), "invoices", Level.AT_STAKE, judge_invoices),
    Kind("contracts", later("Ceilings soon reached"), "contracts", Level.CONCERNED,
         judge_contracts),
)  # fmt: skip
