"""Versions that one person writes and another publishes, as pages draw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from dash.development.base_component import Component

from portal.components import html
from portal.components.cards import card
from portal.components.forms import hidden_field, post_form, select_field, text_field
from portal.components.states import banner, empty_state, status_word
from portal.components.tables import Column, data_table
from portal.formats import moment
from portal.pages.page import PageRequest
from portal.texts import later, say, say_known, say_number
from warehouse.governance.policy_models import OPEN_STATES, State
from warehouse.governance.previews import DONE, REQUESTED, Previewed, last_preview
from warehouse.governance.review import Version
from warehouse.policies.comparison import Change

Asked = Mapping[str, str]

STATES: Final[Mapping[str, str]] = {
    State.DRAFT: later("draft"),
    State.IN_REVIEW: later("in review"),
    State.PUBLISHED: later("published"),
    State.REJECTED: later("rejected"),
    State.WITHDRAWN: later("withdrawn"),
}
TONES: Final[Mapping[str, str]] = {
    State.PUBLISHED: "ok",
    State.IN_REVIEW: "warn",
    State.DRAFT: "plain",
    State.REJECTED: "bad",
    State.WITHDRAWN: "plain",
}
_LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One thing whose versions are reviewed: where its page and forms are, what its reader may."""

    name: str
    title: str
    page: str
    """The address of the page, without its query."""
    field: str
    """The name under which the query says which thing it is."""
    forms: str
    """The address below which the forms of its versions lie."""
    may_edit: bool
    another: str
    """What somebody is told who may not approve what they wrote."""
    person: Callable[[str], str] = str
    """How people are named to the reader."""

    def href(self, **fields: str | int) -> str:
        """Write the address of its page."""
        return f"{self.page}?{urlencode({self.field: self.name, **fields})}"

    def form(self, row: Version, step: str) -> str:
        """Write the address of a form of one version."""
        return f"{self.forms}/{row.version}/{step}"


def draw_steps(request: PageRequest, of: Reviewed, row: Version) -> Component:
    """Draw the steps that the reader may take; each form names the lock the version was read at."""
    if row.state not in OPEN_STATES or not of.may_edit:
        return html.Span()
    if row.state == State.DRAFT:
        forms = [_form(request, of, row, "submit", say("Submit for review"))]
    elif request.reader.email in (*row.writers, row.submitted_by):
        forms = [html.P(of.another, className="muted")]
    else:
        forms = [
            _form(request, of, row, "approve", say("Approve and publish"), asks=True),
            _form(request, of, row, "reject", say("Reject"), asks=True, must=True),
        ]
    forms.append(_form(request, of, row, "withdraw", say("Withdraw")))
    return html.Div(forms, className="policy-steps")


def draw_open(request: PageRequest, of: Reviewed, row: Version) -> Component:
    """Say who may do what next with the version that is open."""
    said = say(
        "Version {version} is {state}; written by {writer}, {moment}.",
        version=row.version,
        state=say_known(STATES[row.state]),
        writer=of.person(row.written_by),
        moment=moment(row.written_at),
    )
    edit = html.A(
        say("Edit version {version}", version=row.version),
        href=of.href(view="edit"),
        className="button button-quiet",
    )
    look = html.A(
        say("Read version {version}", version=row.version), href=of.href(version=row.version)
    )
    return card(
        headline=say("A change is open"),
        subtitle=said,
        children=[
            *([html.P(say("Why: {reason}", reason=row.note))] if row.note else []),
            html.P(look),
            draw_steps(request, of, row),
        ],
        footer=[edit] if of.may_edit else [],
    )


def draw_versions(
    request: PageRequest, of: Reviewed, versions: Sequence[Version], shown: Version | None
) -> Component:
    """List the versions with who wrote and who decided, and the way back to an earlier one."""
    has_open = any(row.state in OPEN_STATES for row in versions)
    newest = next((one for one in versions if one.state == State.PUBLISHED), None)
    rows = [
        {
            "version": html.A(
                say("Version {version}", version=row.version),
                href=of.href(version=row.version),
                **({"aria-current": "true"} if row is shown else {}),
            ),
            "state": status_word(say_known(STATES[row.state]), TONES[row.state]),
            "written": f"{of.person(row.written_by)}, {moment(row.written_at)}",
            "why": row.note,
            "decided": _decided(of, row),
            "back": ""
            if has_open or row.state != State.PUBLISHED or row is newest or not of.may_edit
            else _back(request, of, row),
        }
        for row in versions
    ]
    has_back = any(row["back"] for row in rows)
    columns = (
        Column("version", say("Version")),
        Column("state", say("State")),
        Column("written", say("Written by")),
        Column("why", say("Why"), is_key=False),
        Column("decided", say("Decided"), is_key=False),
        *((Column("back", say("Change"), is_key=False),) if has_back else ()),
    )
    return card(
        headline=say_number(len(versions), "{number} version", "{number} versions"),
        subtitle=say("What was published is never altered; going back is a further version"),
        children=[data_table(caption=say("Versions"), columns=columns, rows=rows)],
    )


