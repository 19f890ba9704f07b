"""Insights about budgets: overspent so far, likely to be overrun, and not there at all."""

from __future__ import annotations

from typing import Final

from portal.components.parts import Text
from portal.formats import money_short, month_name, percent
from portal.pages.evidence import currency_of, dimension_text, figure, why_missing
from portal.pages.frame import drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Row, Stake, Unjudged
from portal.pages.insights.wording import (
    agencies_of,
    amount_of,
    in_percent,
    named,
    of_agencies,
    share_of,
    spend_of,
    who,
)
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import largest, number
from portal.texts import later, say, say_number, say_parts
from warehouse.months import shifted
from warehouse.question import Answer

_PATH: Final = "/finops/budget"
_LIKELY: Final = 0.5
"""Chance from which an overrun is called likely, as in the four words of the forecast."""


def judge_overspent(request: PageRequest) -> Judged:
    """Tell who spent notably more than the budget of the same months."""
    answer = request.ask("ytd_budget_variance", "ytd_budget_variance_pct", by=("agency",),
                         period=request.year_period())  # fmt: skip
    known = [row for row in answer.rows if row["ytd_budget_variance_pct"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "ytd_budget_variance_pct"))
    amber = limits_in_view(request)["budget_amber_ratio"]
    over = [row for row in largest(known, "ytd_budget_variance")
            if (number(row["ytd_budget_variance_pct"]) or 0) > amber]  # fmt: skip
    if not over:
        return None
    total = request.ask("ytd_budget_variance", "ytd_budget_variance_pct",
                        where=of_agencies(over), period=request.year_period())  # fmt: skip
    amount = amount_of(total, "ytd_budget_variance")
    if request.sees_many:
        sentence = say_parts(
            "{over} spent more than {limit} above the budget of the same months, together "
            "{amount}: {names}.",
            over=_of_all(len(over), len(known)), limit=percent(amber), amount=amount,
            names=named(answer, over, "ytd_budget_variance_pct", in_percent),
        )  # fmt: skip
    else:
        sentence = say_parts(
            "{who} spent {amount} more than the budget of the same months, {share} above it.",
            who=who(request), amount=amount,
            share=share_of(total, "ytd_budget_variance_pct"),
        )  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of MDAs more than {limit} above the budget of the months reported.",
                 limit=percent(amber)),
        confidence=[say("Recorded: spend and budget of the same months.")],
        href=drill_to(_PATH, request),
        answers=(total, answer),
        stake=Stake(total, "ytd_budget_variance"),
        agencies=agencies_of(over),
    )  # fmt: skip


def judge_overrun(request: PageRequest) -> Judged:
    """Tell whose year's budget the forecast passes, by how much, and in which quarter."""
    answer = request.ask("forecast_over_budget", "forecast_over_budget_pct", "overrun_probability",
                         "months_to_budget_break", by=("agency",))  # fmt: skip
    known = [row for row in answer.rows if row["overrun_probability"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "overrun_probability"))
    least = limits_in_view(request)["insight_overrun_pct"] / 100
    over = [row for row in largest(known, "forecast_over_budget")
            if (number(row["overrun_probability"]) or 0) >= _LIKELY
            and (number(row["forecast_over_budget_pct"]) or 0) >= least]  # fmt: skip
    if not over:
        return None
    total = request.ask("forecast_over_budget", "forecast_over_budget_pct", "forecast_error_3",
                        where=of_agencies(over))  # fmt: skip
    return Insight(
        sentence=_overrun(request, answer, over, _many(len(over), len(known), least), total),
        rule=say("Said where the chance of exceeding the year's budget is {limit} or more, and "
                 "the forecast lies {least} or more above it.", limit=percent(_LIKELY),
                 least=percent(least)),
        confidence=_past_error(request, total),
        href=drill_to(_PATH, request) + "#year-end",
        answers=(total, answer),
        stake=Stake(total, "forecast_over_budget"),
        agencies=agencies_of(over),
    )  # fmt: skip


