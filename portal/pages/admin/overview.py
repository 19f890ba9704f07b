"""Administration: is access in order, what ends soon, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash.development.base_component import Component

from auth.audit import Event, Outcome, list_events
from auth.people import PersonInfo
from auth.permissions import Permission
from auth.review import LONG_UNSEEN, RECENTLY, Overview, read_overview
from portal.addresses import review_export_url
from portal.components import html
from portal.components.cards import card, download_links, grid
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading, strong
from portal.components.states import empty_state
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.admin.events import events_table
from portal.pages.admin.inspector import grant_name, inspector_href, mda_names
from portal.pages.page import PageRequest
from portal.texts import say, say_number, say_parts
from portal.trail import TrailFilters

MOST_LISTED = 10
PEOPLE = "/admin/users"


def draw_admin(request: PageRequest) -> Component:
    """Draw the overview; the trail itself only for who may read it."""
    now = request.now
    may_read_trail = request.reader.may(Permission.VIEW_AUDIT)
    with request.database.reading_records() as session:
        overview = read_overview(session, now)
        events = list_events(session, limit=MOST_LISTED) if may_read_trail else ()
    names = mda_names(request)
    sections = [_ending(overview, names), _tokens(overview), _unseen(overview, names)]
    if may_read_trail:
        sections.append(_trail(events))
    return html.Div(
        [
            heading(say("Is access in order?"), _answer(overview)),
            _cards(overview, may_read_trail),
            grid(sections),
            _review(),
        ]
    )


def _answer(overview: Overview) -> list[Component | str]:
    """Say what there is to do; refused requests are normal in small numbers and judge nothing."""
    ending, unseen = len(overview.ending), len(overview.unseen)
    people = strong(
        say_number(
            len(overview.enabled), "{number} person may sign in", "{number} people may sign in"
        )
    )
    ends = strong(say_number(ending, "{number} grant ends", "{number} grants end"))
    absent = strong(say_number(unseen, "{number} was not seen", "{number} were not seen"))
    if not ending and not unseen:
        return say_parts(
            "{people}; no grant ends within 30 days, and everybody was here within 90.",
            people=people,
        )
    if not unseen:
        return say_parts(
            "{people} and were all here within 90 days; {ending} within 30 days.",
            people=people,
            ending=ends,
        )
    if not ending:
        return say_parts(
            "{people}, of whom {unseen} in 90 days; no grant ends within 30 days.",
            people=people,
            unseen=absent,
        )
    return say_parts(
        "{people}, of whom {unseen} in 90 days; {ending} within 30 days.",
        people=people,
        unseen=absent,
        ending=ends,
    )


def _cards(overview: Overview, may_read_trail: bool) -> Component:
    week = (overview.made_at - RECENTLY).date()
    refused = TrailFilters(action="access.denied", first=week).to_query()
    failed = TrailFilters(action="session.sign_in", outcome=Outcome.REFUSED, first=week).to_query()
    disabled = len(overview.people) - len(overview.enabled)
    return kpi_row(
        [
            kpi_card(
                label=say("May sign in"),
                value=f"{len(overview.enabled):,}",
                note=say_number(disabled, "{number} is disabled", "{number} are disabled"),
                href=PEOPLE,
            ),
            kpi_card(
                label=say("Grants that end"),
                value=f"{len(overview.ending):,}",
                note=say("within 30 days, of {number} in force", number=f"{len(overview.held):,}"),
                href="#ending",
            ),
            kpi_card(
                label=say("Not seen"),
                value=f"{len(overview.unseen):,}",
                note=say("for 90 days, or never"),
                href="#unseen",
            ),
            kpi_card(
                label=say("Tokens that end"),
                value=f"{len(overview.tokens_ending):,}",
                note=say("within 30 days"),
                href="#tokens",
            ),
            kpi_card(
                label=say("Failed sign-ins"),
                value=f"{overview.failed_sign_ins:,}",
                note=say("in the last 7 days"),
                href=f"/admin/audit{failed}" if may_read_trail else "",
            ),
            kpi_card(
                label=say("Denied"),
                value=f"{overview.denied:,}",
                note=say("requests in the last 7 days"),
                href=f"/admin/audit{refused}" if may_read_trail else "",
            ),
        ]
    )


def _ending(overview: Overview, names: Mapping[str, str]) -> Component:
    rows = [
        {
            "person": _person(one.person),
            "role": grant_name(one.grant.role, one.grant.agency_id, names),
            "until": moment(one.grant.expires_at),
        }
        for one in overview.ending[:MOST_LISTED]
    ]
    columns = (
        Column("person", say("Person")),
        Column("role", say("Role")),
        Column("until", say("Until")),
    )
    return _list(
        say("Grants that end within 30 days"),
        columns,
        rows,
        total=len(overview.ending),
        nothing=say("No grant ends within 30 days"),
        why=say("Grants without an end, or with a later one, hold on."),
        anchor="ending",
    )


def _unseen(overview: Overview, names: Mapping[str, str]) -> Component:
    rows = [
        {
            "person": _person(person),
            "roles": ", ".join(
                grant_name(one.grant.role, one.grant.agency_id, names)
                for one in overview.held
                if one.person.id == person.id
            )
            or say("none"),
            "added": moment(person.created_at),
            "seen": _last_seen(person, overview.made_at),
        }
        for person in overview.unseen[:MOST_LISTED]
    ]
    columns = (
        Column("person", say("Person")),
        Column("roles", say("Roles")),
        Column("added", say("Added"), is_key=False),
        Column("seen", say("Last seen")),
    )
    return _list(
        say("May sign in, and don't"),
        columns,
        rows,
        total=len(overview.unseen),
        nothing=say("Everybody was here within 90 days"),
        why=say("Nobody holds access that they don't use."),
        anchor="unseen",
        span=12,
    )


def _tokens(overview: Overview) -> Component:
    rows = [
        {"name": token.name, "owner": token.email, "until": moment(token.expires_at)}
        for token in overview.tokens_ending[:MOST_LISTED]
    ]
    columns = (
        Column("name", say("Token")),
        Column("owner", say("Whose")),
        Column("until", say("Until")),
    )
    return _list(
        say("Tokens that end within 30 days"),
        columns,
        rows,
        total=len(overview.tokens_ending),
        nothing=say("No token ends within 30 days"),
        why=say("Programs that read with a token go on doing so."),
        anchor="tokens",
    )


def _list(
    headline: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    total: int,
    nothing: str,
    why: str,
    anchor: str,
    span: int = 6,
) -> Component:
    shown = len(rows)
    subtitle = (
        say("{shown} of {total} shown", shown=f"{shown:,}", total=f"{total:,}")
        if shown < total
        else ""
    )
    return card(
        headline=headline if rows else nothing,
        subtitle=subtitle,
        children=[
            data_table(caption=headline, columns=columns, rows=rows)
            if rows
            else empty_state(title=say("Nothing to do"), why=why)
        ],
        span=span,
        anchor=anchor,
    )


def _trail(events: Sequence[Event]) -> Component:
    return card(
        headline=say("What was done last"),
        children=[events_table(events, say("The last events of the audit trail"))],
        footer=[html.A(say("The whole audit trail"), href="/admin/audit")],
    )


def _review() -> Component:
    return grid(
        [
            card(
                headline=say("Access review"),
                subtitle=say(
                    "Everybody who may sign in: role, MDA, granted by whom and when, until when, "
                    "last seen"
                ),
                footer=download_links(
                    csv=review_export_url("csv"),
                    xlsx=review_export_url("xlsx"),
                    what=say("the access review"),
                ),
            )
        ]
    )


def _last_seen(person: PersonInfo, now: datetime) -> str:
    """Say when somebody was last here; sessions are remembered for ninety days only."""
    if person.last_seen_at:
        return moment(person.last_seen_at)
    return say("never") if person.created_at > now - LONG_UNSEEN else say("not in 90 days")


def _person(person: PersonInfo) -> list[Component | str]:
    return [html.A(person.name, href=inspector_href(person.id)), html.Br(), person.email]
