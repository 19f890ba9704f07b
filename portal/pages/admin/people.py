"""People: who may sign in, with which role and for which MDA."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

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
from portal.formats import moment, plural
from portal.pages.page import PageRequest
from portal.pages.role_names import ROLE_NAMES
from warehouse.errors import NothingPublishedError


def draw_people(request: PageRequest) -> Component:
    """List people with their grants and, for whoever manages them, the forms to change them."""
    now = datetime.now(UTC)
    with request.database.reading_records() as session:
        people = list_people(session)
    agencies = _agencies(request)
    may_change = request.reader.may(Permission.MANAGE_PEOPLE)
    live = [grant for person in people for grant in person.grants if grant.is_live(now)]
    enabled = sum(person.is_enabled for person in people)
    said = [
        f"{plural(enabled, 'person', 'people')} may sign in, with "
        f"{plural(len(live), 'grant')} in force. Nobody grants to themselves."
    ]
    return html.Div(
        [
            heading("Who may see what?", said),
            kpi_row(
                [
                    kpi_card(label="May sign in", value=str(enabled)),
                    kpi_card(label="Disabled", value=str(len(people) - enabled)),
                    kpi_card(label="Grants in force", value=str(len(live))),
                    kpi_card(
                        label="Without any grant",
                        value=str(sum(not _live(person, now) for person in people)),
                        note="they see nothing",
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
                status_word("enabled", "ok")
                if person.is_enabled
                else status_word("disabled", "bad")
            ),
            "grants": _grants(request, person, dict(agencies), now, may_change),
            "seen": moment(person.last_seen_at) if person.last_seen_at else "never",
            "change": _changes(request, person, agencies) if may_change else "",
        }
        for person in people
    ]
    change = (Column("change", "Change"),) if may_change else ()
    columns = (
        Column("name", "Person"),
        Column("status", "May sign in", is_key=False),
        Column("grants", "Roles"),
        Column("seen", "Last seen", is_key=False),
        *change,
    )
    return card(
        headline=plural(len(rows), "person", "people"),
        children=[data_table(caption="People and their roles", columns=columns, rows=rows)],
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
                    submit="Revoke",
                    danger=True,
                    compact=True,
                    accessible_name=f"Revoke {text} of {person.name}",
                )
            )
        items.append(html.Li(parts, className="grant"))
    return html.Ul(items, className="grants") if items else html.Span("none", className="muted")


def _grant_text(grant: GrantRecord, agencies: Mapping[str, str]) -> str:
    text = ROLE_NAMES[grant.role]
    if grant.agency_id is not None:
        text += f" of {agencies.get(str(grant.agency_id), f'MDA {grant.agency_id}')}"
    return f"{text}, until {moment(grant.expires_at)}" if grant.expires_at else text


def _changes(request: PageRequest, person: PersonInfo, agencies: Options) -> Component:
    """Nobody changes their own standing, so for the reader there is nothing to press."""
    if person.id == request.reader.principal.user_id:
        return html.Span("you", className="muted")
    verb, action = ("Disable", "disable") if person.is_enabled else ("Enable", "enable")
    switch = post_form(
        action=f"/admin/users/{person.id}/{action}",
        csrf_token=request.csrf_token,
        children=[],
        submit=verb,
        danger=person.is_enabled,
        compact=True,
        accessible_name=f"{verb} {person.name}",
    )
    if not person.is_enabled:
        return switch
    reset = post_form(
        action=f"/admin/users/{person.id}/reset",
        csrf_token=request.csrf_token,
        children=[],
        submit="New password link",
        quiet=True,
        compact=True,
        accessible_name=f"New password link for {person.name}",
    )
    return html.Div([_grant_form(request, person, agencies), reset, switch], className="changes")


def _forms(request: PageRequest) -> list[Component]:
    add = post_form(
        action="/admin/users",
        csrf_token=request.csrf_token,
        children=[
            text_field(identifier="person-name", name="name", label="Name", required=True,
                       autocomplete="off", maxlength=200),
            text_field(identifier="person-email", name="email", label="E-mail address",
                       kind="email", required=True, autocomplete="off", maxlength=254),
        ],
        submit="Add",
    )  # fmt: skip
    return [
        card(
            headline="Add a person",
            subtitle="They get a link to set a password; without a grant they see nothing",
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
                label="Role",
                options=[(role.value, _role_text(role)) for role in ROLE_NAMES],
                value=next(iter(ROLE_NAMES)).value,
            ),
            select_field(
                identifier=f"grant-agency-{person.id}",
                name="agency_id",
                label="MDA",
                options=agencies,
                nothing="None: for the whole government",
            ),
            text_field(
                identifier=f"grant-until-{person.id}",
                name="expires_on",
                label="Until",
                kind="date",
                hint="Empty: until it is revoked",
            ),
        ],
        submit="Grant",
        accessible_name=f"Grant a role to {person.name}",
    )
    named = {"aria-label": f"Grant a role to {person.name}"}
    return html.Details([html.Summary("Grant a role", className="link", **named), form])


def _role_text(role: Role) -> str:
    name = ROLE_NAMES[role]
    return f"{name} (needs an MDA)" if role in AGENCY_ROLES else name


def _live(person: PersonInfo, now: datetime) -> list[GrantRecord]:
    return [grant for grant in person.grants if grant.is_live(now)]
