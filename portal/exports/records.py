"""Downloads of records about people: the audit trail, and who holds which role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from auth.audit import count_events, list_events
from auth.people import list_people
from auth.permissions import Permission
from auth.review import held_grants
from portal.access import require_reader
from portal.asking import BadParameterError, read_format
from portal.denials import note_denied
from portal.exports.routes import FORMATS, require_known, send_table
from portal.exports.tables import ExportTable
from portal.exports.writers import XLSX_MOST_ROWS
from portal.question_errors import answer_question_errors
from portal.services import services
from portal.trail import TrailFilters, read_trail
from warehouse.question import Value

routes = Blueprint("record_exports", __name__, url_prefix="/export")
answer_question_errors(routes)

AT_A_TIME = 1_000

_TRAIL_FIELDS = frozenset({"action", "actor", "outcome", "from", "to", "format"})

_TRAIL_COLUMNS = (
    "id", "at", "actor", "agency_id", "action", "object", "outcome", "request_id", "detail",
)  # fmt: skip
_REVIEW_COLUMNS = (
    "name", "email", "role", "agency_id", "granted_by", "granted_at", "outside_approval",
    "expires_at", "last_seen_at",
)  # fmt: skip


@routes.get("/audit")
def trail() -> ResponseReturnValue:
    """Download the events that the filters of the address leave, the newest first."""
    _require_export()
    require_known(_TRAIL_FIELDS)
    form = read_format(request.args, FORMATS)
    chosen = read_trail(request.query_string.decode("utf-8", "replace"))
    if chosen.problems:
        raise BadParameterError("filter", " ".join(chosen.problems))
    our = services()
    with our.database.reading_records() as db:
        total = count_events(db, **chosen.which)
    count = min(total, XLSX_MOST_ROWS) if form == "xlsx" else total
    facts = (("Filters", chosen.to_query().removeprefix("?") or "none"),)
    return send_table(
        ExportTable("audit-trail", _TRAIL_COLUMNS, _events(chosen, count), total, facts), form
    )


@routes.get("/access-review")
def access_review() -> ResponseReturnValue:
    """Download every grant in force: who, which role, granted by whom, until when, last seen."""
    _require_export()
    require_known({"format"})
    form = read_format(request.args, FORMATS)
    our = services()
    with our.database.reading_records() as db:
        held = held_grants(list_people(db), our.now())
    rows: list[tuple[Value, ...]] = [
        (
            one.person.name,
            one.person.email,
            one.grant.role.value,
            one.grant.agency_id,
            one.grant.granted_by,
            _written(one.grant.granted_at),
            one.grant.is_outside_approval,
            _written(one.grant.expires_at),
            _written(one.person.last_seen_at),
        )
        for one in held
    ]
    facts = (("As of", our.now().isoformat(timespec="seconds")),)
    table = ExportTable("access-review", _REVIEW_COLUMNS, rows, len(rows), facts)
    return send_table(table, form)


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _require_export() -> None:
    """Answer 404 to whoever may see these records and download nothing."""
    reader = require_reader()
    if not reader.may(Permission.EXPORT):
        note_denied(reader, request.path, str(Permission.EXPORT))
        abort(404)


def _events(chosen: TrailFilters, count: int) -> Iterator[tuple[Value, ...]]:
    """Read the trail piece by piece; what is added meanwhile is newer, and left out."""
    our, before, given = services(), None, 0
    while given < count:
        most = min(AT_A_TIME, count - given)
        with our.database.reading_records() as db:
            events = list_events(db, **chosen.which, before_id=before, limit=most)
        if not events:
            return
        for event in events:
            at = event.at.isoformat(timespec="microseconds")
            yield (
                event.id, at, event.actor, event.agency_id, event.action, event.object,
                event.outcome, event.request_id, event.detail,
            )  # fmt: skip
        before, given = events[-1].id, given + len(events)
