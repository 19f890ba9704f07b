"""The sections of the executive summary that speak of money."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, chart_card, footer_notes, nothing_card
from portal.components.ranking import Ranked, ranked_list
from portal.figures.bars import draw_stacked_bars
from portal.formats import (
    money,
    money_scale,
    money_short,
    month_name,
    months_range,
    percent,
    percent_figure,
)
from portal.pages.axes import scaled, unit_of
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
    table_of,
)
from portal.pages.frame import whose
from portal.pages.money.budget_charts import draw_spend_and_budget, draw_year_chart
from portal.pages.money.provider_asks import part_years
from portal.pages.page import PageRequest
from portal.pages.series import column, largest, months_of, number, present, rows_where
from portal.texts import say, say_number
from warehouse.question import Answer, Period, Value

_MOST = 6


def draw_year(request: PageRequest) -> Component:
    """Draw spend added up against the budget added up, over the whole year."""
    return draw_year_chart(request, span=7)


def draw_risks(request: PageRequest) -> Component:
    """Rank MDAs by money at stake; for one MDA, its services by spend on idle resources."""
    return _ranked_agencies(request) if request.sees_many else _ranked_services(request)


def draw_providers(request: PageRequest, span: int = 4) -> Component:
    """Draw spend by provider and year."""
    answer = request.ask("provider_spend", "provider_share", by=("year", "provider"),
                         period=Period())  # fmt: skip
    if not answer.rows:
        return nothing_card("Spend by provider", "No provider spend was handed in.", span)
    years = sorted({str(row["year"]) for row in answer.rows})
    latest = [row for row in answer.rows if str(row["year"]) == years[-1]]
    ranked = largest(latest, "provider_spend")
    if not ranked:
        reason = answer.reasons.get("provider_spend", "No provider spend was handed in")
        return nothing_card("Spend by provider", f"Not available: {reason}.", span)
    names = [str(row["provider"]) for row in ranked]
    top = ranked[0]
    spends = column(answer.rows, "provider_spend")
    divisor, _ = money_scale(spends)
    unit = unit_of(answer, spends)
    parts = []
    for row in ranked:
        found = {
            str(one["year"]): number(one["provider_spend"])
            for one in rows_where(answer.rows, "provider", row["provider"])
        }
        label = f"{row['provider']} {percent_figure(number(row['provider_share']) or 0, 0)} %"
        amounts = [found.get(year) for year in years]
        parts.append((str(row["provider"]), label, scaled(amounts, divisor)))
    share = percent(number(top["provider_share"]))
    described = ", ".join(f"{name} {percent(number(row['provider_share']))}"
                          for name, row in zip(names, ranked, strict=True))  # fmt: skip
    return chart_card(
        headline=f"{top['provider']} has {share} of provider spend",
        subtitle=f"Spend by provider and year, {whose(request)}, {unit}; shares of {years[-1]}",
        figure=draw_stacked_bars(columns=years, parts=parts, theme=request.theme, unit=unit),
        sentence=f"Stacked bars of spend by provider, {years[0]} to {years[-1]}. "
        f"Shares in {years[-1]}: {described}.",
        table=table_of(answer, "Spend by provider and year"),
        downloads=downloads_of(request, answer, "spend by provider"),
        notes=(
            "Yearly records, handed in apart from usage: the two need not add up alike",
            *part_years(request, years),
            *answer.notes,
        ),
        span=span,
        anchor="providers",
    )


def draw_opportunities(request: PageRequest, span: int = 4) -> Component:
    """Show untagged, idle and high-risk spend, each its own amount."""
    period = request.year_period()
    answer = request.ask(
        "untagged_cost", "untagged_share", "idle_cost", "waste_pct", "high_risk_spend",
        "actual_spend", period=period,
    )  # fmt: skip
    currency = currency_of(answer)
    items = (
        ("Untagged spend", "untagged_cost", _of_spend(answer.value("untagged_share"))),
        ("Idle resources", "idle_cost", _of_spend(answer.value("waste_pct"), ", at most")),
        ("Untagged or idle", "high_risk_spend", "a sum: the two may overlap"),
    )
    top = max(present(answer.value(name) for _, name, _ in items), default=0.0) or 1.0
    lines = [
        Ranked(
            name=label,
            figure=money_short(answer.value(name), currency),
            share=(answer.value(name) or 0) / top,
            detail=detail,
            accent=name == "untagged_cost",
            evidence=evidence_of(answer, name),
        )
        for label, name, detail in items
    ]
    untagged = answer.value("untagged_cost")
    headline = (
        f"{money(untagged, currency)} carries no tag" if untagged else "Where spend can be found"
    )
    return card(
        headline=headline,
        subtitle=f"Optimisation opportunities, {_span(period)}",
        children=[ranked_list(lines, numbered=False)],
        footer=[
            html.A(
                say("Governance and waste"), href=f"/finops/governance{request.filters.to_query()}"
            ),
            *downloads_of(request, answer, "optimisation opportunities"),
            *footer_notes(answer.notes),
        ],
        span=span,
        anchor="opportunities",
    )


def draw_budget_months(request: PageRequest) -> Component:
    """Draw each month's spend against its budget, small."""
    period = request.year_period()
    answer = request.ask("actual_spend", "budget", "budget_variance_pct", by=("month",),
                         period=period)  # fmt: skip
    months = months_of(answer)
    budgets = column(answer.rows, "budget")
    spends = column(answer.rows, "actual_spend")
    over = [row for row in answer.rows if (number(row["budget_variance_pct"]) or 0) > 0]
    compared = present(column(answer.rows, "budget_variance_pct"))
    headline = (
        f"{len(over)} of {len(compared)} months ended above budget"
        if compared
        else "No budget to set spend against"
    )
    currency = currency_of(answer)
    return chart_card(
        headline=headline,
        subtitle=f"Spend and budget a month, {whose(request)}, {unit_of(answer, spends, budgets)}",
        figure=draw_spend_and_budget(request, answer, spends, budgets),
        sentence=f"{headline}. Spend in {month_name(months[-1])} was {money(spends[-1], currency)}."
        if months and spends[-1] is not None
        else headline,
        table=table_of(answer, "Spend and budget by month"),
        downloads=downloads_of(request, answer, "spend and budget by month"),
        notes=answer.notes,
        span=4,
    )


