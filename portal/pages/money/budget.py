"""Budget oversight: who is over budget, and what a year at this pace would cost."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components.parts import Text, strong
from portal.formats import money, month_name, percent
from portal.pages.bridge.sections import draw_budget_bridge
from portal.pages.evidence import currency_of, dimension_text, evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.limits import limits_in_view
from portal.pages.money.budget_agencies import (
    ask_agencies,
    draw_agencies,
    draw_unbudgeted,
    draw_variances,
    over_budget,
    ranked_agencies,
    say_over,
)
from portal.pages.money.budget_cards import budget_cards, is_fast
from portal.pages.money.budget_charts import ask_year, draw_year_chart, untold
from portal.pages.money.budget_in_force import draw_in_force
from portal.pages.money.budget_months import draw_month_table, draw_month_variances, draw_months
from portal.pages.money.budget_year_end import draw_year_end
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

OWN_QUESTION = later("Are we over budget, and will we be?")
QUESTION = later("Who is over budget, and who will be?")


def _draw_cumulative(request: PageRequest) -> Component:
    return draw_year_chart(request, span=7)


_FOR_MANY = (
    ((_draw_cumulative, 7), (draw_variances, 5)),
    ((draw_year_end, 12),),
    ((draw_budget_bridge, 12),),
    ((draw_agencies, 12),),
    ((draw_months, 8), (draw_unbudgeted, 4)),
)
_FOR_ONE = (
    ((_draw_cumulative, 7), (draw_month_variances, 5)),
    ((draw_year_end, 12),),
    ((draw_budget_bridge, 12),),
    ((draw_months, 7), (draw_in_force, 5)),
    ((draw_month_table, 12),),
)
_MANY_WITHOUT = (((draw_months, 8), (draw_unbudgeted, 4)),)
_ONE_WITHOUT = (((draw_months, 7), (draw_in_force, 5)),)


@report_page(QUESTION, OWN_QUESTION)
def draw_budget(request: PageRequest) -> Component:
    """Draw the page; an MDA sees its months where the treasury sees MDAs."""
    now = ask_year(request)
    return report(
        request,
        path="/finops/budget",
        here=say("Budget"),
        question=say_known(QUESTION)
        if request.sees_many
        else say_known(OWN_QUESTION),
        answer=_answer_of_many(request, now) if request.sees_many
        else _answer_of_one(request, now),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency",),
        more=("year", "currency"),
        kpis=budget_cards(request, now),
        body=[sections(request, each) for each in _body(request, now)],
        definitions=_definitions(request),
        source=say("usage records for spend; budgets as recorded by the treasury or handed in"),
    )  # fmt: skip


def _body(request: PageRequest, now: Answer) -> Sequence[Sequence[tuple[Section, int]]]:
    if request.sees_many:
        return _FOR_MANY if ranked_agencies(ask_agencies(request)) else _MANY_WITHOUT
    return _ONE_WITHOUT if now.value("ytd_budget") is None else _FOR_ONE


def _answer_of_many(request: PageRequest, now: Answer) -> list[Text]:
    """Say how all stand together, how many are over, and how many will be."""
    answer = ask_agencies(request)
    ranked = ranked_agencies(answer)
    said = _against_budget(request, now)
    if not ranked:
        return said
    over = over_budget(answer)
    said += [" ", say_over(over, len(ranked)), "."]
    if over:
        share = number(ranked[0]["ytd_budget_variance_pct"])
        said += say_parts(
            " {name} is furthest above it, by {share}.",
            name=dimension_text(ranked[0], "agency"),
            share=strong(percent(share), evidence_of(answer, "ytd_budget_variance_pct", ranked[0])),
        )
    fast = sum(is_fast(number(row["burn_index"])) for row in ranked)
    if not fast:
        return [*said, " ", say("At this pace every budget lasts the year.")]
    will = say_number(
        fast,
        "At this pace {number} MDA uses up the budget recorded for it before the year ends.",
        "At this pace {number} MDAs use up the budgets recorded for them before the year ends.",
    )
    return [*said, " ", will]


def _answer_of_one(request: PageRequest, now: Answer) -> list[Text]:
    """Say how the MDA stands, how much of its year's budget is spent, and whether it lasts."""
    said = _against_budget(request, now)
    used = now.value("budget_used_pct")
    if used is None:
        return said
    share = strong(percent(used), evidence_of(now, "budget_used_pct"))
    if used > 1:
        return [*said, *say_parts(" The year's budget is used up: {share} of it is spent.",
                                  share=share)]  # fmt: skip
    if is_fast(now.value("burn_index")):
        return [*said, *say_parts(" {share} of the year's budget is spent; at this pace it is "
                                  "used up before the year ends.", share=share)]  # fmt: skip
    return [*said, *say_parts(" {share} of the year's budget is spent; at this pace it lasts the "
                              "year.", share=share)]  # fmt: skip


def _against_budget(request: PageRequest, now: Answer) -> list[Text]:
    """Say how far spend is from the budget of the same months, or why that can't be told."""
    share, amount = now.value("ytd_budget_variance_pct"), now.value("ytd_budget_variance")
    month = month_name(request.last_month)
    who, currency = whose(request), currency_of(now)
    if now.value("ytd_spend") is None:
        return [untold(request, now)]
    if share is None or amount is None:
        spent = strong(money(now.value("ytd_spend"), currency), evidence_of(now, "ytd_spend"))
        why = now.reasons.get("ytd_budget_variance_pct", say("no budget is recorded"))
        return say_parts("Spend of {whose}, {spent} this year to {month}, can't be set against a "
                         "budget: {why}.", whose=who, spent=spent, month=month,
                         why=why)  # fmt: skip
    if amount == 0:
        return [say("Spend of {whose} this year to {month} is exactly on budget.",
                    whose=who, month=month)]  # fmt: skip
    gaps = {
        "whose": who,
        "month": month,
        "amount": strong(money(abs(amount), currency), evidence_of(now, "ytd_budget_variance")),
        "share": strong(percent(abs(share)), evidence_of(now, "ytd_budget_variance_pct")),
    }
    if amount > 0:
        return say_parts("Spend of {whose} this year to {month} is {amount} over the budget of the "
                         "same months, or {share}.", **gaps)  # fmt: skip
    return say_parts("Spend of {whose} this year to {month} is {amount} under the budget of the "
                     "same months, or {share}.", **gaps)  # fmt: skip


def _definitions(request: PageRequest) -> tuple[tuple[str, str], ...]:
    limits = limits_in_view(request)
    return (
        (
            say("Against budget"),
            say("spend minus budget over the months with both, in relation to the budget"),
        ),
        (
            say("Bands"),
            say("within budget up to 0 %, slightly over up to {limit}, over budget beyond",
                limit=percent(limits["budget_amber_ratio"])),
        ),
        (
            say("Burn index"),
            say("share of the year's budget spent in relation to the share of the year gone; "
                "above 1 is faster than the year"),
        ),
        (
            say("At this pace"),
            say("spend so far, by the months gone, times twelve (run rate): no forecast"),
        ),
        (
            say("Chance of exceeding it"),
            say("the share of past errors of such forecasts that would carry the year above its "
                "budget: on track below 20 %, watch below 50 %, likely over below 80 %"),
        ),
        (
            say("Budget spread"),
            say("how an annual amount was divided over months: evenly, or like last year's spend; "
                "month by month is as it was set"),
        ),
    )  # fmt: skip
