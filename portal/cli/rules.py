"""``exchequer rules``: list, take in and out, try and approve the rules of attribution."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy import select

from portal.cli.installation import CONSOLE, opened
from portal.review_steps import SUBMIT, approve_outside, keep, open_version, take_step
from portal.services import utc_now
from portal.settings import load_settings
from warehouse.db import Database
from warehouse.errors import NothingPublishedError
from warehouse.governance.policy_models import OPEN_STATES
from warehouse.governance.review import Edit
from warehouse.governance.reviewed import RULES
from warehouse.governance.rule_books import BOOKS, read_book, write_book, written_rows
from warehouse.governance.rules import published_book, rules_in_force
from warehouse.rule_rehearsal import rehearse_rules
from warehouse.schema.dimensions import dim_agency
from warehouse.scope import Scope

_ALL: Final = Scope.whole_government()
_BOOK: Final = click.argument("book", type=click.Choice(tuple(BOOKS)))
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(epilog="Example: exchequer rules preview accounts owners.csv")
def rules() -> None:
    """Set who bears the cost of bills: owners of accounts, rules over tags and for shared cost."""


@rules.command("list", epilog="Example: exchequer rules list")
def list_() -> None:
    """Say of each book how many rules are in force, where from, and what is open."""
    with opened(load_settings()) as database, database.reading_records(_ALL) as db:
        for name in BOOKS:
            found = rules_in_force(db, name)
            here = sum(rule.source == "portal" for rule in found)
            overruled = sum(bool(rule.overruled) for rule in found)
            versions = RULES.versions(db, name)
            said = f"{name}: {len(found):,} rules in force, {here:,} of them decided here"
            if overruled:
                said += f" ({overruled:,} against what a file says)"
            click.echo(f"{said}.")
            for row in versions:
                if row.state in OPEN_STATES:
                    click.echo(f"  Version {row.version} is {row.state}, by {row.written_by}.")


@rules.command(epilog="Example: exchequer rules export accounts > owners.csv")
@_BOOK
@click.option("--decided", is_flag=True, help="Only what is decided here, and not by files.")
def export(book: str, decided: bool) -> None:
    """Write the rules in force as the CSV of their feed."""
    with opened(load_settings()) as database, database.reading_records(_ALL) as db:
        if decided:
            row = published_book(db, book)
            rows: list[Any] = list(row.document["rows"]) if row is not None else []
        else:
            found = rules_in_force(db, book)
            rows = written_rows(BOOKS[book], (one for rule in found for one in rule.records))
    click.echo(write_book(book, rows), nl=False)


@rules.command(
    "import", epilog="Example: exchequer rules import accounts owners.csv --note 'Moved'"
)
@_BOOK
@click.argument("file", type=_FILE)
@click.option("--note", default="", help="Why; kept with the version.")
@click.option("--submit", is_flag=True, help="Ask for its review at once.")
def import_(book: str, file: Path, note: str, submit: bool) -> None:
    """Make a draft of a book from a CSV with all that is to be decided here.

    An open draft is written over. Another person publishes it in the portal.
    """
    with opened(load_settings()) as database:
        document = read_book(book, file.read_text("utf-8-sig"), _agencies(database))
        with database.records(_ALL) as db:
            now = utc_now()
            row = next((one for one in RULES.versions(db, book) if one.state in OPEN_STATES), None)
            edit = Edit(note=note)
            if row is not None:
                edit = Edit(version=row.version, lock=row.lock, note=note)
            made = keep(db, RULES, book, document, edit, by=CONSOLE, now=now)
            if submit:
                take_step(
                    db, RULES, book, made.version, made.lock, SUBMIT,
                    by=CONSOLE, now=now, reason=note,
                )  # fmt: skip
            click.echo(f"Version {made.version} of {book} is {made.state}.")


@rules.command(epilog="Example: exchequer rules preview accounts owners.csv --format json")
@_BOOK
@click.argument("file", required=False, type=_FILE)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text",
              show_default=True, help="How to write what was found.")  # fmt: skip
def preview(book: str, file: Path | None, form: str) -> None:
    """Say what a CSV, or else the open draft, would move on the bills of the published build."""
    settings = load_settings()
    with opened(settings) as database:
        if file is not None:
            document = read_book(book, file.read_text("utf-8-sig"), _agencies(database))
        else:
            with database.reading_records(_ALL) as db:
                row = open_version(RULES.versions(db, book), f"{RULES.word} {book}")
                document = dict(row.document)
        found = rehearse_rules(database, settings.var_dir, document)
    if form == "json":
        click.echo(json.dumps(found, indent=2))
        return
    for one in found["currencies"]:
        click.echo(f"{one['moved']} of {one['billed']} {one['currency']} moves.")
    click.echo(f"Accounts of which cost moves: {found['account_count']:,}.")
    for part, named in (("steps", "step"), ("agencies", "agency_id")):
        for one in found[part]:
            before, after = (one[name] or "0" for name in ("before", "after"))
            click.echo(f"{one[named]}\t{one['currency']}\t{before}\t{after}")


@rules.command(
    epilog=(
        "Example: exchequer rules approve accounts --outside-approval --reason 'One of us left'"
    )
)
@_BOOK
@click.option(
    "--outside-approval",
    is_flag=True,
    required=True,
    help="Say that no second person approves; the audit trail marks it.",
)
@click.option("--reason", required=True, help="Why; kept with the version.")
def approve(book: str, outside_approval: bool, reason: str) -> None:
    """Publish the open version of a book where there is no second person of the treasury."""
    if not outside_approval:
        raise click.UsageError("Approve it in the portal, or give --outside-approval.")
    with opened(load_settings()) as database, database.records(_ALL) as db:
        row = approve_outside(db, RULES, book, by=CONSOLE, now=utc_now(), reason=reason)
        version = row.version
    click.echo(f"Published version {version} of {book}, marked as outside approval.")


def _agencies(database: Database) -> frozenset[int] | None:
    """Give the numbers of the agencies that are known; None before the first build."""
    try:
        with database.star(_ALL) as connection:
            return frozenset(connection.scalars(select(dim_agency.c.agency_id)))
    except NothingPublishedError:
        return None
