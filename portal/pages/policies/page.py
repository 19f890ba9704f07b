"""Tagging policies: what each asks, how far it is, and who may do what next."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.parts import breadcrumb, heading
from portal.components.states import empty_state
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES, read_address
from portal.pages.policies.editor import draw_editor, draw_import
from portal.pages.policies.effective import draw_effective
from portal.pages.policies.list_editor import draw_list_editor
from portal.pages.policies.listing import draw_list
from portal.pages.policies.one import draw_policy
from portal.pages.policies.seen import lists_seen, may_manage, versions_seen
from portal.texts import later, say, say_known

QUESTION: Final = later("How must resources be tagged?")


def draw_policies(request: PageRequest) -> Component:
    """Draw the list, or what the address names: a policy, its editor, what holds for an account."""
    asked = read_address(request.search)
    view, name = asked.get("view", ""), asked.get("policy", "")
    manages = may_manage(request)
    if view == "effective":
        return _under(say("What holds for an account"), draw_effective(request, asked))
    if manages and view == "import":
        return _under(say("Import"), draw_import(request))
    if manages and view == "new":
        return _under(say("New policy"), draw_editor(request, ()))
    if manages and view == "list":
        named = asked.get("list", "")
        rows = tuple(row for row in lists_seen(request) if row.name == named)
        if named and not rows:
            return _unknown()
        return _under(named or say("New list"), draw_list_editor(request, rows))
    if not name:
        return draw_list(request)
    versions = versions_seen(request, name)
    if not versions:
        return _unknown()
    if manages and view == "edit":
        return _under(name, draw_editor(request, versions))
    return _under(name, draw_policy(request, versions, asked))


def _under(here: str, page: Component) -> Component:
    return html.Div([breadcrumb(((say("Tagging policies"), POLICIES),), here), page])


def _unknown() -> Component:
    return html.Div(
        [
            heading(say_known(QUESTION), [say("Nothing is known under this name.")]),
            empty_state(
                title=say("No policy of this name is known"),
                why=say("It may have another name, or not apply to you."),
                action=html.A(say("All policies"), href=POLICIES, className="button"),
            ),
        ]
    )
