"""``exchequer build``: build and publish the star."""

from __future__ import annotations

from pathlib import Path

import click

from portal.cli.installation import migrate_records, note, opened
from portal.settings import load_settings
from warehouse.build import build as build_and_publish


@click.command(epilog="Example: exchequer build --data /srv/records")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder with mda/, budgets/ and the other feeds; EXCHEQUER_DATA_DIR if not given.",
)
@click.option("--force", is_flag=True, help="Build also where no input has changed.")
def build(data: Path | None, force: bool) -> None:
    """Build the star from what was handed in, and publish it.

    The build published before serves until the new one is whole, and stays if this one fails.
    """
    settings = load_settings(**({} if data is None else {"data_dir": data}))
    with opened(settings) as database:
        migrate_records(database)
        report = build_and_publish(
            database,
            settings.data_dir,
            settings.var_dir,
            engine=settings.engine,
            force=force,
            on_step=lambda step: click.echo(f"  {step}", err=True),
        )
        detail = {"status": report.status, "data_dir": str(settings.data_dir)}
        note(database, "build", f"build:{report.build_id}", detail)
    seconds = sum(report.durations.values())
    if report.status == "unchanged":
        click.echo("Nothing has changed; the published build stays.")
    else:
        rows = sum(report.counts.values())
        click.echo(f"Published build {report.build_id}: {rows:,} rows in {seconds:.1f} s.")
