"""Insights about migrations: what they did to stability, and to monthly cost."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components.parts import Text
from portal.formats import count, decimal, percent
from portal.pages.evidence import figure, why_missing
from portal.pages.frame import drill_to
from portal.pages.insights.insight import Insight, Judged, Kind, Level, Row, Unjudged
from portal.pages.insights.wording import agencies_of, amount_of, in_percent, named, share_of
from portal.pages.limits import limits_in_view
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import PATH, history, measured_agencies
from portal.pages.reliability.peak_asks import NOTABLE
from portal.pages.series import largest, number
from portal.texts import later, say, say_number, say_parts
from warehouse.question import Answer

_COST: Final = ("observed_cost_change", "monthly_cost_pre", "monthly_cost_post")


def judge_stability(request: PageRequest) -> Judged:
    """Tell how much more or less stable services are since migration, where both are measured."""
    both = measured_agencies(request)
    if not both:
        return Unjudged(say("no MDA has telemetry from before and after a migration, and from "
                            "modelled stability nothing is concluded"))  # fmt: skip
    answer = request.ask(
        "stability_change_pct", "stability_delta", "stability_score_pre", "stability_score_post",
        "measured_move_count", where=(("agency", tuple(sorted(both))),), period=history(request),
    )  # fmt: skip
    delta = answer.value("stability_delta")
    if delta is None or answer.modelled:
        return Unjudged(why_missing(answer, "stability_delta"))
    if abs(delta) < NOTABLE:
        return None
    gaps = {
        "share": share_of(answer, "stability_change_pct"),
        "before": _score(answer, "stability_score_pre"),
        "after": _score(answer, "stability_score_post"),
    }
    sentence = (
        say_parts("Services became {share} more stable with migration: {after} of 100 points "
                  "after, {before} before.", **gaps)
        if delta > 0
        else say_parts("Services became {share} less stable with migration: {after} of 100 points "
                       "after, {before} before.", **gaps)
    )  # fmt: skip
    moves = int(answer.value("measured_move_count") or 0)
    return Insight(
        sentence=sentence,
        rule=say("Said of a change of {least} point of stability or more.", least=f"{NOTABLE:g}"),
        confidence=[say_number(moves, "Measured before and after at {number} MDA.",
                               "Measured before and after at {number} MDAs.")],
        href=drill_to(PATH, request),
        answers=(answer,),
        agencies=both,
    )  # fmt: skip


def _score(answer: Answer, measure: str) -> Component:
    return figure(answer, measure, decimal(answer.value(measure)))


def judge_cheaper(request: PageRequest) -> Judged:
    """Tell where monthly cost fell notably with migration."""
    return _moved(request, is_cheaper=True)


def judge_dearer(request: PageRequest) -> Judged:
    """Tell where monthly cost rose notably with migration."""
    return _moved(request, is_cheaper=False)


def _moved(request: PageRequest, *, is_cheaper: bool) -> Judged:
    answer = request.ask(*_COST, by=("agency",), period=history(request))
    known = [row for row in answer.rows if row["observed_cost_change"] is not None]
    if not known:
        return Unjudged(why_missing(answer, "observed_cost_change"))
    least = limits_in_view(request)["budget_amber_ratio"]
    turn = -1 if is_cheaper else 1
    found = [row for row in largest(known, "monthly_cost_pre")
             if (number(row["observed_cost_change"]) or 0) * turn >= least]  # fmt: skip
    if not found:
        return None
    found.sort(key=lambda row: -abs(number(row["observed_cost_change"]) or 0))
    write = _cheaper if is_cheaper else _dearer
    return Insight(
        sentence=write(request, answer, found, len(known), percent(least)),
        rule=say("Said of a change of monthly cost of {least} or more, the limit of notable "
                 "differences from budget.", least=percent(least)),
        confidence=[say("Recorded: mean months before and after, {number} compared.",
                        number=say_number(len(known), "{number} MDA", "{number} MDAs"))],
        href=drill_to(PATH, request),
        answers=(answer,),
        agencies=agencies_of(found),
    )  # fmt: skip


def _cheaper(
    request: PageRequest, answer: Answer, found: list[Row], every: int, least: str
) -> list[Text]:
    if request.sees_many:
        return say_parts(
            "Monthly cost fell by {least} or more with migration at {some} of {all} MDAs: {names}.",
            least=least, some=count(len(found)), all=count(every),
            names=named(answer, found, "observed_cost_change", in_percent),
        )  # fmt: skip
    return say_parts(
        "Monthly cost fell by {share} with migration, from {before} to {after}.",
        share=share_of(answer, "observed_cost_change", found[0]),
        before=amount_of(answer, "monthly_cost_pre", found[0]),
        after=amount_of(answer, "monthly_cost_post", found[0]),
    )


def _dearer(
    request: PageRequest, answer: Answer, found: list[Row], every: int, least: str
) -> list[Text]:
    if request.sees_many:
        return say_parts(
            "Monthly cost rose by {least} or more with migration at {some} of {all} MDAs: {names}.",
            least=least, some=count(len(found)), all=count(every),
            names=named(answer, found, "observed_cost_change", in_percent),
        )  # fmt: skip
    return say_parts(
        "Monthly cost rose by {share} with migration, from {before} to {after}.",
        share=share_of(answer, "observed_cost_change", found[0]),
        before=amount_of(answer, "monthly_cost_pre", found[0]),
        after=amount_of(answer, "monthly_cost_post", found[0]),
    )


KINDS: Final = (
    Kind("stability", later("Stability since migration"), "migration", Level.WITHOUT_AMOUNT,
         judge_stability),
    Kind("dearer", later("Dearer since migration"), "migration_cost", Level.WITHOUT_AMOUNT,
         judge_dearer),
    Kind("cheaper", later("Cheaper since migration"), "migration_cost", Level.WITHOUT_AMOUNT,
         judge_cheaper),
)  # fmt: skip
