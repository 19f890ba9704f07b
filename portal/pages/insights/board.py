"""Recommendations with their state: what may be saved, who sees to it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from auth.permissions import Permission
from portal.addresses import table_export_url
from portal.components import html
from portal.components.cards import card, download_links
from portal.components.states import empty_state, status_word
from portal.components.tables import last_page, pager
from portal.pages.insights.board_groups import Group, draw_group
from portal.pages.insights.board_items import (
    STATES,
    Item,
    decisions_in_view,
    items_of,
    items_of_resources,
)
from portal.pages.insights.board_lines import draw_line, draw_resource, draw_saving
from portal.pages.insights.resources import (
    RECOMMENDED,
    RESOURCES,
    ResourcePage,
    read_resources,
    recommendations,
)
from portal.pages.insights.summary import PATH
from portal.pages.money.dollars import in_dollars
from portal.pages.page import PageRequest
from portal.pages.series import at_most
from portal.texts import say, say_known, say_number
from warehouse.governance.recommendations import ACCEPTED, DISMISSED, DONE

DECIDED: Final = "decided"
"""The view of what was done or dismissed."""

_MOST_LINES: Final = 12
_SIZE: Final = 10
"""How many resources are shown at a time."""


def draw_recommendations(request: PageRequest) -> Component:
    """List the recommendations: those to act on, or those done and dismissed."""
    asked = in_dollars(request)
    every = items_of(asked, decisions_in_view(asked))
    is_decided = request.filters.view == DECIDED
    chosen = [one for one in every if (one.state in {DONE, DISMISSED}) == is_decided]
    chosen.sort(key=lambda one: (one.state != ACCEPTED, -one.saving))
    is_grouped = asked.sees_many
    page = min(request.filters.page, last_page(len(chosen), _MOST_LINES))
    first = (page - 1) * _MOST_LINES
    shown = chosen if is_grouped else chosen[first : first + _MOST_LINES]
    lines = (
        _by_kind(asked, chosen)
        if is_grouped
        else [draw_line(asked, one.looked_up(asked)) for one in shown]
    )
    return card(
        headline=_headline(len(chosen), is_decided=is_decided),
        subtitle=_subtitle(asked, len(shown), len(chosen)),
        children=[
            html.Ul(lines, className="insights")
            if lines
            else empty_state(title=say("Nothing here"), why=_why_empty(is_decided=is_decided)),
            *([] if is_grouped else _pages(request, page, len(chosen), _MOST_LINES)),
        ],
        footer=_other_view(request, len(every) - len(chosen), is_decided=is_decided),
        anchor="recommendations",
    )  # fmt: skip


def draw_resources(request: PageRequest) -> Component:
    """List what providers recommend for single resources: the first few, or all, page by page."""
    asked, is_whole = in_dollars(request), request.filters.view == RESOURCES
    found = resources_shown(request)
    items = items_of_resources(found, decisions_in_view(asked))
    lines = [draw_resource(asked, one) for one in items]
    shown = say("{shown} of {all} shown", shown=f"{len(lines):,}", all=f"{found.total:,}")
    every = f"{PATH}{request.filters.to_query(view=RESOURCES, page=1)}#{RESOURCES}"
    all_of_them = say_number(found.total, "All of {number} resource",
                             "All {number} resources, page by page")  # fmt: skip
    more = [html.A(all_of_them, href=every)] if found.total > len(lines) else []
    rest = f"{PATH}{request.filters.to_query(view=None, page=1)}#recommendations"
    return card(
        headline=say_number(
            found.total,
            "For {number} resource providers recommend something",
            "For {number} resources providers recommend something",
        ),
        subtitle=say(
            "What each would save in a year, as the provider estimates it, the most first; "
            "{shown}. It is in what is recommended for its account, too. What was decided on can "
            "be changed under “Recommendations”", shown=shown,
        ),
        children=[
            html.Ul(lines, className="insights"),
            *(_pages(request, found.page, found.total, _SIZE) if is_whole else []),
        ],
        footer=[
            *([html.A(say("All recommendations"), href=rest)] if is_whole else more),
            *_downloads(asked),
        ],
        anchor=RESOURCES,
    )  # fmt: skip


def _downloads(request: PageRequest) -> Sequence[Component]:
    """Link all that providers recommend to the MDAs in view, where the reader may export."""
    if not request.reader.may(Permission.EXPORT):
        return []
    where = {"agency_id": request.filters.agency} if request.filters.agency else {}
    return download_links(
        csv=table_export_url(RECOMMENDED, "csv", where),
        xlsx=table_export_url(RECOMMENDED, "xlsx", where),
        what=say("what providers recommend"),
    )


def resources_shown(request: PageRequest) -> ResourcePage:
    """Read the resources that the page shows: of its view of all, those of the page asked for."""
    page = request.filters.page if request.filters.view == RESOURCES else 1
    return read_resources(in_dollars(request), size=_SIZE, page=page)


def _pages(request: PageRequest, page: int, total: int, size: int) -> list[Component]:
    if total <= size:
        return []
    anchor = RESOURCES if request.filters.view == RESOURCES else "recommendations"
    return [
        pager(
            page=page,
            size=size,
            total=total,
            address=lambda at: f"{PATH}{request.filters.to_query(page=at)}#{anchor}",
        )
    ]


def _headline(number_of: int, *, is_decided: bool) -> str:
    if is_decided:
        return say_number(number_of, "{number} recommendation done or dismissed",
                          "{number} recommendations done or dismissed")  # fmt: skip
    return recommendations(number_of)


def _subtitle(request: PageRequest, shown: int, every: int) -> str:
    if not every:
        return ""
    if request.sees_many:
        return say("By kind, the largest saving first; under each its MDAs, accepted first, then "
                   "by saving")  # fmt: skip
    return say("Accepted first, then by saving; {shown} of {all} shown", shown=shown, all=every)


def _why_empty(*, is_decided: bool) -> str:
    if is_decided:
        return say("No recommendation was done or dismissed yet.")
    return say("The records support no recommendation.")


def _other_view(request: PageRequest, number_of: int, *, is_decided: bool) -> list[Component]:
    if not number_of and not is_decided:
        return []
    query = request.filters.to_query(view=None if is_decided else DECIDED, page=1)
    text = (
        say_number(number_of, "{number} to act on", "{number} to act on")
        if is_decided
        else say_number(number_of, "{number} done or dismissed", "{number} done or dismissed")
    )
    return [html.A(text, href=f"{PATH}{query}#recommendations")]


def _by_kind(request: PageRequest, items: Sequence[Item]) -> list[Component]:
    """Put what is recommended to several MDAs under one title, the largest saving first."""
    kinds: dict[str, list[Item]] = {}
    for one in items:
        kinds.setdefault(one.course.name, []).append(one)
    ranked = sorted(kinds.values(), key=lambda found: -max(one.saving for one in found))
    return [
        draw_line(request, found[0].looked_up(request))
        if len(found) == 1
        else draw_group(_group(request, found))
        for found in ranked
    ]


def _group(request: PageRequest, items: Sequence[Item]) -> Group:
    course, largest = items[0].course, max(items, key=lambda one: one.saving)
    counts = [(word, tone, sum(one.state == state for one in items))
              for state, (word, tone) in STATES.items()]  # fmt: skip
    shown = at_most(items, _MOST_LINES)
    return Group(
        name=course.name,
        title=say_known(course.what),
        basis=say_known(course.basis),
        states=[
            status_word(f"{count} {say_known(word)}", tone) for word, tone, count in counts if count
        ],
        agencies=len({one.agency for one in items}),
        most=draw_saving(largest.looked_up(request)),
        lines=[draw_line(request, one.looked_up(request), is_in_group=True) for one in shown],
        count=len(items),
    )
