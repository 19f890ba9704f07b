"""What somebody may do next with an open version, as forms; and why not, where they may not."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from portal.components import html
from portal.components.forms import hidden_field, post_form, text_field
from portal.pages.page import PageRequest
from portal.pages.policies.address import POLICIES
from portal.pages.policies.seen import may_manage
from portal.texts import say
from warehouse.governance.policy_models import OPEN_STATES, State
from warehouse.governance.review import Version

_LONGEST_REASON: Final = 2_000


def steps_of(request: PageRequest, kind: str, name: str, row: Version) -> Component:
    """Draw the steps that the reader may take; each form names the lock the version was read at."""
    if row.state not in OPEN_STATES or not may_manage(request):
        return html.Span()
    if row.state == State.DRAFT:
        forms = [_form(request, kind, name, row, "submit", say("Submit for review"))]
    elif request.reader.email in (*row.writers, row.submitted_by):
        forms = [
            html.P(
                say("You wrote or submitted it: another administrator has to approve it."),
                className="muted",
            )
        ]
    else:
        forms = [
            _form(request, kind, name, row, "approve", say("Approve and publish"), asks=True),
            _form(request, kind, name, row, "reject", say("Reject"), asks=True, must=True),
        ]
    forms.append(_form(request, kind, name, row, "withdraw", say("Withdraw")))
    return html.Div(forms, className="policy-steps")


def _form(
    request: PageRequest,
    kind: str,
    name: str,
    row: Version,
    step: str,
    label: str,
    *,
    asks: bool = False,
    must: bool = False,
) -> Component:
    reason = text_field(
        identifier=f"{step}-{kind}-{name}-{row.version}",
        name="reason",
        label=say("Reason") if must else say("Reason, if you want to give one"),
        maxlength=_LONGEST_REASON,
        required=must,
        autocomplete="off",
    )
    return post_form(
        action=f"{POLICIES}/{kind}/{name}/{row.version}/{step}",
        csrf_token=request.csrf_token,
        children=[hidden_field("lock", str(row.lock)), *([reason] if asks else [])],
        submit=label,
        danger=step == "reject",
        quiet=step == "withdraw",
        compact=True,
        accessible_name=say(
            "{what}: {name}, version {version}", what=label, name=name, version=row.version
        ),
    )
