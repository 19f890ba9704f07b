"""What a person prefers where an address doesn't say: kept with them, whatever they sign in on."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.audit import Outcome, record
from auth.errors import InvalidValueError
from auth.grants import require_person
from auth.principals import Preferences

CURRENCIES: Final = ("USD", "own")
YEAR_KINDS: Final = ("calendar", "fiscal")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?")


def set_preferences(
    db: Session, person_id: int, chosen: Preferences, *, by: Actor, now: datetime
) -> None:
    """Keep what a person prefers; raises InvalidValueError for what can't be chosen."""
    if chosen.currency not in CURRENCIES:
        raise InvalidValueError("currency", chosen.currency[:40], "choose USD or own.")
    if chosen.year_kind not in YEAR_KINDS:
        raise InvalidValueError("year", chosen.year_kind[:40], "choose calendar or fiscal.")
    if not _LANGUAGE.fullmatch(chosen.language):
        raise InvalidValueError("language", chosen.language[:40], "choose one that is offered.")
    person = require_person(db, person_id)
    person.currency = chosen.currency
    person.year_kind = chosen.year_kind
    person.language = chosen.language
    record(
        db,
        actor=by.name,
        action="preferences.change",
        object=f"person:{person.id}",
        outcome=Outcome.SUCCEEDED,
        request_id=by.request_id,
        detail={
            "currency": chosen.currency,
            "year": chosen.year_kind,
            "language": chosen.language,
        },
        now=now,
    )
