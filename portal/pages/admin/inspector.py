"""Permission inspector: what one person can see, and which grant lets them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs

from dash.development.base_component import Component

from auth.grants import GrantRecord
from auth.people import PersonInfo, list_people
from auth.permissions import DESCRIPTIONS, EVERYONE, MATRIX, Permission, Role
from auth.principals import GrantInfo, Principal
from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import select_field
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading, strong
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.filters import LONGEST_ADDRESS, MOST_FIELDS
from portal.formats import moment
from portal.pages.page import Page, PageRequest
from portal.pages.role_names import role_name
from portal.scoping import scope_for
from portal.texts import say, say_known, say_number, say_parts
from warehouse.errors import NothingPublishedError
from warehouse.measures import REGISTRY
from warehouse.scope import Scope

PATH: Final = "/admin/inspect"
MOST_NAMED: Final = 5

_SHOWING_FIGURES: Final = frozenset(
    {
        Permission.VIEW_SUMMARY,
        Permission.VIEW_RELIABILITY,
        Permission.VIEW_COST,
        Permission.VIEW_GOVERNANCE,
        Permission.VIEW_DATA,
    }
)

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def draw_inspector(request: PageRequest, pages: Sequence[Page]) -> Component:
    """Draw the choice of a person and, once one is chosen, everything they may do and why."""
    now = request.now
    number = _chosen(request.search)
    with request.database.reading_records() as session:
        people = list_people(session)
        person = next((one for one in people if one.id == number), None)
    question = say("What can this person see, and why?")
    choice = _choice(people, number)
    if person is None:
        asked = say("Choose a person, and their pages, measures and permissions are listed.")
        unknown = [
            empty_state(
                title=say("Nobody is known under this number"),
                why=say("Choose a person from the list."),
            )
        ]
        return html.Div([heading(question, [asked]), choice, *(unknown if number else [])])
    names = mda_names(request)
    grants = tuple(one for one in person.grants if person.is_enabled and one.is_live(now))
    held = tuple(GrantInfo(one.role, one.agency_id, one.expires_at) for one in grants)
    principal = Principal(person.id, person.email, person.name, held)
    return html.Div(
        [
            heading(question, _answer(person, principal, pages, names)),
            choice,
            _cards(principal, pages, names),
            grid(
                [
                    _grants(grants, names),
                    _pages(principal, pages, names),
                    _permissions(principal, names),
                ]
            ),
        ]
    )


def inspector_href(person_id: int) -> str:
    """Write the address under which a person's permissions are shown."""
    return f"{PATH}?person={person_id}"


def mda_names(request: PageRequest) -> dict[str, str]:
    """Name the MDAs by identifier; none before the first build."""
    try:
        return dict(request.gateway.options("agency", request.scope))
    except NothingPublishedError:
        return {}


def grant_name(role: Role, agency_id: int | None, names: Mapping[str, str]) -> str:
    """Name a role together with the MDA it is held for."""
    if agency_id is None:
        return role_name(role)
    mda = names.get(str(agency_id), say("MDA {number}", number=agency_id))
    return say("{role} of {mda}", role=role_name(role), mda=mda)


