"""Executive summary: where a government, or one MDA, stands this year in money and in service."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.parts import Text, strong
from portal.formats import money, month_name, percent
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import report, report_page, sections, whose_at_start
from portal.pages.money.budget_charts import ask_spend, ask_year, untold
from portal.pages.page import PageRequest
from portal.pages.summary.cards import summary_cards
from portal.pages.summary.home import draw_home
from portal.pages.summary.money import (
    draw_at_stake,
    draw_budget_months,
    draw_opportunities,
    draw_providers,
    draw_year,
)
from portal.pages.summary.risks import draw_risks
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer

QUESTION = later("Where do we stand this year?")

DEFINITIONS = (
    (
        later("Spend"),
        later("cost as handed in, in US dollars unless another currency is chosen"),
    ),
    (
        later("Over budget"),
        later("spend minus budget over the same reported months, in relation to the budget"),
    ),
    (
        later("Waste"),
        later("cost of records with utilisation below the idle limit; an upper bound"),
    ),
    (
        later("Stability"),
        later("response time, failed requests and utilisation weighed into 0 to 100"),
    ),
    (
        later("Limit broken"),
        later("latency, error rate or utilisation beyond its limit in a service's month"),
    ),
)


@report_page(QUESTION)
def draw_executive(request: PageRequest) -> Component:
    """Draw the page for whoever asks: the government for the treasury, its home for an MDA."""
    if not request.scope.is_government:
        return draw_home(request)
    period = request.year_period()
    money_now = ask_year(request)
    service = request.ask("stability_score", "sla_breach_rate", "sla_breaches", period=period)
    return report(
        request,
        path="/",
        question=say_known(QUESTION),
        answer=_answer(request, money_now, service),
        more=("year", "currency", "peak"),
        kpis=summary_cards(request, period, money_now, service),
        body=[
            sections(request, [(draw_year, 7), (draw_risks, 5)]),
            sections(
                request,
                [(draw_providers, 4), (draw_budget_months, 4), (draw_opportunities, 4)],
            ),
            sections(request, [(draw_at_stake, 12)]),
        ],
        definitions=[(say_known(term), say_known(meaning)) for term, meaning in DEFINITIONS],
        source=say("usage, tagging, provider spend and budgets handed in by the MDAs"),
        modelled=bool(service.modelled),
    )


def _answer(request: PageRequest, money_now: Answer, service: Answer) -> list[Text]:
    asked = ask_spend(request, money_now)
    spent = asked.value("ytd_spend")
    said: list[Text] = [untold(request, asked)]
    if spent is not None:
        who = whose_at_start(request)
        until = month_name(request.last_month)
        amount = strong(money(spent, currency_of(asked)), evidence_of(asked, "ytd_spend"))
        said = (
            _spent(money_now, who=who, amount=amount, until=until)
            if asked is money_now
            else say_parts(
                "{who} spent {amount} this year to {until} in what the filters leave. Budgets are "
                "not split like that, so it can't be set against one.",
                who=who,
                amount=amount,
                until=until,
            )
        )
    broken, rate = service.value("sla_breaches"), service.value("sla_breach_rate")
    if broken is None or rate is None:
        return said
    share = strong(percent(rate), evidence_of(service, "sla_breach_rate"))
    if service.modelled:
        return [
            *said,
            " ",
            *say_parts(
                "Limits were broken in {share} of service-months (modelled, not measured).",
                share=share,
            ),
        ]
    return [
        *said,
        " ",
        *say_parts("Limits were broken in {share} of the service-months measured.", share=share),
    ]


def _spent(money_now: Answer, *, who: str, amount: Component, until: str) -> list[Text]:
    """Say what was spent, and how that stands to the budget of the same months."""
    share = money_now.value("ytd_budget_variance_pct")
    if share is None:
        return say_parts(
            "{who} spent {amount} this year to {until}, which can't be set against a budget: "
            "{why}.",
            who=who,
            amount=amount,
            until=until,
            why=money_now.reasons.get("ytd_budget_variance_pct", say("no budget is recorded")),
        )
    if share == 0:
        return say_parts(
            "{who} spent {amount} this year to {until}, exactly on budget.",
            who=who,
            amount=amount,
            until=until,
        )
    evidence = evidence_of(money_now, "ytd_budget_variance_pct")
    size = percent(abs(share))
    side = (
        say("{share} over budget", share=size)
        if share > 0
        else say("{share} under budget", share=size)
    )
    return say_parts(
        "{who} spent {amount} this year to {until}, {side} over the same months.",
        who=who,
        amount=amount,
        until=until,
        side=strong(side, evidence),
    )
