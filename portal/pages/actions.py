"""What can be done with a page as it stands: keep it, pass it on, take it away."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from dash.development.base_component import Component

from portal.components import html
from portal.pages.page import PageRequest
from portal.pages.printing import paper_actions
from portal.pages.saved_views import views_menu
from portal.texts import say


def page_actions(request: PageRequest, path: str) -> Sequence[Component]:
    """List the actions at the end of the filter bar, for the page at ``path``."""
    # Named in the copied link, since whoever opens it may prefer others.
    said = {"currency": request.filters.currency, "year": request.filters.year}
    return [
        views_menu(request, path),
        html.Button(
            say("Copy link"),
            type="button",
            className="link",
            **{
                "data-copies-link": urlencode(said),
                "data-copied": say("Link copied"),
                "data-failed": say("Copy it from the address bar"),
            },
        ),
        *paper_actions(request, path),
    ]
