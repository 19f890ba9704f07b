"""The demo's sign-ins: at least two of each role that approves, with passwords made by chance."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from auth.actors import Actor
from auth.people import add_user, find_person, grant, list_people, set_password
from auth.permissions import Role
from portal.services import utc_now
from portal.settings import SettingsError
from warehouse.db import Database

SIGN_INS: Final = "demo-sign-ins.json"
DOMAIN: Final = "demo.invalid"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the demo's people, as they are printed and written to the file."""

    email: str
    password: str
    role: str
    agencies: tuple[int, ...]


_PEOPLE: Final = (
    ("treasury", "Tessa Treasury", Role.TREASURY, None),
    ("treasury-2", "Theo Treasury", Role.TREASURY, None),
    ("manager-1", "Mara Manager", Role.AGENCY_MANAGER, 0),
    ("manager-1b", "Milo Manager", Role.AGENCY_MANAGER, 0),
    ("manager-2", "Moira Manager", Role.AGENCY_MANAGER, 1),
    ("manager-2b", "Matteo Manager", Role.AGENCY_MANAGER, 1),
    ("viewer-1", "Vera Viewer", Role.AGENCY_VIEWER, 0),
    ("viewer-2", "Viktor Viewer", Role.AGENCY_VIEWER, 1),
    ("admin", "Ada Admin", Role.ADMIN, None),
    ("admin-2", "Aron Admin", Role.ADMIN, None),
    ("auditor", "Aurelia Auditor", Role.AUDITOR, None),
)
"""Account, name, role, and which of the demo's agencies by its place."""


def prepare_demo_people(
    database: Database, var_dir: Path, agencies: Sequence[int]
) -> tuple[SignIn, ...]:
    """Give the demo's sign-ins, made at the first start and kept from then on.

    Raises SettingsError where the records hold anybody who isn't of the demo.
    """
    path = var_dir / SIGN_INS
    with database.reading_records() as db:
        strangers = [person.email for person in list_people(db) if not person.is_demo]
        known = {person.email for person in list_people(db)}
    if strangers:
        raise SettingsError(
            f"These records hold {len(strangers)} people who aren't of the demo, e.g. "
            f"{strangers[0]}. Give the demo records of its own: set EXCHEQUER_VAR_DIR or "
            "EXCHEQUER_DATABASE_URL, or leave the demo with EXCHEQUER_DEMO=false."
        )
    kept = _read(path)
    if kept and {one.email for one in kept} <= known:
        return kept
    made = tuple(
        SignIn(
            email=f"{account}@{DOMAIN}",
            password=secrets.token_urlsafe(18),
            role=role.value,
            agencies=() if place is None else (agencies[place],),
        )
        for account, _, role, place in _PEOPLE
    )
    with database.records() as db:
        for one, (_, name, role, _) in zip(made, _PEOPLE, strict=True):
            _put(db, one, name, role)
    _write(path, made)
    return made


def _put(db: Session, one: SignIn, name: str, role: Role) -> None:
    """Add the person, or give one who lost the file a new password."""
    by, now = Actor.console("demo"), utc_now()
    known = find_person(db, one.email)
    if known is not None:
        set_password(db, known.id, one.password, by=by, now=now)
        return
    person_id = add_user(
        db, email=one.email, name=name, password=one.password, is_demo=True, by=by, now=now
    )
    grant(db, person_id, role, agency_id=next(iter(one.agencies), None), by=by, now=now)


def _read(path: Path) -> tuple[SignIn, ...]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return ()
    return tuple(
        SignIn(one["email"], one["password"], one["role"], tuple(one["agencies"])) for one in found
    )


def _write(path: Path, people: Sequence[SignIn]) -> None:
    unfinished = path.with_suffix(".tmp")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in people], file, indent=1)
    unfinished.replace(path)
