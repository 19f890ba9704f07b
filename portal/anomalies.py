"""The form with which people say what an anomaly is: planned, a false alarm, resolved."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.permissions import Permission
from portal.access import require_reader
from portal.actors import reader_as_actor
from portal.fields import read_amount, read_day, read_own_fields
from portal.pages.anomalies.seen import PATH, path_of
from portal.services import services
from portal.texts import say
from warehouse.governance.anomaly_cases import move_case
from warehouse.governance.anomaly_models import AnomalyCase

routes = Blueprint("anomalies", __name__, url_prefix=PATH)


@routes.post("/<int:number>/state")
def change_state(number: int) -> ResponseReturnValue:
    """Put an anomaly of one's own agency, or of any for the treasury, into another state."""
    fields = read_own_fields("state", "reason", "lock", optional=("muted_until", "muted_usd"))
    lock = fields["lock"]
    if not lock.isascii() or not lock.isdigit() or len(lock) > 9:
        abort(400, say("Open the page again and repeat what you did."))
    reader, our = require_reader().under(Permission.ACKNOWLEDGE_ANOMALY), services()
    with our.database.records(reader.scope) as db:
        row = move_case(
            db,
            number,
            fields["state"],
            agencies=reader.scope.agencies,
            lock=int(lock),
            reason=fields["reason"],
            by=reader.email,
            now=our.now(),
            muted_until=read_day(fields.get("muted_until", "")),
            muted_usd=_amount(fields.get("muted_usd", "")),
        )
        subject = row.subject
        note_state(db, row, by=reader_as_actor())
    return redirect(path_of(subject), 303)


def note_state(db: Session, row: AnomalyCase, *, by: Actor) -> None:
    """Put into the audit trail what an anomaly was said to be."""
    record(
        db,
        actor=by.name,
        agency_id=row.agency_id,
        action=f"anomaly.{row.state}",
        object=f"anomaly:{row.case_id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "anomaly": row.anomaly_id,
            "reason": row.reason,
            "muted_until": row.muted_until.isoformat() if row.muted_until else None,
            "muted_usd": str(row.muted_usd) if row.muted_usd is not None else None,
        },
        now=row.state_at,
    )


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    amount = read_amount(text)
    if amount is None:
        abort(422, say("Write the amount in figures, such as 2500."))
    return amount
