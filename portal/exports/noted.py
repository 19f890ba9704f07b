"""Keep a trace of each download: who took what, and the hash of what was sent."""

from __future__ import annotations

from flask import g

from auth.audit import Outcome, record
from portal.access import Reader
from portal.services import services


def note_export(reader: Reader, what: str, **detail: str | int) -> None:
    """Write one event into the audit trail, before the first byte is sent."""
    our = services()
    only = reader.agency_ids
    with our.database.records() as db:
        record(
            db,
            actor=reader.email,
            agency_id=next(iter(only)) if only is not None and len(only) == 1 else None,
            action="export",
            object=what,
            outcome=Outcome.SUCCEEDED,
            request_id=g.request_id,
            detail=detail,
            now=our.now(),
        )
