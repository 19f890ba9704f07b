"""``exchequer migrate``: bring the records' tables up to date."""

from __future__ import annotations

import click

from portal.cli.installation import migrate_records, note, opened
from portal.settings import load_settings


@click.command(epilog="Example: exchequer migrate")
def migrate() -> None:
    """Bring the records' tables up to date; safe to repeat, and beside a running portal."""
    with opened(load_settings()) as database:
        migrate_records(database)
        note(database, "records.migrate", "records", {})
    click.echo("The records are up to date.")
