"""Events of the audit trail as a table, in plain words first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dash.development.base_component import Component

from auth.audit import Event, Outcome
from portal.components import html
from portal.components.states import status_word
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.texts import say

_TONES: Final = {Outcome.SUCCEEDED: "ok", Outcome.REFUSED: "warn", Outcome.FAILED: "bad"}


def action_names() -> Mapping[str, str]:
    """Name what was done, by the trail's own word for it."""
    return MappingProxyType(
        {
            "access.denied": say("Asked for what isn't theirs"),
            "anomaly.open": say("Opened an anomaly again"),
            "anomaly.acknowledged": say("Acknowledged an anomaly"),
            "anomaly.planned": say("Called an anomaly planned"),
            "anomaly.false_alarm": say("Called an anomaly a false alarm"),
            "anomaly.resolved": say("Resolved an anomaly"),
            "api_token.create": say("Made a token"),
            "api_token.revoke": say("Revoked a token"),
            "build": say("Built the figures anew"),
            "exemption.asked": say("Asked for an exemption"),
            "exemption.approved": say("Approved an exemption"),
            "exemption.refused": say("Refused an exemption"),
            "exemption.withdrawn": say("Withdrew an exemption"),
            "spend_event.told": say("Said what is known to change spend"),
            "spend_event.changed": say("Changed what is known to change spend"),
            "spend_event.withdrawn": say("Withdrew what was known to change spend"),
            "export": say("Downloaded"),
            "grant.give": say("Gave a role"),
            "grant.revoke": say("Took a role away"),
            "held_slice.approved": say("Released a held slice"),
            "held_slice.rejected": say("Rejected a held slice"),
            "person.add": say("Added a person"),
            "person.disable": say("Disabled a person"),
            "person.enable": say("Enabled a person"),
            "person.set_password": say("Set a password at the console"),
            "person.start_reset": say("Made a password link"),
            "person.finish_reset": say("Set a password by a link"),
            "person.change_password": say("Changed their password"),
            "policy.approve": say("Published a tagging policy"),
            "policy.draft": say("Wrote a tagging policy"),
            "policy.preview": say("Asked for the preview of a tagging policy"),
            "policy.reject": say("Rejected a tagging policy"),
            "policy.submit": say("Asked for the review of a tagging policy"),
            "policy.withdraw": say("Withdrew a tagging policy"),
            "portal.start": say("Started the portal"),
            "portal.stop": say("Stopped the portal"),
            "preferences.change": say("Changed their preferences"),
            "saved_view.create": say("Saved a view"),
            "saved_view.delete": say("Deleted a view"),
            "saved_view.share": say("Shared a view"),
            "saved_view.unshare": say("Stopped sharing a view"),
            "session.end": say("Ended a session"),
            "session.end_others": say("Ended their other sessions"),
            "session.sign_in": say("Signed in"),
            "session.sign_out": say("Signed out"),
            "value_list.approve": say("Published a list of values"),
            "value_list.draft": say("Wrote a list of values"),
            "value_list.reject": say("Rejected a list of values"),
            "value_list.submit": say("Asked for the review of a list of values"),
            "value_list.withdraw": say("Withdrew a list of values"),
        }
    )


def outcome_names() -> Mapping[Outcome, str]:
    """Name how an event ended."""
    return {
        Outcome.SUCCEEDED: say("succeeded"),
        Outcome.REFUSED: say("refused"),
        Outcome.FAILED: say("failed"),
    }


def events_table(events: Sequence[Event], caption: str) -> Component:
    """Draw events, each with who, what, to what, and how it ended."""
    names, outcomes = action_names(), outcome_names()
    rows = [
        {
            "at": moment(event.at),
            "actor": event.actor,
            "action": [names.get(event.action, event.action), _code(event.action)],
            "object": html.Code(event.object),
            "outcome": status_word(
                outcomes[Outcome(event.outcome)], _TONES[Outcome(event.outcome)]
            ),
            "detail": html.Span(_said(event.detail), className="event-detail"),
        }
        for event in events
    ]
    columns = (
        Column("at", say("When")),
        Column("actor", say("Who")),
        Column("action", say("What")),
        Column("object", say("To what"), is_key=False),
        Column("outcome", say("Outcome")),
        Column("detail", say("Details"), is_key=False),
    )
    return data_table(caption=caption, columns=columns, rows=rows)


def _said(detail: str) -> str:
    """Write the facts of an event in a line; what is empty is left out."""
    facts = json.loads(detail)
    return "; ".join(f"{name}: {value}" for name, value in facts.items() if value is not None)


def _code(action: str) -> Component:
    return html.Span(action, className="event-code")