def _overrun(
    request: PageRequest, answer: Answer, over: list[Row], some: str, total: Answer
) -> list[Text]:
    most = over[0]
    amount = amount_of(total, "forecast_over_budget")
    if not request.sees_many:
        return say_parts(
            "The forecast passes the budget of the year by {amount}, {share} of it; the budget is "
            "{spent}.",
            amount=amount, share=share_of(total, "forecast_over_budget_pct"),
            spent=_spent_when(request, most),
        )  # fmt: skip
    return say_parts(
        "{over}, together by {amount}; {mda} most, by {share}: its budget is {spent}.",
        over=some, amount=amount, mda=dimension_text(most, "agency"),
        share=figure(answer, "forecast_over_budget_pct",
                     percent(number(most["forecast_over_budget_pct"])), most),
        spent=_spent_when(request, most),
    )  # fmt: skip


def _many(number_of: int, every: int, least: float) -> str:
    return say_number(
        every,
        "{some} of {number} MDA is likely to exceed the year's budget by {least} or more",
        "{some} of {number} MDAs are likely to exceed the year's budget by {least} or more",
        some=number_of,
        least=percent(least),
    )


def _spent_when(request: PageRequest, row: Row) -> str:
    ahead = number(row["months_to_budget_break"])
    if ahead is None:
        return say("spent at the year's end")
    if ahead == 0:
        return say("spent already")
    month = shifted(request.build.data_to, int(ahead))
    quarter = (int(month[5:]) + 2) // 3
    return say("spent in {month} (Q{quarter})", month=month_name(month), quarter=quarter)


def _past_error(request: PageRequest, total: Answer) -> list[Text]:
    missed = total.value("forecast_error_3")
    if missed is None:
        return [say("Forecast of less than thirteen months of history: how far such forecasts "
                    "miss isn't known yet.")]  # fmt: skip
    error = figure(total, "forecast_error_3", percent(missed))
    if request.sees_many:
        return say_parts("Forecast: past ones of these MDAs missed by {error} three months ahead.",
                         error=error)  # fmt: skip
    return say_parts("Forecast: past ones missed by {error} three months ahead.", error=error)


def judge_unbudgeted(request: PageRequest) -> Judged:
    """Tell what was spent that no budget is recorded for."""
    answer = request.ask("ytd_unbudgeted_spend", by=("agency",), period=request.year_period())
    known = [row for row in answer.rows if row["ytd_unbudgeted_spend"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "ytd_unbudgeted_spend"))
    without = [row for row in largest(known, "ytd_unbudgeted_spend")
               if (number(row["ytd_unbudgeted_spend"]) or 0) > 0]  # fmt: skip
    if not without:
        return None
    total = request.ask("ytd_unbudgeted_spend", where=of_agencies(without),
                        period=request.year_period())  # fmt: skip
    amount, currency = amount_of(total, "ytd_unbudgeted_spend"), currency_of(total)
    if request.sees_many:
        sentence = say_parts(
            "{amount} of this year's spend has no budget to be set against: {names}.",
            amount=amount,
            names=named(answer, without, "ytd_unbudgeted_spend",
                        lambda value: money_short(value, currency)),
        )  # fmt: skip
    else:
        sentence = say_parts("{amount} of {spend} this year has no budget to be set against.",
                             amount=amount, spend=spend_of(request))  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said where months with spend have no budget on record."),
        confidence=[say("Recorded: budgets as they are on record.")],
        href=drill_to(_PATH, request),
        answers=(total, answer),
        stake=Stake(total, "ytd_unbudgeted_spend"),
        agencies=agencies_of(without),
    )


def _of_all(number_of: int, every: int) -> str:
    return say_number(every, "{some} of {number} MDA", "{some} of {number} MDAs", some=number_of)


KINDS: Final = (
    Kind("overspent", later("Overspent this year"), "budget", Level.AT_STAKE, judge_overspent),
    Kind("overrun", later("Forecast above the budget"), "budget", Level.AT_STAKE, judge_overrun),
    Kind("unbudgeted", later("Spend without a budget"), "plan", Level.CONCERNED, judge_unbudgeted),
)
