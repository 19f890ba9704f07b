"""``exchequer check``: look for faults in configuration and data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from auth.people import list_people
from portal.cli.installation import opened
from portal.secret_key import with_secret
from portal.security.peers import read_allowed_addresses
from portal.settings import Settings, SettingsError, load_settings
from warehouse.bills.fetch_sources import read_source
from warehouse.errors import FeedError, WarehouseError
from warehouse.feeds import FEEDS
from warehouse.feeds.inputs import BILL_SOURCES, InputFile, find_inputs

_NEEDED = ("agencies", "usage_monthly")


@click.command(epilog="Example: exchequer check")
@click.option("--data", type=click.Path(path_type=Path), help="Folder to look at instead.")
def check(data: Path | None) -> None:
    """Look for faults in configuration and data; 1 if there are any. Changes nothing."""
    settings = load_settings(**({} if data is None else {"data_dir": data}))
    findings = [*_configuration(settings), *_data(settings.data_dir), *_records(settings)]
    for finding in findings:
        click.echo(f"- {finding}")
    if findings:
        click.echo(f"{len(findings)} to look at.", err=True)
        raise SystemExit(1)
    click.echo("Nothing found.")


def _configuration(settings: Settings) -> Iterator[str]:
    for judge in (with_secret, read_allowed_addresses):
        try:
            judge(settings)
        except SettingsError as error:
            yield str(error)
    if not settings.is_loopback and not settings.behind_tls:
        yield (
            f"EXCHEQUER_HOST {settings.host} can be reached from elsewhere, and passwords would "
            "travel in the clear. End TLS in front and set EXCHEQUER_BEHIND_TLS=true."
        )
    if not os.access(_existing(settings.var_dir), os.W_OK):
        yield f"EXCHEQUER_VAR_DIR {settings.var_dir} can't be written to. Change its owner."


def _data(data_dir: Path) -> Iterator[str]:
    if not data_dir.is_dir():
        yield f"EXCHEQUER_DATA_DIR {data_dir} is no folder. Name the one that holds mda/."
        return
    inputs = find_inputs(data_dir)
    present = {file.feed for file in inputs.files}
    folders = {feed.name: feed.folder for feed in FEEDS}
    for name in _NEEDED:
        if name not in present:
            yield f"There is no {folders[name]}/{name}.csv in {data_dir}; a build needs it."
    for file in inputs.files:
        if file.feed == BILL_SOURCES:
            yield from _declaration(file)
    for path in inputs.unknown:
        yield f"{data_dir / path} is read by no feed. Rename it after its feed, or take it away."


def _declaration(file: InputFile) -> Iterator[str]:
    try:
        read_source(file.location.read_text("utf-8-sig"), file.path)
    except (FeedError, UnicodeDecodeError) as error:
        yield str(error)


def _records(settings: Settings) -> Iterator[str]:
    try:
        if not _have_begun(settings):
            yield "There are no records yet. Run `exchequer init`."
            return
        with opened(settings) as database:
            with database.reading_records() as db:
                if not list_people(db):
                    yield "Nobody can sign in yet. Run `exchequer init`."
            if database.published() is None:
                yield "Nothing is published yet. Run `exchequer build`."
    except (OSError, WarehouseError) as error:
        yield str(error)
    except SQLAlchemyError as error:
        yield (
            f"The records can't be read ({getattr(error, 'orig', error)}). See that "
            "EXCHEQUER_DATABASE_URL is right, then run `exchequer migrate`."
        )


def _have_begun(settings: Settings) -> bool:
    """Tell whether there is anything to open: opening makes what is missing."""
    url = make_url(settings.url)
    is_file = url.get_backend_name() == "sqlite"
    return settings.var_dir.is_dir() and (not is_file or Path(url.database or "").is_file())


def _existing(path: Path) -> Path:
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