def draw_at_stake(request: PageRequest) -> Component:
    """Name the three largest amounts at stake, each with where to look."""
    period = request.year_period()
    answer = request.ask(
        "ytd_budget_variance", "untagged_cost", "untagged_share", "idle_cost", "waste_pct",
        "governance_risk_count", "tagging_report_count", period=period,
    )  # fmt: skip
    below = request.ask("agencies_below_tag_target", period=period)
    query = request.filters.to_query()
    found = [
        (
            "ytd_budget_variance",
            say("Act"),
            "bad",
            say("Spend of {whose} is above the budget of the same months.", whose=whose(request)),
            f"/finops/budget{query}",
        ),
        (
            "untagged_cost",
            say("Watch"),
            "warn",
            _untagged(request, answer, below.value("agencies_below_tag_target")),
            f"/finops/governance{query}",
        ),
        (
            "idle_cost",
            say("Look"),
            "good",
            say(
                "{share} of spend is on resources used below the idle limit. It is an upper "
                "bound: look at them before switching anything off.",
                share=percent(answer.value("waste_pct")),
            ),
            f"/finops/governance{query}",
        ),
    ]
    at_stake = sorted(
        (line for line in found if (answer.value(line[0]) or 0) > 0),
        key=lambda line: -(answer.value(line[0]) or 0),
    )
    if not at_stake:
        why = (
            say("Nothing was reported in this period.")
            if all(answer.value(name) is None for name, *_ in found)
            else say("Nothing is above budget, untagged or idle.")
        )
        return nothing_card(say("What is at stake"), why, 12)
    return card(
        headline=say("What is at stake"),
        subtitle=say(
            "Amounts of {months}, largest first; they may overlap", months=_span(period)
        ),
        children=[html.Div([_stake_line(answer, *line) for line in at_stake],
                           className="action-list")],
    )  # fmt: skip


