"""One person of each role in an installation of one's own."""

from __future__ import annotations

from pathlib import Path

from auth.actors import Actor
from auth.people import add_user, grant
from auth.permissions import AGENCY_ROLES, Role
from portal.cli.installation import migrate_records
from portal.services import utc_now
from warehouse.db import open_database

PASSWORD = "seven quiet otters swim upstream"


def add_people(var_dir: Path, agency_id: int = 10) -> tuple[dict[str, object], ...]:
    """Add a person of each role to the records below ``var_dir``; give their sign-ins."""
    console = Actor.console()
    database = open_database(f"sqlite:///{var_dir / 'records.sqlite'}", var_dir)
    migrate_records(database)
    people = []
    with database.records() as db:
        for role in Role:
            agency = agency_id if role in AGENCY_ROLES else None
            email = f"{role.replace('_', '-')}@ministry.example"
            person = add_user(
                db, email=email, name=role.replace("_", " ").title(), by=console, now=utc_now(),
                password=PASSWORD,
            )  # fmt: skip
            grant(db, person, role, agency_id=agency, by=console, now=utc_now())
            people.append({"email": email, "password": PASSWORD, "role": str(role)})
    database.dispose()
    return tuple(people)
