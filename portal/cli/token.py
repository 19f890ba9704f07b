"""``exchequer token``: make personal tokens for the API, from the console."""

from __future__ import annotations

from datetime import timedelta

import click

from auth.errors import UnknownRecordError
from auth.people import find_person
from auth.tokens import create_token
from portal.cli.installation import CONSOLE, opened
from portal.services import utc_now
from portal.settings import load_settings


@click.group(epilog="Example: exchequer token create a@treasury.example --name nightly")
def token() -> None:
    """Make personal tokens for the programming interface."""


@token.command(epilog="Example: exchequer token create a@treasury.example --name nightly --days 30")
@click.argument("email")
@click.option("--name", default="console", show_default=True, help="What will use it.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it lives."
)
def create(email: str, name: str, days: int) -> None:
    """Make a token and print it; it can't be read again."""
    with opened(load_settings()) as database, database.records() as db:
        person = find_person(db, email)
        if person is None:
            raise UnknownRecordError("person", email)
        now = utc_now()
        made = create_token(db, person.id, name, now + timedelta(days=days), now, by=CONSOLE)
    click.echo(made)
