"""One callback draws whichever page the address names, for whoever is asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from dash.dependencies import Input, Output
from dash.development.base_component import Component
from flask import abort, g, request
from sqlalchemy.exc import OperationalError

from auth.permissions import Permission
from portal.access import Reader, guarded_callback, require_reader
from portal.components import html
from portal.components.states import empty_state, error_state
from portal.denials import note_denied
from portal.filters import LONGEST_ADDRESS, read_filters
from portal.pages import PAGES
from portal.pages.page import Page, PageRequest, Theme
from portal.pages.shell import CHROME_IDS, draw_chrome
from portal.plain_markup import with_plain_parts
from portal.security.form_tokens import token_for_session
from portal.services import services
from portal.texts import say, say_known
from warehouse.errors import NothingPublishedError, OutdatedStarError

HOME: Final = "/"
ADMIN_HOME: Final = "/admin"
ACCOUNT: Final = "/account"

_LOG = structlog.get_logger("portal.router")
_BY_PATH: Final = {page.path: page for page in PAGES}


@guarded_callback(
    Output("page", "children"),
    *(Output(name, "children") for name in CHROME_IDS),
    Input("url", "pathname"),
    Input("url", "search"),
    Input("theme", "data"),
    permission=Permission.VIEW_OWN_ACCOUNT,
)
def show(pathname: Any, search: Any, theme: Any) -> tuple[Any, ...]:
    """Draw the page of an address and the frame around it; what fails says so in its place."""
    if not isinstance(pathname, str) or not isinstance(search, str | None):
        abort(400)
    reader = require_reader()
    page = find_page(pathname, reader)
    asked = ask_for(page, reader, search or "", theme)
    parts = (_draw(page, asked, pathname), *_frame(asked, page.path if page else pathname))
    return tuple(with_plain_parts(part) for part in parts)


def find_page(pathname: str, reader: Reader) -> Page | None:
    """Give the page of this path; an unknown one and one that isn't theirs are both None."""
    path = pathname.rstrip("/") or HOME
    if path == HOME:
        return _home(reader)
    page = _BY_PATH.get(path)
    if page is not None and not reader.may(page.permission):
        note_denied(reader, path, str(page.permission))
        return None
    return page


def ask_for(page: Page | None, reader: Reader, search: str, theme: Any) -> PageRequest:
    """Gather what a page is drawn from, in the scope of the page's own permission."""
    our, preferred = services(), reader.principal.preferences
    return PageRequest(
        reader=reader if page is None else reader.under(page.permission),
        filters=read_filters(search, currency=preferred.currency, year=preferred.year_kind),
        search=search[:LONGEST_ADDRESS],
        theme=_shown_theme(theme),
        gateway=our.gateway,
        database=our.database,
        now=our.now(),
        csrf_token=token_for_session(reader.principal.csrf_secret),
        marking=our.settings.marking,
        origin=request.host_url.rstrip("/"),
    )


def _home(reader: Reader) -> Page | None:
    """Give the first page that says something to this reader."""
    for path in (HOME, ADMIN_HOME, ACCOUNT):
        page = _BY_PATH.get(path)
        if page is not None and reader.may(page.permission):
            return page
    return None


def _shown_theme(theme: Any) -> Theme:
    """Give the scheme on screen: what the page says, or the cookie it wrote before."""
    chosen = theme if theme is not None else request.cookies.get("scheme")
    if theme not in (None, "light", "dark"):
        abort(400)
    return "dark" if chosen == "dark" else "light"


def _draw(page: Page | None, asked: PageRequest, pathname: str) -> Component:
    if page is None:
        return _not_found()
    return _attempt(lambda: page.build(asked), page, page.path + asked.filters.to_query())


def _frame(asked: PageRequest, path: str) -> tuple[Component, ...]:
    try:
        return draw_chrome(asked, path, PAGES)
    except Exception as error:
        _LOG.error("frame.failed", path=path, exc_info=error)
        return tuple(html.Span() for _ in CHROME_IDS)


def _attempt(build: Callable[[], Component], page: Page, retry_href: str) -> Component:
    """Draw a page, or say in its place what went wrong and how to ask about it."""
    title = html.H1(say_known(page.title), id="page-title", tabIndex="-1")
    try:
        return build()
    except NothingPublishedError as error:
        if isinstance(error, OutdatedStarError):
            _LOG.warning("star.outdated", path=page.path, error=str(error))
            heading = say("The figures are being made anew")
            why = say("Exchequer has been renewed, and its figures follow in a minute or two.")
        else:
            heading = say("The first build is being made")
            why = say("No figures are published yet. This takes a minute or two.")
        waiting = empty_state(
            title=heading,
            why=why,
            action=html.A(say("Look again"), href=retry_href, className="button"),
        )
        return html.Div([title, waiting])
    except OperationalError as error:
        _LOG.error("database.unreachable", error=str(error.orig))
        sentence = say("The figures can't be reached just now.")
    except Exception as error:
        _LOG.error("page.failed", path=page.path, exc_info=error)
        sentence = say("This page couldn't be drawn.")
    failed = error_state(sentence=sentence, reference=g.request_id, retry_href=retry_href)
    return html.Div([title, failed])


def _not_found() -> Component:
    return html.Div(
        [
            html.H1(say("Not found"), id="page-title", tabIndex="-1"),
            empty_state(
                title=say("Nothing is known under this address"),
                why=say("It may have moved, or it isn't open to your role."),
                action=html.A(say("Go to the start page"), href=HOME, className="button"),
            ),
        ]
    )
