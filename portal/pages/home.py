"""Home of an MDA: what it spent, why that changed, and what is open for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from portal.components.cards import card, nothing_card
from portal.components.differences import Difference, differences_list
from portal.components.parts import Text, strong
from portal.formats import money, money_short, month_name, percent, plural, signed_percent
from portal.pages.budget_charts import ask_year, draw_year_chart
from portal.pages.evidence import currency_of, dimension_text, downloads_of
from portal.pages.executive_cards import summary_cards
from portal.pages.executive_money import draw_opportunities, draw_providers
from portal.pages.frame import report, sections, whose
from portal.pages.page import PageRequest, months_before
from portal.pages.series import Rows, number
from portal.pages.tasks import Task, draw_tasks, tasks_of
from warehouse.question import Answer, Period

QUESTION = "What did we spend, why did it change, and what must we do?"

_DEFINITIONS = (
    ("Spend", "cost as handed in, in US dollars unless another currency is chosen"),
    ("Over budget", "spend minus budget over the same reported months, in relation to the budget"),
    ("Usage", "compute hours, storage and data sent out as units of work; spend is usage times "
     "unit price"),
    ("Waste", "cost of records with utilisation below the idle limit; an upper bound"),
    ("Stability", "response time, failed requests and utilisation weighed into 0 to 100"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Month:
    """One service's month: spend, and units of work where they were reported."""

    spend: float
    units: float | None


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
            sections(request, [(_draw_year, 7), (draw_change, 5)]),
            sections(request, [(lambda asked: draw_tasks(tasks), 12)]),
            sections(request, [(_draw_opportunities, 6), (_draw_providers, 6)]),
        ],
        definitions=_DEFINITIONS,
        source="usage, tagging, provider spend and budgets as you handed them in",
        modelled=bool(service.modelled),
    )


def draw_change(request: PageRequest) -> Component:
    """Split the change on the month before by service, and each into usage and unit price."""
    answer = _months_before(request)
    reported = _reported(answer)
    if len(reported) < 2:
        why = "It takes two months of records to compare; there are not two yet."
        return nothing_card("Why spend changed", why, 5)
    before, last = reported[-2:]
    now, then = _by_service(answer.rows, last), _by_service(answer.rows, before)
    currency = currency_of(answer)
    changes = _changes(now, then)
    total = sum(changes.values())
    items = [
        Difference(
            name=name,
            value=change,
            figure=f"{'+' if change > 0 else ''}{money_short(change, currency)}",
            detail=_usage_detail(now.get(name), then.get(name)),
        )
        for name, change in changes.items()
    ]
    word = "rose" if total > 0 else "fell"
    return card(
        headline=f"Spend {word} by {money(abs(total), currency)} in {month_name(last)}",
        subtitle=f"Change on {month_name(before)} by service, {whose(request)}",
        children=[differences_list(items)],
        footer=downloads_of(request, answer, "spend by service and month"),
        span=5,
    )


def _draw_year(request: PageRequest) -> Component:
    return draw_year_chart(request, span=7)


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
    said += [strong(money(spent, currency_of(money_now))), f" this year to {until}"]
    share = money_now.value("ytd_budget_variance_pct")
    if share is None:
        said.append("; no budget is recorded. ")
    else:
        side = "over" if share > 0 else "under"
        said += [", ", strong(f"{percent(abs(share))} {side} budget"), ". "]
    said += _change_in_words(request)
    number_of = plural(len(tasks), "thing")
    said.append(
        f"{number_of} {'waits' if len(tasks) == 1 else 'wait'} for you."
        if tasks
        else "Nothing waits for you."
    )
    return said


def _change_in_words(request: PageRequest) -> list[Text]:
    answer = _months_before(request)
    reported = _reported(answer)
    if len(reported) < 2:
        return []
    before, last = reported[-2:]
    now, then = _by_service(answer.rows, last), _by_service(answer.rows, before)
    spent = sum(each.spend for each in then.values())
    if not spent:
        return []
    changes = _changes(now, then)
    total = sum(changes.values())
    most = next(iter(changes)).partition(":")[0].lower()
    word = "rose" if total > 0 else "fell"
    return [
        "Spend ",
        strong(f"{word} by {percent(abs(total) / spent)}"),
        f" in {month_name(last)}, most in {most}. ",
    ]


def _months_before(request: PageRequest) -> Answer:
    """Ask for half a year of services, in which the last two reported months are found."""
    last = request.filters.end or request.gateway.build_info().data_to
    return request.ask("actual_spend", "workload_units", by=("service_type", "month"),
                       period=Period(months_before(last, 5), last))  # fmt: skip


def _reported(answer: Answer) -> list[str]:
    return sorted({str(row["month"]) for row in answer.rows if row["actual_spend"] is not None})


def _by_service(rows: Rows, month: str) -> dict[str, _Month]:
    return {
        dimension_text(row, "service_type"): _Month(spend, number(row["workload_units"]))
        for row in rows
        if row["month"] == month and (spend := number(row["actual_spend"])) is not None
    }


def _changes(now: Mapping[str, _Month], then: Mapping[str, _Month]) -> dict[str, float]:
    """Give each service's change of spend, the largest first, whichever its sign."""
    changes = {
        name: (now[name].spend if name in now else 0.0)
        - (then[name].spend if name in then else 0.0)
        for name in dict.fromkeys((*now, *then))
    }
    return dict(sorted(changes.items(), key=lambda item: -abs(item[1])))


def _usage_detail(now: _Month | None, then: _Month | None) -> str:
    if now is None or then is None:
        return "ended" if now is None else "new"
    if not now.units or not then.units or not then.spend:
        return ""
    usage = now.units / then.units
    price = (now.spend / now.units) / (then.spend / then.units)
    return f"usage {signed_percent(usage - 1)}, unit price {signed_percent(price - 1)}"
