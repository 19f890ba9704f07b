"""The anomalies that nobody has looked at yet, in short: for trends and for an MDA's home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, footer_notes, nothing_card
from portal.components.parts import Text
from portal.components.ranking import Ranked, ranked_list
from portal.formats import money, signed_percent
from portal.pages.anomalies.alerts import still_open
from portal.pages.anomalies.around import address_around
from portal.pages.anomalies.seen import PATH, Told, ask_told, part_of, when_of
from portal.pages.anomalies.states import known_cases
from portal.pages.evidence import evidence_of, figure
from portal.pages.frame import agency_names, drill_to
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import number
from portal.texts import say, say_number, say_parts
from warehouse.question import Answer

_MOST: Final = 6


def open_anomalies(request: PageRequest) -> tuple[Answer, list[Told]]:
    """Give the alerts of the period that nobody has looked at, the largest excess first."""
    answer, told = ask_told(in_dollars(request))
    known = known_cases(request)
    return answer, sorted(still_open(known, told), key=_excess, reverse=True)


def draw_latest(request: PageRequest) -> Component:
    """Rank the open anomalies by what they cost beyond what was expected."""
    answer, alerts = open_anomalies(request)
    title = say("Anomalies")
    if not alerts:
        why = say("No month or day of this period that nobody has looked at yet stands out of its "
                  "own past.")  # fmt: skip
        return nothing_card(title, why, 12)
    names = agency_names(request)
    shown = alerts[:_MOST]
    largest = _excess(shown[0])
    items = [
        Ranked(
            name=_name(one, names, with_agency=request.sees_many),
            share=_excess(one) / largest if largest else 0.0,
            figure=money(number(one.figures["anomaly_difference"])),
            detail=_detail(answer, one),
            href=address_around(request, one, agency=(str(one.agency_id),)),
            evidence=evidence_of(answer, "anomaly_difference", one.figures),
        )
        for one in shown
    ]
    return card(
        headline=say_number(
            len(alerts), "{number} anomaly nobody has looked at yet",
            "{number} anomalies nobody has looked at yet",
        ),
        subtitle=say("Above what earlier months or days led to expect; {shown} of {all} "
                     "shown, the largest first", shown=len(shown), all=len(alerts)),
        children=[ranked_list(items)],
        footer=[
            html.A(say("All anomalies"), href=drill_to(PATH, request)),
            *footer_notes(answer.notes),
        ],
        anchor="anomalies",
    )  # fmt: skip


def in_a_sentence(answer: Answer, one: Told, mda: str) -> Sequence[Text]:
    """Say of an anomaly what it is, and by how much it is above what was expected."""
    return say_parts(
        "{mda}: {what} in {when}, {amount} above what was expected.",
        mda=mda,
        what=part_of(one.row),
        when=when_of(one.row),
        amount=figure(
            answer, "anomaly_difference", money(number(one.figures["anomaly_difference"])),
            one.figures,
        ),
    )  # fmt: skip


def _excess(one: Told) -> float:
    return number(one.figures["anomaly_difference"]) or 0.0


def _name(one: Told, names: dict[str, str], *, with_agency: bool) -> str:
    if not with_agency:
        return part_of(one.row)
    mda = names.get(str(one.agency_id), str(one.agency_id))
    return say("{mda}: {part}", mda=mda, part=part_of(one.row))


def _detail(answer: Answer, one: Told) -> Sequence[Text]:
    share = number(one.figures["anomaly_difference_pct"])
    if share is None:
        return when_of(one.row)
    return say_parts(
        "{when}, {share}",
        when=when_of(one.row),
        share=figure(answer, "anomaly_difference_pct", signed_percent(share), one.figures),
    )
