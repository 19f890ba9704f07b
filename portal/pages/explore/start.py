"""Where exploring begins: questions that are ready, and every measure by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, grid
from portal.components.parts import breadcrumb, heading
from portal.components.states import banner
from portal.filters import Filters
from portal.pages.explore.bills import VIEW as BILLS
from portal.pages.explore.bills import may_see_bills
from portal.pages.explore.controls import PATH
from portal.pages.frame import whose
from portal.pages.page import PageRequest
from portal.pivot.plan import dimensions_of, open_measures
from portal.texts import say, say_known, say_number
from warehouse.measures import REGISTRY, Measure


@dataclass(frozen=True, slots=True)
class _Ready:
    """A question that is ready to be asked."""

    title: str
    why: str
    measures: tuple[str, ...]
    by: tuple[str, ...]
    across: str | None = None
    sort: str | None = None


def draw_start(request: PageRequest, question: str) -> Component:
    """Offer what this reader may ask."""
    allowed = open_measures(request.scope.measures)
    ready = [one for one in _ready(request.sees_many) if set(one.measures) <= set(allowed)]
    trail = ((say("Summary"), "/"),) if request.reader.may(Permission.VIEW_SUMMARY) else ()
    return html.Div(
        [
            breadcrumb(trail, say("Explore")),
            *(banner(problem, kind="warn") for problem in request.filters.problems),
            *_unknown(request.filters, allowed),
            heading(
                question,
                [
                    say(
                        "Choose one of these, or any of {number} measures; then split it, narrow "
                        "it, save it and take it away. Figures are of {whose}.",
                        number=len(allowed),
                        whose=whose(request),
                    )
                ],
            ),
            grid([_questions(request, ready), _measures(request, allowed)]),
        ]
    )


def _ready(sees_many: bool) -> Sequence[_Ready]:
    who = ("agency",) if sees_many else ("service_type",)
    over = ("agency",) if sees_many else ("month",)
    return (
        _Ready(say("Who spends how much, month by month?") if sees_many
               else say("What do we spend on which service, month by month?"),
               say("Spend, a column a month"), ("actual_spend",), who, "month"),
        _Ready(say("Whose spend is untagged?") if sees_many
               else say("How much of our spend is untagged, month by month?"),
               say("Untagged share and amount"), ("untagged_share", "untagged_cost", "tagged_pct"),
               over, None, "-untagged_share" if sees_many else None),
        _Ready(say("What does a unit of work cost?"),
               say("Unit cost by service type, a column a quarter"), ("cost_per_unit",),
               ("service_type",), "quarter"),
        _Ready(say("Which digital services answer?"),
               say("Requests and the share that succeeded, by digital service"),
               ("request_count", "availability_requests"), ("digital_service",), None,
               "availability_requests"),
        _Ready(say("Who is above budget?") if sees_many else say("When were we above budget?"),
               say("Spend, budget and the difference"),
               ("actual_spend", "budget", "budget_variance", "budget_variance_pct"), over, None,
               "-budget_variance" if sees_many else None),
        _Ready(say("What stands idle, and where?"),
               say("Idle spend and its share, by service type and region"),
               ("idle_cost", "waste_pct"), ("service_type", "region")),
        _Ready(say("With which provider is the money?"),
               say("Spend with providers, a column a provider"), ("provider_spend",),
               ("agency",) if sees_many else ("year",), "provider"),
        _Ready(say("Where were limits broken?"),
               say("Limits broken and their share, by service type and month"),
               ("sla_breaches", "sla_breach_rate"), (*who[:1], "service_type")
               if sees_many else ("service_type", "month")),
    )  # fmt: skip


def _questions(request: PageRequest, ready: Sequence[_Ready]) -> Component:
    period = request.year_period()
    items = [_bills(request)] if may_see_bills(request) else []
    for one in ready:
        has = dimensions_of(one.measures)
        keeps_period = "month" in has
        href = PATH + request.filters.to_query(
            start=period.start if keeps_period else None,
            end=period.end if keeps_period else None,
            measures=one.measures,
            by=one.by,
            across=one.across,
            sort=one.sort,
            page=1,
        )
        items.append(html.Li([html.A(one.title, href=href), html.Span(one.why, className="muted")]))
    return card(
        headline=say("Ready questions"),
        subtitle=say_number(len(items), "{number} to begin with", "{number} to begin with"),
        children=[html.Ul(items, className="explore-questions")],
        span=5,
    )


def _bills(request: PageRequest) -> Component:
    """Lead to the view that is made for bills."""
    href = PATH + request.filters.to_query(view=BILLS, page=1)
    why = say("Bills by day, service, account and cloud")
    title = say("What are we charged, day by day?")
    return html.Li([html.A(title, href=href), html.Span(why, className="muted")])


def _measures(request: PageRequest, allowed: Sequence[str]) -> Component:
    groups = dict.fromkeys(REGISTRY[name].group for name in allowed)
    parts: list[Component] = []
    for group in groups:
        members = [REGISTRY[name] for name in allowed if REGISTRY[name].group == group]
        parts.append(
            html.Details(
                [
                    html.Summary(f"{say_known(group)} ({len(members)})"),
                    html.Ul([_measure(request, one) for one in members]),
                ],
                className="explore-group",
            )
        )
    return card(
        headline=say("All measures"),
        subtitle=say("Plain name, field term, and what it means"),
        children=[
            html.Div(
                [
                    html.Label(say("Find a measure"), htmlFor="explore-find"),
                    dbc.Input(id="explore-find", type="search", autocomplete="off"),
                ],
                className="field",
            ),
            html.Div(
                parts,
                id="explore-measures",
                className="explore-measures",
                **{"data-found": say("Measures found: {number}")},
            ),
        ],
        span=7,
    )


def _measure(request: PageRequest, measure: Measure) -> Component:
    by = _first_split(request, measure)
    href = PATH + request.filters.to_query(measures=(measure.name,), by=by, page=1)
    return html.Li(
        [
            html.A(say_known(measure.label), href=href),
            html.Span(f" {say_known(measure.term)}. ", className="muted"),
            html.Span(say_known(measure.description)),
        ]
    )


def _first_split(request: PageRequest, measure: Measure) -> tuple[str, ...]:
    ways = ("agency", "service_type", "month") if request.sees_many else ("month", "year", "agency")
    return tuple(name for name in ways if name in measure.dimensions)[:1]


def _unknown(filters: Filters, allowed: Sequence[str]) -> list[Component]:
    unknown = [name for name in filters.measures if name not in allowed]
    if not unknown:
        return []
    text = say("There is no measure “{name}” for you here.", name=unknown[0][:40])
    return [banner(text, kind="warn")]
