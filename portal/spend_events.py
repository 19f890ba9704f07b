"""Forms of what is known to change spend: told, changed and withdrawn by an MDA's managers."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_amount, read_own_fields
from portal.pages.money.spend_events import ADDRESS, BACK, PER_CENT, US_DOLLARS
from portal.services import services
from portal.texts import say
from warehouse.governance.forecast_models import SpendEvent
from warehouse.governance.spend_events import (
    EventError,
    Told,
    change_event,
    tell_event,
    withdraw_event,
)

routes = Blueprint("spend_events", __name__, url_prefix=ADDRESS)

_SAID: Final = ("kind", "month_from", "change", "unit", "note")


@routes.post("")
def tell() -> ResponseReturnValue:
    """Say an event of one of the reader's own agencies."""
    fields = read_own_fields("agency", *_SAID, optional=("month_to",))
    reader, our = _teller(), services()
    with our.database.records(reader.scope) as db:
        row = tell_event(
            db,
            _whole(fields["agency"]),
            _told(fields),
            agencies=reader.scope.agencies or frozenset(),
            by=reader.email,
            now=our.now(),
        )
        note_event(db, row, "told", by=reader_as_actor())
    return redirect(BACK, 303)


@routes.post("/<int:number>")
def change(number: int) -> ResponseReturnValue:
    """Say an event anew, from what its form was made of."""
    fields = read_own_fields("lock", *_SAID, optional=("month_to",))
    reader, our = _teller(), services()
    with our.database.records(reader.scope) as db:
        row = change_event(
            db,
            number,
            _told(fields),
            lock=_whole(fields["lock"]),
            agencies=reader.scope.agencies or frozenset(),
            by=reader.email,
            now=our.now(),
        )
        note_event(db, row, "changed", by=reader_as_actor())
    return redirect(BACK, 303)


@routes.post("/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take an event back."""
    fields = read_own_fields("lock")
    reader, our = _teller(), services()
    with our.database.records(reader.scope) as db:
        row = withdraw_event(
            db,
            number,
            lock=_whole(fields["lock"]),
            agencies=reader.scope.agencies or frozenset(),
            by=reader.email,
            now=our.now(),
        )
        note_event(db, row, "withdrawn", by=reader_as_actor())
    return redirect(BACK, 303)


def _teller() -> Reader:
    return require_reader().under(Permission.TELL_EVENT)


def _told(fields: dict[str, str]) -> Told:
    size = read_amount(fields["change"])
    if size is None:
        raise EventError("Write the change as a number, such as -12.5 or 15,000.")
    if fields["unit"] not in {PER_CENT, US_DOLLARS}:
        abort(400, say("Say the change in per cent or in US dollars."))
    per_cent = fields["unit"] == PER_CENT
    return Told(
        kind=fields["kind"],
        month_from=fields["month_from"].strip(),
        month_to=fields.get("month_to", "").strip() or None,
        change_usd=None if per_cent else size,
        change_ratio=size / 100 if per_cent else None,
        note=fields["note"],
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        abort(400, say("The form holds a number that is none."))
    return int(text)


def note_event(db: Session, row: SpendEvent, step: str, *, by: Actor) -> None:
    """Put a step of an event into the audit trail."""
    detail: dict[str, Any] = {
        name: None if (value := getattr(row, name)) is None else str(value)
        for name in ("kind", "month_from", "month_to", "change_usd", "change_ratio", "note", "lock")
    }
    record(
        db,
        actor=by.name,
        agency_id=row.agency_id,
        action=f"spend_event.{step}",
        object=f"spend_event:{row.event_id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail=detail,
        now=row.written_at,
    )
