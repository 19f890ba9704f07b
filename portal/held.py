"""The form with which the treasury decides on a slice of data that is held."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, abort, g, redirect
from flask.typing import ResponseReturnValue

from auth.audit import Outcome, record
from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.fields import read_own_fields
from portal.services import services
from warehouse.governance.held import Decision, DecisionError, decide

routes = Blueprint("held", __name__, url_prefix="/data")

PAGE: Final = "/data?view=held"
_DECISIONS: Final = ("approved", "rejected")


@routes.post("/held")
def decide_on_slice() -> ResponseReturnValue:
    """Record a decision on the slice that was looked at; the worker builds again by itself."""
    fields = read_own_fields("feed", "agency_id", "month", "content_hash", "decision", "reason")
    reader = require_reader().under(Permission.RELEASE_SLICE)
    if fields["decision"] not in _DECISIONS:
        abort(400, "Approve or reject the slice.")
    held = _require_held(reader, fields)
    our = services()
    with our.database.records(reader.scope) as db:
        try:
            decide(
                db,
                feed=fields["feed"],
                agency_id=held,
                month=fields["month"],
                content_hash=fields["content_hash"],
                decision=cast("Decision", fields["decision"]),
                decided_by=reader.email,
                reason=fields["reason"],
                now=our.now(),
            )
        except DecisionError as error:
            abort(422, str(error))
        record(
            db,
            actor=reader.email,
            agency_id=held,
            action=f"held_slice.{fields['decision']}",
            object=f"held_slice:{fields['feed']}:{held}:{fields['month']}",
            outcome=Outcome.SUCCEEDED,
            request_id=g.request_id,
            detail={"content_hash": fields["content_hash"], "reason": fields["reason"]},
            now=our.now(),
        )
    return redirect(PAGE, 303)


def _require_held(reader: Reader, fields: dict[str, str]) -> int:
    """Give the slice's agency; 404 unless exactly this slice is held and in scope."""
    agency = fields["agency_id"]
    if not agency.isascii() or not agency.isdigit() or len(agency) > 9:
        abort(404)
    slices = services().gateway.rows(
        "held_slice",
        reader.scope,
        where={
            "feed": fields["feed"],
            "agency_id": int(agency),
            "month": fields["month"],
            "content_hash": fields["content_hash"],
        },
        limit=1,
    )
    if not slices.rows:
        abort(404)
    return int(agency)
