"""Home of an MDA: what it spent, why that changed, and what is open for it."""

from __future__ import annotations

from dash.development.base_component import Component

from portal.components.parts import Text, strong
from portal.formats import money, month_name, percent, plural
from portal.pages.bridge.sections import change_in_words, draw_bridge
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import report, sections, whose
from portal.pages.money.budget_charts import ask_year, draw_year_chart
from portal.pages.page import PageRequest
from portal.pages.summary.cards import summary_cards
from portal.pages.summary.money import draw_opportunities, draw_providers
from portal.pages.summary.peers import draw_peers
from portal.pages.summary.tasks import Task, draw_tasks, tasks_of
from warehouse.question import Answer

QUESTION = "What did we spend, why did it change, and what must we do?"

_DEFINITIONS = (
    ("Spend", "cost as handed in, in US dollars unless another currency is chosen"),
    ("Over budget", "spend minus budget over the same reported months, in relation to the budget"),
    ("Usage", "compute hours, storage and data sent out as units of work; spend is usage times "
     "unit price"),
    ("Peers", "the other MDAs of a group fixed at build, at least five, added up and rounded"),
    ("Waste", "cost of records with utilisation below the idle limit; an upper bound"),
    ("Stability", "response time, failed requests and utilisation weighed into 0 to 100"),
)  # fmt: skip


def draw_home(request: PageRequest) -> Component:
    """Draw the home of whoever sees one or a few MDAs."""
    period = request.year_period()
    money_now = ask_year(request)
    service = request.ask("stability_score", "sla_breach_rate", "sla_breaches", period=period)
    tasks = tasks_of(request, money_now, service)
    return report(
        request,
        path="/",
        question=QUESTION,
        answer=_answer(request, money_now, tasks),
        more=("year", "currency", "peak"),
        kpis=summary_cards(request, period, money_now, service),
        body=[
            sections(request, [(_draw_bridge, 12)]),
            sections(request, [(lambda asked: draw_tasks(tasks), 12)]),
            sections(request, [(_draw_year, 6), (_draw_peers, 6)]),
            sections(request, [(_draw_opportunities, 6), (_draw_providers, 6)]),
        ],
        definitions=_DEFINITIONS,
        source="usage, tagging, provider spend and budgets as you handed them in",
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


def _answer(request: PageRequest, money_now: Answer, tasks: list[Task]) -> list[Text]:
    spent = money_now.value("ytd_spend")
    if spent is None:
        return [f"No spend was reported for {whose(request)} in this period."]
    until = month_name(request.filters.end or request.build.data_to)
    said: list[Text] = [f"{whose(request)[:1].upper()}{whose(request)[1:]} spent "]
    said += [
        strong(money(spent, currency_of(money_now)), evidence_of(money_now, "ytd_spend")),
        f" this year to {until}",
    ]
    share = money_now.value("ytd_budget_variance_pct")
    if share is None:
        said.append("; no budget is recorded. ")
    else:
        side = "over" if share > 0 else "under"
        said += [
            ", ",
            strong(
                f"{percent(abs(share))} {side} budget",
                evidence_of(money_now, "ytd_budget_variance_pct"),
            ),
            ". ",
        ]
    said += change_in_words(request)
    number_of = plural(len(tasks), "thing")
    said.append(
        f"{number_of} {'waits' if len(tasks) == 1 else 'wait'} for you."
        if tasks
        else "Nothing waits for you."
    )
    return said
