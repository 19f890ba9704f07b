"""The form of a recommendation: take it up, say that it is done, or dismiss it with a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.permissions import Permission
from portal.access import Reader, require_reader
from portal.actors import reader_as_actor
from portal.fields import read_day, read_own_fields
from portal.filters import read_filters
from portal.pages.insights.advice import Advice
from portal.pages.insights.courses import COURSES_BY_NAME, find_advice
from portal.pages.insights.summary import PATH
from portal.pages.page import PageRequest
from portal.record_numbers import LARGEST
from portal.services import services
from warehouse.governance.recommendation_models import Recommendation
from warehouse.governance.recommendations import (
    Decision,
    Key,
    UnknownRecommendationError,
    decide,
    decided,
)
from warehouse.schema.charges import NOBODY

routes = Blueprint("recommendations", __name__, url_prefix=f"{PATH}/recommendations")


@routes.post("")
def decide_one() -> ResponseReturnValue:
    """Keep what somebody decides on a recommendation to an MDA of theirs."""
    fields = read_own_fields("agency", "kind", "target", "lock", "state",
                             optional=("reason", "owner", "due_on", "done_on"))  # fmt: skip
    reader, our = require_reader().under(Permission.DECIDE_RECOMMENDATION), services()
    key = (_number(fields["agency"]), fields["kind"], fields["target"])
    advice = _advised(reader, key)
    with our.database.records(reader.scope) as db:
        if advice is None and key not in decided(db, {key[0]}):
            raise UnknownRecommendationError
        decision = Decision(
            state=fields["state"],
            reason=fields.get("reason", ""),
            owner=fields.get("owner", ""),
            due_on=read_day(fields.get("due_on", "")),
            done_on=read_day(fields.get("done_on", "")),
            **estimate_of(advice),
        )
        row, was = decide(db, key, decision, lock=_number(fields["lock"]), by=reader.email,
                          now=our.now())  # fmt: skip
        note_decision(db, row, was, by=reader_as_actor())
    return redirect(f"{PATH}#recommendations", 303)


def _advised(reader: Reader, key: Key) -> Advice | None:
    """Find the recommendation that the form names, as this reader's own data make it."""
    if reader.scope.agencies is not None and key[0] not in reader.scope.agencies:
        raise UnknownRecommendationError
    if key[0] == NOBODY or key[1] not in COURSES_BY_NAME:
        raise UnknownRecommendationError
    our = services()
    request = PageRequest(
        reader=reader,
        filters=read_filters(""),
        theme="light",
        gateway=our.gateway,
        database=our.database,
        now=our.now(),
    )
    return find_advice(request, key)


def estimate_of(advice: Advice | None) -> dict[str, Any]:
    """Give what a recommendation is estimated to save now, and of how many months that is."""
    months = advice.saving_months or None if advice is not None else None
    if advice is None or advice.saving is None:
        return {"estimate_usd": None, "estimate_months": months}
    return {
        "estimate_usd": Decimal(str(round(advice.saving.amount, 2))),
        "estimate_months": months,
    }


def note_decision(db: Session, row: Recommendation, was: str, *, by: Actor) -> None:
    """Put what was decided on a recommendation into the audit trail."""
    record(
        db,
        actor=by.name,
        agency_id=row.agency_id,
        action=f"recommendation.{row.state}",
        object=f"recommendation:{row.kind}/{row.target or '*'}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail=_detail(row, was),
        now=row.decided_at,
    )


def _detail(row: Recommendation, was: str) -> dict[str, object]:
    return {
        "state": {"before": was, "after": row.state},
        "owner": row.owner or None,
        "due": row.due_on.isoformat() if row.due_on else None,
        "done": row.done_on.isoformat() if row.done_on else None,
        "reason": row.reason or None,
    }


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    if not is_number or int(text) > LARGEST:
        raise UnknownRecommendationError
    return int(text)
