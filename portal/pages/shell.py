"""The frame around every page. It is the same for everybody and holds nobody's data.

The router fills the containers named in ``CHROME_IDS`` with ``draw_chrome``, after it knows who
is asking; the index that is sent before that is empty of names and figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from auth.permissions import Permission
from portal.access import Reader
from portal.components import html
from portal.components.forms import hidden_field
from portal.components.states import skeleton
from portal.formats import ago, month_name, short_build
from portal.pages.page import Page, PageRequest
from portal.texts import later, say, say_known
from warehouse.errors import NothingPublishedError
from warehouse.measures import REGISTRY

CHROME_IDS = ("navigation", "header-status", "account")
"""Containers whose children ``draw_chrome`` gives, in this order."""

SEARCH = "search"
SEARCH_WANTED = "search-wanted"
"""Becomes true when somebody first goes to the search field: then what it offers is sent."""

_KEYS = (
    ("/", later("Go to search")),
    ("?", later("Show this help")),
    ("Esc", later("Close what is open")),
    ("Tab", later("Go to the next control")),
)


def layout() -> Component:
    """Draw the empty frame: skip link, header, rail, page container, live line, help."""
    return html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="theme"),
            dcc.Store(id=SEARCH_WANTED),
            html.A(say("Skip to content"), href="#page", className="skip-link"),
            _header(),
            html.Nav(id="navigation", className="rail", **{"aria-label": say("Main")}),
            html.Div(className="scrim", **{"data-closes-drawer": "true"}),
            html.Main(skeleton(), id="page", className="page", tabIndex="-1"),
            html.Div(
                id="live", className="visually-hidden", role="status", **{"aria-live": "polite"}
            ),
            _help(),
        ],
        className="shell",
    )


def draw_chrome(
    request: PageRequest, path: str, pages: Sequence[Page]
) -> tuple[Component, Component, Component]:
    """Draw what the frame shows of this reader, in the order of ``CHROME_IDS``."""
    return (
        navigation(request.reader, path, pages),
        header_status(request),
        account_menu(request.reader, request.csrf_token),
    )


def navigation(reader: Reader, path: str, pages: Sequence[Page]) -> Component:
    """List the pages that this reader may open, by group; only what is built is listed."""
    groups: dict[str, list[Component]] = {}
    for page in pages:
        if page.in_nav and reader.may(page.permission):
            groups.setdefault(page.nav_group, []).append(_nav_link(page, path))
    return html.Div(
        [
            html.Div(
                [*([html.H2(say_known(group))] if group else []), html.Ul(links)],
                className="rail-group",
            )
            for group, links in groups.items()
        ]
    )


def header_status(request: PageRequest) -> Component:
    """Say how fresh the figures are."""
    try:
        build = request.build
    except NothingPublishedError:
        return html.Span(say("No figures are published yet"))
    age = ago(build.published_at, request.now)
    return html.Span(
        say(
            "Data to {month} · build {build}, {age}",
            month=month_name(build.data_to),
            build=short_build(build.build_id),
            age=age,
        )
    )


def account_menu(reader: Reader, csrf_token: str) -> Component:
    """Draw the reader's menu: who is signed in, the account page, and the way out."""
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(_initials(reader.name), **{"aria-hidden": "true"}),
                    html.Span(
                        say("Account of {name}", name=reader.name), className="visually-hidden"
                    ),
                ],
                className="avatar",
            ),
            html.Div(
                [
                    html.P([html.Strong(reader.name), html.Br(), reader.email]),
                    html.A(say("Account"), href="/account"),
                    html.Form(
                        [
                            hidden_field("csrf_token", csrf_token),
                            html.Button(say("Sign out"), type="submit", className="link"),
                        ],
                        method="post",
                        action="/logout",
                    ),
                ],
                className="menu",
            ),
        ],
        className="account",
        **{"data-closes-on-escape": "true"},
    )


def destinations(request: PageRequest, pages: Sequence[Page]) -> Component:
    """List what search can go to: pages, MDAs, services and measures in the reader's reach."""
    places = [
        (say_known(page.title), page.path)
        for page in pages
        if page.in_nav and request.reader.may(page.permission)
    ]
    if request.reader.may(Permission.VIEW_SUMMARY):
        places += _subjects(request)
    if request.reader.may(Permission.VIEW_DATA):
        allowed = request.scope.measures
        places += [
            (
                say("{name} (measure)", name=say_known(measure.label)),
                f"/data?view=measures#{measure.name}",
            )
            for measure in REGISTRY.values()
            if allowed is None or measure.name in allowed
        ]
    return html.Datalist(
        [html.Option(value=name, **{"data-href": href}) for name, href in places],
        id="search-options",
    )


def _subjects(request: PageRequest) -> list[tuple[str, str]]:
    scope = request.reader.under(Permission.VIEW_SUMMARY).scope
    try:
        agencies = request.gateway.options("agency", scope)
        services = request.gateway.options("service_type", scope)
    except NothingPublishedError:
        return []
    return [
        *(
            (say("{name} (MDA {number})", name=label, number=number), f"/?agency={number}")
            for number, label in agencies
        ),
        *((say("{name} (service)", name=label), f"/?service={name}") for name, label in services),
    ]


def _header() -> Component:
    return html.Header(
        [
            html.Button(
                html.Span(say("Menu"), className="visually-hidden"),
                type="button",
                className="icon-button menu-button",
                **{
                    "aria-expanded": "false",
                    "aria-controls": "navigation",
                    "data-opens-drawer": "true",
                },
            ),
            html.A(
                [html.Span(className="mark", **{"aria-hidden": "true"}), "Exchequer"],
                href="/",
                className="brand",
            ),
            html.Form(
                [
                    html.Label(say("Search"), htmlFor=SEARCH, className="visually-hidden"),
                    dbc.Input(
                        id=SEARCH,
                        name="q",
                        type="text",
                        list="search-options",
                        autocomplete="off",
                        placeholder=say("Search MDAs, services, measures   /"),
                    ),
                    html.Div(id="destinations"),
                ],
                className="search",
                role="search",
                method="get",
                action="/",
                **{
                    "data-search": "true",
                    "aria-label": say("Site"),
                    "data-nothing": say("Nothing is called “{name}” here."),
                },
            ),
            html.Div(id="header-status", className="header-status"),
            html.Button(
                html.Span(say("Switch between light and dark"), className="visually-hidden"),
                type="button",
                className="icon-button theme-button",
                **{"data-toggles-theme": "true"},
            ),
            html.Div(id="account"),
        ],
        className="header",
    )


def _help() -> Component:
    rows = [
        html.Div([html.Dt(html.Kbd(key)), html.Dd(say_known(meaning))], className="definition")
        for key, meaning in _KEYS
    ]
    return html.Dialog(
        [
            html.H2(say("Keyboard"), id="help-title"),
            html.Dl(rows),
            html.Button(
                say("Close"), type="button", className="button", **{"data-closes-help": "true"}
            ),
        ],
        id="help",
        className="dialog",
        **{"aria-labelledby": "help-title"},
    )


def _nav_link(page: Page, path: str) -> Component:
    here = {"aria-current": "page"} if page.path == path else {}
    return html.Li(html.A(say_known(page.nav_label), href=page.path, className="rail-link", **here))


def _initials(name: str) -> str:
    parts = [part for part in name.split() if part[:1].isalpha()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"
