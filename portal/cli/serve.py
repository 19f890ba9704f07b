"""``exchequer serve``: serve the portal, with its worker."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from portal.cli.installation import migrate_records, note, opened
from portal.demo_people import SignIn, prepare_demo_people
from portal.demo_work import tell_demo_event, work_on_demo_findings
from portal.secret_key import with_secret
from portal.security.peers import read_allowed_addresses
from portal.services import utc_now
from portal.serving import become_server, environment_of, run_command, start_worker
from portal.settings import Settings, load_settings
from warehouse.db import Database
from warehouse.demo import DEMO_FISCAL_STARTS
from warehouse.governance.calendars import set_fiscal_start
from warehouse.governance.policies import install_starting_set

DEMO_AGENCIES = (4, 5)
"""The places of the two demo agencies that somebody signs in for; one has an anomaly."""


@click.command(epilog="Example: exchequer serve --demo")
@click.option("--demo", is_flag=True, help="Serve an invented government; on loopback only.")
@click.option(
    "--worker/--no-worker", default=True, show_default=True, help="Build in a child process."
)
def serve(demo: bool, worker: bool) -> None:
    """Serve the portal with gunicorn, and keep the star up to date beside it."""
    settings = load_settings(**({"demo": True} if demo else {}))
    if settings.demo:
        settings = settings.model_copy(update={"data_dir": settings.var_dir / "demo"})
    settings = with_secret(settings)
    read_allowed_addresses(settings)
    _prepare(settings)
    environment = environment_of(settings)
    if worker:
        start_worker(environment)
    become_server(settings, environment)


def _prepare(settings: Settings) -> None:
    """Bring the records up to date; for the demo also make its data, people and first build."""
    environment = environment_of(settings)
    people: tuple[SignIn, ...] = ()
    if settings.demo:
        _write_demo(settings.data_dir, environment)
    with opened(settings) as database:
        migrate_records(database)
        if settings.demo:
            _set_demo_records(database)
            people = prepare_demo_people(database, settings.var_dir, _agencies(settings.data_dir))
            _print(people, settings.var_dir)
        note(database, "portal.start", "portal", {"demo": settings.demo, "host": settings.host})
        is_missing = database.published() is None
        if settings.demo and is_missing:
            tell_demo_event(database, people)
    if settings.demo and is_missing:
        click.echo("Building the star for the first time:")
        if not run_command(environment, "build"):
            raise SystemExit(1)
        with opened(settings) as database:
            work_on_demo_findings(database, people)


def _write_demo(folder: Path, environment: dict[str, str]) -> None:
    """Write the demo's files under another name first, so that half of them never counts."""
    if folder.exists():
        return
    click.echo("Inventing a government:")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    if not run_command(environment, "demo", "--out", str(unfinished)):
        raise SystemExit(1)
    unfinished.rename(folder)


def _set_demo_records(database: Database) -> None:
    """Record the invented countries' fiscal years, and the tagging policy to start with."""
    with database.records() as db:
        for country_code, month in DEMO_FISCAL_STARTS.items():
            set_fiscal_start(
                db,
                country_code=country_code,
                start_month_number=month,
                decided_by="demo",
                now=utc_now(),
                source="default",
            )
        install_starting_set(db, utc_now())


def _agencies(folder: Path) -> tuple[int, ...]:
    with (folder / "mda" / "agencies.csv").open(encoding="utf-8", newline="") as file:
        found = sorted(int(row["agency_id"]) for row in csv.DictReader(file))
    return tuple(found[place] for place in DEMO_AGENCIES)


def _print(people: tuple[SignIn, ...], var_dir: Path) -> None:
    click.echo(f"Sign-ins of the demo, also in {var_dir / 'demo-sign-ins.json'}:")
    for one in people:
        whose = f"  agency {', '.join(map(str, one.agencies))}" if one.agencies else ""
        click.echo(f"  {one.email:<28} {one.password}  {one.role}{whose}")
