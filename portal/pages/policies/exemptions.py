"""Exemptions: which resources need not carry a tag, until when, asked by and decided by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading, strong
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import day_name, moment
from portal.pages.page import PageRequest
from portal.pages.policies.address import EXEMPTIONS
from portal.pages.policies.people import administrator, asker
from portal.pages.policies.seen import accounts_seen, agency_names, may_manage
from portal.texts import later, say, say_known, say_number, say_parts
from warehouse.governance.exemptions import (
    APPROVED,
    ASKED,
    LONGEST,
    REFUSED,
    WITHDRAWN,
    exemptions_of,
    state_on,
)
from warehouse.governance.policy_models import TagExemption

_EXPIRED: Final = "expired"
_STATES: Final[Mapping[str, str]] = {
    ASKED: later("waits for a decision"),
    APPROVED: later("in force"),
    REFUSED: later("refused"),
    WITHDRAWN: later("withdrawn"),
    _EXPIRED: later("expired"),
}
_TONES: Final = {ASKED: "warn", APPROVED: "ok", REFUSED: "bad"}


def draw_exemptions(request: PageRequest) -> Component:
    """Draw the exemptions in scope, with the forms of whoever may ask or decide."""
    with request.database.reading_records(request.scope) as session:
        rows = exemptions_of(session, request.scope.agencies)
        session.expunge_all()
    states = [state_on(row, request.today) for row in rows]
    waiting, holding = states.count(ASKED), states.count(APPROVED)
    said = say_parts(
        "{holding} in force, and {waiting} for a decision. Each ends by itself.",
        holding=strong(say_number(holding, "{number} exemption is", "{number} exemptions are")),
        waiting=strong(say_number(waiting, "{number} waits", "{number} wait")),
    )
    counts = kpi_row(
        [
            kpi_card(label=say("In force"), value=f"{holding:,}"),
            kpi_card(label=say("Wait for a decision"), value=f"{waiting:,}"),
            kpi_card(label=say("Expired"), value=f"{states.count(_EXPIRED):,}"),
            kpi_card(label=say("Refused"), value=f"{states.count(REFUSED):,}"),
        ]
    )
    may_ask = request.reader.may(Permission.REQUEST_EXEMPTION)
    return html.Div(
        [
            heading(say("What need not be tagged, and until when?"), said),
            counts,
            grid([_list(request, rows), *([_ask(request)] if may_ask else [])]),
        ]
    )


def _list(request: PageRequest, rows: Sequence[TagExemption]) -> Component:
    names = agency_names(request)
    own = request.reader.under(Permission.REQUEST_EXEMPTION).scope.agencies or frozenset()
    today = request.today
    acts = any(
        (may_manage(request) and state_on(row, today) == ASKED)
        or (row.agency_id in own and state_on(row, today) in {ASKED, APPROVED})
        for row in rows
    )
    cells = [
        {
            "what": _what(row),
            "agency": names.get(str(row.agency_id), str(row.agency_id)),
            "state": _state(row, request.today),
            "until": day_name(row.expires_on.isoformat()),
            "asked": _asked(request, row),
            "decided": _decided(request, row),
            "do": _actions(request, row, is_own=row.agency_id in own),
        }
        for row in rows
    ]
    columns = (
        Column("what", say("Resource and tag")),
        Column("agency", say("MDA"), is_key=False),
        Column("state", say("State")),
        Column("until", say("Until")),
        Column("asked", say("Why"), is_key=False),
        Column("decided", say("Decided"), is_key=False),
        *((Column("do", say("Next")),) if acts else ()),
    )
    return card(
        headline=say_number(len(rows), "{number} exemption", "{number} exemptions"),
        subtitle=say("Asked for by an MDA, approved by somebody else, at most two years long"),
        children=[data_table(caption=say("Exemptions"), columns=columns, rows=cells)]
        if cells
        else [
            empty_state(
                title=say("Nothing is exempt"),
                why=say("Every resource is judged by the policies in force."),
            )
        ],
    )


def _what(row: TagExemption) -> list[Component | str]:
    resource = row.resource_id or say("the whole account")
    tag = say("every tag") if row.tag == "*" else row.tag
    return [
        html.Strong(tag),
        html.Span(f"{row.provider} {row.account_id}", className="event-code"),
        html.Span(resource, className="event-code"),
    ]


def _state(row: TagExemption, today: date) -> Component:
    state = state_on(row, today)
    return status_word(say_known(_STATES[state]), _TONES.get(state, "plain"))


def _asked(request: PageRequest, row: TagExemption) -> list[Component | str]:
    who = say(
        "{person}, {moment}",
        person=asker(request, row.asked_by, row.agency_id),
        moment=moment(row.asked_at),
    )
    return [row.reason, html.Span(who, className="event-code")]


def _decided(request: PageRequest, row: TagExemption) -> list[Component | str] | str:
    if row.decided_by is None:
        return ""
    who = say(
        "{person}, {moment}",
        person=administrator(request, row.decided_by),
        moment=moment(row.decided_at),
    )
    return [row.decision_reason or "", html.Span(who, className="event-code")]


def _actions(request: PageRequest, row: TagExemption, *, is_own: bool) -> Component:
    state = state_on(row, request.today)
    forms = []
    if state == ASKED and may_manage(request):
        if row.asked_by == request.reader.email:
            forms.append(html.P(say("You asked for it."), className="muted"))
        else:
            forms.append(_decide_form(request, row, APPROVED))
        forms.append(_decide_form(request, row, REFUSED))
    if is_own and state in {ASKED, APPROVED}:
        forms.append(
            post_form(
                action=f"{EXEMPTIONS}/{row.exemption_id}/withdraw",
                csrf_token=request.csrf_token,
                children=[],
                submit=say("Withdraw"),
                quiet=True,
                compact=True,
                accessible_name=say("Withdraw exemption {number}", number=row.exemption_id),
            )
        )
    return html.Div(forms, className="policy-steps")


def _decide_form(request: PageRequest, row: TagExemption, decision: str) -> Component:
    approves = decision == APPROVED
    reason = text_field(
        identifier=f"{decision}-{row.exemption_id}",
        name="reason",
        label=say("Reason, if you want to give one") if approves else say("Reason"),
        required=not approves,
        maxlength=2_000,
        autocomplete="off",
    )
    name = (
        say("Approve exemption {number}", number=row.exemption_id)
        if approves
        else say("Refuse exemption {number}", number=row.exemption_id)
    )
    return post_form(
        action=f"{EXEMPTIONS}/{row.exemption_id}/decide",
        csrf_token=request.csrf_token,
        children=[hidden_field("decision", decision), reason],
        submit=say("Approve") if approves else say("Refuse"),
        danger=not approves,
        compact=True,
        accessible_name=name,
    )


def _ask(request: PageRequest) -> Component:
    own = request.reader.under(Permission.REQUEST_EXEMPTION).scope.agencies or frozenset()
    accounts = [one for one in accounts_seen(request) if one[2] in own]
    if not accounts:
        nothing = empty_state(
            title=say("No account of yours is known"),
            why=say("Accounts and their owners come with the file accounts.csv."),
        )
        return card(headline=say("Ask for an exemption"), children=[nothing], span=6)
    form = post_form(
        action=EXEMPTIONS,
        csrf_token=request.csrf_token,
        children=[
            select_field(
                identifier="exempt-account",
                name="account",
                label=say("Account"),
                options=[(f"{one}/{account}", f"{one} {account}") for one, account, _ in accounts],
                value=f"{accounts[0][0]}/{accounts[0][1]}",
            ),
            text_field(identifier="exempt-resource", name="resource_id", label=say("Resource"),
                       hint=say("Its identifier, as bills write it; empty for the whole account"),
                       maxlength=2_000, autocomplete="off"),
            text_field(identifier="exempt-tag", name="tag", label=say("Tag"),
                       hint=say("Its key; * for every tag"), required=True, maxlength=256,
                       autocomplete="off"),
            text_field(identifier="exempt-reason", name="reason", label=say("Reason"),
                       required=True, maxlength=2_000, autocomplete="off"),
            text_field(identifier="exempt-until", name="expires_on", label=say("Until"),
                       kind="date", hint=say("At most two years from now"), required=True,
                       min=request.today.isoformat(),
                       max=(request.today + LONGEST).isoformat()),
        ],
        submit=say("Ask"),
    )  # fmt: skip
    return card(
        headline=say("Ask for an exemption"),
        subtitle=say("An administrator decides; until then nothing is exempt"),
        children=[form],
        span=6,
    )
