"""Forms of exemptions from tagging policies: asked for by agencies, decided by administrators."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, cast

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue

from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_own_fields
from portal.pages.policies.address import EXEMPTIONS
from portal.policy_trail import note_exemption
from portal.services import services
from portal.texts import say
from warehouse.governance.exemptions import (
    APPROVED,
    REFUSED,
    ask_exemption,
    decide_exemption,
    withdraw_exemption,
)
from warehouse.governance.policy_models import TagExemption

routes = Blueprint("exemptions", __name__, url_prefix=EXEMPTIONS)

_DECISIONS: Final = (APPROVED, REFUSED)


@routes.post("")
def ask() -> ResponseReturnValue:
    """Ask for an exemption of a resource, or of a whole account, of one's own agency."""
    fields = read_own_fields("account", "tag", "reason", "expires_on", optional=("resource_id",))
    provider, _, account = fields["account"].partition("/")
    reader, our = _asker(), services()
    with our.database.records(reader.scope) as db:
        row = ask_exemption(
            db,
            agencies=reader.scope.agencies or frozenset(),
            provider=provider,
            account_id=account,
            resource_id=fields.get("resource_id", ""),
            tag=fields["tag"],
            reason=fields["reason"],
            expires_on=_day(fields["expires_on"]),
            by=reader.email,
            now=our.now(),
        )
        note_exemption(db, row, by=reader_as_actor())
    return redirect(EXEMPTIONS, 303)


@routes.post("/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Give up a request or an exemption of one's own agency."""
    read_own_fields()
    reader, our = _asker(), services()
    with our.database.records(reader.scope) as db:
        row = withdraw_exemption(
            db,
            number,
            agencies=reader.scope.agencies or frozenset(),
            by=reader.email,
            now=our.now(),
        )
        note_exemption(db, row, by=reader_as_actor())
    return redirect(EXEMPTIONS, 303)


@routes.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Approve or refuse a request."""
    fields = read_own_fields("decision", optional=("reason",))
    decision = fields["decision"]
    if decision not in _DECISIONS:
        abort(400, say("Approve or refuse the request."))
    reader, our = require_reader().under(Permission.VIEW_GOVERNANCE), services()
    with our.database.records(reader.scope) as db:
        row: TagExemption = decide_exemption(
            db,
            number,
            cast("Literal['approved', 'refused']", decision),
            by=reader.email,
            now=our.now(),
            reason=fields.get("reason", ""),
        )
        note_exemption(db, row, by=reader_as_actor(), was="asked")
    return redirect(EXEMPTIONS, 303)


def _asker() -> Reader:
    return require_reader().under(Permission.REQUEST_EXEMPTION)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(422, say("Write the last day as YYYY-MM-DD."))
