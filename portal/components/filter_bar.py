"""The filter bar: native choices in a form whose answer is the address."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from portal.components.forms import Options, hidden_field, select_field
from portal.filters import EVERYTHING, Filters
from portal.formats import month_name

_STATUS = (
    (EVERYTHING, "Before and after"),
    ("Pre", "Before migration"),
    ("Post", "After migration"),
)
_PEAK = ((EVERYTHING, "All months"), ("peak", "Peak months"), ("non-peak", "Other months"))
_YEAR = (("calendar", "Calendar"), ("fiscal", "Fiscal"))
_CURRENCY = (("USD", "US dollars"), ("own", "Own currency"))


def filter_bar(
    *,
    path: str,
    filters: Filters,
    months: Sequence[str],
    agencies: Options = (),
    services: Options = (),
    providers: Options = (),
    regions: Options = (),
    more: Sequence[str] = ("year",),
) -> Component:
    """Draw the bar for the controls that have options; a control without any is absent.

    ``more`` names what goes behind "More": status, peak, year, currency.
    """
    controls = [
        _period(filters, months),
        _choice("agency", "MDA", agencies, filters.agency, "All MDAs"),
        _choice("service", "Service", services, filters.service, "All services"),
        _choice("provider", "Provider", providers, filters.provider, "All providers"),
        _more(filters, regions, more),
    ]
    set_count = len(filters.to_where()) + bool(filters.start or filters.end)
    toggle = f"Filters ({set_count} set)" if set_count else "Filters"
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
                    *([hidden_field("view", filters.view)] if filters.view else []),
                    html.Div(
                        [
                            html.Button("Apply", type="submit", className="button button-small"),
                            *([html.A("Clear", href=path)] if set_count else []),
                            html.Button(
                                "Copy link",
                                type="button",
                                className="link",
                                **{"data-copies-link": "true"},
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
                **{"aria-label": "Filters", "data-address": "true"},
            ),
        ],
        className="filter-bar",
    )


def _period(filters: Filters, months: Sequence[str]) -> Component:
    latest_first = [(month, month_name(month)) for month in reversed(months)]
    return html.Div(
        [
            select_field(
                identifier="filter-from",
                name="from",
                label="From",
                options=[(EVERYTHING, "First"), *latest_first],
                value=filters.start or EVERYTHING,
                compact=True,
            ),
            select_field(
                identifier="filter-to",
                name="to",
                label="To",
                options=[(EVERYTHING, "Latest"), *latest_first],
                value=filters.end or EVERYTHING,
                compact=True,
            ),
        ],
        className="filter-period",
        role="group",
        **{"aria-label": "Period"},
    )


def _choice(
    name: str, label: str, options: Options, chosen: tuple[str, ...], everything: str
) -> Component | None:
    if not options:
        return None
    return select_field(
        identifier=f"filter-{name}",
        name=name,
        label=label,
        options=[(EVERYTHING, everything), *options],
        value=chosen[0] if chosen else EVERYTHING,
        compact=True,
    )


def _more(filters: Filters, regions: Options, more: Sequence[str]) -> Component | None:
    fields: list[Component] = []
    region = _choice("region", "Region", regions, filters.region, "All regions")
    if region is not None:
        fields.append(region)
    known = {
        "status": ("Migration", _STATUS, filters.status or EVERYTHING),
        "peak": ("Season", _PEAK, filters.peak or EVERYTHING),
        "year": ("Year", _YEAR, filters.year),
        "currency": ("Currency", _CURRENCY, filters.currency),
    }
    for name in more:
        label, options, value = known[name]
        fields.append(
            select_field(
                identifier=f"filter-{name}",
                name=name,
                label=label,
                options=options,
                value=value,
                compact=True,
            )
        )
    if not fields:
        return None
    return html.Details(
        [
            html.Summary("More", className="button button-quiet"),
            html.Div(fields, className="filter-more"),
        ],
        className="filter-details",
    )
