"""The filter bar: native choices in a form whose answer is the address."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from dash.development.base_component import Component

from portal.asking import write_against
from portal.components import html
from portal.components.forms import Options, hidden_field, select_field
from portal.filters import EVERYTHING, SEPARATOR, Filters
from portal.formats import month_short
from portal.texts import later, say, say_known

_STATUS = (
    (EVERYTHING, later("Before and after")),
    ("Pre", later("Before migration")),
    ("Post", later("After migration")),
)
_PEAK = (
    (EVERYTHING, later("All months")),
    ("peak", later("Peak months")),
    ("non-peak", later("Other months")),
)
_YEAR = (("calendar", later("Calendar")), ("fiscal", later("Fiscal")))
_CURRENCY = (("USD", later("US dollars")), ("own", later("Own currency")))
_MOST_AT_ONCE = 60
_MORE = {
    "status": (later("Migration"), _STATUS),
    "peak": (later("Season"), _PEAK),
    "year": (later("Year"), _YEAR),
    "currency": (later("Currency"), _CURRENCY),
}

_ALWAYS_SAID = ("year", "currency")


@dataclass(frozen=True, slots=True)
class Further:
    """A control for a dimension that has no parameter of its own in the address."""

    dimension: str
    label: str
    options: Options


LATER_AGENCY = "filter-agency-later"
"""The MDA control of a large government."""


def filter_bar(
    *,
    path: str,
    filters: Filters,
    months: Sequence[str],
    agencies: Options = (),
    services: Options = (),
    providers: Options = (),
    regions: Options = (),
    further: Sequence[Further] = (),
    more: Sequence[str] = ("year",),
    actions: Sequence[Component] = (),
) -> Component:
    """Draw the bar for the controls that have options; a control without any is absent.

    ``more`` names what goes behind "More": status, peak, year, currency; ``further`` dimensions
    stand there too. ``actions`` stand after the bar's own form, since they may hold forms
    themselves.
    """
    controls = [
        _period(filters, months),
        _choice("agency", say("MDA"), agencies, filters.agency),
        _choice("service", say("Service"), services, filters.service),
        _choice("provider", say("Provider"), providers, filters.provider),
        _more(filters, regions, further, more),
    ]
    offered = {"agency": agencies, "service": services, "provider": providers, "region": regions}
    drawn = {name for name, options in offered.items() if options}
    set_count = len(filters.to_where()) + bool(filters.start or filters.end)
    set_count += sum(
        getattr(filters, name) != getattr(Filters(), name) for name in ("year", "currency")
    )
    toggle = say("Filters ({number} set)", number=set_count) if set_count else say("Filters")
    return html.Div(
        [
            html.Button(
                toggle,
                type="button",
                className="button button-quiet filters-toggle",
                **{"aria-expanded": "false", "aria-controls": "filters", "data-toggles": "filters"},
            ),
            html.Form(
                [
                    *(control for control in controls if control is not None),
                    *_kept(filters, drawn | set(more), {one.dimension for one in further}),
                    html.Div(
                        [
                            html.Button(
                                say("Apply"), type="submit", className="button button-small"
                            ),
                            *(
                                [html.A(say("Clear"), href=path + filters.cleared().to_query())]
                                if set_count
                                else []
                            ),
                        ],
                        className="filter-actions",
                    ),
                ],
                id="filters",
                method="get",
                action=path,
                className="filters",
                role="search",
                **{
                    "aria-label": say("Filters"),
                    "data-address": "full" if filters.is_full else "short",
                },
            ),
            *([html.Div(list(actions), className="page-actions")] if actions else []),
        ],
        className="filter-bar",
    )


def _kept(filters: Filters, drawn: Set[str], further: Set[str]) -> list[Component]:
    """Carry along what the address narrows to but this page has no control for.

    ``further`` are the dimensions of ``where`` that it does have controls for.
    """
    kept: list[Component] = []
    for name in ("agency", "service", "provider", "region"):
        values: tuple[str, ...] = getattr(filters, name)
        if values and name not in drawn:
            kept.append(hidden_field(name, SEPARATOR.join(values)))
    for name in (*_MORE, "view"):
        value = getattr(filters, name)
        is_said = value != getattr(Filters(), name) or (filters.is_full and name in _ALWAYS_SAID)
        if name not in drawn and is_said:
            kept.append(hidden_field(name, value))
    kept += [
        hidden_field(name, write_against(period))
        for name in ("now", "against")
        if (period := getattr(filters, name)) is not None
    ]
    where = tuple(pair for pair in filters.where if pair[0] not in further)
    return [*kept, *pivot_fields(replace(filters, where=where))]


def pivot_fields(filters: Filters) -> list[Component]:
    """Carry along the pivot of the address, and what only a pivot is narrowed by."""
    fields = [
        ("measure", SEPARATOR.join(filters.measures)),
        ("by", SEPARATOR.join(filters.by)),
        ("across", filters.across or ""),
        ("sort", filters.sort or ""),
        ("top", "" if filters.top == Filters().top else str(filters.top)),
        *(
            ("where", SEPARATOR.join(f"{dimension}:{value}" for value in values))
            for dimension, values in filters.where
        ),
        *(("tag", tag) for tag in filters.tags),
        *(("col", str(one)) for one in filters.columns),
        ("find", filters.find or ""),
    ]
    return [hidden_field(name, value) for name, value in fields if value]


def _period(filters: Filters, months: Sequence[str]) -> Component:
    latest_first = [(month, month_short(month)) for month in reversed(months)]
    return html.Div(
        [
            html.Span(say("Period"), className="filter-period-name", **{"aria-hidden": "true"}),
            select_field(
                identifier="filter-from",
                name="from",
                label=say("From"),
                options=[(EVERYTHING, say("As usual")), *latest_first],
                value=filters.start or EVERYTHING,
            ),
            select_field(
                identifier="filter-to",
                name="to",
                label=say("to"),
                options=[(EVERYTHING, say("Latest")), *latest_first],
                value=filters.end or EVERYTHING,
            ),
        ],
        className="filter-period",
        role="group",
        **{"aria-label": say("Period")},
    )


def choices(options: Options, chosen: tuple[str, ...]) -> Options:
    """Put everything first; several chosen values are one more choice, which keeps them all."""
    number = say("{number} chosen", number=len(chosen))
    several = [(SEPARATOR.join(chosen), number)] if len(chosen) > 1 else []
    return [(EVERYTHING, say("All")), *several, *options]


def _choice(name: str, label: str, options: Options, chosen: tuple[str, ...]) -> Component | None:
    """Draw one control; of very many options only what is chosen, the others follow."""
    if not options:
        return None
    identifier = f"filter-{name}"
    if name == "agency" and len(options) > _MOST_AT_ONCE:
        identifier, options = LATER_AGENCY, [one for one in options if one[0] in chosen]
    return select_field(
        identifier=identifier,
        name=name,
        label=label,
        options=choices(options, chosen),
        value=SEPARATOR.join(chosen) or EVERYTHING,
        compact=True,
    )


def _more(
    filters: Filters, regions: Options, further: Sequence[Further], more: Sequence[str]
) -> Component | None:
    region = _choice("region", say("Region"), regions, filters.region)
    fields = [] if region is None else [region]
    fields += [_further_choice(filters, one) for one in further if one.options]
    for name in more:
        label, options = _MORE[name]
        fields.append(
            select_field(
                identifier=f"filter-{name}",
                name=name,
                label=say_known(label),
                options=[(value, say_known(text)) for value, text in options],
                value=getattr(filters, name) or EVERYTHING,
                compact=True,
            )
        )
    if not fields:
        return None
    return html.Details(
        [
            html.Summary(_more_title(filters, further, more), className="button button-quiet"),
            html.Div(fields, className="filter-more"),
        ],
        className="filter-details",
    )


def _further_choice(filters: Filters, one: Further) -> Component:
    """Draw the control of a dimension without a parameter of its own: ``where=account:123``."""

    def written(value: str) -> str:
        return f"{one.dimension}:{value}"

    chosen = tuple(written(value) for value in dict(filters.where).get(one.dimension, ()))
    options = [(written(value), label) for value, label in one.options]
    return select_field(
        identifier=f"filter-where-{one.dimension}",
        name="where",
        label=one.label,
        options=choices(options, chosen),
        value=SEPARATOR.join(chosen) or EVERYTHING,
        compact=True,
    )


def _more_title(filters: Filters, further: Sequence[Further], more: Sequence[str]) -> str:
    """Say how many of the controls behind it are set: nothing else shows them."""
    number = bool(filters.region) + sum(
        getattr(filters, name) != getattr(Filters(), name) for name in more
    )
    number += sum(one.dimension in dict(filters.where) for one in further)
    return say("More ({number} set)", number=number) if number else say("More")
