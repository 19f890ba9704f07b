"""``exchequer init``: set up a new installation and its first administrator."""

from __future__ import annotations

import click

from auth.people import add_user, grant, list_people
from auth.permissions import Role
from portal.cli.installation import CONSOLE, migrate_records, opened
from portal.cli.passwords import read_password
from portal.secret_key import with_secret
from portal.services import utc_now
from portal.settings import SettingsError, load_settings
from warehouse.governance.policies import install_starting_set


@click.command(epilog="Example: exchequer init --email admin@treasury.example --name 'A. Chief'")
@click.option("--email", prompt="E-mail address of the first administrator")
@click.option("--name", prompt="Name of the first administrator")
def init(email: str, name: str) -> None:
    """Set up the records and the first administrator; the password comes from standard input."""
    settings = with_secret(load_settings())
    with opened(settings) as database:
        migrate_records(database)
        with database.reading_records() as db:
            if list_people(db):
                raise SettingsError(
                    "This installation has people already. Add more with `exchequer user add`."
                )
        password = read_password()
        with database.records() as db:
            now = utc_now()
            person_id = add_user(db, email=email, name=name, password=password, by=CONSOLE, now=now)
            grant(db, person_id, Role.ADMIN, by=CONSOLE, now=now)
            install_starting_set(db, now)
    click.echo(f"Set up. {email} may sign in as administrator; start with `exchequer serve`.")
