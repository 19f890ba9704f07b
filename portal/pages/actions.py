"""What can be done with a page as it stands: pass it on, keep it, take it away."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from portal.components import html
from portal.pages.page import PageRequest
from portal.texts import say


def page_actions(request: PageRequest, path: str) -> Sequence[Component]:
    """List the actions at the end of the filter bar, for the page at ``path``."""
    return [
        html.Button(
            say("Copy link"),
            type="button",
            className="link",
            **{"data-copies-link": "true"},
        ),
    ]
