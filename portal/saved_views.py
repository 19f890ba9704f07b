"""Forms that keep a view under a name, share it, and forget it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue

from auth.errors import InvalidValueError, UnknownRecordError
from auth.permissions import MATRIX, Permission, Role
from auth.saved_views import Audience, delete_view, list_views, save_view, share_view
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_own_fields
from portal.filters import LONGEST_ADDRESS, read_filters
from portal.pages import PAGES, Page
from portal.pages.saved_views import NOBODY
from portal.services import services

routes = Blueprint("saved_views", __name__, url_prefix="/account/views")

LIST = "/account#views"


@routes.post("")
def save() -> ResponseReturnValue:
    """Keep the view of a page under a name, and lead back to it."""
    fields = read_own_fields("name", "path", "query", "audience", longest=LONGEST_ADDRESS)
    page = _page(fields["path"], require_reader())
    query = read_filters(fields["query"]).to_query(is_full=True)
    audience = _audience(fields["audience"], page)
    our = services()
    with our.database.records() as db:
        save_view(
            db,
            name=fields["name"],
            path=page.path,
            query=query,
            audience=audience,
            by=reader_as_actor(),
            now=our.now(),
        )
    return redirect(page.path + query, 303)


@routes.post("/<int:view_id>/share")
def share(view_id: int) -> ResponseReturnValue:
    """Show one's own view to a group, or to nobody else any more."""
    fields = read_own_fields("audience")
    our, principal = services(), require_reader().principal
    with our.database.records() as db:
        mine = list_views(db, principal.user_id, (), our.now())
        path = next((view.path for view in mine if view.id == view_id), None)
        if path is None:
            raise UnknownRecordError("view", view_id)
        page = next((page for page in PAGES if page.path == path), None)
        audience = _audience(fields["audience"], page)
        share_view(db, view_id, audience, by=reader_as_actor(), now=our.now())
    return redirect(LIST, 303)


@routes.post("/<int:view_id>/delete")
def delete(view_id: int) -> ResponseReturnValue:
    """Forget one's own view."""
    read_own_fields()
    our = services()
    with our.database.records() as db:
        delete_view(db, view_id, by=reader_as_actor(), now=our.now())
    return redirect(LIST, 303)


def _page(path: str, reader: Reader) -> Page:
    """Give the page to be kept; one that isn't open to the reader is refused as an unknown one."""
    for page in PAGES:
        if page.path == path and reader.may(page.permission):
            return page
    raise InvalidValueError("path", path[:40], "only a page of Exchequer can be kept.")


def _audience(text: str, page: Page | None) -> Audience | None:
    """Read whom a form shares with; a page must be open to those it is shared with."""
    if text == NOBODY:
        return None
    kind, _, name = text.partition(":")
    if kind == "agency" and name.isascii() and name.isdigit() and len(name) <= 9:
        audience, may = Audience(agency_id=int(name)), MATRIX[Role.AGENCY_VIEWER]
    elif kind == "role" and name in {*Role}:
        audience, may = Audience(role=Role(name)), MATRIX[Role(name)]
    else:
        abort(400, "This group can't be read.")
    if page is None or page.permission not in may | {Permission.VIEW_OWN_ACCOUNT}:
        raise InvalidValueError("audience", text[:40], "the page isn't open to that group.")
    return audience
