"""Explore: any measures by any dimensions that they have, as a function of the address."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.kpi import kpi_row
from portal.components.parts import Text
from portal.components.states import banner
from portal.dimension_names import dimension_word
from portal.formats import figure_of, money, months_range
from portal.pages.evidence import currency_of, figure
from portal.pages.explore.bill_reach import reaching_as_far_as_bills
from portal.pages.explore.bills import VIEW as BILLS
from portal.pages.explore.bills import draw_bills, may_see_bills
from portal.pages.explore.chart import draw_chart, spans_of
from portal.pages.explore.controls import PATH, draw_controls
from portal.pages.explore.elsewhere import draw_elsewhere
from portal.pages.explore.line_question import VIEW as LINES
from portal.pages.explore.lines import draw_lines
from portal.pages.explore.start import draw_start
from portal.pages.explore.table import draw_table
from portal.pages.explore.units import card_figure
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.page import PageRequest
from portal.pages.sources import source_of
from portal.pivot.answers import Pivot, ask_pivot
from portal.pivot.plan import Plan, plan_pivot
from portal.received_texts import in_readers_language
from portal.texts import later, say, say_known, say_parts
from warehouse.measures import REGISTRY
from warehouse.question import Answer, Question

QUESTION = later("What do you want to know?")
_IN_SENTENCE = 3


@report_page(QUESTION)
def draw_explore(request: PageRequest) -> Component:
    """Draw the pivot of the address; without one, questions to begin with."""
    if request.filters.view == BILLS and may_see_bills(request):
        return draw_bills(reaching_as_far_as_bills(request))
    if request.filters.view == LINES and may_see_bills(request):
        return draw_lines(reaching_as_far_as_bills(request))
    plan = plan_pivot(request.filters, request.scope.measures)
    if plan is None:
        return draw_start(request, say_known(QUESTION))
    pivot = ask_pivot(plan, lambda question: _asked(request, question))
    return report(
        request,
        path=PATH,
        here=say("Explore"),
        question=title_of(plan),
        answer=_answer(request, pivot),
        trail=((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else (),
        controls=("agency", "service", "provider", "region"),
        more=("status", "peak", "year", "currency"),
        kpis=html.Div([draw_controls(request, plan), _cards(request, pivot)]),
        body=[sections(request, _sections(pivot))],
        definitions=_definitions(plan),
        source=", ".join(dict.fromkeys(source_of(name) for name in plan.measures)),
        modelled=bool(pivot.modelled),
        notices=[banner(problem, kind="warn") for problem in plan.problems],
    )


def _asked(request: PageRequest, question: Question) -> Answer:
    return in_readers_language(request.gateway.ask(question, request.scope))


def title_of(plan: Plan) -> str:
    """Say what a pivot shows, as its page's heading."""
    labels = [say_known(REGISTRY[name].label) for name in plan.measures]
    named = _listed([labels[0], *(f"{label[:1].lower()}{label[1:]}" for label in labels[1:])])
    rows = _listed([dimension_word(name) for name in plan.by])
    if plan.by and plan.across:
        column = dimension_word(plan.across)
        return say("{measures} by {rows}, for each {column}", measures=named, rows=rows,
                   column=column)  # fmt: skip
    if plan.dimensions:
        return say(
            "{measures} by {rows}", measures=named, rows=rows or dimension_word(plan.dimensions[0])
        )
    return named


def _answer(request: PageRequest, pivot: Pivot) -> Sequence[Text]:
    """Give the figures of all rows together: what no sum of the table would."""
    whole = pivot.total.whole
    build = request.build
    period = pivot.plan.period
    shown: list[Text] = []
    for name in pivot.plan.measures[:_IN_SENTENCE]:
        measure = REGISTRY[name]
        value, currency = whole.value(name), currency_of(whole)
        is_money = measure.unit == "usd"
        text = money(value, currency) if is_money else figure_of(value, measure.unit, currency)
        label = say_known(measure.label)
        shown += [", " if shown else "", f"{label[:1].lower()}{label[1:]} "]
        shown.append(html.Strong(figure(whole, name, text)))
    return say_parts(
        "Taken together, {whose}, {period}: {figures}.",
        whose=whose(request),
        period=months_range(period.start or build.data_from, period.end or build.data_to),
        figures=html.Span(shown),
    )


def _cards(request: PageRequest, pivot: Pivot) -> Component:
    whole = pivot.total.whole
    return kpi_row([card_figure(request, whole, name) for name in pivot.plan.measures])


def _sections(pivot: Pivot) -> Sequence[tuple[Section, int]]:
    spans = spans_of(pivot)

    def chart(request: PageRequest) -> Component:
        return draw_chart(request, pivot, spans[0])

    def table(request: PageRequest) -> Component:
        return draw_table(request, pivot, spans[1])

    def elsewhere(request: PageRequest) -> Component:
        return draw_elsewhere(request, pivot)

    return ((chart, spans[0]), (table, spans[1]), (elsewhere, 12))


def _definitions(plan: Plan) -> tuple[tuple[str, str], ...]:
    found = []
    for name in plan.measures:
        measure = REGISTRY[name]
        meaning = say(
            "{description} ({term}: {formula})",
            description=say_known(measure.description),
            term=say_known(measure.term),
            formula=measure.formula,
        )
        found.append((say_known(measure.label), meaning))
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return say("{several} and {last}", several=", ".join(names[:-1]), last=names[-1])
