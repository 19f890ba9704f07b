"""``exchequer fetch``: fetch bills from providers' interfaces now."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.cli.installation import migrate_records, note, opened
from portal.settings import load_settings
from warehouse.fetching.fetch import fetch_bills

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@click.command(epilog="Example: exchequer fetch --month 2026-10")
@click.option("--data", type=click.Path(path_type=Path), help="Folder with bills/apis/.")
@click.option(
    "--month", metavar="YYYY-MM", help="This month, also if it is settled or was tried today."
)
def fetch(data: Path | None, month: str | None) -> None:
    """Fetch the bills that bills/apis/ declares; 1 if one of them can't be had.

    The worker does it once a day. The next build reads what was fetched, and says what wasn't.
    """
    if month is not None and not _MONTH.fullmatch(month):
        raise click.BadParameter("write a month like 2026-10.", param_hint="--month")
    settings = load_settings(**({} if data is None else {"data_dir": data}))
    with opened(settings) as database:
        migrate_records(database)
        today = datetime.now(UTC).date()
        report = fetch_bills(settings.data_dir, settings.var_dir, today, month=month)
        detail = {"files": len(report.fetched), "calls": report.calls, "month": month or ""}
        note(database, "fetch", "bills", detail)
    for path in report.fetched:
        click.echo(f"Fetched {path}.")
    for failure in report.failures:
        click.echo(
            f"- {failure.provider} account {failure.account}, {failure.month}: {failure.message}",
            err=True,
        )
    click.echo(f"{len(report.fetched)} files, {report.calls} calls.")
    if report.failures:
        raise SystemExit(1)
