"""Insights: what should be done next, in sentences that the data supports."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components.cards import nothing_card
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import Text, strong
from portal.formats import money, money_exact, money_parts
from portal.pages.evidence import currency_of, evidence_of
from portal.pages.frame import Section, report, report_page, sections
from portal.pages.insights.board import (
    DECIDED,
    draw_recommendations,
    draw_resources,
    resources_shown,
)
from portal.pages.insights.insight import Level
from portal.pages.insights.judging import Verdicts, judge_all
from portal.pages.insights.lines import draw_level, draw_open
from portal.pages.insights.resources import RESOURCES
from portal.pages.insights.summary import PATH
from portal.pages.insights.tag_kinds import twelve_months
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import span_of
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

QUESTION = later("What should we do next?")

_LEVELS: Final = {
    Level.AT_STAKE: (
        later("Money at stake"),
        later("Overspent, wasted, or about to be; the largest amount first. Amounts may overlap"),
        "at-stake",
    ),
    Level.CONCERNED: (
        later("Spend to watch"),
        later("None of it is lost; what is said is true of this much spend, the most first"),
        "concerned",
    ),
    Level.WITHOUT_AMOUNT: (
        later("Services and records"),
        later("What has no amount of its own"),
        "without-amount",
    ),
}


@report_page(QUESTION)
def draw_insights(request: PageRequest) -> Component:
    """Draw the page for the MDAs in view."""
    asked = in_dollars(request) if request.sees_many else request
    verdicts = judge_all(request)
    return report(
        request,
        path=PATH,
        question=say_known(QUESTION),
        answer=_answer(verdicts),
        controls=("agency",),
        more=("year", "currency"),
        kpis=_cards(asked),
        body=[
            sections(
                request,
                [
                    *([(_nothing, 12)] if not verdicts.found else []),
                    *_levels(verdicts, Level.AT_STAKE),
                    *_recommendations(request),
                    *_levels(verdicts, Level.CONCERNED, Level.WITHOUT_AMOUNT),
                    *([(lambda _: draw_open(verdicts.open), 12)] if verdicts.open else []),
                ],
            )
        ],
        definitions=_definitions(),
        source=say("all records of the portal; each insight names its own"),
    )


def _levels(verdicts: Verdicts, *levels: Level) -> list[tuple[Section, int]]:
    return [(_level(verdicts, level), 12) for level in levels if verdicts.of(level)]


def _recommendations(request: PageRequest) -> list[tuple[Section, int]]:
    """Give the board, and beneath it what is for single resources, if anything is."""
    view = request.filters.view
    board: list[tuple[Section, int]] = [(draw_recommendations, 12)]
    if view == DECIDED or not resources_shown(request).total:
        return board
    return [(draw_resources, 12)] if view == RESOURCES else [*board, (draw_resources, 12)]


def _level(verdicts: Verdicts, level: Level) -> Section:
    headline, subtitle, anchor = _LEVELS[level]

    def draw(request: PageRequest) -> Component:
        found = verdicts.of(level)
        return draw_level(request, found, say_known(headline), say_known(subtitle), anchor)

    return draw


def _nothing(request: PageRequest) -> Component:
    why = say("Nothing of what could be judged holds in {months}.", months=span_of(request))
    return nothing_card(say("Nothing to do"), why, 12)


def _answer(verdicts: Verdicts) -> list[Text]:
    said: list[Text] = []
    first = verdicts.found[0] if verdicts.found else None
    if first is not None and first.insight.stake is not None:
        stake = first.insight.stake
        amount = strong(
            money(stake.amount, currency_of(stake.answer, stake.row)),
            evidence_of(stake.answer, stake.measure, stake.row),
        )
        title = say_known(first.kind.title)
        is_lost = first.kind.level is Level.AT_STAKE
        said = [
            *(
                say_parts("Start with “{title}”: {amount} is at stake.",
                          title=title, amount=amount)
                if is_lost
                else say_parts("No money was found at stake. Start with “{title}”, which concerns "
                               "{amount} of spend.", title=title, amount=amount)
            ),
            " ",
        ]  # fmt: skip
    elif first is not None:
        said = [say("Start with “{title}”.", title=say_known(first.kind.title)), " "]
    said.append(
        say_number(
            verdicts.judged,
            "Of {number} check {found} found something.",
            "Of {number} checks {found} found something.",
            found=len(verdicts.found),
        )
    )
    return said


def _cards(request: PageRequest) -> Component:
    period = request.year_period()
    year = request.ask("money_at_stake", "ytd_budget_variance", "untagged_cost",
                       "anomaly_alert_excess",
                       period=period)  # fmt: skip
    idle = request.ask("idle_cost", period=twelve_months(request))
    return kpi_row(
        [
            _card(request, year, "money_at_stake", say("Above budget, untagged or idle"),
                  "#at-stake", say("a sum: parts may overlap")),
            _card(request, year, "ytd_budget_variance", say("Above budget this year"),
                  "/finops/budget"),
            _card(request, idle, "idle_cost", say("Idle, up to twelve months"),
                  "/finops/governance"),
            _card(request, year, "anomaly_alert_excess", say("Beyond what was expected"),
                  "/finops/anomalies"),
            _card(request, year, "untagged_cost", say("Untagged"), "/finops/governance"),
        ]
    )  # fmt: skip


def _card(
    request: PageRequest, answer: Answer, measure: str, label: str, href: str, note: str = ""
) -> Component:
    amount, currency = answer.value(measure), currency_of(answer)
    value, scale = ("", "") if amount is None else money_parts(amount, currency)
    is_page = href.startswith("/")
    return kpi_card(
        label=label,
        value=None if amount is None else value,
        unit=scale,
        exact=money_exact(amount, currency),
        note=answer.reasons.get(measure, "") if amount is None else note,
        href=href + request.filters.to_query() if is_page else href,
        theme=request.theme,
        evidence=evidence_of(answer, measure),
    )


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("At stake"),
            say("money spent beyond a budget or an expectation, or on what is hardly used"),
        ),
        (
            say("Concerned"),
            say("spend of which something is true that somebody should know; it isn't lost"),
        ),
        (
            say("Not judged"),
            say("what would need records that weren't handed in; from modelled latency and errors "
                "nothing is concluded"),
        ),
    )  # fmt: skip
