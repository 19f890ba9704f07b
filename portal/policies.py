"""Forms of tagging policies: writing, reviewing, importing them, and asking for previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_own_fields
from portal.pages.policies.address import policies_href
from portal.pages.policies.list_editor import LONGEST_LIST, read_written_list
from portal.policy_fields import (
    FIELDS,
    LONGEST_RULES,
    RULES,
    fields_of_policy,
    read_fields_of_policy,
)
from portal.review_forms import OF_EDIT, read_edit, read_number
from portal.review_steps import STEPS, ask_preview, copy, keep, take_step
from portal.services import services
from portal.texts import say
from warehouse.governance.policies import ended_after, policy_of
from warehouse.governance.policy_models import PolicyVersion
from warehouse.governance.review import Edit, Reviewable, StaleEditError
from warehouse.governance.reviewed import LISTS, POLICIES
from warehouse.policies.aws_form import read_aws
from warehouse.policies.azure_form import read_azure
from warehouse.policies.comparison import compare_documents
from warehouse.policies.documents import Policy, write_policy
from warehouse.policies.errors import Problem, Unsaid
from warehouse.policies.value_lists import ValueList, write_value_list
from warehouse.policies.yaml_form import read_yaml

routes = Blueprint("policies", __name__, url_prefix="/admin/policies")

_OPTIONAL: Final = tuple(name for name in FIELDS if name not in ("policy", RULES))
_HEAD: Final = ("policy", "owner", "effective_from")
_KINDS: Final[Mapping[str, Reviewable[Any]]] = {"policy": POLICIES, "list": LISTS}


@routes.post("/drafts")
def save() -> ResponseReturnValue:
    """Keep what was written; 422 with every problem, 409 with both versions if it is stale."""
    fields = read_own_fields(
        "policy", RULES, "base", optional=(*_OPTIONAL, *OF_EDIT), longest=LONGEST_RULES
    )
    policy, problems = read_fields_of_policy(fields)
    if policy is None:
        return _not_saved(fields, problems)
    our = services()
    edit = read_edit(fields)
    try:
        with our.database.records(_scoped().scope) as db:
            document = write_policy(policy)
            keep(db, POLICIES, policy.policy, document, edit, by=reader_as_actor(), now=our.now())
    except StaleEditError as error:
        return _stale(policy, error)
    return redirect(policies_href(policy=policy.policy), 303)


@routes.post("/lists")
def save_values() -> ResponseReturnValue:
    """Keep a list that was written; 422 with every problem, 409 if it is stale."""
    fields = read_own_fields("list", "values", "base", optional=OF_EDIT, longest=LONGEST_LIST)
    values, problems = read_written_list(fields["list"], fields["values"])
    if values is None:
        return _lines(say("Not saved"), say("The list can't be used as it is."),
                      [str(one) for one in problems], fields["values"]), 422  # fmt: skip
    our = services()
    edit = read_edit(fields)
    try:
        with our.database.records(_scoped().scope) as db:
            document = write_value_list(values)
            keep(db, LISTS, values.list, document, edit, by=reader_as_actor(), now=our.now())
    except StaleEditError as error:
        return _lines(say("Changed by somebody else"), str(error), [], fields["values"]), 409
    return redirect(policies_href(), 303)


@routes.post("/<kind>/<name>/<int:version>/<step>")
def decide(kind: str, name: str, version: int, step: str) -> ResponseReturnValue:
    """Submit, approve, reject or withdraw a version of a policy or list."""
    if kind not in _KINDS or step not in STEPS:
        abort(404)
    fields = read_own_fields("lock", optional=("reason",))
    our = services()
    with our.database.records(_scoped().scope) as db:
        take_step(
            db,
            _KINDS[kind],
            name,
            version,
            read_number(fields["lock"]),
            step,
            by=reader_as_actor(),
            now=our.now(),
            reason=fields.get("reason", ""),
        )
    return redirect(policies_href(**{"policy" if kind == "policy" else "list": name}), 303)


@routes.post("/policy/<name>/<int:version>/draft")
def draft_again(name: str, version: int) -> ResponseReturnValue:
    """Make a further draft of what an earlier version said."""
    fields = read_own_fields(optional=("note",))
    our = services()
    with our.database.records(_scoped().scope) as db:
        by = reader_as_actor()
        note = fields.get("note", "")
        copy(db, POLICIES, name, version, by=by, now=our.now(), note=note)
    return redirect(policies_href(policy=name, view="edit"), 303)


@routes.post("/policy/<name>/end")
def end(name: str) -> ResponseReturnValue:
    """Make a further draft with which the policy ends."""
    fields = read_own_fields("last_month", optional=("note",))
    our = services()
    with our.database.records(_scoped().scope) as db:
        document = ended_after(db, name, fields["last_month"])
        edit = Edit(note=fields.get("note", ""))
        keep(db, POLICIES, name, document, edit, by=reader_as_actor(), now=our.now())
    return redirect(policies_href(policy=name), 303)


@routes.post("/policy/<name>/<int:version>/preview")
def preview(name: str, version: int) -> ResponseReturnValue:
    """Ask the worker to count what a version would change."""
    read_own_fields()
    our = services()
    with our.database.records(_scoped().scope) as db:
        ask_preview(db, POLICIES, name, version, by=reader_as_actor(), now=our.now())
    return redirect(policies_href(policy=name), 303)


@routes.post("/import")
def take_in() -> ResponseReturnValue:
    """Make drafts of what was pasted, and say what of it has no place in ours."""
    fields = read_own_fields("form", "document", optional=_HEAD, longest=LONGEST_RULES)
    head = {name: fields.get(name, "").strip() for name in _HEAD}
    unsaid: tuple[Unsaid, ...] = ()
    policies: tuple[Policy, ...]
    lists: tuple[ValueList, ...] = ()
    if fields["form"] == "yaml":
        policies, lists = read_yaml(fields["document"])
    elif fields["form"] == "aws":
        policy, unsaid = read_aws(fields["document"], head)
        policies = (policy,)
    elif fields["form"] == "azure":
        policy, unsaid = read_azure(fields["document"], head)
        policies = (policy,)
    else:
        abort(400)
    our = services()
    with our.database.records(_scoped().scope) as db:
        by, now = reader_as_actor(), our.now()
        for values in lists:
            keep(db, LISTS, values.list, write_value_list(values), Edit(), by=by, now=now)
        for policy in policies:
            keep(db, POLICIES, policy.policy, write_policy(policy), Edit(), by=by, now=now)
    if not unsaid:
        return redirect(policies_href(), 303)
    return render_template(
        "policy_lines.html",
        heading=say("Imported as drafts"),
        explanation=say("These parts have no place in a policy here, and were left out:"),
        lines=[f"{one.where}: {one.what}" for one in unsaid],
        sides=(),
        back=policies_href(),
    )


def _scoped() -> Reader:
    """Give the reader with the scope in which policies are read: the whole government's."""
    return require_reader().under(Permission.VIEW_GOVERNANCE)


