"""One policy: its rules in plain words, its versions, what differs between them, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.parts import heading
from portal.components.states import empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES, number_of, policies_href
from portal.pages.policies.listing import TONES, draft_form
from portal.pages.policies.people import administrator
from portal.pages.policies.preview import draw_preview
from portal.pages.policies.seen import agency_names, may_manage
from portal.pages.policies.steps import steps_of
from portal.pages.policies.words import (
    SEVERITIES,
    STATES,
    head_in_words,
    rules_in_words,
)
from portal.texts import say, say_known, say_number
from warehouse.governance.policies import policy_of
from warehouse.governance.policy_models import OPEN_STATES, PolicyVersion, State
from warehouse.policies.comparison import compare_documents
from warehouse.policies.documents import Policy

Asked = Mapping[str, str]


def draw_policy(request: PageRequest, versions: Sequence[PolicyVersion], asked: Asked) -> Component:
    """Draw a policy: the version that is asked for, else the one in force, else the latest."""
    wanted = number_of(asked.get("version", ""))
    shown = (
        next((row for row in versions if row.version == wanted), None)
        or next((row for row in versions if row.state == State.PUBLISHED), None)
        or versions[0]
    )
    policy, names = policy_of(shown), agency_names(request)
    still_open = next((row for row in versions if row.state in OPEN_STATES), None)
    parts = [
        *([_open(request, still_open)] if still_open is not None else []),
        _rules(policy, shown, names),
        *([draw_preview(request, still_open)] if still_open and may_manage(request) else []),
        _versions(request, versions, shown),
        *([_differences(versions, asked)] if len(versions) > 1 else []),
        *([_further(request, versions, still_open)] if may_manage(request) else []),
    ]
    purpose = policy.purpose or say("It has no purpose written down.")
    return html.Div([heading(policy.policy, [purpose]), grid(parts)])


def draw_rules(policy: Policy, names: Mapping[str, str]) -> Component:
    """Draw a policy in plain words: where it holds, and a sentence for each rule."""
    head = html.Ul([html.Li(one) for one in head_in_words(policy, names)], className="policy-words")
    rules = html.Dl(
        [
            html.Div(
                [html.Dt(key), html.Dd([html.P(one) for one in sentences])],
                className="definition",
            )
            for key, sentences in rules_in_words(policy)
        ],
        className="policy-rules",
    )
    return html.Div([head, rules])


def _rules(policy: Policy, row: PolicyVersion, names: Mapping[str, str]) -> Component:
    return card(
        headline=say(
            "Version {version}, {state}", version=row.version, state=say_known(STATES[row.state])
        ),
        subtitle=say(
            "Owner: {owner}. A breach matters: {severity}.",
            owner=policy.owner,
            severity=say_known(SEVERITIES[policy.severity]),
        ),
        children=[draw_rules(policy, names)],
    )


def _open(request: PageRequest, row: PolicyVersion) -> Component:
    """Say who may do what next with the version that is open."""
    said = say(
        "Version {version} is {state}; written by {writer}, {moment}.",
        version=row.version,
        state=say_known(STATES[row.state]),
        writer=administrator(request, row.written_by),
        moment=moment(row.written_at),
    )
    edit = html.A(
        say("Edit version {version}", version=row.version),
        href=policies_href(policy=row.policy, view="edit"),
        className="button button-quiet",
    )
    look = html.A(
        say("Read version {version}", version=row.version),
        href=policies_href(policy=row.policy, version=row.version),
    )
    return card(
        headline=say("A change is open"),
        subtitle=said,
        children=[
            *([html.P(say("Why: {reason}", reason=row.note))] if row.note else []),
            html.P(look),
            steps_of(request, "policy", row.policy, row),
        ],
        footer=[edit] if may_manage(request) else [],
    )


def _versions(
    request: PageRequest, versions: Sequence[PolicyVersion], shown: PolicyVersion
) -> Component:
    has_open = any(row.state in OPEN_STATES for row in versions)
    rows = [
        {
            "version": html.A(
                say("Version {version}", version=row.version),
                href=policies_href(policy=row.policy, version=row.version),
                **({"aria-current": "true"} if row is shown else {}),
            ),
            "state": status_word(say_known(STATES[row.state]), TONES[row.state]),
            "written": f"{administrator(request, row.written_by)}, {moment(row.written_at)}",
            "why": row.note,
            "decided": _decided(request, row),
            "back": _back(request, row, versions, has_open=has_open),
        }
        for row in versions
    ]
    columns = (
        Column("version", say("Version")),
        Column("state", say("State")),
        Column("written", say("Written by")),
        Column("why", say("Why"), is_key=False),
        Column("decided", say("Decided"), is_key=False),
        *((Column("back", say("Change"), is_key=False),) if any(map(_is_drawn, rows)) else ()),
    )
    return card(
        headline=say_number(len(versions), "{number} version", "{number} versions"),
        subtitle=say("What was published is never altered; going back is a further version"),
        children=[data_table(caption=say("Versions"), columns=columns, rows=rows)],
    )


def _is_drawn(row: Mapping[str, Any]) -> bool:
    return bool(row["back"])


def _decided(request: PageRequest, row: PolicyVersion) -> str:
    if row.decided_by is None:
        return ""
    said = say(
        "{person}, {moment}",
        person=administrator(request, row.decided_by),
        moment=moment(row.decided_at),
    )
    if row.is_outside_approval:
        said = say("{decided}, without a second person", decided=said)
    return f"{said}: {row.decision_reason}" if row.decision_reason else said


def _back(
    request: PageRequest, row: PolicyVersion, versions: Sequence[PolicyVersion], *, has_open: bool
) -> Component | str:
    """Offer to go back to an earlier version that was published."""
    newest = next((one for one in versions if one.state == State.PUBLISHED), None)
    if has_open or row.state != State.PUBLISHED or row is newest or not may_manage(request):
        return ""
    name = say("Go back to version {version}", version=row.version)
    return draft_form(request, row, say("Go back to it"), name)


def _differences(versions: Sequence[PolicyVersion], asked: Asked) -> Component:
    by_number = {row.version: row for row in versions}
    numbers = list(by_number)
    later = number_of(asked.get("to", ""))
    earlier = number_of(asked.get("from_version", ""))
    after = later if later in by_number else numbers[0]
    before = earlier if earlier in by_number else numbers[1]
    changes = compare_documents(by_number[before].document, by_number[after].document)
    options = [(str(one), say("Version {version}", version=one)) for one in numbers]
    choice = html.Form(
        [
            html.Div(
                [
                    select_field(identifier="differs-from", name="from_version", label=say("From"),
                                 options=options, value=str(before)),
                    select_field(identifier="differs-to", name="to", label=say("To"),
                                 options=options, value=str(after)),
                ],
                className="form-inline",
            ),
            hidden_field("policy", versions[0].policy),
            html.Button(say("Compare"), type="submit", className="button button-quiet"),
        ],
        method="get",
        action=POLICIES,
        className="form form-inline records-filters",
        **{"aria-label": say("Versions to compare")},
    )  # fmt: skip
    rows = [
        {
            "where": html.Code(one.where),
            "before": ", ".join(one.before) or say("nothing"),
            "after": ", ".join(one.after) or say("nothing"),
        }
        for one in changes
    ]
    columns = (
        Column("where", say("Where")),
        Column("before", say("Went")),
        Column("after", say("Came")),
    )
    caption = say("From version {earlier} to version {later}", earlier=before, later=after)
    return card(
        headline=say_number(len(changes), "{number} difference", "{number} differences"),
        subtitle=caption,
        children=[
            choice,
            data_table(caption=caption, columns=columns, rows=rows)
            if rows
            else empty_state(title=say("Nothing differs"), why=say("Both versions say the same.")),
        ],
        anchor="differences",
    )


def _further(
    request: PageRequest, versions: Sequence[PolicyVersion], still_open: PolicyVersion | None
) -> Component:
    """Offer what starts a further version, where none is open."""
    name = versions[0].policy
    in_force = any(row.state == State.PUBLISHED for row in versions)
    if still_open is not None:
        children: list[Component] = [
            html.P(say("Close the version that is open before you start another."))
        ]
    else:
        children = [
            html.A(
                say("Change this policy"),
                href=policies_href(policy=name, view="edit"),
                className="button",
            ),
            *([_end_form(request, name)] if in_force else []),
        ]
    return card(headline=say("Change it"), children=children, span=6)


def _end_form(request: PageRequest, name: str) -> Component:
    return post_form(
        action=f"{POLICIES}/policy/{name}/end",
        csrf_token=request.csrf_token,
        children=[
            text_field(
                identifier="last-month",
                name="last_month",
                label=say("Let it end after the month"),
                hint=say("As YYYY-MM. It takes the approval of another administrator."),
                required=True,
                pattern=r"[12]\d{3}-(0[1-9]|1[0-2])",
                autocomplete="off",
            ),
            text_field(
                identifier="end-why", name="note", label=say("Why"), maxlength=2000,
                autocomplete="off",
            ),
        ],
        submit=say("Draft its end"),
        quiet=True,
    )  # fmt: skip
