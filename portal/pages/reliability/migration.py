"""Migration impact: whether moving to the cloud paid, and whether services got better."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.parts import Text, strong
from portal.components.states import banner
from portal.formats import (
    decimal,
    percent,
)
from portal.pages.evidence import evidence_of
from portal.pages.frame import Section, report, report_page, sections, whose
from portal.pages.money.dollars import dollars_notice, in_dollars
from portal.pages.page import PageRequest
from portal.pages.reliability.migration_asks import (
    PATH,
    ask_moves,
    ask_others,
    ask_records,
    ask_services,
    measured_agencies,
)
from portal.pages.reliability.migration_cards import migration_cards
from portal.pages.reliability.migration_claims import draw_claims
from portal.pages.reliability.migration_cost import draw_cost_changes, draw_monthly_cost
from portal.pages.reliability.migration_disagreements import draw_disagreements
from portal.pages.reliability.migration_quarters import draw_quarter_list, draw_quarters
from portal.pages.reliability.migration_services import draw_services
from portal.pages.reliability.migration_sides import draw_sides
from portal.pages.reliability.stability import draw_stability
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.question import Answer

OWN_QUESTION = later("Did our move to the cloud pay, and did our services get better?")
QUESTION = later("Did moving to the cloud pay, and did services get better?")

_FOR_MANY: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_monthly_cost, 7), (draw_cost_changes, 5)),
    ((draw_quarters, 7), (draw_quarter_list, 5)),
    ((draw_sides, 12), (draw_claims, 12), (draw_disagreements, 12)),
)
_FOR_ONE: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_monthly_cost, 7), (draw_cost_changes, 5)),
    ((draw_stability, 7), (draw_disagreements, 5)),
    ((draw_sides, 12), (draw_services, 12), (draw_claims, 12)),
)
_WITHOUT_MOVE: Sequence[Sequence[tuple[Section, int]]] = (
    ((draw_stability, 7), (draw_disagreements, 5)),
    ((draw_claims, 12),),
)


@report_page(QUESTION, OWN_QUESTION)
def draw_migration(request: PageRequest) -> Component:
    """Draw the page; an MDA sees its services where the treasury sees MDAs."""
    notices = dollars_notice(request)
    request = in_dollars(request)
    moves, services, records = ask_moves(request), ask_services(request), ask_records(request)
    moved = int(moves.value("moved_agency_count") or 0)
    body = _FOR_MANY if request.sees_many else _FOR_ONE if moved else _WITHOUT_MOVE
    return report(
        request,
        path=PATH,
        here=say("Migration"),
        question=say_known(QUESTION) if request.sees_many else say_known(OWN_QUESTION),
        answer=_answer(request, moves, services, records),
        trail=((say("Reliability"), f"/reliability{request.filters.to_query()}"),)
        if request.reader.may(Permission.VIEW_RELIABILITY)
        else (),
        controls=("agency", "service", "digital_service", "region"),
        more=(),
        kpis=migration_cards(request, moves, services, records),
        body=[sections(request, each) for each in body],
        definitions=_definitions(),
        source=say(
            "usage records for monthly cost, telemetry for services where it was handed in, "
            "and the migration summary of the MDAs for what they recorded and claim"
        ),
        modelled=bool(services.modelled),
        notices=[*notices, *_notices(services)],
    )


def _answer(request: PageRequest, moves: Answer, services: Answer, records: Answer) -> list[Text]:
    moved = int(moves.value("moved_agency_count") or 0)
    if not moved:
        return _without_move(request, records)
    said = [*_cost_sentence(request, moves, moved), " ", *_others_sentence(request)]
    return [*said, *_service_sentence(request, services)]


def _cost_sentence(request: PageRequest, moves: Answer, moved: int) -> list[Text]:
    change = moves.value("observed_cost_change")
    if change is None:
        why = moves.reasons.get("observed_cost_change", "")
        return [say("Whether it paid can't be said: {why}.", why=why)]
    share = strong(percent(abs(change)), evidence_of(moves, "observed_cost_change"))
    who = (
        say_number(moved, "the {number} MDA that moved", "the {number} MDAs that moved")
        if request.sees_many
        else whose(request)
    )
    if change < 0:
        return say_parts("After migration a month of {who} costs {share} less than before.",
                         who=who, share=share)  # fmt: skip
    return say_parts("After migration a month of {who} costs {share} more than before.",
                     who=who, share=share)  # fmt: skip


def _others_sentence(request: PageRequest) -> list[Text]:
    others = ask_others(request)
    change = others.value("unmoved_cost_change") if others is not None else None
    if others is None or change is None:
        return []
    share = strong(percent(abs(change)), evidence_of(others, "unmoved_cost_change"))
    if change < 0:
        return [*say_parts("That of the MDAs that stayed fell by {share} over the same time.",
                           share=share), " "]  # fmt: skip
    return [*say_parts("That of the MDAs that stayed rose by {share} over the same time.",
                       share=share), " "]  # fmt: skip


def _service_sentence(request: PageRequest, services: Answer) -> list[Text]:
    change = services.value("stability_delta")
    if change is None:
        return [say("Services before and after can't be compared: {why}.",
                    why=services.reasons.get("stability_delta", ""))]  # fmt: skip
    if "stability_delta" in services.modelled:
        return [
            say(
                "Whether services got better can't be said: latency and errors are modelled from "
                "utilisation, not measured."
            )
        ]
    points = strong(decimal(abs(change)), evidence_of(services, "stability_delta"))
    measured = len(measured_agencies(request))
    where = (
        say_number(measured, "the {number} MDA measured on both sides",
                   "the {number} MDAs measured on both sides")
        if request.sees_many
        else whose(request)
    )  # fmt: skip
    if change > 0:
        return say_parts("Stability of {where} rose by {points} points of 100.",
                         where=where, points=points)  # fmt: skip
    return say_parts("Stability of {where} fell by {points} points of 100.",
                     where=where, points=points)  # fmt: skip


def _without_move(request: PageRequest, records: Answer) -> list[Text]:
    """Say that there is nothing to compare; what was recorded stands all the same."""
    said: list[Text] = [
        say(
            "There is no before and after to compare for {whose}: no usage has months on both "
            "sides of a migration.",
            whose=whose(request),
        )
    ]
    before, after = records.value("sla_breaches_pre"), records.value("sla_breaches_post")
    if before is None or after is None:
        return [*said, " ", say("No migration summary was handed in either.")]
    return said


def _notices(services: Answer) -> list[Component]:
    if not services.modelled:
        return []
    text = say(
        "Latency and errors before and after are modelled from utilisation, not measured: a "
        "difference between them is one of utilisation. Hand in telemetry to have services "
        "measured."
    )
    return [banner(text, kind="warn", links=[html.A(say("What is handed in"), href="/data")])]


def _definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            say("Same MDAs"),
            say(
                "those with months wholly before and wholly after migration in their usage; mean "
                "month after against mean month before"
            ),
        ),
        (
            say("MDAs that stayed"),
            say("their months before the first migration of others, and from the last one on"),
        ),
        (
            say("Claimed savings"),
            say("realised savings as the MDAs report them, not computed here"),
        ),
        (
            say("Recorded breaches"),
            say("breaches that the MDAs reported with their migration, told apart from modelled"),
        ),
        (
            say("Stability"),
            say("response time 40 %, failed requests 30 %, utilisation near 60 % 30 %"),
        ),
    )
