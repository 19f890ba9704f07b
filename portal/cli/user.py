"""``exchequer user``: add and disable people, and give them roles, from the console."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from auth.errors import UnknownRecordError
from auth.people import PersonInfo, add_user, disable_user, find_person
from auth.people import grant as grant_role
from auth.permissions import Role
from portal.cli.installation import CONSOLE, opened
from portal.cli.passwords import read_password
from portal.services import utc_now
from portal.settings import load_settings


@click.group(epilog="Example: exchequer user add chief@treasury.example --name 'A. Chief'")
def user() -> None:
    """Add and disable people, and give them roles; marked in the audit as outside approval."""


@user.command(
    epilog="Example: printf '%s' \"$PASSWORD\" | exchequer user add a@treasury.example --name A"
)
@click.argument("email")
@click.option("--name", help="The person's name; the e-mail address if not given.")
def add(email: str, name: str | None) -> None:
    """Add a person; the password is read from standard input."""
    password = read_password()
    with opened(load_settings()) as database, database.records() as db:
        add_user(db, email=email, name=name or email, password=password, by=CONSOLE, now=utc_now())
    click.echo(f"Added {email}, without any role. Give one with `exchequer user grant`.")


@user.command(epilog="Example: exchequer user disable a@treasury.example")
@click.argument("email")
def disable(email: str) -> None:
    """Keep a person out from now on; sessions and tokens end at once."""
    with opened(load_settings()) as database, database.records() as db:
        disable_user(db, _require(db, email).id, by=CONSOLE, now=utc_now())
    click.echo(f"Disabled {email}.")


@user.command(epilog="Example: exchequer user grant m@health.example agency_manager --agency 1004")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--agency", type=int, metavar="ID", help="Whose rows; for the agency roles.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the grant.")
def grant(email: str, role: str, agency: int | None, until: datetime | None) -> None:
    """Give a person a role."""
    expires_at = until and until.replace(hour=23, minute=59, second=59, tzinfo=UTC)
    with opened(load_settings()) as database, database.records() as db:
        grant_role(
            db,
            _require(db, email).id,
            Role(role),
            agency_id=agency,
            expires_at=expires_at,
            by=CONSOLE,
            now=utc_now(),
        )
    click.echo(f"{email} now holds {role}{f' for agency {agency}' if agency else ''}.")


def _require(db: Session, email: str) -> PersonInfo:
    found = find_person(db, email)
    if found is None:
        raise UnknownRecordError("person", email)
    return found