def _chosen(search: str) -> int:
    try:
        given = parse_qs(search[:LONGEST_ADDRESS].removeprefix("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return 0
    text = given.get("person", [""])[-1]
    return int(text) if _NUMBER.fullmatch(text) else 0


def _choice(people: Sequence[PersonInfo], number: int) -> Component:
    return html.Form(
        [
            select_field(
                identifier="inspected",
                name="person",
                label=say("Person"),
                options=[(str(one.id), f"{one.name}, {one.email}") for one in people],
                value=str(number) if any(one.id == number for one in people) else "",
                nothing=say("Choose a person"),
            ),
            html.Button(say("Show"), type="submit", className="button"),
        ],
        method="get",
        action=PATH,
        className="form form-inline records-filters",
        **{"aria-label": say("Person"), "data-address": "short"},
    )


def _open_pages(principal: Principal, pages: Sequence[Page]) -> list[Page]:
    return [page for page in pages if principal.has(page.permission)]


def _answer(
    person: PersonInfo, principal: Principal, pages: Sequence[Page], names: Mapping[str, str]
) -> list[Component | str]:
    who = strong(person.name)
    if not person.is_enabled:
        return say_parts("{person} is disabled and can't sign in, so sees nothing.", person=who)
    if not principal.grants:
        return say_parts(
            "{person} holds no grant, so sees nothing but their own account.", person=who
        )
    return say_parts(
        "{person} may open {pages}, and is answered about the spend of {whose}.",
        person=who,
        pages=strong(
            say_number(len(_open_pages(principal, pages)), "{number} page", "{number} pages")
        ),
        whose=strong(_whose(scope_for(principal, Permission.VIEW_COST), names)),
    )


def _cards(principal: Principal, pages: Sequence[Page], names: Mapping[str, str]) -> Component:
    measures = _measures(principal)
    cost = scope_for(principal, Permission.VIEW_COST)
    return kpi_row(
        [
            kpi_card(label=say("Grants in force"), value=f"{len(principal.grants):,}"),
            kpi_card(
                label=say("Pages"),
                value=f"{len(_open_pages(principal, pages)):,}",
                note=say("of {number}", number=f"{len(pages):,}"),
            ),
            kpi_card(
                label=say("Measures"),
                value=f"{measures:,}",
                note=say("of {number}", number=f"{len(REGISTRY):,}"),
            ),
            kpi_card(
                label=say("MDAs whose spend they see"),
                value=f"{len(names) if cost.agencies is None else len(cost.agencies):,}",
                note=say("of {number}", number=f"{len(names):,}"),
            ),
        ]
    )


def _measures(principal: Principal) -> int:
    """Count the measures that somebody is answered about at least one MDA."""
    scopes = [
        scope_for(principal, permission)
        for permission in (Permission.VIEW_COST, Permission.VIEW_GOVERNANCE)
        if principal.has(permission)
    ]
    reaching = [scope for scope in scopes if scope.is_government or scope.agencies]
    if any(scope.measures is None for scope in reaching):
        return len(REGISTRY)
    allowed = [scope.measures & frozenset(REGISTRY) for scope in reaching if scope.measures]
    return len(frozenset().union(*allowed))


def _whose(scope: Scope, names: Mapping[str, str]) -> str:
    """Say whose rows a scope reaches: everybody's, a few by name, or nobody's."""
    if scope.agencies is None:
        return say("all MDAs")
    if not scope.agencies:
        return say("no MDA")
    if len(scope.agencies) > MOST_NAMED:
        return say_number(len(scope.agencies), "{number} MDA", "{number} MDAs")
    return ", ".join(names.get(str(one), str(one)) for one in sorted(scope.agencies))


def _reach(principal: Principal, permission: Permission, names: Mapping[str, str]) -> str:
    """Say whose figures a permission shows, and whether only those about tags."""
    scope = scope_for(principal, permission)
    whose = _whose(scope, names)
    if scope.measures is None or scope.agencies == frozenset():
        return whose
    return say("{whose}: tagging measures only", whose=whose)


def _why(principal: Principal, permission: Permission, names: Mapping[str, str]) -> str:
    """Name the grants that carry a permission."""
    if permission in EVERYONE:
        return say("everybody who is signed in")
    found = [
        grant_name(grant.role, grant.agency_id, names)
        for grant in principal.grants
        if permission in MATRIX[grant.role]
    ]
    return ", ".join(found) if found else say("no grant of theirs")


def _grants(grants: Sequence[GrantRecord], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "role": grant_name(grant.role, grant.agency_id, names),
            "by": grant.granted_by,
            "at": moment(grant.granted_at),
            "until": moment(grant.expires_at) if grant.expires_at else say("until revoked"),
        }
        for grant in grants
    ]
    columns = (
        Column("role", say("Role")),
        Column("by", say("Granted by")),
        Column("at", say("Granted"), is_key=False),
        Column("until", say("Until"), is_key=False),
    )
    nothing = empty_state(
        title=say("No grant is in force"), why=say("Without one, a person sees nothing.")
    )
    return card(
        headline=say("Grants"),
        subtitle=say("Where every permission comes from"),
        children=[data_table(caption=say("Grants in force"), columns=columns, rows=rows)]
        if rows
        else [nothing],
    )


def _pages(principal: Principal, pages: Sequence[Page], names: Mapping[str, str]) -> Component:
    rows = [
        {
            "page": [say_known(page.title), html.Span(page.path, className="event-code")],
            "open": status_word(say("open"), "ok")
            if principal.has(page.permission)
            else status_word(say("closed"), "plain"),
            "whose": _reach(principal, page.permission, names)
            if principal.has(page.permission) and page.permission in _SHOWING_FIGURES
            else "",
            "why": _why(principal, page.permission, names),
            "needs": html.Code(page.permission),
        }
        for page in pages
    ]
    columns = (
        Column("page", say("Page")),
        Column("open", say("Open")),
        Column("whose", say("Whose figures")),
        Column("why", say("Because of"), is_key=False),
        Column("needs", say("It takes"), is_key=False),
    )
    return card(
        headline=say("Pages"),
        subtitle=say("A closed page answers as one that doesn't exist"),
        children=[
            data_table(caption=say("Pages and why they are open"), columns=columns, rows=rows)
        ],
    )


def _permissions(principal: Principal, names: Mapping[str, str]) -> Component:
    held = sorted(principal.permissions, key=list(Permission).index)
    rows = [
        {
            "name": [say_known(DESCRIPTIONS[one]), html.Span(str(one), className="event-code")],
            "why": _why(principal, one, names),
        }
        for one in held
    ]
    columns = (Column("name", say("Permission")), Column("why", say("Because of")))
    return card(
        headline=say_number(len(rows), "{number} permission", "{number} permissions"),
        subtitle=say("Everything else is denied"),
        children=[data_table(caption=say("Permissions held"), columns=columns, rows=rows)],
    )
