"""Executive summary: where a government, or one MDA, stands this year in money and in service."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.parts import Text, strong
from portal.formats import percent
from portal.pages.evidence import evidence_of
from portal.pages.frame import report, report_page, sections
from portal.pages.insights.summary import draw_most_important
from portal.pages.money.budget_charts import ask_year
from portal.pages.money.forecast import draw_ahead, year_end_in_words
from portal.pages.page import PageRequest
from portal.pages.summary.cards import summary_cards
from portal.pages.summary.home import OWN_QUESTION, draw_home
from portal.pages.summary.money import (
    draw_budget_months,
    draw_opportunities,
    draw_providers,
    draw_year,
)
from portal.pages.summary.risks import draw_risks
from portal.pages.summary.words import definitions, spent_in_words
from portal.texts import later, say, say_known, say_parts
from warehouse.question import Answer

QUESTION = later("Where do we stand this year?")


@report_page(QUESTION, OWN_QUESTION)
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
            sections(request, [(draw_most_important, 12)]),
            sections(request, [(draw_year, 7), (draw_risks, 5)]),
            sections(request, [(_draw_ahead, 12)]),
            sections(
                request,
                [(draw_providers, 4), (draw_budget_months, 4), (draw_opportunities, 4)],
            ),
        ],
        definitions=definitions("spend", "over_budget", "waste", "stability", "limit_broken"),
        source=say(
            "usage, tagging, provider spend and budgets handed in by the MDAs; bills and "
            "inventories for what the tagging policies ask"
        ),
        modelled=bool(service.modelled),
    )


def _draw_ahead(request: PageRequest) -> Component:
    return draw_ahead(request, span=12)


def _answer(request: PageRequest, money_now: Answer, service: Answer) -> list[Text]:
    said = [*spent_in_words(request, money_now), *year_end_in_words(request)]
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
