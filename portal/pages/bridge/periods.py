"""The two periods of a bridge: those of the address, else the last two reported months."""

from __future__ import annotations

from urllib.parse import parse_qsl

from dash.development.base_component import Component

from portal.components import html
from portal.components.forms import hidden_field, select_field
from portal.filters import EVERYTHING
from portal.formats import month_short, months_range
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.months import shifted
from warehouse.question import Period, compared

ANCHOR = "bridge"
"""Where the bridge stands on its page."""

_LOOKED_BACK = 11
"""Months before the last in which the last two reported ones are looked for."""


def periods_of(request: PageRequest) -> tuple[Period, Period] | None:
    """Give the period and the one it is compared with; None without two reported months.

    Of what is in view the last month may be missing, or the one before: then the last two that
    are there are compared.
    """
    filters = request.filters
    if filters.now is not None:
        return compared(filters.now, filters.against, request.build.data_to)
    if filters.start or filters.end:
        return compared(filters.period, filters.against, request.build.data_to)
    last = request.build.data_to
    months = request.ask(
        "row_count", by=("month",), period=Period(shifted(last, -_LOOKED_BACK), last)
    )
    reported = [str(row["month"]) for row in months.rows if row["row_count"]]
    if filters.against is not None:
        now = reported[-1] if reported else last
        return compared(Period(now, now), filters.against, last)
    if len(reported) < 2:
        return None
    return Period(reported[-1], reported[-1]), Period(reported[-2], reported[-2])


def written(period: Period) -> str:
    """Write a period: ``January to October 2025``."""
    return months_range(str(period.start), str(period.end))


def choice_of_periods(request: PageRequest, path: str, now: Period, before: Period) -> Component:
    """Draw the form in which both periods are chosen; the rest of the page stays as it is."""
    latest_first = [
        (month, month_short(month))
        for month, _ in reversed(request.gateway.options("month", request.scope))
    ]
    kept = request.filters.to_query(now=None, against=None, page=1).removeprefix("?")

    def month(name: str, part: str, label: str, value: str | None) -> Component:
        return select_field(
            identifier=f"bridge-{part}",
            name=name,
            label=label,
            options=[(EVERYTHING, say("Choose")), *latest_first],
            value=value or EVERYTHING,
        )

    form = html.Form(
        [
            *(hidden_field(name, value) for name, value in parse_qsl(kept)),
            html.Div(
                [
                    month("now", "from", say("Period from"), now.start),
                    month("now", "to", say("Period to"), now.end),
                ],
                className="compare-pair",
            ),
            html.Div(
                [
                    month("against", "against-from", say("Compared with, from"), before.start),
                    month("against", "against-to", say("Compared with, to"), before.end),
                ],
                className="compare-pair",
            ),
            html.Button(say("Compare"), type="submit", className="button button-small"),
        ],
        method="get",
        action=f"{path}#{ANCHOR}",
        className="compare-form",
        **{
            "aria-label": say("Periods compared"),
            "data-address": "full" if request.filters.is_full else "short",
        },
    )
    return html.Details(
        [html.Summary(say("Compare other periods"), className="link"), form], className="compare"
    )