def _lines(title: str, explanation: str, lines: list[str], written: str) -> str:
    return render_template(
        "policy_lines.html",
        heading=title,
        explanation=explanation,
        lines=lines,
        sides=((say("What you wrote"), written),),
        back=policies_href(),
    )


def _not_saved(fields: Mapping[str, str], problems: tuple[Problem, ...]) -> ResponseReturnValue:
    page = render_template(
        "policy_lines.html",
        heading=say("Not saved"),
        explanation=say(
            "The policy can't be used as it is. Go back with your browser to mend it; what you "
            "wrote stands below."
        ),
        lines=[str(problem) for problem in problems],
        sides=((say("What you wrote"), fields[RULES]),),
        back=policies_href(),
    )
    return page, 422


def _stale(policy: Policy, error: StaleEditError) -> ResponseReturnValue:
    """Show what somebody else made of it beside what was written, and what differs."""
    theirs = _newest(policy.policy)
    document = theirs.document if theirs is not None else {}
    sides = [(say("Your version"), _whole(policy))]
    if theirs is not None:
        who = say("The version of {person}", person=theirs.decided_by or theirs.written_by)
        sides.append((who, _whole(policy_of(theirs))))
    page = render_template(
        "policy_lines.html",
        heading=say("Changed by somebody else"),
        explanation=str(error),
        lines=[str(one) for one in compare_documents(document, write_policy(policy))],
        sides=sides,
        back=policies_href(policy=policy.policy),
    )
    return page, 409


def _newest(name: str) -> PolicyVersion | None:
    with services().database.reading_records() as db:
        found = next(iter(POLICIES.versions(db, name)), None)
        db.expunge_all()
        return found


def _whole(policy: Policy) -> str:
    fields = fields_of_policy(policy)
    head = "\n".join(f"{name}: {value}" for name, value in fields.items() if name != RULES)
    return f"{head}\n{fields[RULES]}"
