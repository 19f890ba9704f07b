"""Audit trail: who did what, to what, and how it ended; only ever added to."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from auth.audit import Outcome, count_events, list_actions, list_events
from portal.addresses import trail_export_url
from portal.components import html
from portal.components.cards import card, download_links, grid
from portal.components.forms import select_field, text_field
from portal.components.parts import heading, strong
from portal.components.states import banner, empty_state
from portal.components.tables import pager
from portal.filters import EVERYTHING
from portal.pages.admin.events import action_names, events_table, outcome_names
from portal.pages.page import PageRequest
from portal.texts import say, say_number, say_parts
from portal.trail import LONGEST_ACTOR, TrailFilters, read_trail

PAGE_SIZE = 50
PATH = "/admin/audit"


def draw_audit(request: PageRequest) -> Component:
    """Draw the trail, the newest event first, narrowed by what the address says."""
    chosen = read_trail(request.search)
    with request.database.reading_records() as session:
        total = count_events(session, **chosen.which)
        refused = count_events(session, **replace(chosen, outcome=Outcome.REFUSED).which)
        start = (chosen.page - 1) * PAGE_SIZE
        events = list_events(session, **chosen.which, limit=PAGE_SIZE, offset=start)
        actions = list_actions(session)
    is_narrowed = chosen.to_query(page=1) != ""
    shown = (
        events_table(events, say("Events of the audit trail"))
        if events
        else empty_state(
            title=say("No event fits"),
            why=say("Nothing in the trail is as narrow as these filters; take one away."),
        )
    )
    listed = card(
        headline=say_number(total, "{number} event", "{number} events"),
        subtitle=say("The newest first; nothing here can be changed or taken away"),
        children=[
            shown,
            pager(
                page=chosen.page,
                size=PAGE_SIZE,
                total=total,
                address=lambda page: PATH + chosen.to_query(page=page),
            ),
        ],
        footer=download_links(
            csv=trail_export_url(chosen, "csv"),
            xlsx=trail_export_url(chosen, "xlsx"),
            what=say("these events"),
        ),
    )
    return html.Div(
        [
            *(banner(problem, kind="warn") for problem in chosen.problems),
            heading(say("Who did what?"), _answer(chosen, total, refused)),
            _filters(chosen, actions, is_narrowed),
            grid([listed]),
        ]
    )


def _answer(chosen: TrailFilters, total: int, refused: int) -> list[Component | str]:
    events = strong(say_number(total, "{number} event", "{number} events"))
    if chosen.outcome:
        return say_parts("{events} fit these filters.", events=events)
    counted = {
        "events": events,
        "refused": strong(
            say_number(refused, "{number} of them was refused", "{number} of them were refused")
        ),
    }
    if chosen.to_query(page=1):
        return say_parts("{events} fit these filters; {refused}.", **counted)
    return say_parts("The trail holds {events}; {refused}.", **counted)


def _filters(chosen: TrailFilters, actions: tuple[str, ...], is_narrowed: bool) -> Component:
    names = action_names()
    everything = (EVERYTHING, say("All"))
    fields = [
        select_field(
            identifier="trail-action",
            name="action",
            label=say("What"),
            options=[everything, *((one, names.get(one, one)) for one in actions)],
            value=chosen.action or EVERYTHING,
        ),
        select_field(
            identifier="trail-outcome",
            name="outcome",
            label=say("Outcome"),
            options=[everything, *((one.value, name) for one, name in outcome_names().items())],
            value=chosen.outcome.value if chosen.outcome else EVERYTHING,
        ),
        text_field(
            identifier="trail-actor",
            name="actor",
            label=say("Who"),
            placeholder=say("E-mail address, or console"),
            value=chosen.actor or "",
            maxlength=LONGEST_ACTOR,
            autocomplete="off",
        ),
        text_field(
            identifier="trail-from",
            name="from",
            label=say("From"),
            kind="date",
            value=chosen.first.isoformat() if chosen.first else "",
        ),
        text_field(
            identifier="trail-to",
            name="to",
            label=say("To"),
            kind="date",
            value=chosen.last.isoformat() if chosen.last else "",
        ),
        html.Button(say("Apply"), type="submit", className="button"),
        *([html.A(say("Clear"), href=PATH)] if is_narrowed else []),
    ]
    return html.Form(
        fields,
        method="get",
        action=PATH,
        className="form form-inline records-filters",
        role="search",
        **{"aria-label": say("Filters"), "data-address": "short"},
    )
