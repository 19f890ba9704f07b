"""The pivot's controls: native choices in a form whose answer is the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from portal.components import html
from portal.components.forms import hidden_field
from portal.dimension_names import dimension_name, dimension_word
from portal.filters import EVERYTHING, FURTHER, MOST_BY, MOST_MEASURES, SEPARATOR, TOPS, Filters
from portal.pages.page import PageRequest
from portal.pivot.plan import Plan, dimensions_of, lacking, open_measures
from portal.received_texts import say_received
from portal.texts import say, say_known
from warehouse.measures import DIMENSION_NAMES, REGISTRY

PATH: Final = "/explore"
_MOST_LISTED = 60
"""Values of a dimension that a control lists; of more, a row's own link narrows to one."""

Choice = dict[str, Any]


def draw_controls(request: PageRequest, plan: Plan) -> Component:
    """Draw what the pivot shows, as chips that can be taken off and choices that can be made."""
    filters = request.filters
    return html.Section(
        [
            html.H2(say("What is shown"), className="visually-hidden"),
            chips_row(say("Measures"), _measure_chips(filters, plan)),
            chips_row(say("Narrowed to"), _where_chips(request, plan)),
            html.Form(
                [
                    *_kept(filters),
                    hidden_field("measure", SEPARATOR.join(plan.measures)),
                    _choice("explore-measure", "measure", say("Add a measure"),
                            measure_choices(plan, request), ""),
                    *(_row_choice(plan, at) for at in range(MOST_BY)),
                    _choice("explore-across", "across", say("Columns"),
                            _dimension_choices(plan, say("No columns")), plan.across or EVERYTHING),
                    _choice("explore-top", "top", say("Rows shown"),
                            [_option(str(top), f"{top}") for top in TOPS], str(plan.top)),
                    *_further(request, plan),
                    html.Div(
                        [
                            html.Button(
                                say("Show"), type="submit", className="button button-small"
                            ),
                            html.A(say("Start again"), href=PATH),
                        ],
                        className="filter-actions",
                    ),
                ],
                method="get",
                action=PATH,
                className="explore-form",
                **{
                    "aria-label": say("Pivot"),
                    "data-address": "full" if filters.is_full else "short",
                },
            ),
        ],
        className="card explore-controls",
    )  # fmt: skip


def measure_choices(plan: Plan, request: PageRequest) -> list[Choice]:
    """List the measures that can be added, by group; one that lacks a dimension says which."""
    if len(plan.measures) >= MOST_MEASURES:
        return [_option("", say("{most} is the most", most=MOST_MEASURES))]
    choices = [_option("", say("Choose"))]
    group = ""
    for name in open_measures(request.scope.measures):
        measure = REGISTRY[name]
        if name in plan.measures:
            continue
        if measure.group != group:
            group = measure.group
            title = f"\N{EM DASH} {say_known(group)}"
            choices.append({**_option(f"group {group}", title), "disabled": True})
        without = [one for one in plan.dimensions if one not in measure.dimensions]
        text = f"{say_known(measure.label)} ({say_known(measure.term)})"
        if without:
            named = ", ".join(dimension_word(one) for one in without)
            text += say(": not split by {dimensions}", dimensions=named)
        choices.append({**_option(name, text), "disabled": bool(without)})
    return choices


def _row_choice(plan: Plan, at: int) -> Component:
    labels = (say("Rows"), say("then by"), say("and by"))
    chosen = plan.by[at] if at < len(plan.by) else EVERYTHING
    choices = _dimension_choices(plan, say("No rows") if at == 0 else say("Nothing more"))
    return _choice(f"explore-by-{at + 1}", "by", labels[at], choices, chosen)


def _dimension_choices(plan: Plan, nothing: str) -> list[Choice]:
    """List the dimensions; one that a chosen measure lacks can't be chosen, and says why."""
    choices = [_option(EVERYTHING, nothing)]
    for name in DIMENSION_NAMES:
        without = lacking(plan.measures, name)
        text = dimension_name(name)
        if without:
            text += say(": not for {measures}", measures=", ".join(map(say_known, without)))
        choices.append({**_option(name, text), "disabled": bool(without)})
    return choices


