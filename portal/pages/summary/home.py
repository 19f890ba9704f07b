"""Home of an MDA: what it spent, why that changed, and what is open for it."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from portal.components.parts import Text, strong
from portal.formats import money
from portal.pages.bridge.sections import change_in_words, draw_bridge
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import report, sections
from portal.pages.money.budget_charts import (
    ask_year,
    draw_year_chart,
)
from portal.pages.money.forecast import year_end_in_words
from portal.pages.page import PageRequest
from portal.pages.summary.cards import summary_cards
from portal.pages.summary.money import draw_opportunities, draw_providers
from portal.pages.summary.peers import draw_peers
from portal.pages.summary.tasks import Task, draw_tasks, tasks_of
from portal.pages.summary.words import definitions, spent_in_words
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

OWN_QUESTION = later("What did we spend, why did it change, and what must we do?")


def draw_home(request: PageRequest) -> Component:
    """Draw the home of whoever sees one or a few MDAs."""
    period = request.year_period()
    money_now = ask_year(request)
    service = request.ask("stability_score", "sla_breach_rate", "sla_breaches", period=period)
    tasks = tasks_of(*_today(request, service))
    return report(
        request,
        path="/",
        question=say_known(OWN_QUESTION),
        answer=_answer(request, money_now, tasks),
        more=("year", "currency", "peak"),
        kpis=summary_cards(request, period, money_now, service),
        body=[
            sections(request, [(_draw_bridge, 12)]),
            sections(request, [(lambda asked: draw_tasks(tasks), 12)]),
            sections(request, [(_draw_year, 6), (_draw_peers, 6)]),
            sections(request, [(_draw_opportunities, 6), (_draw_providers, 6)]),
        ],
        definitions=_definitions(),
        source=say("usage, tagging, provider spend and budgets as you handed them in"),
        modelled=bool(service.modelled),
    )


def _draw_bridge(request: PageRequest) -> Component:
    return draw_bridge(request, span=12, path="/")


def _draw_year(request: PageRequest) -> Component:
    return draw_year_chart(request, span=6)


def _draw_peers(request: PageRequest) -> Component:
    return draw_peers(request, span=6)


def _draw_opportunities(request: PageRequest) -> Component:
    return draw_opportunities(request, span=6)


def _draw_providers(request: PageRequest) -> Component:
    return draw_providers(request, span=6)


def _today(request: PageRequest, service: Answer) -> tuple[PageRequest, Answer]:
    """Leave the address's months aside: what is open today doesn't follow the period in view."""
    if not (request.filters.start or request.filters.end):
        return request, service
    today = replace(request, filters=replace(request.filters, start=None, end=None))
    return today, today.ask(*service.question.measures, period=today.year_period())


def _answer(request: PageRequest, money_now: Answer, tasks: list[Task]) -> list[Text]:
    said = [*spent_in_words(request, money_now), *_left(money_now), *year_end_in_words(request)]
    said += [" ", *change_in_words(request)]
    waiting = say_number(
        len(tasks), "{number} thing waits for you.", "{number} things wait for you."
    )
    return [*said, waiting if tasks else say("Nothing waits for you.")]


def _left(money_now: Answer) -> list[Text]:
    """Say what is left of the year's budget."""
    left = money_now.value("budget_left")
    if left is None:
        return []
    amount = strong(money(abs(left), currency_of(money_now)), evidence_of(money_now, "budget_left"))
    if left < 0:
        return say_parts(" The year's budget is used up and overspent by {amount}.", amount=amount)
    return say_parts(" {amount} of the year's budget is left.", amount=amount)


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        *definitions("spend", "over_budget"),
        (
            say("Usage"),
            say("compute hours, storage and data sent out as units of work; spend is usage times "
                "unit price"),
        ),
        (
            say("Peers"),
            say("the other MDAs of a group fixed at build, at least five, added up and rounded"),
        ),
        *definitions("waste", "stability"),
    )  # fmt: skip
