"""The trail of who did what: only ever added to, in one line each, never with a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from auth.models import AuditEvent
from auth.plain_text import encode_unprintable

WITHHELD: Final = "[withheld]"
SECRET_KEYS: Final = (
    "password",
    "passphrase",
    "secret",
    "token",
    "cookie",
    "authorization",
    "csrf",
    "apikey",
    "credential",
    "totp",
    "privatekey",
)
"""A value whose key holds one of these, in whatever case and with whatever dashes, is withheld."""

TEXT_LIMIT: Final = 2_000
ITEM_LIMIT: Final = 200
DEPTH_LIMIT: Final = 6

_PERSONAL_TOKEN = re.compile(r"exq_[A-Za-z0-9_-]+")


class Outcome(StrEnum):
    """How it ended: done, not allowed, or broken."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it was written; ``detail`` is the text of a JSON object."""

    id: int
    at: datetime
    actor: str
    agency_id: int | None
    action: str
    object: str
    outcome: str
    request_id: str | None
    detail: str


def record(
    db: Session,
    *,
    actor: str,
    action: str,
    object: str,
    outcome: Outcome,
    now: datetime,
    agency_id: int | None = None,
    request_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add an event to the caller's transaction and return its number.

    It is written at once, so that what it tells of fails together with it.
    """
    event = AuditEvent(
        at=now,
        actor=encode_unprintable(actor, 320),
        agency_id=agency_id,
        action=encode_unprintable(action, 80),
        object=_safe_text(object),
        outcome=outcome.value,
        request_id=None if request_id is None else encode_unprintable(request_id, 128),
        detail=_json(_safe(detail or {})),
    )
    db.add(event)
    db.flush()
    return event.id


def list_events(
    db: Session,
    *,
    agency_ids: Collection[int] | None = None,
    actor: str | None = None,
    action: str | None = None,
    outcome: Outcome | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[Event, ...]:
    """Return events, the newest first; page on with the last one's id as ``before_id``.

    ``agency_ids`` None is every event, those without an agency included; ``since`` is
    inclusive and ``until`` exclusive.
    """
    query = select(AuditEvent).where(*_which(actor, action, outcome, since, until))
    if agency_ids is not None:
        query = query.where(AuditEvent.agency_id.in_(agency_ids))
    if before_id is not None:
        query = query.where(AuditEvent.id < before_id)
    query = query.order_by(AuditEvent.id.desc()).limit(limit).offset(offset)
    return tuple(_event(row) for row in db.scalars(query))


def count_events(
    db: Session,
    *,
    actor: str | None = None,
    action: str | None = None,
    outcome: Outcome | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Count the events that ``list_events`` would list of every agency."""
    which = _which(actor, action, outcome, since, until)
    return db.scalar(select(func.count()).select_from(AuditEvent).where(*which)) or 0


def list_actions(db: Session) -> tuple[str, ...]:
    """Name every kind of event that the trail holds."""
    return tuple(db.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)))


def _which(
    actor: str | None,
    action: str | None,
    outcome: Outcome | None,
    since: datetime | None,
    until: datetime | None,
) -> tuple[ColumnElement[bool], ...]:
    """Write what is asked for as conditions; None asks nothing."""
    conditions = (
        None if actor is None else AuditEvent.actor == actor,
        None if action is None else AuditEvent.action == action,
        None if outcome is None else AuditEvent.outcome == outcome.value,
        None if since is None else AuditEvent.at >= since,
        None if until is None else AuditEvent.at < until,
    )
    return tuple(one for one in conditions if one is not None)


def _event(row: AuditEvent) -> Event:
    return Event(
        id=row.id,
        at=row.at,
        actor=row.actor,
        agency_id=row.agency_id,
        action=row.action,
        object=row.object,
        outcome=row.outcome,
        request_id=row.request_id,
        detail=row.detail,
    )


def _json(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _safe(value: Any, depth: int = 0) -> Any:
    """Copy a value so that it is JSON, bounded, printable and free of secrets."""
    if value is None or isinstance(value, bool | int):
        return value
    if depth >= DEPTH_LIMIT:
        return "…"
    if isinstance(value, Mapping):
        items = list(value.items())[:ITEM_LIMIT]
        return {_safe_text(str(key)): _safe_item(str(key), item, depth) for key, item in items}
    if isinstance(value, list | tuple):
        return [_safe(item, depth + 1) for item in value[:ITEM_LIMIT]]
    if isinstance(value, set | frozenset):
        return sorted((_safe(item, depth + 1) for item in value), key=str)[:ITEM_LIMIT]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    return _safe_text(str(value))


def _safe_item(key: str, value: Any, depth: int) -> Any:
    plain_key = re.sub(r"[^a-z]", "", key.lower())
    if any(secret in plain_key for secret in SECRET_KEYS):
        return WITHHELD
    return _safe(value, depth + 1)


def _safe_text(text: str) -> str:
    return encode_unprintable(_PERSONAL_TOKEN.sub(WITHHELD, text), TEXT_LIMIT)
