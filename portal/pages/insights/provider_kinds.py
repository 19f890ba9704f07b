"""Insights about providers: dependent on one, or spread over many."""

from __future__ import annotations

from typing import Final

from portal.components.parts import Text
from portal.formats import count, percent
from portal.pages.evidence import dimension_text, figure, why_missing
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
)
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.series import largest, number
from portal.texts import later, say, say_number, say_parts
from warehouse.question import Answer

_PATH: Final = "/finops/providers"


def judge_dependence(request: PageRequest) -> Judged:
    """Tell which MDAs buy nearly all of their cloud from one provider."""
    answer = _ask(request)
    known = [row for row in answer.rows if row["top_provider_share"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "top_provider_share"))
    limit = limits_in_view(request)["insight_top_provider_pct"] / 100
    bound = [row for row in largest(known, "provider_spend")
             if (number(row["top_provider_share"]) or 0) >= limit]  # fmt: skip
    if not bound:
        return None
    total = request.ask("provider_spend", where=of_agencies(bound), period=request.year_period())
    amount = amount_of(total, "provider_spend")
    if request.sees_many:
        sentence = say_parts(
            "{some} bought {limit} or more of their cloud from one provider, together {amount}: "
            "{names}.",
            some=_of_all(len(bound), len(known)), limit=percent(limit), amount=amount,
            names=named(answer, bound, "top_provider_share", in_percent),
        )  # fmt: skip
    else:
        providers = request.ask("provider_share", "provider_spend", by=("provider",),
                                period=request.year_period())  # fmt: skip
        top = largest(providers.rows, "provider_share")[0]
        sentence = say_parts(
            "{share} of {spend} with providers is with {provider}: {amount}.",
            share=share_of(providers, "provider_share", top), spend=spend_of(request),
            provider=dimension_text(top, "provider"),
            amount=amount_of(providers, "provider_spend", top),
        )  # fmt: skip
    return Insight(
        sentence=sentence,
        rule=say("Said of MDAs with {limit} or more of their spend with one provider.",
                 limit=percent(limit)),
        confidence=[say("Recorded: provider spend of the calendar years in view.")],
        href=drill_to(_PATH, request),
        answers=(total, answer),
        stake=Stake(total, "provider_spend"),
        agencies=agencies_of(bound),
    )  # fmt: skip


def judge_fragmentation(request: PageRequest) -> Judged:
    """Tell which MDAs spread their spend over many providers."""
    answer = _ask(request)
    known = [row for row in answer.rows if row["fragmentation"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "fragmentation"))
    limit = int(limits_in_view(request)["insight_provider_count"])
    spread = [row for row in largest(known, "provider_spend")
              if (number(row["fragmentation"]) or 0) >= limit]  # fmt: skip
    if not spread:
        return None
    total = request.ask("provider_spend", where=of_agencies(spread), period=request.year_period())
    return Insight(
        sentence=_spread(request, answer, spread, len(known), total),
        rule=say("Said of MDAs with {limit} or more providers of at least 5 % of their spend.",
                 limit=limit),
        confidence=[say("Recorded: provider spend of the calendar years in view.")],
        href=drill_to(_PATH, request),
        answers=(total, answer),
        stake=Stake(total, "provider_spend"),
        agencies=agencies_of(spread),
    )  # fmt: skip


def _spread(
    request: PageRequest, answer: Answer, spread: list[Row], known: int, total: Answer
) -> list[Text]:
    amount = amount_of(total, "provider_spend")
    if not request.sees_many:
        number_of = figure(answer, "fragmentation", count(number(spread[0]["fragmentation"])),
                           spread[0])  # fmt: skip
        return say_parts(
            "{amount} of {spend} is spread over {providers} providers that matter: each needs its "
            "own contract, skills and tags.",
            spend=spend_of(request), amount=amount, providers=number_of,
        )  # fmt: skip
    return say_parts(
        "{some} spread {amount} over several providers each, with contracts, skills and tags of "
        "its own for every one: {names}.",
        some=_of_all(len(spread), known), amount=amount,
        names=named(answer, spread, "fragmentation", count),
    )  # fmt: skip


def _ask(request: PageRequest) -> Answer:
    return request.ask("top_provider_share", "fragmentation", "provider_spend", by=("agency",),
                       period=request.year_period())  # fmt: skip


def _of_all(number_of: int, every: int) -> str:
    return say_number(every, "{some} of {number} MDA", "{some} of {number} MDAs", some=number_of)


KINDS: Final = (
    Kind("dependence", later("Bound to one provider"), "providers", Level.CONCERNED,
         judge_dependence),
    Kind("fragmentation", later("Spread over many providers"), "providers", Level.CONCERNED,
         judge_fragmentation),
)  # fmt: skip