def _further(request: PageRequest, plan: Plan) -> list[Component]:
    """Fold away a filter for each further dimension that all chosen measures have."""
    has = dimensions_of(plan.measures)
    chosen = dict(request.filters.where)
    fields: list[Component] = []
    for name in FURTHER:
        if name == "month" or name not in has:
            continue
        options = request.gateway.options(name, request.scope, plan.year)
        if not 2 <= len(options) <= _MOST_LISTED:
            continue
        fields.append(_narrowing(name, options, chosen.pop(name, ())))
    # What has no control stays as it is.
    kept = [hidden_field("where", _where_text(name, values)) for name, values in chosen.items()]
    if not fields:
        return kept
    fold = html.Details(
        [
            html.Summary(say("More filters"), className="button button-quiet"),
            html.Div(fields, className="filter-more explore-further"),
        ],
        className="filter-details",
    )
    return [*kept, fold]


def _narrowing(name: str, options: Sequence[tuple[str, str]], chosen: tuple[str, ...]) -> Component:
    value = _where_text(name, chosen) if chosen else EVERYTHING
    several = [_option(value, say("{number} chosen", number=len(chosen)))] * (len(chosen) > 1)
    choices = [
        _option(EVERYTHING, say("All")),
        *several,
        *(
            _option(f"{name}:{key}", say_received(label) or say("not recorded"))
            for key, label in options
        ),
    ]
    return _choice(f"explore-where-{name}", "where", dimension_name(name), choices, value)


def _where_text(name: str, values: Sequence[str]) -> str:
    return SEPARATOR.join(f"{name}:{value}" for value in values)


def _measure_chips(filters: Filters, plan: Plan) -> list[tuple[str, str]]:
    chips = []
    for name in plan.measures:
        rest = tuple(one for one in plan.measures if one != name)
        href = PATH + filters.to_query(measures=rest, page=1) if rest else ""
        chips.append((say_known(REGISTRY[name].label), href))
    return chips


def _where_chips(request: PageRequest, plan: Plan) -> list[tuple[str, str]]:
    """Name what only a pivot is narrowed by, each with the way back."""
    filters, chips = request.filters, []
    for name, values in filters.where:
        labels = dict(request.gateway.options(name, request.scope, plan.year))
        named = ", ".join(say_received(labels.get(value, value)) for value in values)
        rest = tuple(pair for pair in filters.where if pair[0] != name)
        href = PATH + filters.to_query(where=rest, page=1)
        chips.append((f"{dimension_name(name)}: {named}", href))
    return chips


def chips_row(label: str, chips: Sequence[tuple[str, str]]) -> Component:
    """Draw what is set, each text with the address that takes it off where it has one."""
    if not chips:
        return html.Div()
    items = [
        html.Li(
            [
                html.Span(text),
                *(
                    [
                        html.A(
                            html.Span("✕", **{"aria-hidden": "true"}),
                            href=href,
                            **{"aria-label": say("Take off {name}", name=text)},
                        )
                    ]
                    if href
                    else []
                ),
            ]
        )
        for text, href in chips
    ]
    return html.Div(
        [
            html.Span(label, className="explore-chips-name"),
            html.Ul(items, className="explore-chips"),
        ],
        className="explore-chips-row",
    )


def _kept(filters: Filters) -> list[Component]:
    """Carry along what the filter bar narrows to, and the order."""
    bare = replace(filters, measures=(), by=(), across=None, where=(), top=Filters().top)
    query = bare.to_query(page=1).removeprefix("?")
    return [hidden_field(name, value) for name, value in parse_qsl(query)]


def _choice(
    identifier: str, name: str, label: str, choices: Sequence[Choice], value: str
) -> Component:
    return html.Div(
        [
            html.Label(label, htmlFor=identifier),
            dbc.Select(id=identifier, name=name, options=list(choices), value=value),
        ],
        className="field field-compact",
    )


def _option(value: str, label: str) -> Choice:
    return {"value": value, "label": label}
