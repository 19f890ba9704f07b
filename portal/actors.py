"""On whose behalf a route changes something."""

from __future__ import annotations

from flask import g

from auth.actors import Actor
from portal.access import require_reader


def reader_as_actor() -> Actor:
    """Give the reader as the audit trail names them, with the request's id."""
    return Actor.of(require_reader().principal, g.request_id)
