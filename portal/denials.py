"""Keep a trace of what somebody signed in asked for that isn't theirs."""

from __future__ import annotations

import structlog
from flask import g, request

from auth.audit import Outcome, record
from portal.access import Reader
from portal.services import services

_LOG = structlog.get_logger("portal.denials")


def note_denied(reader: Reader, path: str, need: str) -> None:
    """Write into the log and the audit trail who was denied what; ``need`` is what it takes."""
    our = services()
    _LOG.warning("access.denied", person=reader.email, path=path, need=need)
    with our.database.records() as db:
        record(
            db,
            actor=reader.email,
            action="access.denied",
            object=path,
            outcome=Outcome.REFUSED,
            request_id=g.request_id,
            detail={"need": need, "address": request.remote_addr or ""},
            now=our.now(),
        )
