"""People: who may sign in, with which role and for which MDA."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dash.development.base_component import Component

from auth.grants import GrantRecord
from auth.people import PersonInfo, list_people
from auth.permissions import AGENCY_ROLES, Permission, Role
from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import Options, post_form, select_field, text_field
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading
from portal.components.states import status_word
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.admin.inspector import grant_name
from portal.pages.page import PageRequest
from portal.pages.role_names import ROLES, role_name
from portal.texts import say, say_number
from warehouse.errors import NothingPublishedError


def draw_people(request: PageRequest) -> Component:
    """List people with their grants and, for whoever manages them, the forms to change them."""
    now = request.now
    with request.database.reading_records() as session:
        people = list_people(session)
    agencies = _agencies(request)
    may_change = request.reader.may(Permission.MANAGE_PEOPLE)
    live = [grant for person in people for grant in person.grants if grant.is_live(now)]
    enabled = sum(person.is_enabled for person in people)
    said = [
        say(
            "{people}, with {grants} in force. Nobody grants to themselves.",
            people=say_number(
                enabled, "{number} person may sign in", "{number} people may sign in"
            ),
            grants=say_number(len(live), "{number} grant", "{number} grants"),
        )
    ]
    return html.Div(
        [
            heading(say("Who may see what?"), said),
            kpi_row(
                [
                    kpi_card(label=say("May sign in"), value=str(enabled)),
                    kpi_card(label=say("Disabled"), value=str(len(people) - enabled)),
                    kpi_card(label=say("Grants in force"), value=str(len(live))),
                    kpi_card(
                        label=say("Without any grant"),
                        value=str(sum(not _live(person, now) for person in people)),
                        note=say("they see nothing"),
                    ),
                ]
            ),
            grid([_list(request, people, agencies, now, may_change)]),
            *([grid(_forms(request))] if may_change else []),
        ]
    )


def _agencies(request: PageRequest) -> Options:
    try:
        return request.gateway.options("agency", request.scope)
    except NothingPublishedError:
        return ()


def _list(
    request: PageRequest,
    people: tuple[PersonInfo, ...],
    agencies: Options,
    now: datetime,
    may_change: bool,
) -> Component:
    rows = [
        {
            "name": [html.Strong(person.name), html.Br(), person.email],
            "status": (
                status_word(say("enabled"), "ok")
                if person.is_enabled
                else status_word(say("disabled"), "bad")
            ),
            "grants": _grants(request, person, dict(agencies), now, may_change),
            "seen": moment(person.last_seen_at) if person.last_seen_at else say("never"),
            "change": _changes(request, person, agencies) if may_change else "",
        }
        for person in people
    ]
    change = (Column("change", say("Change")),) if may_change else ()
    columns = (
        Column("name", say("Person")),
        Column("status", say("May sign in"), is_key=False),
        Column("grants", say("Roles")),
        Column("seen", say("Last seen"), is_key=False),
        *change,
    )
    return card(
        headline=say_number(len(rows), "{number} person", "{number} people"),
        children=[data_table(caption=say("People and their roles"), columns=columns, rows=rows)],
    )


def _grants(
    request: PageRequest,
    person: PersonInfo,
    agencies: Mapping[str, str],
    now: datetime,
    may_change: bool,
) -> Component:
    items = []
    for grant in _live(person, now):
        text = _grant_text(grant, agencies)
        parts: list[Component | str] = [text]
        if may_change:
            parts.append(
                post_form(
                    action=f"/admin/grants/{grant.id}/revoke",
                    csrf_token=request.csrf_token,
                    children=[],
                    submit=say("Revoke"),
                    danger=True,
                    compact=True,
                    accessible_name=say("Revoke {role} of {name}", role=text, name=person.name),
                )
            )
        items.append(html.Li(parts, className="grant"))
    return (
        html.Ul(items, className="grants") if items else html.Span(say("none"), className="muted")
    )


def _grant_text(grant: GrantRecord, agencies: Mapping[str, str]) -> str:
    name = grant_name(grant.role, grant.agency_id, agencies)
    if grant.expires_at is None:
        return name
    return say("{role}, until {moment}", role=name, moment=moment(grant.expires_at))


def _changes(request: PageRequest, person: PersonInfo, agencies: Options) -> Component:
    """Nobody changes their own standing, so for the reader there is nothing to press."""
    if person.id == request.reader.principal.user_id:
        return html.Span(say("you"), className="muted")
    action, verb, said = (
        ("disable", say("Disable"), say("Disable {name}", name=person.name))
        if person.is_enabled
        else ("enable", say("Enable"), say("Enable {name}", name=person.name))
    )
    switch = post_form(
        action=f"/admin/users/{person.id}/{action}",
        csrf_token=request.csrf_token,
        children=[],
        submit=verb,
        danger=person.is_enabled,
        compact=True,
        accessible_name=said,
    )
    if not person.is_enabled:
        return switch
    reset = post_form(
        action=f"/admin/users/{person.id}/reset",
        csrf_token=request.csrf_token,
        children=[],
        submit=say("New password link"),
        quiet=True,
        compact=True,
        accessible_name=say("New password link for {name}", name=person.name),
    )
    return html.Div([_grant_form(request, person, agencies), reset, switch], className="changes")


def _forms(request: PageRequest) -> list[Component]:
    add = post_form(
        action="/admin/users",
        csrf_token=request.csrf_token,
        children=[
            text_field(identifier="person-name", name="name", label=say("Name"), required=True,
                       autocomplete="off", maxlength=200),
            text_field(identifier="person-email", name="email", label=say("E-mail address"),
                       kind="email", required=True, autocomplete="off", maxlength=254),
        ],
        submit=say("Add"),
    )  # fmt: skip
    return [
        card(
            headline=say("Add a person"),
            subtitle=say("They get a link to set a password; without a grant they see nothing"),
            children=[add],
            span=6,
        ),
    ]


def _grant_form(request: PageRequest, person: PersonInfo, agencies: Options) -> Component:
    form = post_form(
        action=f"/admin/users/{person.id}/grants",
        csrf_token=request.csrf_token,
        children=[
            select_field(
                identifier=f"grant-role-{person.id}",
                name="role",
                label=say("Role"),
                options=[(role.value, _role_text(role)) for role in ROLES],
                value=ROLES[0].value,
            ),
            select_field(
                identifier=f"grant-agency-{person.id}",
                name="agency_id",
                label=say("MDA"),
                options=agencies,
                nothing=say("None: for the whole government"),
            ),
            text_field(
                identifier=f"grant-until-{person.id}",
                name="expires_on",
                label=say("Until"),
                kind="date",
                hint=say("Empty: until it is revoked"),
            ),
        ],
        submit=say("Grant"),
        accessible_name=say("Grant a role to {name}", name=person.name),
    )
    named = {"aria-label": say("Grant a role to {name}", name=person.name)}
    return html.Details([html.Summary(say("Grant a role"), className="link", **named), form])


def _role_text(role: Role) -> str:
    name = role_name(role)
    return say("{role} (needs an MDA)", role=name) if role in AGENCY_ROLES else name


def _live(person: PersonInfo, now: datetime) -> list[GrantRecord]:
    return [grant for grant in person.grants if grant.is_live(now)]