def _ranked_agencies(request: PageRequest) -> Component:
    answer = request.ask("money_at_stake", "ytd_budget_variance", "ytd_high_risk_spend",
                         by=("agency",), period=request.year_period())  # fmt: skip
    ranked = answer.once("at stake", lambda: largest(answer.rows, "money_at_stake"))
    top = [row for row in ranked if (number(row["money_at_stake"]) or 0) > 0][:_MOST]
    if not top:
        known = any(row["money_at_stake"] is not None for row in answer.rows)
        why = "No MDA is above budget or has spend untagged."
        return nothing_card(
            "MDAs at financial risk", why if known else "Nothing was reported in this period.", 5
        )
    currency = currency_of(answer)
    most = number(top[0]["money_at_stake"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "agency"),
            figure=money_short(number(row["money_at_stake"]), currency),
            share=(number(row["money_at_stake"]) or 0) / most,
            detail=_why(row, currency),
            evidence=evidence_of(answer, "money_at_stake", row),
            href=f"/{request.filters.to_query(agency=(str(row['agency']),))}",
        )
        for row in top
    ]
    return card(
        headline=f"{dimension_text(top[0], 'agency')} has most at stake",
        subtitle="Spend above budget this year, plus spend untagged or idle; parts may overlap",
        children=[ranked_list(items)],
        footer=[
            html.A(f"All {len(answer.rows)}", href=f"/finops/budget{request.filters.to_query()}"),
            *downloads_of(request, answer, "money at stake by MDA"),
        ],
        span=5,
    )


def _ranked_services(request: PageRequest) -> Component:
    answer = request.ask("actual_spend", "idle_cost", "waste_pct", by=("service_type",),
                         period=request.year_period())  # fmt: skip
    ranked = largest(answer.rows, "actual_spend", _MOST)
    if not ranked:
        return nothing_card("Services by spend", "No spend was reported in this period.", 5)
    currency = currency_of(answer)
    most = number(ranked[0]["actual_spend"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "service_type"),
            figure=money_short(number(row["actual_spend"]), currency),
            share=(number(row["actual_spend"]) or 0) / most,
            detail=f"{percent(number(row['waste_pct']))} idle, at most",
            evidence=evidence_of(answer, "actual_spend", row),
            href=f"/{request.filters.to_query(service=(str(row['service_type']),))}",
        )
        for row in ranked
    ]
    return card(
        headline=f"{items[0].name} costs most",
        subtitle=f"Spend by service, {whose(request)}, {_span(request.year_period())}",
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, "spend by service"),
        span=5,
    )


def _why(row: Mapping[str, Value], currency: str) -> str:
    parts = []
    if (above := number(row["ytd_budget_variance"]) or 0) > 0:
        parts.append(f"{money_short(above, currency)} over budget")
    if exposed := number(row["ytd_high_risk_spend"]):
        parts.append(f"{money_short(exposed, currency)} untagged or idle")
    return ", ".join(parts)


def _stake_line(
    answer: Answer, measure: str, word: str, tone: str, sentence: str, href: str
) -> Component:
    amount = money(answer.value(measure), currency_of(answer))
    label = say("Evidence: {sentence}", sentence=sentence)
    return html.Div(
        [
            html.Span(word, className=f"badge tone-{tone}"),
            html.Span(sentence),
            html.Span(figure(answer, measure, amount), className="action-amount"),
            html.A(say("Evidence"), href=href, **{"aria-label": label}),
        ],
        className="action-line",
    )


def _untagged(request: PageRequest, answer: Answer, below: float | None) -> str:
    share = percent(answer.value("untagged_share"))
    if not below or not request.sees_many:
        return say("{share} of spend carries no tag, so nobody answers for it.", share=share)
    return say_number(
        int(below),
        "{share} of spend carries no tag, so nobody answers for it; {number} MDA tags less than "
        "the target.",
        "{share} of spend carries no tag, so nobody answers for it; {number} MDAs tag less than "
        "the target.",
        share=share,
    )


def _of_spend(share: float | None, bound: str = "") -> str:
    return "" if share is None else f"{percent(share)} of spend{bound}"


def _span(period: Period) -> str:
    return months_range(period.start, period.end) if period.start and period.end else "the period"