def draw_differences(
    of: Reviewed,
    versions: Sequence[Version],
    asked: Asked,
    compare: Callable[[Version, Version], Sequence[Change]],
) -> Component:
    """Draw what differs between two versions, the latest two unless others are asked for."""
    by_number = {row.version: row for row in versions}
    numbers = list(by_number)
    later_one = number_of(asked.get("to", ""))
    earlier_one = number_of(asked.get("from_version", ""))
    after = later_one if later_one in by_number else numbers[0]
    before = earlier_one if earlier_one in by_number else numbers[1]
    changes = compare(by_number[before], by_number[after])
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
            _choice(of, numbers, before, after),
            data_table(caption=caption, columns=columns, rows=rows)
            if rows
            else empty_state(title=say("Nothing differs"), why=say("Both versions say the same.")),
        ],
        anchor="differences",
    )


def draw_preview_of(
    request: PageRequest,
    of: Reviewed,
    row: Previewed,
    why: str,
    draw: Callable[[Mapping[str, Any]], list[Component]],
) -> Component:
    """Draw the last preview of a version, or the button that asks for one.

    ``why`` says what the worker counts, ``draw`` draws what it counted.
    """
    with request.database.reading_records(request.scope) as session:
        found = last_preview(session, row)
        session.expunge_all()
    asking = [
        post_form(
            action=of.form(row, "preview"),
            csrf_token=request.csrf_token,
            children=[],
            submit=say("Count it anew") if found else say("Count what it would change"),
            quiet=True,
        )
    ]
    ask = asking if of.may_edit else []
    headline = say("Preview of version {version}", version=row.version)
    if found is None:
        nothing = empty_state(title=say("Not counted yet"), why=why)
        return card(headline=headline, children=[nothing, *ask], anchor="preview")
    if found.state == REQUESTED:
        waiting = empty_state(
            title=say("Being counted"),
            why=say(
                "Asked for by {person}, {moment}. Load the page again in a minute.",
                person=found.requested_by,
                moment=moment(found.requested_at),
            ),
        )
        return card(headline=headline, children=[waiting], anchor="preview")
    failed = empty_state(title=say("It could not be counted"), why=found.error or "")
    body = [failed] if found.state != DONE else draw(found.result or {})
    stale = found.version_lock != row.lock and row.state == State.DRAFT
    old = [banner(say("The draft was changed since this was counted."), kind="warn")]
    return card(
        headline=headline,
        subtitle=say("Counted {moment}", moment=moment(found.finished_at)),
        children=[*(old if stale else []), *body, *ask],
        anchor="preview",
    )


def number_of(text: str) -> int | None:
    """Read a version's number; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _form(
    request: PageRequest,
    of: Reviewed,
    row: Version,
    step: str,
    label: str,
    *,
    asks: bool = False,
    must: bool = False,
) -> Component:
    reason = text_field(
        identifier=f"{step}-{of.field}-{of.name}-{row.version}",
        name="reason",
        label=say("Reason") if must else say("Reason, if you want to give one"),
        maxlength=_LONGEST_REASON,
        required=must,
        autocomplete="off",
    )
    return post_form(
        action=of.form(row, step),
        csrf_token=request.csrf_token,
        children=[hidden_field("lock", str(row.lock)), *([reason] if asks else [])],
        submit=label,
        danger=step == "reject",
        quiet=step == "withdraw",
        compact=True,
        accessible_name=say(
            "{what}: {name}, version {version}", what=label, name=of.title, version=row.version
        ),
    )


def _decided(of: Reviewed, row: Version) -> str:
    if row.decided_by is None:
        return ""
    said = say(
        "{person}, {moment}",
        person=of.person(row.decided_by),
        moment=moment(row.decided_at),
    )
    if row.is_outside_approval:
        said = say("{decided}, without a second person", decided=said)
    return f"{said}: {row.decision_reason}" if row.decision_reason else said


def _back(request: PageRequest, of: Reviewed, row: Version) -> Component:
    """Offer to go back to an earlier version that was published."""
    name = say("Go back to version {version}", version=row.version)
    return post_form(
        action=of.form(row, "draft"),
        csrf_token=request.csrf_token,
        children=[hidden_field("note", name)],
        submit=say("Go back to it"),
        quiet=True,
        compact=True,
        accessible_name=name,
    )


def _choice(of: Reviewed, numbers: Sequence[int], before: int, after: int) -> Component:
    options = [(str(one), say("Version {version}", version=one)) for one in numbers]
    return html.Form(
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
            hidden_field(of.field, of.name),
            html.Button(say("Compare"), type="submit", className="button button-quiet"),
        ],
        method="get",
        action=of.page,
        className="form form-inline records-filters",
        **{"aria-label": say("Versions to compare")},
    )  # fmt: skip
