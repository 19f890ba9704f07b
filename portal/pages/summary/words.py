"""Sentences and definitions that the executive summary and the home of an MDA share."""

from __future__ import annotations

from typing import Final

from portal.components.parts import Text, strong
from portal.formats import money, month_name, percent
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import whose_at_start
from portal.pages.money.budget_charts import ask_spend, untold
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer

_DEFINITIONS: Final = {
    "spend": (
        later("Spend"),
        later("cost as handed in, in US dollars unless another currency is chosen"),
    ),
    "over_budget": (
        later("Over budget"),
        later("spend minus budget over the same reported months, in relation to the budget"),
    ),
    "waste": (
        later("Waste"),
        later("cost of records with utilisation below the idle limit; an upper bound"),
    ),
    "stability": (
        later("Stability"),
        later("response time, failed requests and utilisation weighed into 0 to 100"),
    ),
    "limit_broken": (
        later("Limit broken"),
        later("latency, error rate or utilisation beyond its limit in a service's month"),
    ),
}


def definitions(*names: str) -> tuple[tuple[str, str], ...]:
    """Give the terms of these names, and what they mean."""
    chosen = [_DEFINITIONS[name] for name in names]
    return tuple((say_known(term), say_known(meaning)) for term, meaning in chosen)


def spent_in_words(request: PageRequest, money_now: Answer) -> list[Text]:
    """Say what was spent, and how that stands to the budget of the same months."""
    asked = ask_spend(request, money_now)
    spent, share = asked.value("ytd_spend"), money_now.value("ytd_budget_variance_pct")
    if spent is None:
        return [untold(request, asked)]
    gaps: dict[str, Text] = {
        "who": whose_at_start(request),
        "amount": strong(money(spent, currency_of(asked)), evidence_of(asked, "ytd_spend")),
        "until": month_name(request.last_month),
    }
    if asked is not money_now:
        return say_parts(
            "{who} spent {amount} this year to {until} in what the filters leave. Budgets are "
            "not split like that, so it can't be set against one.",
            **gaps,
        )
    if share is None:
        why = money_now.reasons.get("ytd_budget_variance_pct", say("no budget is recorded"))
        return say_parts("{who} spent {amount} this year to {until}, which can't be set against a "
                         "budget: {why}.", why=why, **gaps)  # fmt: skip
    if share == 0:
        return say_parts("{who} spent {amount} this year to {until}, exactly on budget.", **gaps)
    size = percent(abs(share))
    side = (
        say("{share} over budget", share=size)
        if share > 0
        else say("{share} under budget", share=size)
    )
    return say_parts(
        "{who} spent {amount} this year to {until}, {side} over the same months.",
        side=strong(side, evidence_of(money_now, "ytd_budget_variance_pct")),
        **gaps,
    )
