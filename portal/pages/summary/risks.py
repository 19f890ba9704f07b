"""Where most is at stake: MDAs ranked by it, or the services of one."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.formats import (
    money_short,
    percent,
)
from portal.pages.evidence import (
    currency_of,
    dimension_text,
    downloads_of,
    evidence_of,
    figure,
)
from portal.pages.frame import whose
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest, not_narrowed
from portal.pages.series import largest, number, span_of
from portal.texts import say, say_parts
from warehouse.question import Answer, Value

_MOST = 6


def draw_risks(request: PageRequest) -> Component:
    """Rank MDAs by money at stake; for one MDA, its services by spend on idle resources."""
    return _ranked_agencies(request) if request.sees_many else _ranked_services(request)


def _ranked_agencies(request: PageRequest) -> Component:
    answer, notes = _ask_at_stake(request)
    ranked = answer.once("at stake", lambda: largest(answer.rows, "money_at_stake"))
    top = [row for row in ranked if (number(row["money_at_stake"]) or 0) > 0][:_MOST]
    if not top:
        known = any(row["money_at_stake"] is not None for row in answer.rows)
        why = (
            say("No MDA is above budget or has spend untagged.")
            if known
            else say("Nothing was reported in this period.")
        )
        return nothing_card(say("MDAs at financial risk"), why, 5)
    currency = currency_of(answer)
    most = number(top[0]["money_at_stake"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "agency"),
            figure=money_short(number(row["money_at_stake"]), currency),
            share=(number(row["money_at_stake"]) or 0) / most,
            detail=_why(answer, row),
            evidence=evidence_of(answer, "money_at_stake", row),
            href=f"/{request.filters.to_query(agency=(str(row['agency']),))}",
        )
        for row in top
    ]
    return card(
        headline=say("{mda} has most at stake", mda=dimension_text(top[0], "agency")),
        subtitle=say(
            "Spend above budget this year, plus spend untagged or idle; parts may overlap"
        ),
        children=[ranked_list(items)],
        footer=[
            html.A(
                say("All {number}", number=len(answer.rows)),
                href=f"/finops/budget{request.filters.to_query()}",
            ),
            *downloads_of(request, answer, say("money at stake by MDA")),
            *footer_notes([*notes, *not_narrowed(answer)]),
        ],
        span=5,
    )


def _ask_at_stake(request: PageRequest) -> tuple[Answer, list[str]]:
    """Ask what is at stake; in US dollars where amounts of several currencies would be ranked."""

    def ask(asked: PageRequest) -> Answer:
        return asked.ask(
            "money_at_stake", "ytd_budget_variance", "ytd_high_risk_spend", by=("agency",),
            period=request.year_period(),
        )  # fmt: skip

    answer = ask(request)
    if answer.currency or not answer.rows:
        return answer, []
    note = say("These MDAs have several currencies, so they are ranked in US dollars.")
    return ask(in_dollars(request)), [note]


def _ranked_services(request: PageRequest) -> Component:
    answer = request.ask("actual_spend", "idle_cost", "waste_pct", by=("service_type",),
                         period=request.year_period())  # fmt: skip
    ranked = largest(answer.rows, "actual_spend", _MOST)
    if not ranked:
        return nothing_card(
            say("Services by spend"), say("No spend was reported in this period."), 5
        )
    currency = currency_of(answer)
    most = number(ranked[0]["actual_spend"]) or 1.0
    items = [
        Ranked(
            name=dimension_text(row, "service_type"),
            figure=money_short(number(row["actual_spend"]), currency),
            share=(number(row["actual_spend"]) or 0) / most,
            detail=say_parts(
                "{share} idle, at most",
                share=figure(answer, "waste_pct", percent(number(row["waste_pct"])), row),
            ),
            evidence=evidence_of(answer, "actual_spend", row),
            href=f"/{request.filters.to_query(service=(str(row['service_type']),))}",
        )
        for row in ranked
    ]
    return card(
        headline=say("{service} costs most", service=items[0].name),
        subtitle=say(
            "Spend by service, {whose}, {months}",
            whose=whose(request),
            months=span_of(request),
        ),
        children=[ranked_list(items)],
        footer=downloads_of(request, answer, say("spend by service")),
        span=5,
    )


def _why(answer: Answer, row: Mapping[str, Value]) -> list[Text]:
    """Say what makes up the amount at stake."""
    currency = currency_of(answer)
    said: list[Text] = []
    if (above := number(row["ytd_budget_variance"]) or 0) > 0:
        amount = figure(answer, "ytd_budget_variance", money_short(above, currency), row)
        said += say_parts("{amount} over budget", amount=amount)
    if exposed := number(row["ytd_high_risk_spend"]):
        amount = figure(answer, "ytd_high_risk_spend", money_short(exposed, currency), row)
        said += [", "] if said else []
        said += say_parts("{amount} untagged or idle", amount=amount)
    return said
