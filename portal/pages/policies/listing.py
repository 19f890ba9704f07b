"""All tagging policies: what waits for the reader first, then what is in force, then drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.kpi import kpi_card, kpi_row
from portal.components.parts import heading, strong
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.page import PageRequest
from portal.pages.policies.address import policies_href
from portal.pages.policies.drift import draw_drift
from portal.pages.policies.people import administrator
from portal.pages.policies.seen import agency_names, lists_seen, may_manage, versions_seen
from portal.pages.policies.steps import list_reviewed
from portal.pages.policies.words import (
    STAGES,
    attached_in_words,
    listed,
    since_in_words,
)
from portal.pages.reviews import STATES, TONES, draw_steps
from portal.texts import say, say_known, say_number, say_parts
from warehouse.governance.policies import list_of, policy_of
from warehouse.governance.policy_models import (
    OPEN_STATES,
    PolicyVersion,
    State,
    ValueListVersion,
)
from warehouse.governance.review import Version


def draw_list(request: PageRequest) -> Component:
    """Draw every policy that the reader may see, with the ways to make another."""
    rows, lists = versions_seen(request), lists_seen(request)
    names, manages = agency_names(request), may_manage(request)
    published = _last(rows, State.PUBLISHED)
    waiting = [row for row in rows if row.state == State.IN_REVIEW]
    drafts = [row for row in rows if row.state == State.DRAFT]
    tags = {key.lower() for row in published for key in policy_of(row).tags}
    parts = [
        *([_versions(request, say("Waits for approval"), waiting, names)] if waiting else []),
        _published(request, published, names),
        *([_versions(request, say("Drafts"), drafts, names)] if drafts else []),
        draw_drift(request, names),
        _lists(request, lists),
    ]
    counts = kpi_row(
        [
            kpi_card(label=say("Policies published"), value=f"{len(published):,}"),
            kpi_card(label=say("Tags they are about"), value=f"{len(tags):,}"),
            kpi_card(label=say("Wait for approval"), value=f"{len(waiting):,}"),
            kpi_card(label=say("Drafts"), value=f"{len(drafts):,}"),
        ]
    )
    said = say_parts(
        "{policies} of resources; a change takes two administrators.",
        policies=strong(
            say_number(
                len(tags), "Policies in force ask for {number} tag",
                "Policies in force ask for {number} tags",
            )
        ),
    )  # fmt: skip
    return html.Div(
        [
            heading(say("How must resources be tagged?"), said),
            _ways(manages),
            *([counts] if request.scope.is_government else []),
            grid(parts),
        ]
    )


def _ways(manages: bool) -> Component:
    """Offer what can be done beside reading."""
    links = [
        html.A(
            say("What holds for an account"),
            href=policies_href(view="effective"),
            className="button button-quiet",
        )
    ]
    if manages:
        links = [
            html.A(say("New policy"), href=policies_href(view="new"), className="button"),
            html.A(
                say("New list"), href=policies_href(view="list"), className="button button-quiet"
            ),
            html.A(
                say("Import"), href=policies_href(view="import"), className="button button-quiet"
            ),
            *links,
        ]
    return html.Div(links, className="policy-ways")


def _published(
    request: PageRequest, rows: Sequence[PolicyVersion], names: Mapping[str, str]
) -> Component:
    cells = []
    for row in rows:
        policy = policy_of(row)
        cells.append(
            {
                "name": _named(row, policy.purpose),
                "where": attached_in_words(policy, names),
                "stage": say_known(STAGES[policy.stage]).split(":")[0],
                "since": since_in_words(policy),
                "tags": listed(list(policy.tags)),
                "last": _by(request, row, moment(row.decided_at)),
            }
        )
    columns = (
        Column("name", say("Policy")),
        Column("where", say("Attached to")),
        Column("stage", say("Stage")),
        Column("since", say("Holds")),
        Column("tags", say("Tags"), is_key=False),
        Column("last", say("Last change"), is_key=False),
    )
    return card(
        headline=say_number(
            len(rows), "{number} policy is published", "{number} policies are published"
        ),
        children=[data_table(caption=say("Published policies"), columns=columns, rows=cells)]
        if rows
        else [
            empty_state(
                title=say("No policy is published"),
                why=say("Until one is, no resource is judged by its tags."),
            )
        ],
    )


def _versions(
    request: PageRequest, headline: str, rows: Sequence[PolicyVersion], names: Mapping[str, str]
) -> Component:
    cells = [
        {
            "name": _named(row, policy_of(row).purpose),
            "version": f"{row.version:,}",
            "where": attached_in_words(policy_of(row), names),
            "by": f"{administrator(request, row.written_by)}, {moment(row.written_at)}",
            "why": row.note,
        }
        for row in rows
    ]
    columns = (
        Column("name", say("Policy")),
        Column("version", say("Version"), numeric=True),
        Column("where", say("Attached to"), is_key=False),
        Column("by", say("Written by")),
        Column("why", say("Why"), is_key=False),
    )
    return card(
        headline=headline,
        children=[data_table(caption=headline, columns=columns, rows=cells)],
    )


def _lists(request: PageRequest, rows: Sequence[ValueListVersion]) -> Component:
    shown = [row for row in rows if row.state in (State.PUBLISHED, *OPEN_STATES)]
    latest: dict[tuple[str, str], ValueListVersion] = {}
    for row in shown:
        latest.setdefault((row.name, row.state), row)
    cells: list[dict[str, Any]] = [
        {
            "name": _list_name(request, row),
            "state": status_word(say_known(STATES[row.state]), TONES[row.state]),
            "count": f"{len(list_of(row).values):,}",
            "values": listed(list_of(row).values),
            "last": _by(request, row, moment(row.decided_at or row.written_at)),
            "do": draw_steps(request, list_reviewed(request, row.name), row),
        }
        for row in latest.values()
    ]
    has_open = may_manage(request) and any(row.state in OPEN_STATES for row in latest.values())
    columns = (
        Column("name", say("List")),
        Column("state", say("State")),
        Column("count", say("Values"), numeric=True),
        Column("values", say("Which"), is_key=False),
        Column("last", say("Last change"), is_key=False),
        *((Column("do", say("Next")),) if has_open else ()),
    )
    return card(
        headline=say("Lists of values"),
        subtitle=say("Policies refer to them as list: and the name"),
        children=[data_table(caption=say("Lists of values"), columns=columns, rows=cells)]
        if cells
        else [
            empty_state(
                title=say("There is no list of values"),
                why=say("Import one as YAML: list, its name, and its values."),
            )
        ],
    )


def _last(rows: Sequence[PolicyVersion], state: State) -> list[PolicyVersion]:
    found: dict[str, PolicyVersion] = {}
    for row in rows:
        if row.state == state:
            found.setdefault(row.policy, row)
    return list(found.values())


def _named(row: PolicyVersion, purpose: str) -> list[Component | str]:
    line = purpose if len(purpose) <= 120 else f"{purpose[:119]}…"
    return [
        html.A(row.policy, href=policies_href(policy=row.policy)),
        html.Span(line, className="event-code"),
    ]


def _list_name(request: PageRequest, row: ValueListVersion) -> list[Component | str]:
    name = html.Strong(row.name, id=f"list-{row.name}-{row.version}")
    if not may_manage(request):
        return [name]
    edit = html.A(
        say("Edit"),
        href=policies_href(view="list", list=row.name),
        **{"aria-label": say("Edit the list {name}, version {version}", name=row.name,
                             version=row.version)},
    )  # fmt: skip
    return [name, " ", edit]


def _by(request: PageRequest, row: Version, when: str) -> str:
    writer = administrator(request, row.written_by)
    if row.decided_by is None:
        return say("{writer}, {moment}", writer=writer, moment=when)
    decider = administrator(request, row.decided_by)
    return say("{writer}, published by {decider}, {moment}", writer=writer, decider=decider,
               moment=when)  # fmt: skip
