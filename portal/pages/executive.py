"""Executive summary: where a government, or one MDA, stands this year in money and in service."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.parts import Text, strong
from portal.formats import money, month_name, percent
from portal.pages.budget_charts import ask_year
from portal.pages.evidence import currency_of
from portal.pages.executive_cards import summary_cards
from portal.pages.executive_money import (
    draw_at_stake,
    draw_budget_months,
    draw_opportunities,
    draw_providers,
    draw_risks,
    draw_year,
)
from portal.pages.frame import report, report_page, sections, whose
from portal.pages.home import draw_home
from portal.pages.page import PageRequest
from warehouse.question import Answer

QUESTION = "Where do we stand this year?"

DEFINITIONS = (
    ("Spend", "cost as handed in, in US dollars unless another currency is chosen"),
    ("Over budget", "spend minus budget over the same reported months, in relation to the budget"),
    ("Waste", "cost of records with utilisation below the idle limit; an upper bound"),
    ("Stability", "response time, failed requests and utilisation weighed into 0 to 100"),
    ("Limit broken", "latency, error rate or utilisation beyond its limit in a service's month"),
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
        question=QUESTION,
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
        definitions=DEFINITIONS,
        source="usage, tagging, provider spend and budgets handed in by the MDAs",
        modelled=bool(service.modelled),
    )


def _answer(request: PageRequest, money_now: Answer, service: Answer) -> list[Text]:
    spent = money_now.value("ytd_spend")
    if spent is None:
        return [f"No spend was reported for {whose(request)} in this period."]
    build = request.build
    until = month_name(request.filters.end or build.data_to)
    currency = currency_of(money_now)
    said: list[Text] = [f"{whose(request)[:1].upper()}{whose(request)[1:]} spent "]
    said += [strong(money(spent, currency)), f" this year to {until}, "]
    said += _against_budget(money_now)
    broken, rate = service.value("sla_breaches"), service.value("sla_breach_rate")
    if broken is not None and rate is not None:
        said += [" Limits were broken in ", strong(percent(rate)), " of "]
        said.append(
            "service-months (modelled, not measured)."
            if service.modelled
            else "the service-months measured."
        )
    return said


def _against_budget(money_now: Answer) -> list[Text]:
    share = money_now.value("ytd_budget_variance_pct")
    if share is None:
        return ["for which no budget is recorded."]
    if share == 0:
        return ["exactly on budget."]
    side = "over" if share > 0 else "under"
    return [strong(f"{percent(abs(share))} {side} budget"), " over the same months."]
