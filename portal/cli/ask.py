"""``exchequer ask``: answer measures on the command line."""

from __future__ import annotations

import csv
import json
import sys
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from werkzeug.datastructures import MultiDict

from auth.errors import UnknownRecordError
from auth.grants import live_grants
from auth.people import find_person
from auth.principals import Principal
from portal.asking import read_question, split_names
from portal.cli.installation import note, opened
from portal.scoping import scope_for_measures
from portal.services import utc_now
from portal.settings import load_settings
from warehouse.db import Database
from warehouse.gateway import Gateway
from warehouse.question import Answer, Question, Value
from warehouse.scope import Scope

_MONTH = "YYYY-MM"


@click.command(
    epilog="Example: exchequer ask actual_spend --by agency,month --from 2025-01 --format csv"
)
@click.argument("measures", nargs=-1, required=True, metavar="MEASURE...")
@click.option("--by", default="", metavar="DIM[,DIM]", help="Dimensions to split by.")
@click.option("--where", multiple=True, metavar="DIM=VALUE", help="Filter; repeat for several.")
@click.option("--agency", multiple=True, metavar="ID", help="Only this agency.")
@click.option("--from", "start", metavar=_MONTH, help="First month.")
@click.option("--to", "end", metavar=_MONTH, help="Last month, included.")
@click.option(
    "--against",
    metavar=f"{_MONTH}[..{_MONTH}]",
    help="Period that measures of a change compare with. [default: the one just before]",
)
@click.option(
    "--year",
    type=click.Choice(["calendar", "fiscal"]),
    default="calendar",
    show_default=True,
    help="What a year is.",
)
@click.option(
    "--whatif",
    metavar="PER_CENT|accepted",
    help="By what what-if measures move forecasts: a share, or what accepted recommendations save.",
)
@click.option("--currency", type=click.Choice(["USD", "own"]), default="USD", help="Of money.")
@click.option("--as", "as_email", metavar="EMAIL", help="Answer within this person's scope.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Form of the answer.",
)
def ask(
    measures: tuple[str, ...],
    by: str,
    where: tuple[str, ...],
    agency: tuple[str, ...],
    start: str | None,
    end: str | None,
    against: str | None,
    year: str,
    whatif: str | None,
    currency: str,
    as_email: str | None,
    form: Literal["table", "csv", "json"],
) -> None:
    """Answer one measure or several from the published build.

    The console sees the whole government; --as answers as one person would be answered.
    """
    names = tuple(name for text in measures for name in split_names(text))
    given = [("by", by), ("from", start), ("to", end), ("against", against), ("year", year),
             ("currency", currency), ("whatif", whatif)]  # fmt: skip
    pairs = [(name, text) for name, text in given if text]
    pairs += [("where", text) for text in where] + [("agency", text) for text in agency]
    question = read_question(MultiDict(pairs), names)
    with opened(load_settings()) as database:
        scope = _scope(database, as_email, question)
        answer = Gateway(database).ask(question, scope)
        detail = {"by": question.by, "where": question.where, "as": as_email or ""}
        note(database, "console.ask", ",".join(names), detail)
    _write(answer, form)


def _scope(database: Database, email: str | None, question: Question) -> Scope:
    if email is None:
        return Scope.whole_government()
    with database.reading_records() as db:
        person = find_person(db, email)
        if person is None:
            raise UnknownRecordError("person", email)
        grants = live_grants(db, person.id, utc_now()) if person.is_enabled else ()
    principal = Principal(person.id, person.email, person.name, grants)
    return scope_for_measures(principal, question.measures)


def _write(answer: Answer, form: str) -> None:
    columns = _columns(answer)
    if form == "json":
        click.echo(json.dumps([dict(row) for row in answer.rows], ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row.get(name) for name in columns] for row in answer.rows)
    else:
        _write_table(answer, columns)


def _write_table(answer: Answer, columns: list[str]) -> None:
    table = Table(*columns, header_style="bold")
    for row in answer.rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    console = Console()
    console.print(table)
    for sentence in (*answer.notes, *(f"{name}: {why}" for name, why in answer.reasons.items())):
        console.print(sentence, markup=False)
    if answer.modelled:
        console.print(f"Modelled, not measured: {', '.join(sorted(answer.modelled))}.")


def _columns(answer: Answer) -> list[str]:
    if answer.rows:
        return list(answer.rows[0])
    names = [key for name in answer.question.by for key in (name, f"{name}_name")]
    return [*names, *answer.question.measures]


def _cell(value: Value) -> str:
    if value is None:
        return "-"
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
