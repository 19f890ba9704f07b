"""Saved views: those a reader may open, and the forms that keep, share and forget them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from auth.permissions import Role
from auth.saved_views import NAME_LIMIT, Audience, ViewInfo, audiences_of, list_views
from portal.components import html
from portal.components.cards import card
from portal.components.forms import Options, hidden_field, post_form, select_field, text_field
from portal.components.states import empty_state
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.page import PageRequest
from portal.texts import say
from warehouse.errors import NothingPublishedError

NOBODY = "nobody"
"""What a form sends for a view that only its owner sees."""


def views_menu(request: PageRequest, path: str) -> Component:
    """Draw the disclosure beside the filters: views to open, and a form to keep this one."""
    views = read_views(request)
    mine = [view for view in views if view.owner_id == request.reader.principal.user_id]
    shared = [view for view in views if view.owner_id != request.reader.principal.user_id]
    return html.Details(
        [
            html.Summary(say("Views"), className="button button-quiet button-small"),
            html.Div(
                [
                    *_links(say("Your views"), mine, "views-mine"),
                    *_links(say("Shared with you"), shared, "views-shared"),
                    _save_form(request, path),
                ],
                className="views-panel",
            ),
        ],
        className="filter-details views",
    )


def views_card(request: PageRequest) -> Component:
    """List the reader's own views with whom they are shared, and the forms to change that."""
    me = request.reader.principal.user_id
    mine = [view for view in read_views(request) if view.owner_id == me]
    offered = _audiences(request)
    rows = [
        {
            "name": html.A(view.name, href=view.address),
            "page": view.path,
            "made": moment(view.created_at),
            "shared": _share_form(request, view, offered),
            "delete": post_form(
                action=f"/account/views/{view.id}/delete",
                csrf_token=request.csrf_token,
                children=[],
                submit=say("Delete"),
                danger=True,
                compact=True,
                accessible_name=say("Delete the view {name}", name=view.name),
            ),
        }
        for view in mine
    ]
    columns = (
        Column("name", say("View")),
        Column("page", say("Page"), is_key=False),
        Column("made", say("Saved"), is_key=False),
        Column("shared", say("Who sees it")),
        Column("delete", say("Delete")),
    )
    none = empty_state(
        title=say("No view is saved yet"),
        why=say("Set filters on a page, open “Views” beside them, and give the view a name."),
    )
    return card(
        headline=say("Saved views"),
        subtitle=say(
            "A shared view is an address: whoever opens it sees only what they may see themselves"
        ),
        children=[
            data_table(caption=say("Your saved views"), columns=columns, rows=rows)
            if rows
            else none
        ],
        anchor="views",
    )


def read_views(request: PageRequest) -> tuple[ViewInfo, ...]:
    """Read the views that this reader may open: their own, then those shared with them."""
    principal = request.reader.principal
    with request.database.reading_records() as session:
        return list_views(session, principal.user_id, principal.grants, request.now)


def written_audience(audience: Audience | None) -> str:
    """Write an audience as a form sends it."""
    if audience is None:
        return NOBODY
    return f"role:{audience.role}" if audience.role else f"agency:{audience.agency_id}"


def audience_name(audience: Audience, agencies: Mapping[str, str]) -> str:
    """Say in words who an audience is."""
    if audience.agency_id is not None:
        number = str(audience.agency_id)
        return say(
            "Everyone at {mda}", mda=agencies.get(number, say("MDA {number}", number=number))
        )
    return {
        Role.TREASURY: say("Everyone at the treasury"),
        Role.ADMIN: say("All administrators"),
        Role.AUDITOR: say("All auditors"),
    }[audience.role or Role.TREASURY]


def _audiences(request: PageRequest) -> Options:
    try:
        agencies = dict(request.gateway.options("agency", request.reader.scope))
    except NothingPublishedError:
        agencies = {}
    groups = audiences_of(request.reader.principal.grants)
    return [
        (NOBODY, say("Only me")),
        *((written_audience(group), audience_name(group, agencies)) for group in groups),
    ]


def _links(title: str, views: Sequence[ViewInfo], identifier: str) -> list[Component]:
    if not views:
        return []
    items = [
        html.Li(
            [
                html.A(view.name, href=view.address),
                *(
                    [html.Span(say("by {owner}", owner=view.owner_name), className="muted")]
                    if identifier == "views-shared"
                    else []
                ),
            ]
        )
        for view in views
    ]
    return [
        html.P(title, id=identifier, className="views-title"),
        html.Ul(items, className="views-list", **{"aria-labelledby": identifier}),
    ]


def _save_form(request: PageRequest, path: str) -> Component:
    return post_form(
        action="/account/views",
        csrf_token=request.csrf_token,
        children=[
            hidden_field("path", path),
            hidden_field("query", request.filters.to_query(is_full=True)),
            text_field(
                identifier="view-name",
                name="name",
                label=say("Save this view as"),
                required=True,
                autocomplete="off",
                maxlength=NAME_LIMIT,
            ),
            select_field(
                identifier="view-audience",
                name="audience",
                label=say("Who sees it"),
                options=_audiences(request),
                value=NOBODY,
            ),
        ],
        submit=say("Save"),
        accessible_name=say("Save this view"),
    )


def _share_form(request: PageRequest, view: ViewInfo, offered: Options) -> Component:
    chosen = written_audience(view.audience)
    known = {value for value, _ in offered}
    lapsed = [] if chosen in known else [(chosen, say("A group you no longer belong to"))]
    return post_form(
        action=f"/account/views/{view.id}/share",
        csrf_token=request.csrf_token,
        children=[
            select_field(
                identifier=f"view-audience-{view.id}",
                name="audience",
                label=say("Who sees {name}", name=view.name),
                options=[*offered, *lapsed],
                value=chosen,
            )
        ],
        submit=say("Change"),
        quiet=True,
        compact=True,
        accessible_name=say("Change who sees {name}", name=view.name),
    )
