"""The sections of the reliability overview."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.figures.bars import draw_rate_bars
from portal.figures.points import Point, draw_scatter
from portal.formats import count, decimal, money, month_name, percent, plural
from portal.pages.axes import peaks_of
from portal.pages.evidence import dimension_text, downloads_of, table_of
from portal.pages.frame import whose
from portal.pages.limits import limits_in_force
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, months_of, number, present, ranked_once
from warehouse.question import Answer

_MOST = 6
_MOST_POINTS = 100
_PARTLY_MODELLED = "Modelled from utilisation, not measured, where no telemetry was handed in"


def draw_pressure(request: PageRequest) -> Component:
    """Rank services by measured availability; without telemetry, by utilisation, which is known.

    Latency and errors are never ranked while they are modelled.
    """
    # A government has more services than can be ranked by region while somebody waits.
    by = ("digital_service", "agency" if request.sees_many else "region")
    measured = request.ask("availability_requests", "request_count", by=by,
                           period=request.year_period())  # fmt: skip
    known = ranked_once(measured, "availability_requests")
    if not known:
        return _ranked_by_utilisation(request)
    worst = known[: -_MOST - 1 : -1]
    most = max(1 - (number(row["availability_requests"]) or 0) for row in worst) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "digital_service"),
            figure=percent(number(row["availability_requests"]), 2),
            share=(1 - (number(row["availability_requests"]) or 0)) / most,
            detail=" · ".join(dimension_text(row, key) for key in by if key != "digital_service"),
        )
        for row in worst
    ]
    return card(
        headline=f"{items[0].name} fails most often",
        subtitle="Requests that succeeded, lowest first; the bar shows the share that failed. "
        "Measured services only",
        children=[ranked_list(items)],
        footer=downloads_of(request, measured, "availability by service"),
        span=5,
    )


def draw_breach_months(request: PageRequest) -> Component:
    """Draw the SLA breach rate of each month, and say which limits were hit."""
    answer = request.ask(
        "sla_breach_rate", "sla_breaches", "latency_breach_count", "error_breach_count",
        "capacity_breach_count", by=("month",), period=request.year_period(),
    )  # fmt: skip
    months = months_of(answer)
    rates = column(answer.rows, "sla_breach_rate")
    totals = {
        word: int(sum(present(column(answer.rows, name))))
        for word, name in (
            ("latency", "latency_breach_count"),
            ("errors", "error_breach_count"),
            ("capacity", "capacity_breach_count"),
        )
    }
    broken = int(sum(present(column(answer.rows, "sla_breaches"))))
    worst = largest(answer.rows, "sla_breach_rate", 1)
    is_alone = bool(worst) and rates.count(number(worst[0]["sla_breach_rate"])) == 1
    is_known = is_alone and broken > 1 and not answer.modelled
    when = f", most in {month_name(str(worst[0]['month']))}" if is_known else ""
    verb = "would break a limit by the model" if answer.modelled else "broke a limit"
    headline = (
        f"{plural(broken, 'service-month')} {verb}{when}" if broken else "No limit was broken"
    )
    hit = ", ".join(f"{word} {number_}" for word, number_ in totals.items())
    return chart_card(
        headline=headline,
        subtitle=f"Share of service-months beyond a limit, {whose(request)}, %. By limit: {hit}",
        figure=draw_rate_bars(
            months=months,
            rates=rates,
            name="SLA breach rate",
            peaks=peaks_of(request, months),
            theme=request.theme,
        ),
        sentence=f"Bars of the SLA breach rate by month. {headline}. By limit hit: {hit}.",
        table=table_of(answer, "SLA breaches by month and limit"),
        downloads=downloads_of(request, answer, "SLA breaches by month"),
        notes=answer.notes,
        modelled=bool(answer.modelled),
        span=6,
    )


def draw_recorded_breaches(request: PageRequest) -> Component:
    """Show the breaches that MDAs recorded before and after migration, beside the modelled."""
    answer = request.ask("sla_breaches_pre", "sla_breaches_post", "migrated_agency_count",
                         by=("agency",))  # fmt: skip
    total = request.ask("sla_breaches_pre", "sla_breaches_post")
    before, after = total.value("sla_breaches_pre"), total.value("sla_breaches_post")
    if before is None or after is None:
        return nothing_card("Breaches recorded by MDAs", "No migration summary was handed in.", 6)
    ranked = ranked_once(answer, "sla_breaches_post")[:5]
    most = max(present(column(ranked, "sla_breaches_post")), default=0.0) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "agency"),
            figure=count(number(row["sla_breaches_post"])),
            share=(number(row["sla_breaches_post"]) or 0) / most,
            detail=f"{count(number(row['sla_breaches_pre']))} before migration",
        )
        for row in ranked
    ]
    return card(
        headline=f"{count(before)} breaches recorded before migration, {count(after)} after",
        subtitle=f"As reported with the migration records, {whose(request)}; most after it first",
        children=[ranked_list(items)],
        footer=[
            *downloads_of(request, answer, "recorded breaches by MDA"),
            table_of(answer, "Recorded breaches by MDA"),
            *footer_notes(answer.notes),
        ],
        span=6,
    )


def draw_spend_and_latency(request: PageRequest) -> Component:
    """Set spend against latency, one mark an agency and service."""
    by = ("agency", "service_type") if request.sees_many else ("service_type", "month")
    answer = request.ask("actual_spend", "latency_ms", by=by, period=request.year_period())
    named_by = "agency" if request.sees_many else "month"
    points = answer.once(("points", named_by), lambda: _dearest_points(answer, named_by))
    if not points:
        return nothing_card("Spend against latency", "No records have both spend and latency.", 12)
    modelled = "latency_ms" in answer.modelled
    dearest = points[0]
    headline = (
        "Spend can't be judged against latency until it is measured"
        if modelled
        else f"{dearest.name} ({dearest.group}) spends most, at {decimal(dearest.y, 0)} ms"
    )
    each = "MDA and service" if request.sees_many else "service and month"
    most = f"; the {_MOST_POINTS} that spend most" if len(points) == _MOST_POINTS else ""
    return chart_card(
        headline=headline,
        subtitle=f"Spend (US$) and average latency (ms), one mark a {each}, {whose(request)}{most}",
        figure=draw_scatter(
            points=points,
            x_title="Spend, US$",
            y_title="Average latency, ms",
            theme=request.theme,
            x_prefix="US$",
            y_suffix=" ms",
        ),
        sentence=f"{plural(len(points), 'mark')} of spend against latency. The largest spend is "
        f"{dearest.name}, {dearest.group}, {money(dearest.x)}.",
        table=table_of(answer, f"Spend and latency by {each}"),
        downloads=downloads_of(request, answer, "spend and latency"),
        notes=(*answer.notes, *((_PARTLY_MODELLED,) if modelled else ())),
        tall=True,
    )


def _dearest_points(answer: Answer, named_by: str) -> Sequence[Point]:
    """Make a mark a row that has both; the dearest come first, and stand for all of very many."""
    points = [
        Point(
            name=dimension_text(row, named_by),
            group=str(row["service_type"]),
            x=number(row["actual_spend"]) or 0.0,
            y=number(row["latency_ms"]) or 0.0,
        )
        for row in answer.rows
        if row["actual_spend"] is not None and row["latency_ms"] is not None
    ]
    return sorted(points, key=lambda point: -point.x)[:_MOST_POINTS]


def _ranked_by_utilisation(request: PageRequest) -> Component:
    by = ("agency", "service_type") if request.sees_many else ("service_type", "region")
    answer = request.ask("utilisation", "capacity_breach_count", by=by,
                         period=request.year_period())  # fmt: skip
    ranked = ranked_once(answer, "utilisation")[:_MOST]
    if not ranked:
        return nothing_card("Services under pressure", "No usage was reported in this period.", 5)
    limits = limits_in_force(request, request.build.data_to)
    limit = limits["capacity_utilisation_pct"]
    items = [
        Ranked(
            name=dimension_text(row, by[0]),
            figure=percent(number(row["utilisation"])),
            share=number(row["utilisation"]) or 0.0,
            detail=_capacity_detail(dimension_text(row, by[1]), row["capacity_breach_count"]),
        )
        for row in ranked
    ]
    return card(
        headline=f"{items[0].name} runs fullest",
        subtitle=f"Average utilisation, as reported; the capacity limit is {limit:g} %. Services "
        "are not ranked by latency or errors until those are measured",
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, "utilisation by service"),
        span=5,
    )


def _capacity_detail(what: str, broken: object) -> str:
    if not isinstance(broken, int | float) or not broken:
        return what
    return f"{what} · {plural(int(broken), 'month')} over the limit"
