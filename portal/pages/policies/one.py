"""One policy: its rules in plain words, its versions, what differs between them, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import post_form, text_field
from portal.components.parts import heading
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES, policies_href
from portal.pages.policies.preview import draw_preview
from portal.pages.policies.seen import agency_names, may_manage
from portal.pages.policies.steps import policy_reviewed
from portal.pages.policies.words import (
    SEVERITIES,
    head_in_words,
    rules_in_words,
)
from portal.pages.reviews import (
    STATES,
    draw_differences,
    draw_open,
    draw_versions,
    number_of,
)
from portal.texts import say, say_known
from warehouse.governance.policies import policy_of
from warehouse.governance.policy_models import OPEN_STATES, PolicyVersion, State
from warehouse.policies.comparison import Change, compare_documents
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
    of = policy_reviewed(request, shown.policy)
    still_open = next((row for row in versions if row.state in OPEN_STATES), None)
    parts = [
        *([draw_open(request, of, still_open)] if still_open is not None else []),
        _rules(policy, shown, names),
        *([draw_preview(request, still_open)] if still_open and may_manage(request) else []),
        draw_versions(request, of, versions, shown),
        *([draw_differences(of, versions, asked, _compare)] if len(versions) > 1 else []),
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


def _compare(before: Any, after: Any) -> Sequence[Change]:
    return compare_documents(before.document, after.document)


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
