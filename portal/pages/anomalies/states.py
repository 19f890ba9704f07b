"""What people said of anomalies: the state in a row, its history, and the form that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.parts import Text
from portal.components.states import status_word
from portal.formats import day_name, moment, money
from portal.pages.anomalies.seen import PATH
from portal.pages.offices import named
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known
from warehouse.governance.anomaly_cases import (
    ACKNOWLEDGED,
    BY_BUILD,
    FALSE_ALARM,
    GONE,
    LONGEST,
    MERGED,
    OPEN,
    PLANNED,
    RESOLVED,
    WORKED,
    cases_of,
    muted_by,
    steps_of,
)
from warehouse.governance.anomaly_models import AnomalyCase, AnomalyStep

STATES: Final[Mapping[str, str]] = {
    OPEN: later("open"),
    ACKNOWLEDGED: later("acknowledged"),
    PLANNED: later("planned"),
    FALSE_ALARM: later("false alarm"),
    RESOLVED: later("resolved"),
    GONE: later("no longer there"),
    MERGED: later("one with another"),
}
_TONES: Final = {OPEN: "warn", ACKNOWLEDGED: "plain", RESOLVED: "ok"}


@dataclass(frozen=True, slots=True)
class Known:
    """The anomalies in scope as people know them, and the steps that led there."""

    cases: Sequence[AnomalyCase] = ()
    steps: Mapping[int, Sequence[AnomalyStep]] = field(default_factory=dict)
    by_name: Mapping[str, AnomalyCase] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    """How the reader is told of who said something, by address."""

    def muted_by(self, case: AnomalyCase) -> AnomalyCase | None:
        """Give the anomaly that mutes this one."""
        return muted_by(case, self.cases)


def known_cases(request: PageRequest) -> Known:
    """Read what people said of the anomalies of the MDAs in view."""
    with request.database.reading_records(request.scope) as session:
        agencies = request.scope.agencies if request.agency_ids is None else request.agency_ids
        if request.scope.agencies is not None and agencies is not None:
            agencies = frozenset(agencies) & request.scope.agencies
        cases = cases_of(session, agencies)
        steps = steps_of(session, [one.case_id for one in cases])
        said_by = {step.by for own in steps.values() for step in own}
        said_by |= {one.state_by for one in cases}
        people = named(request, session, said_by - {BY_BUILD})
        session.expunge_all()
    by_name = {one.anomaly_id: one for one in cases if one.state in WORKED}
    return Known(cases, steps, by_name, people)


def state_cell(request: PageRequest, known: Known, case: AnomalyCase | None) -> list[Text]:
    """Write the state of an anomaly with who put it there, when and why, and how to change it."""
    if case is None:
        return [say("new in this build")]
    said: list[Text] = [status_word(say_known(STATES[case.state]), _TONES.get(case.state, "plain"))]
    muting = known.muted_by(case)
    if muting is not None:
        said.append(
            html.Span(
                say("muted until {day}, like number {number}: {reason}",
                    day=day_name(str(muting.muted_until)), number=muting.case_id,
                    reason=muting.reason),
                className="cell-detail",
            )
        )  # fmt: skip
    if case.reason:
        said.append(html.Span(case.reason, className="cell-detail"))
    said.append(html.Span(_by(known, case.state_by, case.state_at), className="cell-detail"))
    if case.muted_until is not None:
        said.append(html.Span(_mutes(case), className="cell-detail"))
    folded: list[Component] = []
    if steps := known.steps.get(case.case_id):
        folded.append(_history(known, steps))
    if _may_change(request, case):
        folded.append(_form(request, case))
    if folded:
        title = (
            say("Number {number}: say what it is", number=case.case_id)
            if _may_change(request, case)
            else say("Number {number}: what was said", number=case.case_id)
        )
        said.append(html.Details([html.Summary(title, className="link"), *folded]))
    return said


def is_muted_or_done(known: Known, case: AnomalyCase | None) -> bool:
    """Tell whether nobody needs to look at it: it is muted, or somebody has said what it is."""
    return case is not None and (case.state != OPEN or known.muted_by(case) is not None)


def _mutes(case: AnomalyCase) -> str:
    day = day_name(str(case.muted_until))
    if case.muted_usd is None:
        return say("the like is muted until {day}", day=day)
    return say("the like is muted until {day}, up to {amount}", day=day,
               amount=money(float(case.muted_usd)))  # fmt: skip


def _by(known: Known, who: str, at: datetime) -> str:
    if who == BY_BUILD:
        return say("found by the build of {moment}", moment=moment(at))
    return say("{person}, {moment}", person=known.people[who], moment=moment(at))


def _history(known: Known, steps: Sequence[AnomalyStep]) -> Component:
    lines = [
        html.Li(
            [
                say("{was} to {state}", was=say_known(STATES[step.was]),
                    state=say_known(STATES[step.state])),
                html.Span(_by(known, step.by, step.at), className="cell-detail"),
                html.Span(step.reason, className="cell-detail"),
            ]
        )
        for step in steps
    ]  # fmt: skip
    return html.Ol(lines, className="anomaly-steps")


def _may_change(request: PageRequest, case: AnomalyCase) -> bool:
    if case.state not in WORKED or not request.reader.may(Permission.ACKNOWLEDGE_ANOMALY):
        return False
    agencies = request.reader.under(Permission.ACKNOWLEDGE_ANOMALY).scope.agencies
    return agencies is None or case.agency_id in agencies


def _money_field(number: int) -> Component:
    return text_field(
        identifier=f"usd-{number}",
        name="muted_usd",
        label=say("Up to US dollars above expected"),
        hint=say("Empty for any size"),
        maxlength=15,
        autocomplete="off",
        inputMode="decimal",
    )


def _form(request: PageRequest, case: AnomalyCase) -> Component:
    number = case.case_id
    others = [(state, say_known(STATES[state])) for state in WORKED if state != case.state]
    today = request.today
    return post_form(
        action=f"{PATH}/{number}/state",
        csrf_token=request.csrf_token,
        children=[
            hidden_field("lock", str(case.lock)),
            select_field(identifier=f"state-{number}", name="state", label=say("It is"),
                         options=others, value=others[0][0], compact=True),
            text_field(identifier=f"reason-{number}", name="reason", label=say("Reason"),
                       required=True, maxlength=2_000, autocomplete="off"),
            text_field(identifier=f"until-{number}", name="muted_until", kind="date",
                       label=say("Mute the like until"),
                       hint=say("Of what is planned or a false alarm; leave empty for no muting"),
                       min=today.isoformat(), max=(today + LONGEST).isoformat()),
            *([] if case.excess_usd is None else [_money_field(number)]),
        ],
        submit=say("Record"),
        compact=True,
        accessible_name=say("Record the state of anomaly {number}", number=number),
    )  # fmt: skip
