"""The form in which a policy is written, with what is wrong and what it means beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html as live
from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card, grid
from portal.components.forms import post_form, select_field, text_area, text_field
from portal.components.parts import heading
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.policies.one import draw_rules
from portal.pages.policies.words import CONDITION_NAMES, LEVEL_NAMES, SEVERITIES, STAGES
from portal.pages.version_forms import edit_fields, explained, open_one, started_from, why_field
from portal.policy_fields import (
    FIRST_RULES,
    LONGEST_RULES,
    RULES,
    fields_of_policy,
    read_fields_of_policy,
)
from portal.texts import later, say, say_known, say_number
from warehouse.governance.policies import policy_of
from warehouse.governance.policy_models import PolicyVersion
from warehouse.policies.documents import CONDITIONS, Level, Policy, Severity, Stage
from warehouse.policies.errors import Problem

CHECK: Final = "policy-check"
"""Where problems and plain words stand, redrawn while somebody writes.

It is an element of Dash's own: one of ours, with text alone in it, would be sent as plain markup,
which no callback can reach.
"""

_DEBOUNCE: Final = 600
"""Milliseconds without a key before what was written is looked at."""

_MONTH: Final = r"[12]\d{3}-(0[1-9]|1[0-2])"
_FORMS: Final = (
    ("yaml", later("YAML of Exchequer: policies and lists")),
    ("aws", later("Tag policy of AWS Organizations (JSON)")),
    ("azure", later("Tag rules of Azure Policy (JSON)")),
)


def field_id(name: str) -> str:
    """Give the identifier of a field of the form."""
    return f"policy-{name.replace('_', '-')}"


def draw_editor(request: PageRequest, versions: Sequence[PolicyVersion]) -> Component:
    """Draw the form: of the open version, of a further one, or of a new policy."""
    row, start = open_one(versions), started_from(versions)
    if start is None:
        fields = {
            "level": Level.GOVERNMENT.value,
            "stage": Stage.DRAFT.value,
            "severity": Severity.MEDIUM.value,
            "effective_from": f"{request.now:%Y-%m}",
            RULES: FIRST_RULES,
        }
        question = say("What must a new policy ask for?")
    else:
        fields = fields_of_policy(policy_of(start))
        question = say("What must {policy} ask for?", policy=start.policy)
    usual = say(
        "Write the rules; what they mean stands beside them while you write. Nothing is in force "
        "before another administrator approves it."
    )
    policy, problems = read_fields_of_policy(fields) if start is not None else (None, ())
    return html.Div(
        [
            heading(question, [explained(row, usual)]),
            html.Div(
                [
                    card(
                        headline=say("The policy"),
                        children=[_form(request, fields, versions, row)],
                        span=7,
                    ),
                    card(
                        headline=say("What it means"),
                        children=[
                            live.Div(
                                draw_check(policy, problems),
                                id=CHECK,
                                role="status",
                                **{"aria-live": "polite"},
                            )
                        ],
                        span=5,
                    ),
                ],
                className="grid policy-editor",
            ),
        ]
    )


def draw_check(policy: Policy | None, problems: Sequence[Problem]) -> list[Component]:
    """Draw what is wrong with what was written, with its place; else what it means."""
    if policy is not None:
        return [draw_rules(policy, {})]
    if not problems:
        return [html.P(say("Write a name, an owner and rules first."), className="muted")]
    return [
        html.P(html.Strong(say_number(len(problems), "{number} problem", "{number} problems"))),
        html.Ul(
            [
                html.Li([html.Code(one.where or say("the policy")), f": {one.what}"])
                for one in problems
            ],
            className="policy-problems",
        ),
    ]


def _form(
    request: PageRequest,
    fields: Mapping[str, str],
    versions: Sequence[PolicyVersion],
    row: PolicyVersion | None,
) -> Component:
    return post_form(
        action=f"{POLICIES}/drafts",
        csrf_token=request.csrf_token,
        children=[
            *edit_fields(versions, row),
            _line(
                "policy", say("Name"), fields, required=True, readonly=bool(versions),
                hint=say("Small letters, digits and hyphens"),
                maxlength=63, pattern=r"[a-z0-9][a-z0-9\-]*",
            ),
            _line("purpose", say("Purpose"), fields, maxlength=1_000),
            _line("owner", say("Owner"), fields, required=True, maxlength=256),
            html.Div(
                [
                    _choice("stage", say("Stage"), fields, STAGES),
                    _choice("severity", say("How much a breach matters"), fields, SEVERITIES),
                ],
                className="form-inline",
            ),
            html.Div(
                [
                    _line("effective_from", say("First month"), fields, required=True,
                          pattern=_MONTH, hint=say("As YYYY-MM")),
                    _line("effective_to", say("Last month"), fields, pattern=_MONTH,
                          hint=say("Empty: no end")),
                ],
                className="form-inline",
            ),
            html.Div(
                [
                    _choice("level", say("Attached to the"), fields, LEVEL_NAMES),
                    _line("place", say("Which one"), fields, maxlength=256,
                          hint=say("Country code, MDA's number, or provider/account")),
                ],
                className="form-inline",
            ),
            _conditions(fields),
            text_area(
                identifier=field_id(RULES),
                name=RULES,
                label=say("Rules"),
                hint=say(
                    "YAML: under tags, each tag with spelling, required, values, aliases, "
                    "required_for, case, from_account"
                ),
                rows=22,
                value=fields.get(RULES, ""),
                maxlength=LONGEST_RULES,
                debounce=_DEBOUNCE,
                spellCheck=False,
                required=True,
                className="policy-text",
            ),
            why_field("policy-note", row),
        ],
        submit=say("Save the draft"),
    )  # fmt: skip


def _conditions(fields: Mapping[str, str]) -> Component:
    lines = [
        _line(name, say_known(CONDITION_NAMES[name]), fields, maxlength=1_000)
        for name in CONDITIONS
    ]
    is_used = any(fields.get(name) for name in CONDITIONS)
    return html.Details(
        [
            html.Summary(say("Limit it further"), className="link"),
            html.P(say("Divide several by commas; * stands for any characters."),
                   className="muted"),
            html.Div(lines, className="form"),
        ],
        **({"open": True} if is_used else {}),
    )  # fmt: skip


def _line(name: str, label: str, fields: Mapping[str, str], **attributes: Any) -> Component:
    return text_field(
        identifier=field_id(name),
        name=name,
        label=label,
        value=fields.get(name, ""),
        debounce=_DEBOUNCE,
        autocomplete="off",
        **attributes,
    )


def _choice(
    name: str, label: str, fields: Mapping[str, str], words: Mapping[str, str]
) -> Component:
    return select_field(
        identifier=field_id(name),
        name=name,
        label=label,
        options=[(str(key), say_known(text)) for key, text in words.items()],
        value=fields.get(name, ""),
    )


def draw_import(request: PageRequest) -> Component:
    """Draw the form that takes policies in from another form."""
    form = post_form(
        action=f"{POLICIES}/import",
        csrf_token=request.csrf_token,
        children=[
            select_field(
                identifier="import-form",
                name="form",
                label=say("Form"),
                options=[(key, say_known(text)) for key, text in _FORMS],
                value="yaml",
            ),
            text_area(
                identifier="import-document",
                name="document",
                label=say("Document"),
                rows=16,
                maxlength=LONGEST_RULES,
                spellCheck=False,
                required=True,
                className="policy-text",
            ),
            html.P(
                say("Of AWS and Azure also, as their documents do not say it:"), className="muted"
            ),
            text_field(identifier="import-policy", name="policy", label=say("Name"),
                       maxlength=63, autocomplete="off"),
            text_field(identifier="import-owner", name="owner", label=say("Owner"),
                       maxlength=256, autocomplete="off"),
            text_field(identifier="import-from", name="effective_from", label=say("First month"),
                       hint=say("As YYYY-MM"), pattern=_MONTH, autocomplete="off"),
        ],
        submit=say("Import as drafts"),
    )  # fmt: skip
    said = say("Everything imported is a draft until another administrator approves it.")
    return html.Div(
        [
            heading(say("Which policies are there already?"), [said]),
            grid([card(headline=say("Import"), children=[form])]),
        ]
    )
